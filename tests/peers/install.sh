#!/usr/bin/env bash
# Installs the pinned peers into .installed/ beside this file (ignored by Git).
# Usage: install.sh [--bench]     a second run with nothing new to install takes milliseconds
# What is missing (node, npm, python3 or a registry) is said in one line; exit code 0 when everything asked for is there.
set -euo pipefail
cd "$(dirname "$0")"
status=0

# A set is installed anew when the file that pins it changes.
current() { # current STAMP PINS
  [ -f ".installed/$1" ] && cmp -s ".installed/$1" "$2"
}

install_node() { # install_node NAME PINS
  local dir=".installed/$1"
  current "$1.stamp" "$2" && return 0
  if ! command -v npm >/dev/null; then
    echo "install: npm not found, the JavaScript peers of '$1' are left out" >&2
    return 1
  fi
  mkdir -p "$dir"
  cp "$2" "$dir/package.json"
  (cd "$dir" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error >&2) || return 1
  cp "$2" ".installed/$1.stamp"
}

install_python() { # install_python NAME PINS
  local dir=".installed/$1"
  current "$1.stamp" "$2" && return 0
  if ! command -v python3 >/dev/null; then
    echo "install: python3 not found, the Python peers of '$1' are left out" >&2
    return 1
  fi
  [ -x "$dir/bin/python" ] || python3 -m venv "$dir" || return 1
  "$dir/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2" >&2 || return 1
  cp "$2" ".installed/$1.stamp"
}

mkdir -p .installed
install_node node package.json || status=1
install_python python requirements.txt || status=1
if [ "${1:-}" = "--bench" ]; then
  install_node bench-node bench/package.json || status=1
  install_python bench-python bench/requirements.txt || status=1
fi
exit $status
