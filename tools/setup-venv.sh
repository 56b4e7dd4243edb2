#!/bin/sh
# Brings the virtual environment .venv up to date.
#
#   tools/setup-venv.sh run     what a conversion needs, and Broadsheet itself, editable
#   tools/setup-venv.sh dev     that, and what tests, lint and types need
#
# Every package comes from a list with hashes (requirements/), so two machines get the same bytes.
# A key inside .venv says what it was built from; while that holds, this script ends at once.
set -eu

purpose=${1:-run}
cd "$(dirname "$0")/.."
root=$(pwd)

key_of() { # key_of PURPOSE: what that environment depends on: lists, metadata, folder, Python
    printf '%s %s ' "$root" "$(.venv/bin/python -c 'import sys; print(sys.version)' 2>/dev/null)"
    {
        cat pyproject.toml requirements/runtime.txt requirements/build.txt
        grep '^__version__' converters/__init__.py
        [ "$1" = run ] || cat requirements/dev.txt
    } | cksum
}

is_current() { # is_current PURPOSE
    [ -f ".venv/made-for-$1" ] && [ "$(cat ".venv/made-for-$1")" = "$(key_of "$1")" ]
}

# What serves development serves a conversion too.
if is_current dev || { [ "$purpose" = run ] && is_current run; }; then
    exit 0
fi

# Start afresh where the environment's Python is gone or too old, or the folder was moved.
if ! PYTHON=.venv/bin/python tools/find-python.sh >/dev/null 2>&1 ||
    [ "$(cat .venv/made-in 2>/dev/null)" != "$root" ]; then
    python=$(tools/find-python.sh)
    echo "Making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
    printf '%s\n' "$root" >.venv/made-in
fi

pip() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"
}

rm -f .venv/made-for-*
echo "Installing the pinned packages into .venv"
if [ "$purpose" = dev ]; then
    pip install -qq --require-hashes -r requirements/dev.txt
else
    pip install -qq --require-hashes -r requirements/runtime.txt -r requirements/build.txt
fi
pip install -qq --no-deps --no-build-isolation --editable .
key_of "$purpose" >".venv/made-for-$purpose"
