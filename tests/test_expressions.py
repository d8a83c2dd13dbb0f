"""Every regular expression of the tree takes linear time, or is asked about short texts only."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.doubling import BAR, cpu, growth
from tests.expressions import compiled_in_functions, expressions, methods

N = 2000  # and four times as many
ALWAYS = (" ", "a", "A", "0", "<", '"', ",", "\n", "-", "/", "(", ".", "&", "a ", "a,", "0 ", "< ", " ,", "é")
# What is not linear, and how long a text it is asked about at most. At that length it must be quick.
BOUNDED = {
    "cleaners.metadata.captions.CREDIT_IN_TEXT": 200,
    "cleaners.metadata.names.AND": 300,
    "cleaners.metadata.names.PIECES": 300,
    "cleaners.metadata.names.ADDRESS": 300,
    "cleaners.metadata.date_claims.OTHER_META": 100,
    "scrapers.discovery.feeds.BYLINE_MAIL": 300,
}
QUICK = 0.02  # seconds
# Functions here use expressions of their own; each was looked at and is linear by its form.
LOOKED_AT = frozenset(
    "broadsheet/demo/press.py cleaners/judges/aside_phrases.py cleaners/judges/asides.py"
    " cleaners/metadata/plain_fields.py cleaners/metadata/titles.py cleaners/page_kind.py cleaners/tame.py"
    " cleaners/tokens.py output/making.py"
    " output/markdown.py scrapers/discovery/feeds.py scrapers/discovery/links.py scrapers/discovery/sitemaps.py"
    " scrapers/discovery/urls.py scrapers/shells.py scrapers/sources.py".split()
)

EXPRESSIONS = expressions()
METHODS = methods()


def seeds(pattern: re.Pattern[str] | re.Pattern[bytes]) -> list[str]:
    """What the expression may stumble over when it is repeated: its own letters and words, and the usual suspects."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    own = [sign for sign in dict.fromkeys(source) if sign != "\\"][:12]
    return list(dict.fromkeys([*ALWAYS, *own, *re.findall(r"[A-Za-z]{2,12}", source)[:5]]))


def asked(name: str, pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> object:
    """Uses the expression as the tree does: looking through all of a text only where somebody does so."""
    given = text.encode() if isinstance(pattern.pattern, bytes) else text
    used = METHODS.get(name.rsplit(".", 1)[-1].partition("[")[0], set())
    if used & {"search", "finditer", "findall", "split", "sub", "subn"} or not used & {"match", "fullmatch"}:
        return sum(1 for _ in pattern.finditer(given))  # type: ignore[arg-type]
    return pattern.match(given), pattern.fullmatch(given)  # type: ignore[arg-type]


def stumbling(name: str, seed: str) -> Callable[[int], object]:
    """The expression's work on so many characters of the seed."""
    return lambda n: asked(name, EXPRESSIONS[name], seed * (n // len(seed)) + "!")


@pytest.mark.parametrize("name", sorted(EXPRESSIONS.keys() - BOUNDED))
def test_it_is_linear(name: str) -> None:
    stumbles = [seed for seed in seeds(EXPRESSIONS[name]) if growth(stumbling(name, seed), N, N // 16) > BAR]
    assert stumbles == []


@pytest.mark.parametrize("name", sorted(BOUNDED))
def test_it_is_quick_at_the_greatest_length_it_is_asked_about(name: str) -> None:
    for seed in seeds(EXPRESSIONS[name]):
        assert min(cpu(stumbling(name, seed), BOUNDED[name]) for _ in range(3)) < QUICK


def test_an_expression_inside_a_function_is_looked_at() -> None:
    """Or better: made a constant of its module, which the tests above then find by themselves."""
    assert {place.partition(":")[0] for place in compiled_in_functions()} <= LOOKED_AT
