"""Sites without end come to one, and give every article they have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from gazette import printed
from gazette.traps import ARTICLES, TRAPS

ROOT = Path(__file__).parent.parent
MOST_REQUESTS = 2000


def test_six_traps_end_and_give_all_their_articles(tmp_path: Path):
    traps = {name: make(seed=number) for number, (name, make) in enumerate(TRAPS.items())}
    with ExitStack() as stack:
        sites = {name: stack.enter_context(printed(trap)) for name, trap in traps.items()}
        done = subprocess.run(
            [
                *(sys.executable, "-m", "broadsheet", "crawl", *(site.home for site in sites.values())),
                *("-o", "out.jsonl", "--allow-private", "--delay", "0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=500,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        requests = {name: len(site.log) for name, site in sites.items()}
    assert max(requests.values()) <= MOST_REQUESTS, requests
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    found = Counter(json.loads(line)["canonical_url"] for line in lines)
    for name, trap in traps.items():
        missing = {trap.base + story.path for story in trap.paper.stories} - found.keys()
        assert not missing, (name, len(missing), requests[name])
    assert len(lines) == len(found) == ARTICLES * len(traps)
