"""The net of the text judge, taught with PyTorch on one thread; the same texts and version give the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cleaners.text_net import FURTHEST, LARGEST_WEIGHT, LOOKS_AT_TEXT, STEP, STRIDES, Floats, Layer, TextNet

WIDTH = 32
ROUNDS = 14
LINES_AT_ONCE = 1500
LONGEST = 1500  # lines: a text with more is left out
INPUT_DROPPED, STATE_DROPPED = 0.2, 0.2
SPEED, DECAY = 4e-3, 0.02
TINY = np.float32(1e-9)


class Lesson(NamedTuple):
    """A text, seen in one way: its lines' figures (lines × features), which are residue, and how much each counts."""

    figures: Floats
    residue: Floats
    weight: Floats


class _Network(nn.Module):
    def __init__(self, columns: int, random: np.random.Generator) -> None:
        super().__init__()
        self.enter = nn.Linear(columns, WIDTH)
        self.layers = nn.ModuleList(nn.Linear(3 * WIDTH, WIDTH) for _ in STRIDES)
        self.text = nn.Linear(2 * WIDTH, WIDTH)
        self.leave = nn.Linear(WIDTH, 1)
        self.random = random
        nn.init.zeros_(self.leave.weight)

    def forward(self, figures: Tensor, there: Tensor) -> Tensor:
        """Log odds, texts × lines. there: 1 for a line, 0 for what fills up a shorter text."""
        mask = there[:, :, None]
        state = functional.relu(self.enter(self._drop(figures, INPUT_DROPPED))) * mask
        for number, (layer, stride) in enumerate(zip(self.layers, STRIDES, strict=True)):
            given = self._drop(state, STATE_DROPPED)
            state = state + functional.relu(layer(_beside(given, stride))) * mask
            if number == LOOKS_AT_TEXT:
                whole = torch.cat([state.sum(1) / mask.sum(1), state.amax(1)], 1)
                state = state + functional.relu(self.text(whole))[:, None] * mask
        found: Tensor = self.leave(state).squeeze(-1)
        return found

    def _drop(self, values: Tensor, share: float) -> Tensor:
        """The values with a share of them set to 0 and the others larger: several times as fast as PyTorch's own."""
        drawn = np.frombuffer(self.random.bytes(values.numel()), np.uint8).reshape(values.shape)
        return values * torch.from_numpy((drawn >= 256 * share).astype(np.float32) / np.float32(1 - share))


def _beside(state: Tensor, stride: int) -> Tensor:
    """For each line the states of the line `stride` before, its own, and of the one `stride` after; 0 outside."""
    count = state.shape[1]
    padded = functional.pad(state, (0, 0, stride, stride))
    return torch.cat([padded[:, at : at + count] for at in (0, stride, 2 * stride)], 2)


def teach(lessons: Sequence[Lesson], names: Sequence[str], seed: int) -> TextNet:
    """A net that has learned from these texts. seed: of its first weights, of the batches and of what is dropped."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    lessons = [lesson for lesson in lessons if 0 < len(lesson.residue) <= LONGEST and lesson.weight.any()]
    mean, scale = _measures(lessons)
    normal = [np.clip((lesson.figures - mean) * scale, -FURTHEST, FURTHEST) for lesson in lessons]
    lessons = [lesson._replace(figures=rows) for lesson, rows in zip(lessons, normal, strict=True)]
    network = _Network(len(names), random)
    optimizer = torch.optim.AdamW(network.parameters(), lr=SPEED, weight_decay=DECAY)
    rounds = [_batches([len(lesson.residue) for lesson in lessons], random) for _ in range(ROUNDS)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, SPEED, total_steps=sum(map(len, rounds)))
    for batch in (batch for batches in rounds for batch in batches):
        figures, there, residue, weight = _fill([lessons[number] for number in batch])
        losses = functional.binary_cross_entropy_with_logits(network(figures, there), residue, reduction="none")
        optimizer.zero_grad()
        torch.autograd.backward((losses * weight).sum() / weight.sum())
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return _net_of(network, names, mean, scale)


def _measures(lessons: Sequence[Lesson]) -> tuple[Floats, Floats]:
    """Per feature its mean, and how many standard deviations one is."""
    together = np.vstack([lesson.figures for lesson in lessons])
    return together.mean(axis=0), (1 / (together.std(axis=0) + 1e-6)).astype(np.float32)


def _batches(lengths: Sequence[int], random: np.random.Generator) -> list[list[int]]:
    """Texts of about one length together, as many as hold LINES_AT_ONCE; the batches in random order."""
    batches: list[list[int]] = [[]]
    for number in np.argsort(np.array(lengths) + random.random(len(lengths)) * 20).tolist():
        if batches[-1] and (len(batches[-1]) + 1) * lengths[number] > LINES_AT_ONCE:
            batches.append([])
        batches[-1].append(number)
    return [batches[number] for number in random.permutation(len(batches)).tolist()]


def _fill(lessons: Sequence[Lesson]) -> list[Tensor]:
    """The texts side by side, shorter ones filled up: figures, what is there, residue, weights."""
    longest = max(len(lesson.residue) for lesson in lessons)
    figures = np.zeros((len(lessons), longest, lessons[0].figures.shape[1]), np.float32)
    there, residue, weight = np.zeros((3, len(lessons), longest), np.float32)
    for number, lesson in enumerate(lessons):
        size = len(lesson.residue)
        figures[number, :size] = lesson.figures
        there[number, :size] = 1
        residue[number, :size] = lesson.residue
        weight[number, :size] = lesson.weight
    return [torch.from_numpy(array) for array in (figures, there, residue, weight)]


def _net_of(network: _Network, names: Sequence[str], mean: Floats, scale: Floats) -> TextNet:
    """The network in whole numbers. Figures come in steps, so the scale that makes them is in steps, too."""
    return TextNet(
        tuple(names),
        mean.astype(np.float32),
        (scale / STEP).astype(np.float32),
        _layer(network.enter),
        tuple(_cut(_layer(layer)) for layer in network.layers),
        _layer(network.text),
        _layer(network.leave),
    )


def _layer(module: Any) -> Layer:
    """Weights as whole numbers up to LARGEST_WEIGHT, inputs × outputs."""
    weights: NDArray[np.float32] = module.weight.detach().numpy().T
    scale = np.maximum(np.abs(weights).max(axis=0), TINY) / np.float32(LARGEST_WEIGHT)
    whole = np.ascontiguousarray(np.rint(weights / scale), np.float32)
    return Layer(whole, scale, (module.bias.detach().numpy() / STEP).astype(np.float32))


def _cut(layer: Layer) -> Layer:
    """Weights of a convolution: for the line before, the line and the line after one matrix each."""
    return layer._replace(weights=layer.weights.reshape(3, -1, layer.weights.shape[1]))
