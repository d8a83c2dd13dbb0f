"""The URLs of a state file: handed out when due, each with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from items import Announced
from scrapers.frontier import moments
from scrapers.frontier.fates import WAITING, Fate
from scrapers.frontier.found import By, Kind
from scrapers.frontier.state import AGAIN, State

Turn = tuple[str, str]
"""Site and host: who takes turns."""
FIELDS = (
    "id, url, given, site, host, kind, pattern, depth, announced, published, fate, fate_at, etag, last_modified,"
    " attempts, checks, every, discovered_by"
)


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


class Validators(msgspec.Struct, frozen=True):
    """What the server gave to ask with next time."""

    etag: str | None = None
    last_modified: str | None = None


class Urls:
    """The table of URLs. Everything happens in the state's transaction, until somebody commits."""

    def __init__(self, state: State, run: int) -> None:
        self.state = state
        self.run = run

    def ripen(self, sites: Iterable[str]) -> set[Turn]:
        """What waited for a moment that has come is due; returns whose it is."""
        sites = list(sites)
        rows = self.state.execute(
            f"UPDATE urls SET state = 'due', due_at = NULL WHERE state = 'later' AND due_at <= ?"
            f" AND site IN ({marks(sites)}) RETURNING site, host",
            (moments.now(), *sites),
        ).fetchall()
        return set(rows)

    def turns(self, sites: Iterable[str]) -> set[Turn]:
        """All sites and hosts that have something due."""
        sites = list(sites)
        return set(
            self.state.rows(
                f"SELECT DISTINCT site, host FROM urls WHERE state = 'due' AND site IN ({marks(sites)})", sites
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


def marks(values: Sequence[str]) -> str:
    """A place in a statement for each of the values."""
    return ", ".join("?" * len(values))
