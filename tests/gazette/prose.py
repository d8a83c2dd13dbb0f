"""Sentences that nobody wrote, the same for the same seed, and enough unlike each other that no two stories are one."""

from __future__ import annotations

import random

WHO = "mayor ferryman teacher surveyor baker councillor harbourmaster nurse archivist gardener judge farmer".split()
DID = "opened closed repaired counted painted measured promised refused described remembered sold inherited".split()
WHAT = "bridge lighthouse orchard archive market railway reservoir library quarry chapel theatre harbour".split()
WHEN = "on Monday,before dawn,after nine years,in the autumn,at noon,without warning,last winter,for a week".split(",")
WHY = "because the old one had failed,to everybody's relief,as the plan had foreseen,against all advice".split(",")
PLACES = "Skerry Tolland Marwick Ebbing Stanholm Fallow Orrin Hexley Dunmere Pell".split()


def sentence(luck: random.Random) -> str:
    who, did, what = luck.choice(WHO), luck.choice(DID), luck.choice(WHAT)
    where, when, why = luck.choice(PLACES), luck.choice(WHEN), luck.choice(WHY)
    number = luck.randint(3, 980)
    return f"The {who} of {where} {did} the {what} {when}, {why}, and {number} people came to see it."


def paragraphs(seed: int, number: int = 6) -> list[str]:
    """Paragraphs of three to five sentences."""
    luck = random.Random(seed)
    return [" ".join(sentence(luck) for _ in range(luck.randint(3, 5))) for _ in range(number)]


def headline(seed: int) -> str:
    luck = random.Random(seed * 7919 + 1)
    return (
        f"{luck.choice(PLACES)} {luck.choice(WHAT)} {luck.choice(DID)} {luck.choice(WHEN)} by {luck.choice(WHO)} {seed}"
    )


def slug(text: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
