"""What something names becomes rows of the frontier: each URL once, and whatever is newly said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from items import Announced
from scrapers.frontier import moments
from scrapers.frontier.fates import KEPT, NOT_FOLLOWED, READ, TOO_DEEP, TRAP, Fate
from scrapers.frontier.found import Found
from scrapers.frontier.hearsay import as_json, is_later, together
from scrapers.frontier.state import AGAIN, State
from scrapers.frontier.traps import MOST_ALIKE, Traps
from scrapers.frontier.urls import marks

AT_ONCE = 500  # values that one statement is given


class Known(NamedTuple):
    """What the table holds of a URL."""

    id: int
    announced: str | None
    state: str
    fate: str | None
    fate_at: str | None
    run: int | None


class Discoveries:
    """Everything happens in the state's transaction, until somebody commits.

    fates: of this run's URLs, by site; what is clear without going there is counted in it.
    """

    def __init__(self, state: State, run: int, traps: Traps, fates: Counter[tuple[str, str]]) -> None:
        self._state = state
        self._run = run
        self._traps = traps
        self._fates = fates
        self._passed_over = self._count_passed_over()
        self.count = 0
        """How many URLs this run discovered."""

    def take_in(self, site: str, found: Iterable[Found]) -> list[Found]:
        """Enters URLs; returns those that are due because of it.

        One that is known is not entered again; what is newly said of it is kept, a first date gives it its place among
        the others, and where it is said to have changed since it was saved, it is due.
        """
        new, known = self._sorted_out(list(found))
        new = [one for one in self._with_traps(site, new) if self._is_worth_a_row(site, one)]
        self.count += len(new)
        due = self._enter(site, new)
        return due + [one for one in self._with_traps(site, known) if self._is_due_now(site, one)]

    def take_in_address(self, site: str, found: Found) -> None:
        """Enters an address that a fetched page turned out to have: whatever it looks like, somebody has been there."""
        new, known = self._sorted_out([found])
        self._enter(site, new)
        for one in known:
            self._is_due_now(site, one)

    def _sorted_out(self, found: Sequence[Found]) -> tuple[list[Found], list[Found]]:
        """Those that the table does not hold, and those that say something new of what it holds: most say nothing."""
        known = self._known(found)
        new, more = [], []
        for one in found:
            if one.url not in known:
                known[one.url] = (one.fate.name if one.fate else None, as_json(one.announced))
                new.append(one)
            elif _says_more(one, *known[one.url]):
                more.append(one)
        return new, more

    def _known(self, found: Sequence[Found]) -> dict[str, tuple[str | None, str | None]]:
        """Fate and announcement of what the table holds."""
        known: dict[str, tuple[str | None, str | None]] = {}
        for begin in range(0, len(found), AT_ONCE):
            urls = [one.url for one in found[begin : begin + AT_ONCE]]
            rows = self._state.rows(f"SELECT url, fate, announced FROM urls WHERE url IN ({marks(urls)})", urls)
            known |= {url: (fate, heard) for url, fate, heard in rows}
        return known

    def _with_traps(self, site: str, found: Iterable[Found]) -> list[Found]:
        return [_trapped(one) if one.fate is None and self._is_trapped(site, one) else one for one in found]

    def _is_trapped(self, site: str, found: Found) -> bool:
        return not _ends(found) and self._traps.is_closed(site, found.pattern, wide=found.by == "link")

    def _is_worth_a_row(self, site: str, found: Found) -> bool:
        """Links to log in, to share, … differ on every page, and would be most of the file."""
        if found.fate is None or found.fate.name != NOT_FOLLOWED:
            return True
        self._passed_over[site, found.pattern] += 1
        return self._passed_over[site, found.pattern] <= MOST_ALIKE

    def _enter(self, site: str, found: Sequence[Found]) -> list[Found]:
        """Rows for URLs that have none; returns those that are due."""
        moment = moments.now()
        self._state.execute_many(
            "INSERT INTO urls (url, given, site, host, kind, pattern, depth, discovered_by, discovered_on,"
            " discovered_at, announced, published, priority, state, run, fate, detail, fate_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(one.url, one.given, site, one.host, one.kind, one.pattern, one.depth, one.by, one.on, moment),
                    *(as_json(one.announced), one.published, one.priority, "done" if one.fate else "due", self._run),
                    *((*one.fate, moment) if one.fate else (None, None, None)),
                )
                for one in found
            ],
        )
        self._fates.update((site, one.fate.name) for one in found if one.fate is not None)
        return [one for one in found if one.fate is None]

    def _is_due_now(self, site: str, found: Found) -> bool:
        """Whether a URL that has a row is due because of what is said of it."""
        if found.fate is not None:
            return False
        rows = self._state.rows(f"SELECT {', '.join(Known._fields)} FROM urls WHERE url = ?", (found.url,))
        if not rows:  # it was named twice, the first time as one link too many that is not followed
            return bool(self._enter(site, [found]))
        known = Known(*rows[0])
        if known.fate is not None and _is_followed_after_all(found, known.fate):
            self._follow(found, known)
            self._fates[site, known.fate] -= known.run == self._run
            return True
        return found.announced is not None and self._hear(found, found.announced, known)

    def _follow(self, found: Found, known: Known) -> None:
        """Makes an address due that led nowhere the way it was met first, and now does."""
        self._state.execute(
            "UPDATE urls SET state = 'due', fate = NULL, detail = NULL, fate_at = NULL, given = ?, host = ?, kind = ?,"
            " depth = ?, discovered_by = ?, discovered_on = ?, announced = ?, published = ?, priority = ? WHERE id = ?",
            (
                *(found.given, found.host, found.kind, found.depth, found.by, found.on),
                *(as_json(found.announced), found.published, found.priority, known.id),
            ),
        )

    def _hear(self, found: Found, said: Announced, known: Known) -> bool:
        """Takes in an announcement of a URL that is known; says whether it is due because of it."""
        before = msgspec.json.decode(known.announced, type=Announced) if known.announced else None
        all_said = together(before, said)
        if all_said != before:
            self._state.execute(
                "UPDATE urls SET announced = ?, published = coalesce(published, ?),"
                " priority = CASE WHEN published IS NULL AND ? IS NOT NULL AND priority < ? THEN ? ELSE priority END"
                " WHERE id = ?",
                (as_json(all_said), found.published, found.published, AGAIN / 2, found.priority, known.id),
            )
        if known.state not in ("later", "done") or known.fate not in (*KEPT, READ):
            return False
        if not is_later(said.modified, before.modified if before else None, known.fate_at):
            return False
        self._state.execute("UPDATE urls SET state = 'due', due_at = NULL WHERE id = ?", (known.id,))
        return True

    def _count_passed_over(self) -> Counter[tuple[str, str]]:
        """How many links of each site and pattern are entered as not to be followed."""
        rows = self._state.rows("SELECT site, pattern, count(*) FROM urls WHERE fate = 'not followed' GROUP BY 1, 2")
        return Counter({(site, pattern): count for site, pattern, count in rows})


def _trapped(found: Found) -> Found:
    return msgspec.structs.replace(found, fate=Fate(TRAP, f"like {found.pattern}, which gave nothing new"))


def _says_more(found: Found, fate: str | None, heard: str | None) -> bool:
    """Whether a URL that is known, with that fate and announcement, is told something of."""
    if found.fate is not None:
        return False
    if fate is not None and _is_followed_after_all(found, fate):
        return True
    return found.announced is not None and as_json(found.announced) != heard


def _is_followed_after_all(found: Found, fate: str) -> bool:
    """Whether the fate was only that of the way it was met first: by words that say nothing, too far out, in a trap."""
    return fate in (NOT_FOLLOWED, TOO_DEEP) or (fate == TRAP and _ends(found))


def _ends(found: Found) -> bool:
    """Feeds end, and so does a home page: what they name is followed whatever it looks like."""
    return found.by in ("given", "feed", "robots") or found.depth <= 1
