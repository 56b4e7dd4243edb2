"""Words in the place of images: articles without those that a file is not to show or to name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from converters.article import Article, Embed, Figure, Image, Paragraph, Text, query, walk
from converters.images.places import is_reference

__all__ = ["referable", "without_images"]


def without_images(article: Article, is_gone: Callable[[Image], bool]) -> Article:
    """``article`` without the images of which ``is_gone`` says so.

    Their words are left: the caption of a figure, or else its alternative texts; the alternative
    text of an image in a line. Figures and paragraphs that had nothing else go.
    """

    def figures(node: Any) -> Any:
        if isinstance(node, Figure) and any(map(is_gone, node.images)):
            kept = tuple(each for each in node.images if not is_gone(each))
            said = " ".join(each.alt for each in node.images if each.alt and is_gone(each))
            caption = node.caption or ((Text(said),) if said else ())
            found = replace(node, images=kept, caption=caption)
            return found if kept or caption or node.credit else None
        if isinstance(node, Embed) and node.poster is not None and is_gone(node.poster):
            return replace(node, poster=None)
        return node

    def in_line(node: Any) -> Any:
        if isinstance(node, Image) and is_gone(node):
            return Text(node.alt) if node.alt else None
        return None if isinstance(node, Paragraph) and not node.content else node

    # Figures are looked at while they still have their images.
    return walk(walk(article, figures), in_line)


def referable(article: Article) -> Article:
    """``article`` without images that no file of ours may refer to: what stays is their words.

    A text is worked on further, by programs that read what it refers to: ``file:`` and what else
    is neither of the web nor beside the text has no place in it.
    """
    urls = (image.url for image in query(article.body, Image))
    if not all(map(is_reference, urls)):
        article = without_images(article, lambda image: not is_reference(image.url))
    return article if is_reference(article.image) else replace(article, image="")
