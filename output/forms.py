"""The forms that texts in a record have: dates, moments, languages, and texts that are never empty."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
ZONE = "(Z|[+-][0-9]{2}:[0-9]{2})"

DATE = f"^{DAY}(T{CLOCK}{ZONE}?)?$"
MOMENT = f"^{DAY}T{CLOCK}(Z|[+]00:00)$"
LANGUAGE = "^[a-z]{2,3}$"

Filled = Annotated[str, Meta(min_length=1)]
Date = Annotated[str, Meta(pattern=DATE)]
Moment = Annotated[str, Meta(pattern=MOMENT)]
Language = Annotated[str, Meta(pattern=LANGUAGE)]
