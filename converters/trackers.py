"""Addresses of pictures that show nothing: spacers of lazy loaders, and pixels that count readers.

Both are told by how the web names them. A spacer's whole file name is made of such words, since
``pixel-6.jpg`` and ``loading-dock.jpg`` are pictures; a tracker is of a service that does nothing
else, or asks with parameters for a file that such services have.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

__all__ = ["is_placeholder", "is_tracking"]

_TINY_DATA = 800  # characters: a data: address below this holds a spacer, not a picture
_NO_PICTURE = re.compile(
    r"(?:javascript|vbscript|about|blob|chrome|chrome-extension):", re.IGNORECASE
)
_FILE = re.compile(r"([^/?#=]{1,100})\.(gif|png|svg|jpe?g|webp)(?:[?#]|$)", re.IGNORECASE)
_NAME = 110  # characters at the end that can hold a file name with its ending
_BETWEEN = re.compile(r"[-_.+\s]|%20")
# Words that only spacers are made of, and words that they share with pictures of something.
_SPACERS = frozenset(
    "spacer shim cleardot transparent transparant placeholder lazyload 1x1 1px onepixel".split()
)
_PERHAPS = frozenset("blank pixel loading loader spinner lazy grey gray trans clear empty".split())
_BESIDE = frozenset(
    "image images img bg ajax gif png svg no default small medium large icon page white black "
    "light dark min thumb thumbnail base64 1 2".split()
)
_FILLING = _SPACERS | _PERHAPS | _BESIDE
# Dimensions, or the digest that a build adds to names.
_NUMBERS = re.compile(r"^(?:\d{1,4}x\d{1,4}|\d{1,2}px|(?=[a-z]*\d)[0-9a-f]{6,64})$")


def is_placeholder(address: str) -> bool:
    """Whether ``address`` can only show a spacer or nothing."""
    if address[:5].lower() == "data:":
        return len(address) < _TINY_DATA
    if not address:
        return True
    return _is_spacer(address[:2000].partition("?")[0])


@lru_cache(maxsize=256)  # each address of a picture is asked about several times
def _is_spacer(address: str) -> bool:
    if _NO_PICTURE.match(address):
        return True
    match = _FILE.search(address, max(0, len(address) - _NAME))
    if match is None:
        return False
    words = [word for word in _BETWEEN.split(match[1].lower()) if word]
    if not all(_is_filling(word) for word in words):
        return False
    drawn = match[2].lower() in {"gif", "png", "svg"}
    return any(word in _SPACERS or (drawn and word in _PERHAPS) for word in words)


def _is_filling(word: str) -> bool:
    return word in _FILLING or bool(_NUMBERS.match(word))


# Services that count: the end of their host, or the whole of it, and where their path begins.
_KNOWN = (
    (r"doubleclick\.net|google-analytics\.com|googletagmanager\.com|quantserve\.com", ""),
    (r"scorecardresearch\.com|ivwbox\.de|ioam\.de|xiti\.com|estat\.com|exactag\.com", ""),
    (r"(?:pixel|stats)\.(?:wp|wordpress)\.com|counter\.yadro\.ru|hm\.baidu\.com", ""),
    (r"cnzz\.com|mc\.yandex\.ru|top-fwz1\.mail\.ru|bat\.bing\.com|px\.ads\.linkedin\.com", ""),
    (r"analytics\.twitter\.com|ct\.pinterest\.com|met\.vgwort\.de", ""),
    (r"t\.co", r"^/(?:1/)?i/adsct"),
    (r"vgwort\.de", r"^/na/"),
    (r"facebook\.com", r"^/(?:tr|impression\.php)\b"),
    (r"feedburner\.com|feeds\.[a-z0-9-]+\.[a-z]+", r"^/~(?:r|ff|a)/"),
    (r"feedsportal\.com", r"mf\.gif$"),
    (r"medium\.com", r"^/_/stat$"),
    (r"list-manage\.com", r"^/track/"),
)
_HOSTS = re.compile(rf"(?:^|\.)(?:{'|'.join(host for host, _ in _KNOWN)})$")
# Hosts named after what they do, unless what they give is named as a photograph.
_COUNTING_HOST = re.compile(
    r"^(?:pixels?|px|beacon|track(?:er|ing)?|analytics|counter|telemetry|impressions?)\d*\."
)
_PHOTOGRAPH = re.compile(r"\.(?:jpe?g|webp|avif|png|svg)$", re.IGNORECASE)
_COUNTING_FILE = re.compile(
    r"/(?:pixel|beacon|track(?:er|ing)?|collect|impression|counter|__utm|__ptq|piwik|matomo)"
    r"(?:\.(?:gif|php|aspx?|cgi|ashx))?$"
    r"|/[\w-]{0,40}[-_](?:pixel|1x1|beacon)\.(?:gif|png)$|/wf/open$|/track/open\b",
    re.IGNORECASE,
)
# With parameters, also what could otherwise be somebody's drawing.
_ASKING_FILE = re.compile(
    r"/(?:open|hit|count|stats?|px|imp|b|g|tr|p|log|view)(?:\.(?:gif|php|aspx?|cgi))?$",
    re.IGNORECASE,
)


def is_tracking(address: str) -> bool:
    """Whether who asks for ``address`` is counted, and shown nothing."""
    if not address.startswith(("http://", "https://", "//")):
        return False
    return _is_tracking(address[:2000])


@lru_cache(maxsize=256)
def _is_tracking(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if _HOSTS.search(host):
        paths = (path for name, path in _KNOWN if re.search(rf"(?:^|\.)(?:{name})$", host))
        if any(re.search(path, parts.path) for path in paths):
            return True
    if _COUNTING_HOST.match(host) and not _PHOTOGRAPH.search(parts.path):
        return True
    path = parts.path.rstrip("/")
    return bool(_COUNTING_FILE.search(path) or (parts.query and _ASKING_FILE.search(path)))
