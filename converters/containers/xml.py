"""XML of strangers, read without entities, document types or anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["elements"]

_ENTITY = re.compile(rb"<!ENTITY[^>]*>?", re.IGNORECASE)


def elements(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of ``data`` in their order: tag (``{namespace}name``) and attributes.

    What is broken is passed over; of what is no XML at all nothing comes.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        # Even then libxml2 puts entities into attributes: nothing may declare any.
        root = etree.fromstring(_ENTITY.sub(b"", data), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for element in getattr(root, "iter", tuple)():  # there is no root where nothing was there
        if isinstance(element.tag, str):
            yield element.tag, dict(element.items())
