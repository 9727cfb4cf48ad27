"""来源功劳 for the agency itself: its own figures, the needs behind each, and nothing of anybody else's."""

import re
from typing import Any

import pytest
from django.urls import reverse

import diagnosing
import people
import world
from accounts.models import Organisation
from diagnoses.actions import give_credit
from needs.models import Need
from people import Cast
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def credited(cast: Cast) -> tuple[Need, Need]:
    """One listed need it has brought, one that it has diagnosed and that is still with the zone."""
    given = diagnosing.done(cast)
    listed = world.listed(cast, title="已发榜的需求")
    give_credit(listed, agency=cast.agency, reason="10 月走访记录", by=cast.guan)
    return listed, given.need


def text(client: Any, address: str) -> str:
    return client.get(address).content.decode()


def test_an_agency_reads_its_own_figures_and_every_one_opens_its_needs(cast: Cast, credited: Any) -> None:
    listed, diagnosed = credited
    yun, page = as_(cast.yun), reverse("agency_credits")
    home = text(yun, reverse("agency_home"))
    links = {href.replace("&amp;", "&"): int(n) for href, n in re.findall(rf'href="({page}\?[^"]+)"[^>]*>(\d+)<', home)}
    assert sorted(links.values()) == [1, 1, 1]  # brought, diagnosed, listed; none under contract is no link
    for address, n in links.items():
        assert yun.get(address).context["page"].paginator.count == n
    shown = text(yun, page)
    assert f'href="{listed.public_url}"' in shown
    assert f'href="{diagnosed.assignments.get().get_absolute_url()}"' in shown
    assert diagnosed.get_absolute_url() not in shown
    assert "10 月走访记录" not in shown  # why, is the zone's own note
    assert [line.why for line in yun.get(page).context["lines"]] == [["带来需求"], ["诊断需求"]]


def test_where_an_unlisted_need_stands_is_not_the_agencys_to_know(cast: Cast) -> None:
    need = world.need(cast, status="submitted", title="带来后被退回的需求")
    give_credit(need, agency=cast.agency, reason="走访", by=cast.guan)
    perform(need, "return", by=cast.guan, data={"code": "indicators", "reason": "指标不可检测，请改写。"})
    shown = text(as_(cast.yun), reverse("agency_credits"))
    assert "带来后被退回的需求" in shown
    assert "还没有发榜" in shown
    for secret in ("退回", "指标不可检测", need.get_absolute_url(), "张工"):
        assert secret not in shown.split("<main")[1].replace("带来后被退回的需求", "")


def test_another_agencys_figures_are_its_own(cast: Cast, credited: Any) -> None:
    listed, _diagnosed = credited
    other = people.person("旁人")
    people.organisation("另一家服务机构", manager=other, kind=Organisation.Kind.AGENCY)
    page = reverse("agency_credits")
    for address in (page, f"{page}?who={cast.agency.pk}&what=sourced"):
        shown = text(as_(other), address)
        assert listed.title not in shown
        assert cast.agency.name not in shown
    assert as_(other).get(page).context["rows"][0].figures[0][2] == 0
    for who in (cast.alice, cast.tao, cast.guan):
        assert listed.title not in text(as_(who), f"{page}?who={cast.agency.pk}")


@pytest.mark.parametrize("more", [1, 4])
def test_the_page_costs_the_same_for_one_need_and_many(
    cast: Cast, more: int, django_assert_max_num_queries: Any
) -> None:
    batch = world.batch(cast)
    for n in range(more):
        give_credit(
            world.listed(cast, within=batch, title=f"需求 {n}"), agency=cast.agency, reason="走访", by=cast.guan
        )
    yun = as_(cast.yun)
    yun.get(reverse("agency_credits"))
    with django_assert_max_num_queries(14):
        assert len(yun.get(reverse("agency_credits")).context["lines"]) == more
