"""The office's figures: numbers that open their records, ledgers that leave as Excel, and a note of who took them."""

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import world
from audit.models import Event
from people import Cast
from reports.funnel import funnel
from reports.ledgers import LEDGERS
from reports.stages import STAGES

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def addresses() -> list[str]:
    found = [reverse("office_funnel"), reverse("office_ledgers")]
    found += [reverse("office_funnel_stage", args=[stage.key]) for stage in STAGES]
    return found + [reverse("office_ledger", args=[ledger.key]) for ledger in LEDGERS]


def sheet_of(response: Any) -> Any:
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    return openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]


def test_figures_are_for_the_operating_roles_only(cast: Cast) -> None:
    for address in addresses():
        assert Client().get(address).status_code == 302, address
        for user, status in (
            (cast.guan, 200),
            (cast.ji, 200),
            (cast.cai, 200),
            (cast.sysadmin, 403),
            (cast.alice, 403),
        ):
            client = signed_in(user)
            assert client.get(address).status_code == status, (address, user)
            if status == 403:
                assert client.post(address).status_code in (403, 405)


def test_each_number_links_to_exactly_its_records(cast: Cast) -> None:
    for status in ("submitted", "published", "selected", "intended"):
        world.need(cast, status=status)
    world.contract(cast, status="performing")
    client = signed_in(cast.guan)
    page = client.get(reverse("office_funnel"))
    for figure in page.context["funnel"].figures:
        opened = client.get(figure.href)
        assert opened.context["page"].paginator.count == figure.value == funnel()[figure.key].value
        assert figure.href in page.content.decode()


def test_the_chosen_year_and_day_travel_with_the_numbers(cast: Cast) -> None:
    world.need(cast, status="submitted")
    client = signed_in(cast.guan)
    past = client.get(reverse("office_funnel") + "?year=2025&until=2025-06-30").context["funnel"]
    assert {figure.value for figure in past.figures} == {0}
    assert past.figures[0].href.endswith("?year=2025&until=2025-06-30")
    assert client.get(past.figures[0].href).context["page"].paginator.count == 0
    for junk in ("?year=1800", "?year=x", "?until=gestern", "?why=nothing", "?until=9999-12-31"):
        assert client.get(reverse("office_funnel") + junk).context["funnel"]["collected"].value == 1


def test_a_stage_that_does_not_exist_is_not_found(cast: Cast) -> None:
    client = signed_in(cast.guan)
    assert client.get(reverse("office_funnel_stage", args=["bribes"])).status_code == 404
    assert client.get(reverse("office_ledger", args=["bribes"])).status_code == 404


@pytest.mark.parametrize("key", [stage.key for stage in STAGES])
def test_the_evidence_of_a_number_leaves_as_excel(cast: Cast, key: str) -> None:
    contract = world.contract(cast, status="performing")
    world.deliver(contract, cast)
    for payment in contract.payments.all():
        world.perform(payment, "pay", by=cast.alice, data={"paid_on": world.clock.today()})
        world.perform(payment, "receive", by=cast.tao)
    world.perform(contract, "complete", by=cast.alice)
    client = signed_in(cast.guan)
    address = reverse("office_funnel_stage", args=[key])
    if key == "published":  # in January what is over was published in the year before
        address += f"?batch={contract.need.batch_id}"
    shown = client.get(address)
    assert "高强度抗爆弹性体材料" in shown.content.decode()
    sheet = sheet_of(client.post(address))
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "高强度抗爆弹性体材料" in values
    assert sheet.max_row == 5 + shown.context["page"].paginator.count + any(
        v is not None for v in shown.context["sums"]
    )


def test_a_ledger_leaves_exactly_as_it_is_shown_and_says_who_took_it(cast: Cast) -> None:
    wanted = world.need(cast, status="submitted", title="=1+1 液态金属")
    world.need(cast, status="submitted", title="抗爆弹性体")
    client = signed_in(cast.guan)
    address = reverse("office_ledger", args=["needs"]) + "?status=submitted&q=液态"
    shown = client.get(address)
    assert [row.pk for row in shown.context["page"]] == [wanted.pk]
    before = Event.objects.filter(action="report.export").count()
    response = client.post(address)
    sheet = sheet_of(response)
    assert [sheet.cell(line, 1).value for line in (1, 4)] == ["需求台账", "制表人：管经办"]
    assert sheet.cell(2, 1).value == "青岛高新区管委会　全部年度　待形式审查　含“液态”"
    assert "金额单位：万元" in sheet.cell(3, 1).value
    assert sheet.cell(6, 3).value == "=1+1 液态金属"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert (sheet.cell(7, 1).value, sheet.cell(7, 8).value, sheet.max_row) == ("合计", 50, 7)
    assert "filename*=utf-8''" in response["Content-Disposition"]
    event = Event.objects.filter(action="report.export").get()
    assert before == 0
    assert (event.actor, event.detail) == (str(cast.guan.pk), {"kind": "ledger.needs", "rows": 1})


def test_reading_a_ledger_writes_nothing(cast: Cast) -> None:
    world.contract(cast, status="performing")
    client = signed_in(cast.guan)
    before = Event.objects.count()
    for address in addresses():
        client.get(address)
    assert Event.objects.count() == before


@pytest.mark.parametrize("key", [ledger.key for ledger in LEDGERS])
def test_a_ledger_takes_as_many_queries_for_three_rows_as_for_one(cast: Cast, key: str) -> None:
    client = signed_in(cast.guan)
    client.get(reverse("office_home"))  # the session is in the cache from here on
    asked = []
    for _n in range(2):
        world.contract(cast, status="performing")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("office_ledger", args=[key]))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8


@pytest.mark.parametrize("key", [stage.key for stage in STAGES])
def test_the_evidence_takes_as_many_queries_for_two_rows_as_for_one(cast: Cast, key: str) -> None:
    client = signed_in(cast.guan)
    client.get(reverse("office_home"))  # the session is in the cache from here on
    asked = []
    for _n in range(2):
        world.contract(cast, status="performing")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("office_funnel_stage", args=[key]))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8


def test_the_office_home_shows_the_funnel_and_what_is_stuck_to_those_who_operate(cast: Cast) -> None:
    need = world.need(cast, status="no_bid")
    body = signed_in(cast.guan).get(reverse("office_home")).content.decode()
    assert reverse("office_funnel_stage", args=["collected"]) in body
    assert need.display_number in body.split('id="stuck"')[1].split("</section>")[0]
    assert 'id="stuck"' not in signed_in(cast.sysadmin).get(reverse("office_home")).content.decode()


def test_the_stuck_list_is_narrowed_by_its_reason(cast: Cast) -> None:
    world.need(cast, status="no_bid")
    client = signed_in(cast.guan)
    assert len(client.get(reverse("office_funnel") + "?why=no_bid").context["rows"]) == 1
    assert client.get(reverse("office_funnel") + "?why=unsigned").context["rows"] == []
