#!/bin/sh
# Makes sure that the operating system offers what Broadsheet cannot bring along as a Python wheel.
#
#   tools/setup-system.sh run     what a conversion needs: Python, Pango, fonts
#   tools/setup-system.sh test    that, and what the tests call: Java (EPUBCheck), poppler, qpdf, Chromium
#
# Nothing is installed, and no package list is fetched, when everything is there already. On Debian
# and its relatives the missing packages are installed with apt-get (through sudo unless root); on
# any other system they are named, and the exit code is 1.
set -eu

purpose=${1:-run}
tools=$(dirname "$0")
missing=''  # Debian packages, separated by spaces
lacking=''  # the same in words, for systems without apt-get
wanted=''   # packages that only some tests want, which are skipped without them

need() { # need PACKAGE WORDS: note a package as missing
    missing="$missing $1"
    lacking="$lacking
  - $2"
}

packaged() { # packaged PACKAGE: is this Debian package installed?
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

has_library() { # has_library SONAME DEBIAN-PACKAGE
    # dpkg knows at once; where it does not, ask the loader's cache (Linux) or look where the
    # package managers of macOS put libraries.
    packaged "$2" && return 0
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -qF "$1.so." && return 0
    for folder in /opt/homebrew/lib /usr/local/lib /opt/local/lib; do
        ls "$folder/$1".*dylib >/dev/null 2>&1 && return 0
    done
    return 1
}

has_font() { # has_font FAMILY DEBIAN-PACKAGE
    packaged "$2" && return 0
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list "$1" family 2>/dev/null)" ]
}

runs() { # runs COMMAND ARGUMENT...: is it there, and does it really start?
    "$@" >/dev/null 2>&1
}

has_chromium() {
    for name in "${BROADSHEET_CHROMIUM:-chromium}" chromium-browser google-chrome-stable google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

check() {
    missing=''
    lacking=''
    wanted=''

    "$tools/find-python.sh" >/dev/null 2>&1 ||
        need 'python3 python3-venv' 'Python 3.11, 3.12, 3.13 or 3.14 with its venv module'

    # WeasyPrint draws text with Pango; HarfBuzz's subsetter makes embedding a CJK font take
    # milliseconds instead of seconds (https://github.com/Kozea/WeasyPrint/issues/2120).
    has_library libpango-1.0 libpango-1.0-0 || need libpango-1.0-0 'Pango'
    has_library libpangoft2-1.0 libpangoft2-1.0-0 || need libpangoft2-1.0-0 'Pango for FreeType (pangoft2)'
    has_library libharfbuzz-subset libharfbuzz-subset0 ||
        need libharfbuzz-subset0 "HarfBuzz's subsetting library (harfbuzz-subset)"

    # The families that styles/ names: Han, kana and hangul in serif and sans; Latin, Greek,
    # Cyrillic, Arabic, Hebrew, Thai and the other scripts; code; emoji.
    has_font 'Noto Serif CJK SC' fonts-noto-cjk || need fonts-noto-cjk 'the fonts Noto Serif CJK and Noto Sans CJK'
    has_font 'Noto Serif' fonts-noto-core || need fonts-noto-core 'the fonts Noto Serif and Noto Sans'
    has_font 'Noto Sans Mono' fonts-noto-mono || need fonts-noto-mono 'the font Noto Sans Mono'
    has_font 'Noto Color Emoji' fonts-noto-color-emoji || need fonts-noto-color-emoji 'the font Noto Color Emoji'
    packaged fontconfig || command -v fc-list >/dev/null 2>&1 || need fontconfig 'fontconfig'

    [ "$purpose" = test ] || return 0
    runs java -version || need default-jre-headless 'a Java runtime, 11 or newer (EPUBCheck)'
    runs pdftotext -v || need poppler-utils 'poppler (pdftotext, pdftoppm, pdffonts)'
    runs qpdf --version || need qpdf 'qpdf'
    runs git --version || need git 'git'
    has_chromium || wanted=chromium # pages are looked at in it
}

check
[ -n "$missing$wanted" ] || exit 0
if [ -z "$missing" ] && ! command -v apt-get >/dev/null 2>&1; then
    echo 'There is no Chromium here: the tests that look at pages in it are skipped.' >&2
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    cat >&2 <<MESSAGE
This system lacks:$lacking

Install them, then run the same make command again. For example:
  Fedora   sudo dnf install python3 pango harfbuzz fontconfig google-noto-serif-cjk-fonts \\
             google-noto-sans-cjk-fonts google-noto-serif-fonts google-noto-sans-fonts \\
             google-noto-sans-mono-fonts google-noto-color-emoji-fonts \\
             java-21-openjdk-headless poppler-utils qpdf git chromium
  Arch     sudo pacman -S python pango harfbuzz fontconfig noto-fonts noto-fonts-cjk \\
             noto-fonts-emoji jre-openjdk-headless poppler qpdf git chromium
  macOS    brew install python@3.13 pango harfbuzz fontconfig openjdk poppler qpdf
           brew install --cask font-noto-serif-cjk font-noto-sans-cjk font-noto-serif \\
             font-noto-sans font-noto-sans-mono font-noto-color-emoji chromium
(Java, poppler, qpdf, git and Chromium are for the tests only.)
MESSAGE
    exit 1
fi

sudo=''
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "These Debian packages are missing; install them as root, then run make again:" >&2
        echo "  apt-get install --no-install-recommends$missing $wanted" >&2
        [ -n "$missing" ] && exit 1
        exit 0
    fi
    sudo=sudo
fi

echo "Installing Debian packages:$missing $wanted"
# sudo drops the environment, hence env inside it. Without -o, dpkg would draw a progress bar.
apt() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}
# A package source of the user's that does not answer need not matter: what is missing after the
# installation is what counts.
apt update || echo 'apt-get update reports errors; trying to install all the same.' >&2
# shellcheck disable=SC2086 # a list of package names
[ -z "$missing" ] || apt install -y --no-install-recommends $missing
if [ -n "$wanted" ] && ! apt install -y --no-install-recommends "$wanted"; then
    # Ubuntu has it as a snap only.
    echo 'There is no Chromium to install: the tests that look at pages in it are skipped.' >&2
fi

check
if [ -n "$missing" ]; then
    echo "Still missing after the installation:$lacking" >&2
    echo "Broadsheet needs Debian 12, Ubuntu 24.04 or newer." >&2
    exit 1
fi
