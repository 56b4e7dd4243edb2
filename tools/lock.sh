#!/bin/sh
# Writes requirements/*.txt from pyproject.toml: exact versions with the hashes of all their files.
#
#   tools/lock.sh              keep the versions that still fit
#   tools/lock.sh --upgrade    take the newest that fit
#
# One resolution holds for every supported Python and system. The lists name no package index: the
# hashes make it irrelevant where the files come from. They are taken from uv's own default index,
# whatever this machine is configured to use.
set -eu

cd "$(dirname "$0")/.."
python=$(tools/find-python.sh)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip --disable-pip-version-check install -qq 'uv>=0.9,<1'

compile() { # compile LIST ARGUMENT...
    list=$1
    shift
    echo "requirements/$list"
    env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
        "$scratch/venv/bin/uv" --no-config pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --output-file "requirements/$list" "$@"
}

compile runtime.txt "$@" pyproject.toml
# The constraints keep a package at one version wherever it is listed.
compile dev.txt "$@" --constraints requirements/runtime.txt --group dev pyproject.toml
compile build.txt "$@" --constraints requirements/dev.txt --group build
