"""What a file says of itself in its XMP metadata, and the standards that it says it follows.

A file that is to follow PDF/A (ISO 19005) is tagged like every other, so it says that it follows
PDF/UA-1 (ISO 14289-1) as well. PDF/A lets metadata only have properties that it knows or that the
file describes; it does not know those of PDF/UA, hence the extension schema (ISO 19005-2, 6.6.2.3).

What a file says must be true of what is in it: a character without a glyph breaks all of these
standards (ISO 14289-1, 7.21.8; ISO 19005-2, 6.2.11.8), one of no agreed meaning breaks level A
(6.2.11.7.3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

__all__ = ["claimed", "conform", "describe"]

_PDFA = "http://www.aiim.org/pdfa/ns"
_PDFUA = "http://www.aiim.org/pdfua/ns/id/"

_EXTENSION = f"""\
<rdf:Description rdf:about="" xmlns:pdfaExtension="{_PDFA}/extension/"
 xmlns:pdfaSchema="{_PDFA}/schema#" xmlns:pdfaProperty="{_PDFA}/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_PDFUA}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""
_ACCESSIBLE = f"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="{_PDFUA}" pdfuaid:part="1"/>"""


def conform(pdf: Any, variant: str) -> None:
    """Take out of ``pdf``, a ``pydyf.PDF``, what ``variant`` forbids and nobody misses.

    That is smoothing of pictures that are enlarged (ISO 19005-2, 6.2.8), emoji among them.
    """
    if not variant.startswith("pdf/a"):
        return
    for item in pdf.objects:
        extra = getattr(item, "extra", None)
        if extra and "Interpolate" in extra:
            extra["Interpolate"] = "false"


def claimed(variant: str, characters: Iterable[str], missing: Collection[str]) -> tuple[str, str]:
    """The standard that a file may say it follows, and why it is not ``variant``.

    ``characters`` are all that it has, ``missing`` those that are printed as empty boxes.
    """
    if variant and missing:
        reason = (
            f"{variant} allows no character without a glyph: the file does not say that it "
            "follows it"
        )
        return "", reason
    if variant.endswith("a") and any(map(_is_private, characters)):
        lower = f"{variant[:-1]}u"
        reason = f"{variant} allows no private characters: the file says that it follows {lower}"
        return lower, reason
    return variant, ""


def _is_private(character: str) -> bool:
    code = ord(character)
    return 0xE000 <= code <= 0xF8FF or code >= 0xF0000


def describe(pdf: Any, metadata: Any, variant: str) -> None:
    """Write ``metadata``, WeasyPrint's, as the XMP of ``pdf``, a ``pydyf.PDF``.

    The file says that it follows ``variant``; the empty one says nothing. The stream is not
    compressed: programs that do not know PDF are to find it (ISO 19005-2, 6.6.2.1).
    """
    if "Metadata" not in pdf.catalog:
        metadata.include_in_pdf(pdf, "a", None, None, compress=False)
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    rdf = metadata.generate_rdf_metadata("a", None, None).decode()
    end = rdf.rindex("</rdf:RDF>")
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
        rdf[:end],
        *_claims(variant),
        rdf[end:],
        '</x:xmpmeta>\n<?xpacket end="r"?>',
    )
    stream.stream = ["\n".join(packet).encode()]
    stream.compress = False


def _claims(variant: str) -> list[str]:
    if not variant:
        return []
    if variant == "pdf/ua-1":
        return [_ACCESSIBLE]
    part, conformance = variant[-2], variant[-1].upper()
    identified = (
        f'<rdf:Description rdf:about="" xmlns:pdfaid="{_PDFA}/id/" pdfaid:part="{part}"'
        f' pdfaid:conformance="{conformance}"/>'
    )
    return [identified, _ACCESSIBLE, _EXTENSION]
