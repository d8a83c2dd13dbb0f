#!/usr/bin/env bash
# Installs what the tests need beside Python, where it is missing and we may: as root, on Debian and its like.
set -euo pipefail

packages=()
want() { # want PROGRAM-OR-PATTERN PACKAGE
    compgen -G "$1" > /dev/null || command -v "$1" > /dev/null || packages+=("$2")
}
want '/usr/lib/postgresql/*/bin/initdb' postgresql
want /usr/sbin/sshd openssh-server
want chromium chromium
want gcc gcc
want /usr/include/stdio.h libc6-dev

[ ${#packages[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "not installed: ${packages[*]}; tests that need them are skipped" >&2
    exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
