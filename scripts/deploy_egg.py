"""Deploys an egg to the scrapyd on a port of loopback and lets it crawl a small newspaper: exit code 0 if all is saved.

python scripts/deploy_egg.py PORT EGG FOLDER
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from gazette import Paper, printed

ARTICLES = 6
PATIENCE = 300.0  # seconds
SETTINGS = ("DOWNLOAD_DELAY=0", "BROADSHEET_ALLOW_PRIVATE=1", "BROADSHEET_WORKERS=1")


def main(port: str, egg: str, folder: str) -> None:
    base = f"http://127.0.0.1:{port}/"
    wait_for(lambda: ask(base + "daemonstatus.json"))
    print(ask(base + "addversion.json", *form({"project": "broadsheet", "version": "1"}, Path(egg).read_bytes())))
    out = Path(folder, "out.jsonl")
    with printed(Paper(articles=ARTICLES)) as gazette:
        job = [("project", "broadsheet"), ("spider", "news"), ("site", gazette.home), ("output", str(out))]
        job += [("state", str(Path(folder, "state.db"))), *(("setting", setting) for setting in SETTINGS)]
        print(ask(base + "schedule.json", urlencode(job).encode()))
        wait_for(lambda: ask(base + "listjobs.json?project=broadsheet")["finished"])
    saved = len(out.read_text(encoding="utf-8").splitlines())
    print(f"{saved} of {ARTICLES} articles saved by scrapyd")
    sys.exit(0 if saved == ARTICLES else 1)


def ask(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
    """scrapyd's answer. Raises OSError where it does not answer, RuntimeError where it says no."""
    with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=60) as answer:
        said = json.load(answer)
    if said["status"] != "ok":
        raise RuntimeError(said)
    return said


def form(fields: dict[str, str], egg: bytes) -> tuple[bytes, dict[str, str]]:
    """A form with a file, as browsers send it: body and headers."""
    boundary = uuid.uuid4().hex
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="egg"; filename="broadsheet.egg"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + egg + f"\r\n--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def wait_for(true: Any) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            if true():
                return
        except urllib.error.URLError:
            pass
        time.sleep(0.5)
    sys.exit("scrapyd took too long")


if __name__ == "__main__":
    main(*sys.argv[1:])
