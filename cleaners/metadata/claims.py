"""What witnesses claim about a field, and how the claims are weighed against each other.

A witness makes claims; claims with the same key are one candidate. A candidate's score is the sum of learned weights
of what speaks for and against it (who claims it, who claims something like it, what it looks like). The weights and
what turns a score into a probability are numbers in `weights.toml`, written by training/metadata_weights.py.
"""

from __future__ import annotations

import math
import tomllib
from importlib.resources import files
from typing import Any, NamedTuple

from items import Field


class Claim(NamedTuple):
    """source: who says so ("json_ld", "og", "h1", …). value: what it says, cleaned. key: equal keys agree."""

    source: str
    value: Any
    key: Any


class Candidate:
    """All claims with one key. features: name → strength, what the weights are multiplied with."""

    __slots__ = ("claims", "features", "key", "score", "sources")

    def __init__(self, key: Any) -> None:
        self.key = key
        self.claims: list[Claim] = []
        self.features: dict[str, float] = {}
        self.score = 0.0
        self.sources: list[str] = []
        """Who claims it, each once, in the order of their claims."""


MOST_CLAIMS = 80


def group(claims: list[Claim]) -> list[Candidate]:
    """The candidates, in the order of their first claims."""
    candidates: dict[Any, Candidate] = {}
    for claim in claims[:MOST_CLAIMS]:
        candidates.setdefault(claim.key, Candidate(claim.key)).claims.append(claim)
    for candidate in candidates.values():
        candidate.features = dict.fromkeys([claim.source for claim in candidate.claims], 1.0)
        candidate.sources = list(candidate.features)
    return list(candidates.values())


class Weights(NamedTuple):
    """One field's learned numbers."""

    weights: dict[str, float]
    slope: float
    offset: float
    """Raw confidences become shares of right answers by `slope` and `offset` on their log-odds."""
    least: float
    """Below this confidence the field is null."""


def _load() -> dict[str, Weights]:
    path = files("cleaners.metadata") / "weights.toml"
    table = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {name: Weights(**entry) for name, entry in table.items()}


UNLEARNED = Weights({}, 1.0, 0.0, 0.0)
WEIGHTS = dict.fromkeys(("title", "authors", "published"), UNLEARNED) | _load()


def decide(field: str, candidates: list[Candidate], weights: Weights | None = None) -> tuple[Candidate, float] | None:
    """The best candidate and its calibrated confidence; ties go to the earlier one. None: no candidate."""
    if not candidates:
        return None
    learned = weights or WEIGHTS[field]
    weight_of = learned.weights.get
    for candidate in candidates:
        candidate.score = sum([weight_of(name, 0.0) * by for name, by in candidate.features.items()])
    best = max(candidates, key=lambda candidate: candidate.score)
    return best, calibrated(raw_confidence(best, candidates), learned.slope, learned.offset)


def raw_confidence(best: Candidate, candidates: list[Candidate]) -> float:
    """The softmax share of the best candidate, with "none of these" standing at score 0."""
    top = max(0.0, best.score)
    total = math.exp(-top) + sum(math.exp(candidate.score - top) for candidate in candidates)
    return math.exp(best.score - top) / total


def log_odds(share: float) -> float:
    """Of a share, kept away from 0 and 1."""
    kept = min(max(share, 1e-3), 1 - 1e-3)
    return math.log(kept / (1 - kept))


def calibrated(raw: float, slope: float, offset: float) -> float:
    """How often a raw confidence was right."""
    return 1 / (1 + math.exp(-(slope * log_odds(raw) + offset)))


def as_field(best: Candidate, candidates: list[Candidate], confidence: float, value: Any) -> Field:
    """The decision with its witnesses: who agrees with the source chosen, and who says something else."""
    sources = best.sources
    others = dict.fromkeys(source for one in candidates if one is not best for source in one.sources)
    return Field(
        value=value,
        source=sources[0],
        agrees=tuple(sources[1:]),
        conflicts=tuple(source for source in others if source not in sources),
        confidence=round(confidence, 3),
    )
