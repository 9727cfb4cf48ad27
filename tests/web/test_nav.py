"""The navigation leads somewhere, and only where its reader may go."""

import re
from pathlib import Path

import pytest
from django.urls import get_resolver, reverse

from web import nav

pytestmark = pytest.mark.django_db


def test_every_place_one_is_shown_lets_one_in_and_there_are_never_more_than_six(cast, client) -> None:
    for person in (cast.guan, cast.shen, cast.ling, cast.ji, cast.cai, cast.sysadmin, cast.secadmin, cast.auditor):
        client.force_login(person)
        places = client.get(reverse("office_home")).context["site"].places
        assert 1 < len(places) <= 6
        assert {place.href: client.get(place.href).status_code for place in places if place.href} == {
            place.href: 200 for place in places
        }


def test_the_place_one_is_in_is_marked_by_the_longest_address() -> None:
    assert nav.nearest(["/office/", "/office/needs/"], "/office/needs/") == "/office/needs/"
    assert nav.nearest(["/office/", "/office/needs/"], "/office/health/") == "/office/"
    assert nav.nearest(["/", "/listings/"], "/funnel/") == ""


def test_a_stranger_sees_the_public_places_and_no_workplace(client) -> None:
    site = client.get(reverse("home")).context["site"]
    assert site.portal is nav.PUBLIC
    assert site.workplaces == []
    assert len(site.places) == 6


def test_every_address_a_template_asks_for_exists() -> None:
    """`{% url "x" as y %}` is silent about a name that is gone: how-to once lost its way to 发布需求 that way."""
    templates = Path(nav.__file__).parent / "templates"
    asked = {
        (name, str(path.relative_to(templates)))
        for path in templates.rglob("*.html")
        for name in re.findall(r"""{%-?\s*url\s+['"]([\w:-]+)['"]""", path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 100
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert sorted((name, where) for name, where in asked if name not in known) == []
