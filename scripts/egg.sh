#!/usr/bin/env bash
# Builds the egg that scrapyd takes (docs/scrapy.md), deploys it to a scrapyd of its own on loopback, and lets that crawl
# a small newspaper. Leaves the egg in dist/. Takes a minute or two; everything else goes to a folder that is removed.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

"$python" -m venv "$work/venv"
# scrapyd 1.6 and bdist_egg need setuptools with pkg_resources, our pyproject.toml one that is not older.
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'setuptools>=77,<81' 'scrapyd>=1.6'
"$work/venv/bin/python" - > "$work/requirements.txt" << 'END'
import tomllib
print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"]))
END
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$work/requirements.txt"

mkdir "$work/source"
git ls-files -z | tar --create --null --files-from=- | tar --extract --directory "$work/source"
(cd "$work/source" && "$work/venv/bin/python" -c 'from setuptools import setup; setup()' -q bdist_egg -d "$work/dist" 2> /dev/null)
mkdir -p dist
cp "$work"/dist/*.egg dist/

printf '[scrapyd]\nhttp_port = 0\nbind_address = 127.0.0.1\npoll_interval = 0.5\n' > "$work/scrapyd.conf"
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
sed -i "s/http_port = 0/http_port = $port/" "$work/scrapyd.conf"
(cd "$work" && exec venv/bin/scrapyd > scrapyd.log 2>&1) &
server=$!
PYTHONPATH=tests "$python" scripts/deploy_egg.py "$port" dist/*.egg "$work"
