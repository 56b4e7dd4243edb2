#!/bin/sh
# Prints the Python to build the virtual environment with, or says why there is none (exit code 1).
# $PYTHON decides when it is set; otherwise the system's python3 is preferred over numbered ones.
set -eu

suits() { # suits COMMAND: a supported version that can make virtual environments with pip
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
        >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    suits "$PYTHON" && echo "$PYTHON" && exit 0
    echo "PYTHON=$PYTHON is not a Python 3.11 to 3.14 with the modules venv and ensurepip." >&2
    exit 1
fi
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    suits "$candidate" && echo "$candidate" && exit 0
done
echo "No Python 3.11 to 3.14 with venv and ensurepip was found (Debian: python3 python3-venv)." >&2
exit 1
