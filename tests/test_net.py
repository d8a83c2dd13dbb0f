"""The net at run time: what it computes, and that it forgets nothing when it is saved."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.net import LOOKS_AT_PAGE, STRIDES, Choir, Net, arrays_of, net_from

COLUMNS, WIDTH = 3, 4


@pytest.fixture(scope="module")
def net() -> Net:
    random = np.random.default_rng(7)

    def some(*shape: int) -> np.ndarray:
        return random.normal(size=shape).astype(np.float16).astype(np.float32)

    return Net(
        some(COLUMNS), abs(some(COLUMNS)), some(COLUMNS, WIDTH), some(WIDTH),
        some(len(STRIDES), 3 * WIDTH, WIDTH), some(len(STRIDES), WIDTH),
        some(2 * WIDTH, WIDTH), some(WIDTH), some(WIDTH), some(1),
    )  # fmt: skip


def slowly(net: Net, rows: np.ndarray) -> list[float]:
    """The same net, block by block."""
    state = [np.maximum(np.clip((row - net.mean) * net.scale, -4, 4) @ net.enter + net.enter_bias, 0) for row in rows]
    nothing = np.zeros(WIDTH)
    for layer, stride in enumerate(STRIDES):
        mixed = []
        for at, own in enumerate(state):
            before = state[at - stride] if at >= stride else nothing
            after = state[at + stride] if at + stride < len(state) else nothing
            seen = np.concatenate((before, own, after))
            mixed.append(own + np.maximum(seen @ net.convolve[layer] + net.convolve_bias[layer], 0))
        state = mixed
        if layer == LOOKS_AT_PAGE:
            whole = np.concatenate((np.mean(state, axis=0), np.max(state, axis=0)))
            state = [own + np.maximum(whole @ net.page + net.page_bias, 0) for own in state]
    return [float((own @ net.leave + net.leave_bias)[0]) for own in state]


@pytest.mark.parametrize("count", [1, 2, 30])
def test_all_blocks_at_once_are_judged_as_one_by_one(net: Net, count: int) -> None:
    rows = np.random.default_rng(count).normal(size=(count, COLUMNS)).astype(np.float32)
    assert Choir([net]).margins(rows)[0] == pytest.approx(slowly(net, rows), abs=0.01, rel=1e-3)


def test_saving_loses_nothing(net: Net) -> None:
    rows = np.ones((5, COLUMNS), np.float32)
    assert Choir([net_from(arrays_of(net))]).margins(rows).tolist() == Choir([net]).margins(rows).tolist()


@pytest.mark.parametrize("count", [1, 2, 9, 300])
def test_nets_say_together_what_each_says_alone(net: Net, count: int) -> None:
    others = [net._replace(enter=net.enter * 2), net._replace(mean=net.mean + 1)]
    rows = np.random.default_rng(count).normal(size=(count, COLUMNS)).astype(np.float32)
    for nets in ([net, others[0]], [net, *others]):
        assert Choir(nets).margins(rows).tolist() == [Choir([one]).margins(rows)[0].tolist() for one in nets]
