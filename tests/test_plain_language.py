"""The language of texts that need no model to tell it: full of the commonest words of a language like no other."""

from __future__ import annotations

import pytest

from cleaners.metadata import language_of, plain_language

TEXTS = {
    "en": "The ferry that was built for the island is on its way to the harbour, and it will not be late this time. It"
    " is one of the boats which the people of the town have known from youth, with a funnel that is by now black.",
    "fr": "Les habitants de la ville sont dans une salle avec les pêcheurs, et une femme leur dit que les bateaux ne"
    " sont pas encore dans le port. Elle est sur le quai pour attendre ses amis, qui sont plus tard que les autres mais"
    " pas aux abois.",
    "it": "Gli abitanti della città sono nel porto con una barca che non è più nuova, e il sindaco dice che anche gli"
    " altri sono per strada. Dei pescatori che sono nel molo, non tutti sono della provincia, ma anche alcuni dal sud.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_common_words_tell_what_the_model_tells(code: str) -> None:
    found = language_of(TEXTS[code])
    assert plain_language(TEXTS[code]) == code
    assert found
    assert found[0] == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The end of the line",
        "Og det er ikke til å tro at de som var på ferga, har vært med fra den dagen det ble bygd en havn for øya, men"
        " det er så. " * 3,  # Norwegian, which shares these words with Danish
        "Harbour ferry island lighthouse fisherman captain mainland schedule passenger luggage. " * 4,
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    assert plain_language(text) is None
