"""Which addresses a picture may be had from, in the order in which they are worth trying.

A source often names several: sizes of one picture (HTML ``srcset``), a proxy and what it stands
for, a lazy loader's address and that of the picture. A browser chooses by the screen
(https://html.spec.whatwg.org/multipage/images.html#selecting-an-image-source); here the target's
need takes the place of the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from converters.addresses import resolve
from converters.article import Candidate, Image
from converters.images.need import Need
from converters.proxies import original_picture
from converters.trackers import is_placeholder, is_tracking

__all__ = ["addresses"]

_MOST = 10
"""Addresses of one picture that are tried: what ten do not give, others will not."""

# "photo-300x168.jpg", "photo.jpg?w=300", "/w_300,q_80/photo.jpg".
_NAMED_WIDTH = re.compile(
    r"[-_](\d{2,4})x\d{2,4}\.\w{3,4}(?:\?|$)|[?&/,](?:w|width)[=_](\d{2,4})(?!\d)", re.IGNORECASE
)


def addresses(image: Image, need: Need, base: str = "") -> tuple[str, ...]:
    """Every address of ``image`` that is worth trying, best first; none where it shows nothing.

    First comes the smallest candidate that is as wide as ``need`` asks, or the picture's own
    address where none is; then the others. What a proxy was asked for comes before all proxies.
    A relative address stays as it is, for a file in the source's folder; resolved against
    ``base``, the article's address on the web, it comes last.
    """
    offers = [each for each in _in_order(image, need) if each and not is_tracking(each)]
    # A name such as "blank.png" is no proof: on its own it may be what the author wants shown.
    offers = [each for each in offers if not is_placeholder(each)] or offers[:1]
    originals = [original_picture(offer) for offer in offers]
    tried = [*originals, *offers]
    if base.startswith(("http://", "https://")):
        tried += [original_picture(resolve(offer, base)) for offer in offers]
    return tuple(dict.fromkeys(tried))[:_MOST]


def _in_order(image: Image, need: Need) -> Iterator[str]:
    """What the image offers, best first; ``//host/x`` with a scheme."""
    fitting, narrow = _sorted(image.candidates, need.width)
    known = {each.url for each in image.candidates}
    offers: Iterable[str] = (
        *(each.url for each in fitting[:1]),
        # An address that is no candidate is mostly the original, wider than what is too narrow.
        *(() if image.url in known or _is_narrow(image.url, narrow) else (image.url,)),
        *(each.url for each in narrow[:1] if not fitting),
        image.url,
        *image.alternatives,
        *(each.url for each in (*fitting[1:], *narrow)),
    )
    return (resolve(offer) for offer in offers)


def _is_narrow(url: str, candidates: list[Candidate]) -> bool:
    """Whether ``url`` names its width, and it is less than the first candidate's."""
    match = _NAMED_WIDTH.search(url[:2000])
    return bool(match and candidates and int(match[1] or match[2]) < candidates[0].width)


def _sorted(candidates: Iterable[Candidate], width: int) -> tuple[list[Candidate], list[Candidate]]:
    """Candidates as wide as asked (0: without limit), narrowest first; the rest, widest first."""
    ordered = sorted(candidates, key=lambda each: each.width)
    if not width:
        return [], ordered[::-1]
    fitting = [each for each in ordered if each.width >= width]
    return fitting, ordered[: len(ordered) - len(fitting)][::-1]
