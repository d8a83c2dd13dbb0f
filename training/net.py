"""The net over a page's blocks, taught with PyTorch on one thread; the same pages and version give the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cleaners.features.letters import Flags, Matrix
from cleaners.net import FURTHEST, LOOKS_AT_PAGE, STRIDES, Net

WIDTH = 48
ROUNDS = 8
PAGES_AT_ONCE = 8
LONGEST = 1500  # blocks: a page with more is left out
INPUT_DROPPED, STATE_DROPPED = 0.4, 0.3
SPEED, DECAY = 4e-3, 0.02


class Lesson:
    """A page: its blocks' features, which of them stand in the body, and how much each counts."""

    def __init__(self, rows: Matrix, answers: Flags, weights: Matrix) -> None:
        self.rows = rows
        self.answers = answers
        self.weights = weights


class _Network(nn.Module):
    def __init__(self, columns: int) -> None:
        super().__init__()
        self.enter = nn.Linear(columns, WIDTH)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=s, dilation=s) for s in STRIDES)
        self.page = nn.Linear(2 * WIDTH, WIDTH)
        self.leave = nn.Linear(WIDTH, 1)
        self.drop_input, self.drop_state = nn.Dropout(INPUT_DROPPED), nn.Dropout(STATE_DROPPED)
        nn.init.zeros_(self.leave.weight)

    def forward(self, rows: Tensor, there: Tensor) -> Tensor:
        """Log odds, pages × blocks. there: 1 for a block, 0 for what fills up a shorter page."""
        mask = there[:, None]
        state = functional.relu(self.enter(self.drop_input(rows))).transpose(1, 2) * mask
        for number, layer in enumerate(self.layers):
            state = state + functional.relu(layer(self.drop_state(state))) * mask
            if number == LOOKS_AT_PAGE:
                mean = state.sum(2) / mask.sum(2)
                whole = torch.cat([mean, state.amax(2)], 1)
                state = state + functional.relu(self.page(whole))[:, :, None] * mask
        found: Tensor = self.leave(state.transpose(1, 2)).squeeze(-1)
        return found


def teach(lessons: Sequence[Lesson], seed: int) -> Net:
    """A net that has learned from these pages. seed: of its first weights, of the batches and of what is dropped."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    lessons = [lesson for lesson in lessons if 0 < len(lesson.answers) <= LONGEST]
    together = np.vstack([lesson.rows for lesson in lessons])
    mean, scale = together.mean(axis=0), 1 / (together.std(axis=0) + 1e-6)
    del together
    rows = [np.clip((lesson.rows - mean) * scale, -FURTHEST, FURTHEST).astype(np.float32) for lesson in lessons]
    network = _Network(len(mean))
    optimizer = torch.optim.AdamW(network.parameters(), lr=SPEED, weight_decay=DECAY)
    steps = ROUNDS * (-(-len(lessons) // PAGES_AT_ONCE))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, SPEED, total_steps=steps)
    for _ in range(ROUNDS):
        for numbers in _batches([len(lesson.answers) for lesson in lessons], random):
            given, there, answers, weights = _fill([rows[n] for n in numbers], [lessons[n] for n in numbers])
            losses = functional.binary_cross_entropy_with_logits(network(given, there), answers, reduction="none")
            optimizer.zero_grad()
            torch.autograd.backward((losses * weights).sum() / weights.sum())
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return _net_of(network, mean, scale)


def _batches(lengths: Sequence[int], random: np.random.Generator) -> list[list[int]]:
    """Pages of about one length together, the batches in random order."""
    order = np.argsort(np.array(lengths) + random.random(len(lengths)) * 20).tolist()
    batches = [order[start : start + PAGES_AT_ONCE] for start in range(0, len(order), PAGES_AT_ONCE)]
    random.shuffle(batches)
    return batches


def _fill(rows: Sequence[Matrix], lessons: Sequence[Lesson]) -> list[Tensor]:
    """The pages side by side, shorter ones filled up: rows, what is there, answers, weights."""
    longest = max(len(page) for page in rows)
    given = np.zeros((len(rows), longest, rows[0].shape[1]), np.float32)
    there, answers, weights = np.zeros((3, len(rows), longest), np.float32)
    for number, (page, lesson) in enumerate(zip(rows, lessons, strict=True)):
        given[number, : len(page)] = page
        there[number, : len(page)] = 1
        answers[number, : len(page)] = lesson.answers
        weights[number, : len(page)] = lesson.weights
    return [torch.from_numpy(array) for array in (given, there, answers, weights)]


def _net_of(network: _Network, mean: Matrix, scale: Matrix) -> Net:
    def matrix(layer: Any) -> NDArray[np.float32]:
        values: NDArray[np.float32] = layer.weight.detach().numpy().T.astype(np.float32)
        return values

    def bias(layer: Any) -> NDArray[np.float32]:
        values: NDArray[np.float32] = layer.bias.detach().numpy().astype(np.float32)
        return values

    layers = list(network.layers)
    convolve = np.stack([matrix(layer).reshape(-1, WIDTH) for layer in layers])
    return Net(
        mean.astype(np.float32),
        scale.astype(np.float32),
        matrix(network.enter),
        bias(network.enter),
        convolve,
        np.stack([bias(layer) for layer in layers]),
        matrix(network.page),
        bias(network.page),
        matrix(network.leave)[:, 0],
        bias(network.leave),
    )
