"""The URLs of a state file: discovered once, handed out when due, each with what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from items import Announced
from scrapers.frontier import moments
from scrapers.frontier.fates import KEPT, NOT_FOLLOWED, READ, WAITING, Fate
from scrapers.frontier.state import AGAIN, State

Kind = Literal["home", "section", "feed", "sitemap", "article"]
By = Literal["given", "feed", "sitemap", "link", "robots", "guess", "redirect", "canonical"]
Turn = tuple[str, str]
"""Site and host: who takes turns."""
Alike = tuple[str, str]
"""Site and pattern: addresses that differ in numbers, names and values only."""

SOURCES = ("feed", "news_sitemap", "sitemap", "listing")
"""Who announces articles, from the one that tells most."""
AT_ONCE = 500  # values that one statement is given
FIELDS = (
    "id, url, given, site, host, kind, pattern, depth, announced, published, fate, fate_at, etag, last_modified,"
    " attempts, checks, every, discovered_by"
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A URL as something named it."""

    url: str
    """The one address that all its variants come down to."""
    given: str
    """As it was written, absolute, without fragment: what is fetched."""
    host: str
    kind: Kind
    pattern: str
    depth: int
    by: By
    on: str | None = None
    """Where it was named."""
    announced: Announced | None = None
    published: str | None = None
    priority: float = 0.0
    fate: Fate | None = None
    """Where it is clear before anything is fetched that nothing will be."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A URL in somebody's hands."""

    id: int
    url: str
    given: str
    site: str
    host: str
    kind: Kind
    pattern: str
    depth: int
    announced: Announced | None
    published: str | None
    fate: str | None
    """What became of it last time."""
    fate_at: str | None
    etag: str | None
    last_modified: str | None
    attempts: int
    checks: int
    every: float | None
    discovered_by: By


class Discovered(NamedTuple):
    """What came of naming a URL."""

    is_due: bool
    """It is to be fetched because of it."""
    is_new: bool
    was_passed_over: bool = False
    """This run had entered it as a link not to be followed."""


class Validators(msgspec.Struct, frozen=True):
    """What the server gave to ask with next time."""

    etag: str | None = None
    last_modified: str | None = None


class Urls:
    """The table of URLs. Everything happens in the state's transaction, until somebody commits."""

    def __init__(self, state: State, run: int) -> None:
        self.state = state
        self.run = run

    def news(self, found: Iterable[Found]) -> list[Found]:
        """Those that say something the table does not hold: most links of a page do not."""
        found = list(found)
        known: dict[str, tuple[str | None, str | None]] = {}
        for begin in range(0, len(found), AT_ONCE):
            urls = [one.url for one in found[begin : begin + AT_ONCE]]
            rows = self.state.rows(f"SELECT url, fate, announced FROM urls WHERE url IN ({_marks(urls)})", urls)
            known |= {url: (fate, heard) for url, fate, heard in rows}
        return [one for one in found if one.url not in known or _says_more(one, *known[one.url])]

    def discover(self, site: str, found: Found) -> Discovered:
        """Enters a URL, and says what came of it.

        One that is known is not entered again; what is newly said of it is kept, a first date gives it its place among
        the others, and where it is said to have changed since it was saved, it is due.
        """
        fate = found.fate
        moment = moments.now()
        entered = self.state.execute(
            "INSERT INTO urls (url, given, site, host, kind, pattern, depth, discovered_by, discovered_on,"
            " discovered_at, announced, published, priority, state, run, fate, detail, fate_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO NOTHING",
            (
                *(found.url, found.given, site, found.host, found.kind, found.pattern, found.depth),
                *(found.by, found.on, moment, _json(found.announced), found.published, found.priority),
                *("done" if fate else "due", self.run),
                *((fate.name, fate.detail, moment) if fate else (None, None, None)),
            ),
        ).rowcount
        if entered:
            return Discovered(is_due=fate is None, is_new=True)
        if fate is not None:
            return Discovered(is_due=False, is_new=False)
        run = self._follow(found)
        if run is not None:
            return Discovered(is_due=True, is_new=False, was_passed_over=run == self.run)
        return Discovered(is_due=found.announced is not None and self._hear(found, found.announced), is_new=False)

    def _follow(self, found: Found) -> int | None:
        """Makes a link due that looked like nothing where it was met first, and now does.

        Returns the run that had passed it over; None: it is no such link.
        """
        runs = self.state.execute(
            "UPDATE urls SET state = 'due', fate = NULL, detail = NULL, fate_at = NULL, given = ?, host = ?, kind = ?,"
            " depth = ?, discovered_by = ?, discovered_on = ?, announced = ?, published = ?, priority = ?"
            " WHERE url = ? AND fate = ? RETURNING run",
            (
                *(found.given, found.host, found.kind, found.depth, found.by, found.on),
                *(_json(found.announced), found.published, found.priority, found.url, NOT_FOLLOWED),
            ),
        ).fetchall()
        return runs[0][0] if runs else None

    def passed_over(self) -> Counter[Alike]:
        """How many links of each pattern are entered as not to be followed."""
        rows = self.state.rows("SELECT site, pattern, count(*) FROM urls WHERE fate = 'not followed' GROUP BY 1, 2")
        return Counter({(site, pattern): count for site, pattern, count in rows})

    def _hear(self, found: Found, said: Announced) -> bool:
        """Takes in an announcement of a URL that is known; says whether it is due because of it."""
        row = self.state.rows("SELECT id, announced, state, fate, fate_at FROM urls WHERE url = ?", (found.url,))[0]
        number, heard, state, fate, fate_at = row
        before = msgspec.json.decode(heard, type=Announced) if heard else None
        together = _together(before, said)
        if together != before:
            self.state.execute(
                "UPDATE urls SET announced = ?, published = coalesce(published, ?),"
                " priority = CASE WHEN published IS NULL AND ? IS NOT NULL AND priority < ? THEN ? ELSE priority END"
                " WHERE id = ?",
                (_json(together), found.published, found.published, AGAIN / 2, found.priority, number),
            )
        if state not in ("later", "done") or fate not in (*KEPT, READ):
            return False
        if not _is_later(said.modified, before.modified if before else None, fate_at):
            return False
        self.state.execute("UPDATE urls SET state = 'due', due_at = NULL WHERE id = ?", (number,))
        return True

    def ripen(self, sites: Iterable[str]) -> set[Turn]:
        """What waited for a moment that has come is due; returns whose it is."""
        sites = list(sites)
        rows = self.state.execute(
            f"UPDATE urls SET state = 'due', due_at = NULL WHERE state = 'later' AND due_at <= ?"
            f" AND site IN ({_marks(sites)}) RETURNING site, host",
            (moments.now(), *sites),
        ).fetchall()
        return set(rows)

    def turns(self, sites: Iterable[str]) -> set[Turn]:
        """All sites and hosts that have something due."""
        sites = list(sites)
        return set(
            self.state.rows(
                f"SELECT DISTINCT site, host FROM urls WHERE state = 'due' AND site IN ({_marks(sites)})", sites
            )
        )

    def lease(self, turn: Turn) -> Lease | None:
        """The foremost due URL of a host, now in our hands; None: it has none."""
        rows = self.state.rows(
            f"SELECT {FIELDS} FROM urls WHERE state = 'due' AND site = ? AND host = ?"
            " ORDER BY priority DESC, id LIMIT 1",
            turn,
        )
        if not rows:
            return None
        lease = _lease(rows[0])
        self.state.execute(
            "UPDATE urls SET state = 'leased', run = ?, priority = priority - iif(priority >= ?, ?, 0) WHERE id = ?",
            (self.run, AGAIN / 2, AGAIN, lease.id),
        )
        return lease

    def give_back(self, lease: Lease) -> None:
        """Makes it due again, before all others: somebody may have been there already."""
        self.state.execute("UPDATE urls SET state = 'due', priority = priority + ? WHERE id = ?", (AGAIN, lease.id))

    def put_off(self, host: str, seconds: float) -> None:
        """Everything that is due of a host waits for so long."""
        self.state.execute(
            "UPDATE urls SET state = 'later', due_at = ? WHERE state = 'due' AND host = ?",
            (moments.after(moments.now(), seconds), host),
        )

    def settle(
        self,
        lease: Lease,
        fate: Fate,
        *,
        again: float | None = None,
        validators: Validators | None = None,
        attempts: int = 0,
        every: float | None = None,
        published: str | None = None,
        checks: int | None = None,
    ) -> None:
        """Enters what became of a lease.

        again: seconds until it is due anew; None: never. validators: None keeps those it had.
        """
        moment = moments.now()
        kept = validators or Validators(lease.etag, lease.last_modified)
        self.state.execute(
            "UPDATE urls SET state = ?, due_at = ?, fate = ?, detail = ?, fate_at = ?, etag = ?, last_modified = ?,"
            " attempts = ?, checks = ?, every = ?, published = coalesce(?, published) WHERE id = ?",
            (
                *("done" if again is None else "later", None if again is None else moments.after(moment, again)),
                *(fate.name, fate.detail, moment, kept.etag, kept.last_modified),
                *(attempts, lease.checks if checks is None else checks, every, published, lease.id),
            ),
        )
        self.state.execute(
            "INSERT INTO visits (url, run, at, fate, detail) VALUES (?, ?, ?, ?, ?)",
            (lease.id, self.run, moment, fate.name, fate.detail),
        )

    def dismiss(self, fate: Fate, where: str, values: Iterable[object]) -> int:
        """Gives all due URLs that meet a condition a fate without anybody going there; returns how many."""
        return self.state.execute(
            f"UPDATE urls SET state = 'done', fate = ?, detail = ?, fate_at = ? WHERE state = 'due' AND {where}",
            (fate.name, fate.detail, moments.now(), *values),
        ).rowcount

    def revive(self, where: str, values: Iterable[object]) -> int:
        """Makes all settled URLs that meet a condition due; returns how many."""
        return self.state.execute(
            f"UPDATE urls SET state = 'due', due_at = NULL WHERE state IN ('later', 'done') AND {where}", tuple(values)
        ).rowcount

    def number_of(self, url: str) -> int | None:
        """The row of a canonical address; None: it was never seen."""
        rows = self.state.rows("SELECT id FROM urls WHERE url = ?", (url,))
        return rows[0][0] if rows else None

    def row(self, number: int) -> Lease:
        """What is known of a URL."""
        return _lease(self.state.rows(f"SELECT {FIELDS} FROM urls WHERE id = ?", (number,))[0])

    def counts(self) -> dict[str, int]:
        """How many URLs have which fate; those without one are `waiting`."""
        return dict(self.state.rows(f"SELECT coalesce(fate, '{WAITING}'), count(*) FROM urls GROUP BY 1"))


def _lease(row: tuple[object, ...]) -> Lease:
    named = dict(zip(FIELDS.split(", "), row, strict=True))
    heard = named["announced"]
    named["announced"] = msgspec.json.decode(str(heard), type=Announced) if heard else None
    return msgspec.convert(named, Lease)


def _json(announced: Announced | None) -> str | None:
    return msgspec.json.encode(announced).decode() if announced is not None else None


def _says_more(found: Found, fate: str | None, heard: str | None) -> bool:
    """Whether a URL that is known, with that fate and announcement, is told something of."""
    if found.fate is not None:
        return False
    return fate == NOT_FOLLOWED or (found.announced is not None and _json(found.announced) != heard)


def _marks(values: list[str]) -> str:
    return ", ".join("?" * len(values))


def _together(before: Announced | None, said: Announced) -> Announced:
    """Both announcements as one: the later one's words, and what only the earlier one said."""
    if before is None:
        return said
    told = {name: value for name in Announced.__struct_fields__ if (value := getattr(said, name))}
    modified = max(filter(None, (before.modified, said.modified)), key=_moment, default=None)
    source = min(before.source, said.source, key=SOURCES.index)
    return msgspec.structs.replace(before, **{**told, "modified": modified, "source": source})


def _moment(written: str) -> float:
    moment = moments.read(written)
    return moments.days(moment) if moment else 0.0


def _is_later(said: str | None, before: str | None, seen: str | None) -> bool:
    """Whether a date of change that is announced is news: later than the one known, or than our last look."""
    moment = moments.read(said)
    known = moments.read(before) or moments.read(seen)
    return moment is not None and (known is None or moment > known)
