"""Asks pip-audit for known holes in what is installed here, and says in one line what came of it.

Exit codes: 0 none known, 1 some are, 2 nobody could be asked, or not about every package.
"""

from __future__ import annotations

import json
import subprocess
import sys

SECONDS = 300
OURS = "broadsheet"


def main() -> int:
    """Prints the packages with known holes, if there are any, and the outcome."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", *sys.argv[1:]]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages = json.loads(asked.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        print(f"pip-audit: no answer within {SECONDS} seconds", file=sys.stderr)
        return 2
    except (ValueError, KeyError):
        said = asked.stderr.strip().splitlines() or ["no answer"]
        print(f"pip-audit: the service for known holes cannot be asked: {said[-1][:200]}", file=sys.stderr)
        return 2
    return outcome([package for package in packages if package["name"] != OURS])


def outcome(packages: list[dict[str, object]]) -> int:
    """Says it, and returns the exit code. packages: as pip-audit lists them."""
    holes = {f"{one['name']} {one['version']}": one["vulns"] for one in packages if one.get("vulns")}
    skipped = sum("skip_reason" in one for one in packages)
    for name, found in holes.items():
        print(f"{name}: {', '.join(hole['id'] for hole in found)}")  # type: ignore[attr-defined]
    asked = len(packages) - skipped
    print(f"pip-audit: {asked} of {len(packages)} packages known to the service, {len(holes)} with known holes")
    return 1 if holes else 2 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
