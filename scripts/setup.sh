#!/bin/sh
# Leave a working environment in .venv, with the command at .venv/bin/wayside.
# Usage: scripts/setup.sh run|test      `test` adds what the tests need: PostgreSQL, Chromium, the test tools.
# Safe to run again: what is there is left alone.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}

say() { printf '%s\n' "wayside setup: $*"; }

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "no Python 3.11 or newer was found. Install python3 and python3-venv, then run this again." >&2
    exit 1
}

# Letters are drawn with Pango; the tests also start a real browser and a real database.
packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core"
[ "$kind" = test ] && packages="$packages chromium postgresql libatomic1 poppler-utils fonts-noto-cjk"

missing_packages() {
    for package in $packages; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf ' %s' "$package"
    done
}

install_packages() {
    command -v dpkg-query >/dev/null 2>&1 || { say "not Debian or Ubuntu: make sure Pango$([ "$kind" = test ] && echo ', PostgreSQL and Chromium') are installed"; return; }
    missing=$(missing_packages)
    [ -z "$missing" ] && return
    root=
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            say "these packages are missing, and installing them needs root:$missing" >&2
            say "run: sudo apt-get update && sudo apt-get install --no-install-recommends$missing" >&2
            exit 1
        fi
        root="sudo"
    fi
    say "installing Debian packages:$missing"
    # PostgreSQL's package would start a server of its own; the tests start theirs, so none is wanted.
    $root mkdir -p /etc/postgresql-common/createcluster.d
    [ -e /etc/postgresql-common/createcluster.d/wayside.conf ] || echo 'create_main_cluster = false' |
        $root tee /etc/postgresql-common/createcluster.d/wayside.conf >/dev/null
    $root apt-get update -qq
    # shellcheck disable=SC2086  # a list of package names
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

install_python() {
    requirements=requirements.txt
    [ "$kind" = test ] && requirements=requirements-dev.txt
    [ -x .venv/bin/python ] || { say "making .venv"; "$(find_python)" -m venv .venv; }
    stamp=.venv/.wayside-$kind-$(cat "$requirements" pyproject.toml | sha256sum | cut -c1-16)
    [ -e "$stamp" ] && return
    say "installing Python packages from $requirements (hashes checked)"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-compile --require-hashes -r "$requirements"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    touch "$stamp"
}

install_packages
install_python
say "ready"
