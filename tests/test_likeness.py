"""Copies are known for what they are, and what is only alike is not lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from scrapers.frontier.clusters import Clusters, Twin, is_same
from scrapers.frontier.discoveries import Discoveries
from scrapers.frontier.found import Found
from scrapers.frontier.likeness import bands, bands_of, containment, likeness, resemblance
from scrapers.frontier.state import State
from scrapers.frontier.traps import Traps
from scrapers.frontier.urls import Urls

WORDS = "river harbour council bridge morning fish market rain school train vote mayor ferry stone light".split()


def prose(seed: int, words: int = 200) -> str:
    chosen = random.Random(seed)
    return " ".join(f"{chosen.choice(WORDS)}{chosen.choice('abcdefgh')}" for _ in range(words))


def edited(text: str, every: int) -> str:
    """Every so many words another one."""
    return " ".join(f"other{at}" if at % every == 0 else word for at, word in enumerate(text.split(), 1))


def test_alike_is_a_matter_of_words_not_of_dress() -> None:
    one, other = likeness(prose(1)), likeness(prose(1).upper().replace(" ", " \n—"))
    assert one is not None
    assert other is not None
    assert resemblance(one, other) == 1.0
    assert bands(one) == bands(other)


def test_bands_find_what_shares_half_its_shingles() -> None:
    found = 0
    for seed in range(100):
        one, other = likeness(prose(seed)), likeness(edited(prose(seed), 16))
        assert one is not None
        assert other is not None
        assert 0.45 < resemblance(one, other) < 0.6
        found += bool(set(bands(one)) & set(bands(other)))
    assert found >= 97
    strangers = [bands(one) for seed in range(100) if (one := likeness(prose(seed))) is not None]
    assert len({band for each in strangers for band in each}) == sum(map(len, strangers))


def test_short_texts_tell_nothing() -> None:
    assert likeness(prose(1, words=29)) is None
    assert likeness("") is None


def test_part_of_a_text_is_contained_in_it() -> None:
    whole, part = likeness(prose(1)), likeness(" ".join(prose(1).split()[:80]))
    assert whole is not None
    assert part is not None
    assert containment(whole, part) == 1.0


class Desk:
    """Saves texts as articles."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.clusters = Clusters(state)
        self.urls = Urls(state, state.begin_run(["test"]))
        self.discoveries = Discoveries(state, self.urls.run, Traps(state), Counter())

    def save(self, url: str, text: str, cluster: str, published: str | None = None) -> None:
        site = url.split("/")[2]
        found = Found(url=url, given=url, host=site, kind="article", pattern=url, depth=1, by="feed")
        self.discoveries.take_in(site, [found])
        record = msgspec.json.encode({"url": url, "text": text, "published": published}).decode()
        number = self.urls.number_of(url)
        sequence = self.state.execute(
            "INSERT INTO articles (url, version, saved_at, source, content, record) VALUES (?, 1, '', '', '', ?)",
            (number, record),
        ).lastrowid
        assert sequence is not None
        self.clusters.enter(sequence, cluster, bands_of(text))

    def twins(self, text: str) -> list[Twin]:
        return self.clusters.twins(text, bands_of(text))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    state = State(tmp_path / "state.db")
    yield Desk(state)
    state.close()


def test_the_most_alike_comes_first_and_strangers_never(desk: Desk) -> None:
    desk.save("https://one.org/a", edited(prose(1), 15), "one")
    desk.save("https://two.org/a", prose(1), "two")
    desk.save("https://two.org/b", prose(2), "other")
    assert [twin.cluster for twin in desk.twins(edited(prose(1), 60))] == ["two", "one"]
    assert desk.twins(prose(3)) == []
    first = desk.clusters.first("two")
    assert first is not None
    assert first.address == "https://two.org/a"


def test_a_cut_copy_is_a_copy(desk: Desk) -> None:
    desk.save("https://one.org/a", prose(1, words=600), "one")
    # Four tenths of it: less than COPY of all shingles, all of its own.
    assert [twin.cluster for twin in desk.twins(" ".join(prose(1, words=600).split()[:250]))] == ["one"]


def test_the_same_article_of_a_site_is_one_and_yesterdays_weather_is_not(desk: Desk) -> None:
    desk.save("https://one.org/a", prose(1) + " 12 degrees at 7 in the morning", "one", "2026-11-20")
    (same,) = desk.twins(prose(1) + " and 12 degrees at 7 in the morning")
    assert is_same(same, "one.org", "2026-11-21T10:00:00Z")
    assert is_same(same, "one.org", None)
    assert not is_same(same, "two.org", "2026-11-20")
    assert not is_same(same, "one.org", "2026-11-24")
    (weather,) = desk.twins(prose(1) + " 14 degrees at 7 in the morning")
    assert weather.alike > 0.9
    assert not is_same(weather, "one.org", "2026-11-21")
