"""Pictures: from an image in the model to bytes that can travel in a file.

:class:`Pictures` knows where the pictures of a run may come from and what the target can use of
them. :meth:`Pictures.collect` brings all that an edition shows, several at once, and leaves out
what turns out to be no picture but a pixel that counts readers; the writer then looks each up.

What is at hand (:mod:`~converters.images.places`) goes before the web
(:mod:`~converters.images.web`). Every picture is decoded and encoded anew
(:mod:`~converters.images.raster`), and waits on the disk (:mod:`~converters.images.spool`).
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2s
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from converters.article import (
    Article,
    Figure,
    Image,
    Paragraph,
    query,
    walk,
)
from converters.errors import ImageError
from converters.images.candidates import addresses
from converters.images.need import MAX_BYTES, MAX_PIXELS, Encoded, Need
from converters.images.places import (
    Folder,
    Place,
    at_hand,
    decode,
    is_data,
    is_remote,
    shown,
)
from converters.images.spool import Picture, Spool
from converters.images.words import referable, without_images

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from converters.fetch import FetchPolicy
    from converters.images.made import KeptPictures, Made
    from converters.images.web import Hosts, PictureFetcher

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "Account",
    "Folder",
    "Missing",
    "Need",
    "Picture",
    "Pictures",
    "Place",
    "Policy",
    "decode",
    "images_of",
    "referable",
    "shown",
]

Policy: TypeAlias = Literal["embed", "link", "none", "folder"]
"""What becomes of pictures: they travel in the file, they stay links, they are left out, or they
travel in a folder beside the file."""

_TRAVELLING = ("embed", "folder")
_FOLDER = "images"
# What comes over the network waits most of the time, what is decoded computes.
_AT_ONCE = 12
# Threads that decode: each keeps what it once took of memory, some seventy megabytes. With one for
# every connection two hundred photographs took 470 MB and more time than with two, 220 MB.
_DECODERS = 2
_LOOK = 0.1  # seconds between two looks at what is to end
# Seconds for decoding all pictures of a file, which are hundreds of times what a magazine takes;
# and for drawings of which nothing comes. A hostile document could go on for hours.
_DECODING_TIME = 900.0
_LOST_TIME = 40.0
_NO_TIME = "is left out: pictures before it took too long to decode"
# A picture of so few pixels shows nothing: it is there to be asked for.
_PIXEL = 2
# Characters of an address; longer ones carry their bytes along and are not kept.
_LONG_ADDRESS = 4000
# Lazy loaders put a blurred one of so many pixels across, in a data: address, where the picture
# will be.
_STAND_IN = 100


class Missing(Struct, frozen=True):
    """A picture that could not be had: its address, and why."""

    url: str
    reason: str

    def __str__(self) -> str:
        return f"picture {shown(self.url)} {self.reason}"


class Account(Struct, frozen=True, kw_only=True):
    """What became of the pictures of a file.

    ``embedded`` counts the different pictures that travel, of ``size`` bytes together;
    ``missing`` are those that could not be had; ``pixels`` counts what only tracks.
    """

    embedded: int = 0
    size: int = 0
    missing: tuple[Missing, ...] = ()
    pixels: int = 0


def _ignore(message: str) -> None:
    """Take a warning that nobody wants to hear."""


def _tell_nobody(done: int, of: int, url: str) -> None:
    """Take what nobody watches."""


class _Made(NamedTuple):
    """What was made of a file: a picture, or ``None`` for a tracking pixel; and what is wrong."""

    picture: Picture | None
    faults: tuple[str, ...] = ()


class _Found(NamedTuple):
    """What an image led to: a picture, a pixel, or nothing, for which ``missing`` says why."""

    picture: Picture | None = None
    is_pixel: bool = False
    missing: Missing | None = None
    faults: tuple[str, ...] = ()


_Key: TypeAlias = tuple[str, Place | None, tuple[str, ...], Need]


class Pictures:
    """Finds pictures and makes them fit the target.

    ``places`` says, by the name that articles have in ``provenance.source``, below which folder
    or in which container the pictures of that source may lie; a source that is not named there
    has no local pictures. ``policy`` is what the person asked for, ``need`` what the target can
    use. ``fetch`` says how pictures are brought from the web; without it they are not looked for.
    ``warn`` takes one sentence for each picture that is damaged or missing, ``tell`` how many are
    done, of how many, and the address of the last.

    Used as a context, it closes its connections and gives its disk space back at the end.
    """

    def __init__(
        self,
        places: Mapping[str, Place] | None = None,
        *,
        policy: Policy = "embed",
        need: Need | None = None,
        fetch: FetchPolicy | None = None,
        warn: Callable[[str], None] = _ignore,
        tell: Callable[[int, int, str], None] = _tell_nobody,
    ) -> None:
        self.places = dict(places or {})
        self.policy = policy
        self.need = need or Need()
        self.fetch = fetch
        self._fetcher: PictureFetcher | None = None
        self._kept_pictures: KeptPictures | None = None
        self.warn = warn
        self.tell = tell
        self.beside: dict[str, Picture] = {}
        self._spool = Spool()
        self._lock = Lock()
        self._decoders: ThreadPoolExecutor | None = None
        self._stopped = False
        self._bases: dict[str, str] = {}
        self._found: dict[_Key, _Found] = {}
        self._told: dict[_Key, None] = {}
        self._made: dict[tuple[bytes, Need], _Made] = {}
        self._brought: dict[tuple[str, Need], _Made | ImageError] = {}
        self._pixels = 0
        self._decoding_time = self._lost_time = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop fetching and give up what was kept; nothing can be looked up any more."""
        if self._fetcher is not None:
            self._fetcher.close()
        if self._decoders is not None:
            self._decoders.shutdown(cancel_futures=True)
        self._spool.close()

    @property
    def travel(self) -> bool:
        """Whether pictures travel, in the file or beside it."""
        return self.policy in _TRAVELLING

    # --- For writers -----------------------------------------------------------------------

    def get(self, image: Image, source: str = "") -> Picture | None:
        """The picture of ``image`` in the article read from ``source``; ``None`` where none is."""
        if not self.travel:
            return None
        return self._told_of(image, source).picture

    def address(self, image: Image, source: str = "") -> str | None:
        """What a text format writes as the picture's address; ``None``: it does not travel.

        That is a ``data:`` address, or for pictures beside the file a relative one; ``beside``
        then names the files that belong there.
        """
        picture = self.get(image, source)
        if picture is None:
            return None
        if self.policy == "embed":
            return f"data:{picture.media_type};base64,{b64encode(picture.data).decode()}"
        name = f"{_FOLDER}/{picture.name}"
        self.beside[name] = picture
        return name

    def placed(self, article: Article) -> Article:
        """``article`` as a text format writes it: each image with the address it has there.

        An image that does not travel keeps its own. Where the person wants no pictures, their
        words are left: the caption of a figure, or else its alternative text.
        """
        if self.policy == "link":
            return referable(article)
        if self.policy == "none":
            return without_images(article, lambda _: True)
        source = article.provenance.source

        def rewrite(node: Any) -> Any:
            if not isinstance(node, Image):
                return node
            address = self.address(node, source)
            if address is None:
                return node
            return replace(node, url=address, alternatives=(), candidates=())

        found = referable(walk(article, rewrite))
        lead = _named(article)
        if self.policy == "folder" and lead and (address := self.address(lead, source)):
            found = replace(found, image=address)
        return found

    def left_behind(self, articles: Iterable[Article], folder: Path) -> int:
        """How many pictures a text in ``folder`` refers to that are beside its source instead."""
        left = set()
        for article in articles:
            source = article.provenance.source
            place = self.places.get(source)
            path = place.path if isinstance(place, Folder) else place
            if place is None or (isinstance(path, Path) and path.resolve() == folder.resolve()):
                continue
            urls = (image.url for image in query(article.body, Image))
            left |= {(source, url) for url in urls if not (is_remote(url) or is_data(url))}
        return len(left)

    def without_pixels(self, article: Article) -> Article:
        """``article`` without images that are tracking pixels, and without what held only them.

        Nothing changes where pictures do not travel, since none is looked at then.
        """
        if not self.travel:
            return article
        source = article.provenance.source

        def rewrite(node: Any) -> Any:
            if isinstance(node, Image) and self._is_pixel(node, source):
                return None
            if isinstance(node, Figure) and not node.images:
                words = (*node.caption, *node.credit)
                return Paragraph(words) if words else None
            return node

        found = walk(article, rewrite)
        if (lead := _named(article)) and self._is_pixel(lead, source):
            found = replace(found, image="")
        return found

    def _is_pixel(self, image: Image, source: str) -> bool:
        return self._told_of(image, source).is_pixel

    # --- For a run -------------------------------------------------------------------------

    def collect(
        self, articles: Iterable[Article], urls: Iterable[tuple[str, str]] | None = None
    ) -> None:
        """Bring all pictures of ``articles`` that travel, several at once.

        ``urls`` are each article's source and address, where they are known without the articles,
        which may lie on the disk and are then gone through once. What is kept of them is which
        images they show. Where pictures do not travel nothing happens.
        """
        if not self.travel:
            return
        if urls is None:
            articles = tuple(articles)
            urls = ((article.provenance.source, article.url) for article in articles)
        self._learn_bases(urls)
        wanted: Counter[tuple[Image, str]] = Counter()
        for article in articles:
            shown = self._shown(article)
            # What carries its bytes along is not kept until the last article was seen.
            self._bring_all(Counter({pair: n for pair, n in shown.items() if is_data(pair[0].url)}))
            wanted.update({pair: n for pair, n in shown.items() if not is_data(pair[0].url)})
        self._bring_all(wanted)

    @staticmethod
    def _shown(article: Article) -> Counter[tuple[Image, str]]:
        """The images of ``article`` with its source, and how often its body has each."""
        source = article.provenance.source
        shown = Counter({(image, source): 0 for image in images_of(article)})
        shown.update((image, source) for image in query(article.body, Image))
        return shown

    def _bring_all(self, wanted: Counter[tuple[Image, str]]) -> None:
        """Look for all of ``wanted``, and count those that are tracking pixels."""
        if not wanted:
            return
        self._bring(list(wanted))
        self._pixels += sum(count for pair, count in wanted.items() if self._is_pixel(*pair))

    def account(self) -> Account:
        """What became of the pictures so far."""
        found = [self._found[key] for key in self._told]
        pictures = {each.picture.digest: each.picture for each in found if each.picture}
        return Account(
            embedded=len(pictures),
            size=sum(each.size for each in pictures.values()),
            missing=tuple(dict.fromkeys(each.missing for each in found if each.missing)),
            pixels=self._pixels,
        )

    def _learn_bases(self, urls: Iterable[tuple[str, str]]) -> None:
        """Note what relative addresses may be relative to, where a source has one article."""
        known: dict[str, set[str]] = {}
        for source, url in urls:
            known.setdefault(source, set()).add(url)
        self._bases = {
            name: url for name, found in known.items() if len(found) == 1 for url in found if url
        }

    def _bring(self, wanted: list[tuple[Image, str]]) -> None:
        """Look for all of ``wanted``; what is to be said of them is said in their order."""
        from concurrent.futures import ThreadPoolExecutor

        from converters.images.memory import share_memory

        share_memory()
        pool = ThreadPoolExecutor(max(1, min(_AT_ONCE, len(wanted))), "pictures")
        work = [pool.submit(self._look, *pair) for pair in wanted]
        try:
            for done, (each, (image, _)) in enumerate(zip(work, wanted, strict=True), 1):
                each.result()
                self.tell(done, len(wanted), image.url)
        except BaseException:  # Ctrl-C above all: nobody waits for what is under way
            pool.shutdown(wait=False, cancel_futures=True)
            self._stop(work)
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        for image, source in wanted:
            self._told_of(image, source)

    def _stop(self, work: Iterable[Future[Any]]) -> None:
        """Give up what other threads fetch and decode, for good, and wait until they know."""
        from concurrent.futures import wait

        from converters.images import apart

        with self._lock:
            self._stopped = True
            if self._fetcher is not None:
                self._fetcher.stop()
            if self._decoders is not None:
                self._decoders.shutdown(wait=False, cancel_futures=True)
        apart.stop()
        # Those that did not begin are cancelled, for which nobody notifies who waits.
        begun = [each for each in work if not each.cancelled()]
        while wait(begun, _LOOK).not_done:  # some were about to ask for a drawing
            apart.stop()

    # --- One picture -----------------------------------------------------------------------

    def _told_of(self, image: Image, source: str) -> _Found:
        """What ``image`` leads to; what there is to say of it is said now, once."""
        key, found = self._look(image, source)
        if key not in self._told:
            self._told[key] = None
            lead = f"{source}: " if source else ""
            for fault in found.faults:
                self.warn(f"{lead}{fault}")
            if found.missing:
                self.warn(f"{lead}{found.missing}")
        return found

    def _look(self, image: Image, source: str) -> tuple[_Key, _Found]:
        """What ``image`` leads to; looked for once."""
        place = self.places.get(source)
        tried = addresses(image, self.need, self._bases.get(source, ""))
        alone = all(map(is_data, tried))
        named = tuple(map(_name_of, tried))
        key = ("" if alone else source, None if alone else place, named, self.need)
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = self._load(tried, place)
            with self._lock:
                found = self._found.setdefault(key, found)
        return key, found

    def _load(self, tried: tuple[str, ...], place: Place | None) -> _Found:
        """The first of the addresses that ``tried`` names which gives a picture.

        What is at hand under any of them goes before the web (IN-12), but for the tiny picture
        that stands in for one which is elsewhere: that is the last resort. A damaged picture is
        taken where no address has it whole.
        """
        missing: dict[str, Missing] = {}
        stand_in: Picture | None = None
        damaged: _Found | None = None
        elsewhere = not all(map(is_data, tried))
        for find in (self._here, self._from_web):
            for address in tried:
                try:
                    made = find(address, place)
                except ImageError as error:
                    missing.setdefault(address, Missing(address, error.reason))
                    continue
                if made is None:
                    continue
                if elsewhere and is_data(address) and _is_tiny(made.picture):
                    stand_in = stand_in or made.picture
                    continue
                faults = tuple(f"picture {shown(address)} {fault}" for fault in made.faults)
                found = _Found(made.picture, made.picture is None, faults=faults)
                if not faults:
                    return found
                damaged = damaged or found
        if damaged is not None:
            return damaged
        # The best address is the one to tell of.
        told = next((missing[each] for each in tried if each in missing), None)
        return _Found(stand_in, missing=told)

    def _here(self, address: str, place: Place | None) -> _Made | None:
        data = at_hand(address, place)
        return None if data is None else self._fitted(data, address, None)

    def _from_web(self, address: str, place: Place | None) -> _Made | None:
        if self.fetch is None or not is_remote(address):
            return None
        key = (address, self.need)
        with self._lock:
            known = self._brought.get(key)
        if known is None:
            known = self._bring_one(address, self.fetch)
            with self._lock:
                known = self._brought.setdefault(key, known)
        if isinstance(known, ImageError):
            raise ImageError(address, known.reason)
        return known

    def _bring_one(self, address: str, policy: FetchPolicy) -> _Made | ImageError:
        try:
            with self._web(policy).lent(address) as data:
                return self._fitted(data, address, self._kept(policy))
        except ImageError as error:
            return ImageError(address, error.reason)  # without what the traceback holds

    def _web(self, policy: FetchPolicy) -> PictureFetcher:
        from converters.images.web import PictureFetcher

        with self._lock:
            if self._stopped:
                raise ImageError("", "is no longer wanted")
            if self._fetcher is None:
                self._fetcher = PictureFetcher(policy, hosts=_hosts())
            return self._fetcher

    def _kept(self, policy: FetchPolicy) -> KeptPictures:
        from converters.images.made import KeptPictures

        with self._lock:
            if self._kept_pictures is None:
                self._kept_pictures = KeptPictures(policy)
            return self._kept_pictures

    def _decoding(self) -> ThreadPoolExecutor:
        """The threads that decode, fewer than those that fetch."""
        from concurrent.futures import ThreadPoolExecutor

        with self._lock:
            if self._stopped:
                raise ImageError("", "is no longer wanted")
            if self._decoders is None:
                self._decoders = ThreadPoolExecutor(_DECODERS, "decoding")
            return self._decoders

    def _fitted(self, data: bytes, address: str, kept: KeptPictures | None) -> _Made:
        """The picture in ``data`` as the target can use it; the same bytes are encoded once.

        ``kept`` has what was made in earlier runs, and keeps what is made now.
        """
        key = (blake2s(data, digest_size=16).digest(), self.need)
        with self._lock:
            known = self._made.get(key)
        if known is not None:
            return known
        made = kept.get(*key) if kept is not None else None
        if made is None:
            made = self._encoded(data, address)
            if kept is not None:
                kept.keep(*key, made)
        shows = max(made.encoded.width, made.encoded.height) > _PIXEL
        found = _Made(self._spool.keep(made.encoded) if shows else None, made.faults)
        with self._lock:
            return self._made.setdefault(key, found)

    def _encoded(self, data: bytes, address: str) -> Made:
        from converters.images.made import Made

        faults: list[str] = []
        work = self._decoding().submit(self._decoded, data, shown(address), faults.append)
        return Made(work.result(), tuple(faults))

    def _decoded(self, data: bytes, name: str, warn: Callable[[str], None]) -> Encoded:
        """What :func:`encoded` makes, within the time that all pictures together may take."""
        from converters.images.raster import encoded
        from converters.images.svg import is_svg

        drawing = is_svg(data)
        if self._decoding_time > _DECODING_TIME or (drawing and self._lost_time > _LOST_TIME):
            raise ImageError(name, _NO_TIME)
        began = time.monotonic()
        made = False
        try:
            picture = encoded(data, name, self.need, warn)
            made = True
        finally:
            took = time.monotonic() - began
            with self._lock:
                self._decoding_time += took
                self._lost_time += took if drawing and not made else 0.0
        return picture


def _name_of(address: str) -> str:
    """``address``, or what stands for one that is as long as a picture."""
    if len(address) <= _LONG_ADDRESS:
        return address
    return f"data:{blake2s(address.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def _is_tiny(picture: Picture | None) -> bool:
    return picture is None or picture.width <= _STAND_IN


@cache
def _hosts() -> Hosts:
    """The hosts that do not answer: what one file found out holds for the next in this process."""
    from converters.images.web import Hosts

    return Hosts()


def images_of(article: Article) -> Iterator[Image]:
    """All the images that ``article`` shows: its lead, those of its body, the stills of embeds."""
    if (lead := _named(article)) is not None:
        yield lead
    yield from query(article.body, Image)


def _named(article: Article) -> Image | None:
    """The image that ``article`` names as its lead, with the other addresses that its body has."""
    if not article.image:
        return None
    for image in query(article.body, Image):
        if article.image in (image.url, *image.alternatives):
            return image
    return Image(article.image)
