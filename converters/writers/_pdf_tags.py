"""The structure tree, mended: what WeasyPrint leaves untagged or tags wrongly.

WeasyPrint makes its tree from the boxes of each page (its ``pdf/tags.py``). Three things are put
right before the file is written, both for PDF/UA-1 (ISO 14289-1) and its readers:

* the notes at the foot of a page become ``Note`` elements, each with the unique ``ID`` that
  ISO 14289-1, 7.9 asks for (WeasyPrint tags them as ``Div``);
* what stands directly in a list item becomes part of its ``LBody`` (ISO 32000-1, table 336);
  WeasyPrint leaves it bare where a page break cuts the item;
* the place of a picture is given in points from the foot of its page (ISO 32000-1, table 344), as
  programs need it that show or read aloud what is where; WeasyPrint gives CSS pixels from the top.

docs/pdf.md says what stays untagged.
"""

from __future__ import annotations

from typing import Any

__all__ = ["mend"]

_POINTS = 0.75  # to a CSS pixel


def mend(pdf: Any) -> None:
    """Mend the structure tree of ``pdf``, a ``pydyf.PDF`` that is not yet written."""
    elements: list[Any] = [
        item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/StructElem"
    ]
    if not elements:
        return
    by_reference = {element.reference: element for element in elements}
    count = 0
    for element in elements:
        if element["S"] == "/LI":
            _mend_list_item(element, pdf, by_reference)
        elif element["S"] == "/Figure":
            _mend_place(element, pdf)
        elif element["S"] == "/Document":
            count = _mark_notes(element, by_reference, count)


def _mend_place(figure: Any, pdf: Any) -> None:
    """Turn the place of a picture into the page's own coordinates."""
    import pydyf

    page = pdf.objects[int(figure["Pg"].split()[0])]
    height = page["MediaBox"][3]
    left, top, right, bottom = (_POINTS * value for value in figure["A"]["BBox"])
    figure["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def _mark_notes(document: Any, by_reference: dict[Any, Any], count: int) -> int:
    """Call the notes what they are: they alone stand in a group of their own below the root."""
    import pydyf

    for area in _children(document, by_reference):
        if area["S"] != "/NonStruct":
            continue
        for note in _children(area, by_reference):
            if note["S"] == "/Div":
                count += 1
                note["S"] = "/Note"
                note["ID"] = pydyf.String(f"note-{count}")
    return count


def _mend_list_item(item: Any, pdf: Any, by_reference: dict[Any, Any]) -> None:
    """Gather what is neither label nor body of a list item into a body."""
    import pydyf

    stray = [
        kid
        for kid in item["K"]
        if kid not in by_reference or by_reference[kid]["S"] not in ("/Lbl", "/LBody")
    ]
    if not stray:
        return
    body = pydyf.Dictionary(
        {"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array(stray), "P": item.reference}
    )
    if "Pg" in item:
        body["Pg"] = item["Pg"]
    pdf.add_object(body)
    for kid in stray:
        if kid in by_reference:
            by_reference[kid]["P"] = body.reference
    first = item["K"].index(stray[0])
    rest = [kid for kid in item["K"] if kid not in stray]
    item["K"] = pydyf.Array([*rest[:first], body.reference, *rest[first:]])


def _children(element: Any, by_reference: dict[Any, Any]) -> list[Any]:
    return [by_reference[kid] for kid in element["K"] if kid in by_reference]
