"""The picture a chat shows beside the link to a listing: public, of one size, and silent about bids."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

import world
from documents import preview as drawing
from needs.models import Need
from people import Cast
from wrong_forms import as_

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


def picture(need: Need, user: Any = None) -> bytes:
    answer = as_(user).get(reverse("listing_preview", args=[need.number]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    return answer.content


def measured(png: bytes) -> tuple[int, int]:
    """Every chunk of the file with its checksum, and the size the first one states."""
    source = io.BytesIO(png)
    assert source.read(8) == b"\x89PNG\r\n\x1a\n"
    kinds, size = [], (0, 0)
    while head := source.read(8):
        length, kind = struct.unpack(">I4s", head)
        body, [checksum] = source.read(length), struct.unpack(">I", source.read(4))
        assert zlib.crc32(kind + body) == checksum
        kinds.append(kind)
        size = struct.unpack(">II", body[:8]) if kind == b"IHDR" else size
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    return size


def test_the_picture_is_a_png_of_1200_by_630(cast: Cast):
    assert measured(picture(world.listed(cast))) == (1200, 630)


def test_the_page_names_it_with_its_whole_address(cast: Cast, settings: Any):
    settings.SITE_URL = "https://jiebang.example"
    need = world.listed(cast)
    text = as_(None).get(need.public_url).content.decode()
    address = f"https://jiebang.example{reverse('listing_preview', args=[need.number])}"
    assert f'<meta property="og:image" content="{address}">' in text
    assert '<meta name="twitter:card" content="summary_large_image">' in text


def test_it_says_number_title_field_reward_deadline_and_zone(cast: Cast, settings: Any):
    settings.ZONE_NAME = "滨海新区"
    need = world.listed(cast)
    said = drawing.facts(need)
    assert (said["place"], said["number"], said["title"]) == ("滨海新区 · 揭榜台", need.number, need.title)
    assert dict(said["facts"])["榜额"] == "50.00 万元"
    assert dict(said["facts"])["技术领域"] == "新材料"
    assert set(dict(said["facts"])) == {"榜额", "技术领域", "揭榜截止时间"}


def test_it_is_drawn_anew_to_the_same_bytes_whatever_was_bid(cast: Cast):
    """tests/web/test_public_sealed.py asks for it with no bid, one and seven; here nothing is kept between."""
    need = world.listed(cast)
    before = picture(need)
    world.bid(cast, need)
    cache.clear()
    assert picture(need) == before


def test_everybody_is_shown_the_same_in_whatever_language(cast: Cast):
    need = world.listed(cast)
    english = as_(None).get(reverse("listing_preview", args=[need.number]), headers={"Accept-Language": "en"}).content
    assert english == picture(need) == picture(need, cast.alice)


def test_what_is_not_listed_has_no_picture(cast: Cast):
    need = world.need(cast, status="submitted")
    for number in (need.application_number, "JB-2026-Q4-9999", "x"):
        assert as_(cast.alice).get(reverse("listing_preview", args=[number])).status_code == 404


def test_it_is_drawn_once_for_the_same_words(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    need, drawn = world.listed(cast), []
    monkeypatch.setattr(drawing, "draw", lambda content: drawn.append(content["title"]) or b"png")
    assert [drawing.preview(need) for _n in range(3)] == [b"png"] * 3
    need.title = "另一个名称"
    drawing.preview(need)
    assert len(drawn) == 2


def test_markup_in_a_title_is_only_text(cast: Cast):
    need = world.listed(cast, title='#panic("x") $ * _ <b> 䶮𠮷·')
    assert measured(picture(need)) == (1200, 630)
