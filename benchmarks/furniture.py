"""How much of a site's furniture is left in a folder of its posts.

    python -m benchmarks.furniture FOLDER...

What several articles of one site say alike is its furniture: every block of an article's body,
digits and white space left out, that stands in another article of the same site too is counted.
Pictures count by their address. What an article needs (``Summary``, ``The end``) may recur as
well: the lines are printed, to be read.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import converters
from converters.addresses import site_of
from converters.article import Article, Figure, plain_text
from converters.errors import ConversionError

_SHOWN = 8  # lines a site


def main(folders: Iterable[str]) -> None:
    """Print the recurring lines of each site, and their number."""
    sites: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    blocks = 0
    for folder in folders:
        for path in sorted(Path(folder).iterdir()):
            try:
                article = converters.read(path)
            except (ConversionError, IsADirectoryError) as error:
                print(f"{path.name}: {error}")
                continue
            for line in lines(article):
                blocks += 1
                sites[site_of(article.url)][line].add(path.name)
    total = 0
    for site, found in sorted(sites.items()):
        often = sorted((-len(names), line) for line, names in found.items() if len(names) > 1)
        count = -sum(number for number, _ in often)
        total += count
        print(f"{site}: {count} recurring")
        for number, line in often[:_SHOWN]:
            print(f"    {-number} {line[:100]}")
    print(f"recurring: {total} of {blocks} blocks")


def lines(article: Article) -> Iterator[str]:
    """What each block of the body says, so that like lines are equal."""
    for block in article.body:
        text = plain_text(block)
        if isinstance(block, Figure):
            yield block.images[0].url
        elif text.strip():
            yield re.sub(r"[\d\s]+", "", text)


if __name__ == "__main__":
    main(sys.argv[1:])
