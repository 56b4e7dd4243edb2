"""The picture that an article leads with."""

import base64
from io import BytesIO

import pytest
from PIL import Image as Pillow

from converters.article import Article, Figure, Image, Paragraph, Text
from converters.images import Pictures
from converters.writers._lead import in_body, lead, lead_image

FAR = "https://example.com/far.jpg"


def at_hand(width: int, height: int) -> str:
    out = BytesIO()
    Pillow.new("RGB", (width, height), "navy").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


WORDS = Paragraph((Text("words"),))


def test_the_image_that_is_named_brings_what_the_body_says_of_it() -> None:
    shown = Image("https://proxy.example.com/x", alt="A dog", alternatives=(FAR,))
    article = Article(image=FAR, body=(WORDS, Figure((shown,))))
    assert lead_image(article) == shown
    assert in_body(article, shown, Pictures())


def test_an_image_that_only_the_metadata_name_is_one_too() -> None:
    article = Article(image=FAR, body=(Figure((Image("https://example.com/b.jpg"),)), WORDS))
    assert lead_image(article) == Image(FAR)
    assert not in_body(article, Image(FAR), Pictures())


def test_an_article_that_opens_with_a_figure_leads_with_it() -> None:
    first, second = Image(FAR), Image("https://example.com/b.jpg")
    assert lead_image(Article(body=(Figure((first, second)), WORDS))) == first
    assert lead_image(Article(body=(WORDS, Figure((first,))))) is None
    assert lead_image(Article()) is None


def gradient(kind: str, width: int, height: int, quality: int, mark: int = 0) -> str:
    out = BytesIO()
    raster = Pillow.radial_gradient("L").resize((width, height))
    raster.paste(255, (0, 0, mark, mark))
    raster.save(out, kind, quality=quality)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (gradient("JPEG", 600, 400, 40), True),
        (gradient("PNG", 1501, 1000, 0), True),
        (gradient("JPEG", 600, 600, 90), False),  # another shape
        (gradient("JPEG", 600, 400, 90, mark=60), False),
        (at_hand(600, 400), False),
    ],
)
def test_the_same_picture_at_another_address_is_known_by_its_look(
    other: str, *, alike: bool
) -> None:
    article = Article(body=(WORDS, Figure((Image(other),))))
    assert in_body(article, Image(gradient("JPEG", 1200, 800, 90)), Pictures()) is alike
    assert not in_body(article, Image(FAR), Pictures())


@pytest.mark.requirement("EP-30")
@pytest.mark.parametrize(
    ("size", "enough"),
    [
        ((600, 400), True),
        ((400, 600), True),
        ((599, 400), False),
        ((600, 399), False),
        ((1200, 480), True),
        ((1201, 480), False),
        ((480, 1201), False),
    ],
)
def test_a_lead_is_large_enough_or_none(size: tuple[int, int], *, enough: bool) -> None:
    article = Article(image=at_hand(*size))
    found = lead(article, Pictures(), long_side=600, short_side=400)
    assert (found is not None) is enough
    whole = lead(article, Pictures())
    assert whole is not None
    assert (whole.picture.width, whole.picture.height) == size


def test_a_lead_that_is_not_at_hand_is_none() -> None:
    assert lead(Article(image=FAR), Pictures()) is None
    assert lead(Article(image=at_hand(9, 9)), Pictures(policy="link")) is None
