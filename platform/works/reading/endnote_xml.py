"""EndNote's XML, record by record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # the types alone; what parses is defusedxml

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from works.reading.rows import Raw, Unreadable

PLACES = {
    "kind": ["ref-type"], "title": ["titles/title"], "authors": ["contributors/authors/author"],
    "year": ["dates/year"], "abstract": ["abstract"], "keywords": ["keywords/keyword"],
    "venue": ["periodical/full-title", "titles/secondary-title", "publisher"],
    "number": ["electronic-resource-num"], "url": ["urls/related-urls/url", "urls/web-urls/url"],
}  # fmt: skip


def count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(
            piece.count(b"<record>") + piece.count(b"<record ") for piece in iter(lambda: file.read(1 << 20), b"")
        )


def rows(path: Path) -> Iterator[Raw]:
    number = 0
    try:
        with path.open("rb") as file:
            for _event, element in iterparse(file, forbid_dtd=True):
                if element.tag == "record":
                    number += 1
                    yield Raw(number, _values(element))
                    element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(_("XML 在第 %(n)s 条之后读不下去。请在 EndNote 里重新导出。") % {"n": number}) from error


def _values(record: Element) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column, places in PLACES.items():
        for place in places:
            said = ["".join(found.itertext()).strip() for found in record.findall(place)]
            if any(said) and column not in values:
                values[column] = said if column in ("authors", "keywords") else said[0]
    kind = record.find("ref-type")
    if kind is not None and kind.get("name"):
        values["kind"] = kind.get("name")
    return {} if set(values) <= {"kind"} else values
