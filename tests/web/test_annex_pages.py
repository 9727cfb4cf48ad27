"""The pages of a protected annex: what each side sees and sends; nothing is shown before it is written down."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import journey
from annex_world import OWN, PURPOSE, REASON, asked, granted, offered
from annexes.actions import save_terms
from annexes.models import AnnexRequest, Read, Terms
from annexes.queries import annex_files
from forms_on_page import Page
from needs.actions import attach
from needs.models import Need
from people import Cast
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db
SECRET = "KX-77"


@pytest.fixture(autouse=True)
def quiet(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def need(cast: Cast) -> Need:
    """Published, with a note, a PDF nobody can stamp and a drawing that is none."""
    made = journey.draft(cast, confidential=f"机密配方 {SECRET}。")
    for name in ("配方.pdf", "参数.pdf"):
        attach(made, journey.pdf(name), slot="protected", by=cast.alice)
    journey.publish(cast, made)
    save_terms(made, offered=True, auto_grant=False, own_text="", by=cast.alice)
    return made


def page_of(need: Need) -> str:
    return reverse("listing_annex", args=[need.number])


def form(client: Any, page: str, field: str) -> Any:
    return Page(page, client.get(page).content.decode()).form_with(field)


# ── asking ──────────────────────────────────────────────────────────────────────
def test_the_listing_says_that_there_is_an_annex_only_where_it_is_offered(cast: Cast, need: Need) -> None:
    assert "申请或查阅" in as_(None).get(need.public_url).content.decode()
    save_terms(need, offered=False, auto_grant=False, own_text="", by=cast.alice)
    assert "申请或查阅" not in as_(None).get(need.public_url).content.decode()


def test_a_team_asks_and_the_enterprise_answers(cast: Cast, need: Need) -> None:
    cast.team  # noqa: B018
    tao, page = as_(cast.tao), page_of(need)
    sent = form(tao, page, "purpose")
    short = tao.post(page, sent.data(purpose="看看"))
    assert short.status_code == 422
    text = short.content.decode()
    assert "请至少写 10 个字" in text
    assert "接受保密约定后才能申请" in text
    assert "看看" in text
    answer = tao.post(page, sent.data(purpose=PURPOSE, accepted="on"), follow=True)
    made = AnnexRequest.objects.get()
    assert answer.redirect_chain[-1][0] == made.get_absolute_url()
    assert SECRET not in answer.content.decode()
    home = as_(cast.alice).get("/enterprise/").content.decode()
    assert "答复查阅申请" in home
    as_(cast.alice).post(reverse("move", args=["annex", made.pk, "refuse"]), REASON)
    assert REASON["reason"] in tao.get(made.get_absolute_url()).content.decode()


def test_an_agreement_that_changed_meanwhile_is_read_again(cast: Cast, need: Need) -> None:
    cast.team  # noqa: B018
    tao, page = as_(cast.tao), page_of(need)
    sent = form(tao, page, "purpose")
    save_terms(need, offered=True, auto_grant=False, own_text=OWN, by=cast.alice)
    answer = tao.post(page, sent.data(purpose=PURPOSE, accepted="on"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "请重新阅读后再接受" in text
    assert PURPOSE in text
    assert "争议由发榜方所在地法院管辖" in text


@pytest.mark.parametrize("name", ["ting", "charlie", "lone"])
def test_who_cannot_bind_an_organisation_is_told_what_to_do(cast: Cast, need: Need, name: str) -> None:
    from people import person

    user = person("独一人") if name == "lone" else getattr(cast, name)
    text = as_(user).get(page_of(need)).content.decode()
    assert {"ting": "请团队负责人来申请", "charlie": "先建一个团队", "lone": "先登记您的单位"}[name] in text
    answer = as_(user).post(page_of(need), {"team": str(cast.team.pk), "purpose": PURPOSE, "accepted": "on"})
    assert answer.status_code == 200
    assert not AnnexRequest.objects.exists()


# ── reading ─────────────────────────────────────────────────────────────────────
def test_a_granted_team_reads_and_every_look_is_a_row(cast: Cast, need: Need) -> None:
    granted(cast, need)
    ting = as_(cast.ting)
    page = ting.get(page_of(need)).content.decode()
    assert SECRET in page
    assert "本次查阅已记录为第 1 号：婷，滨海理工大学" in page
    paper = ting.get(reverse("listing_annex_text", args=[need.number]))
    assert b"".join(paper.streaming_content).startswith(b"%PDF-")
    file = annex_files(need).first()
    answer = ting.get(reverse("listing_annex_file", args=[need.number, file.pk]))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment")
    rows = Read.objects.order_by("number").values_list("what", "file_name", "is_marked", "reader__name")
    assert list(rows) == [("page", "", False, "婷"), ("text", "", True, "婷"), ("file", "配方.pdf", False, "婷")]


def test_the_common_door_of_files_stays_shut_for_a_granted_team(cast: Cast, need: Need) -> None:
    """It would hand out the bytes without watermark and without a row."""
    granted(cast, need)
    assert as_(cast.tao).get(reverse("file", args=[annex_files(need).first().pk])).status_code == 404


def shut(cast: Cast, need: Need, case: str) -> Any:
    made = granted(cast, need) if case != "waiting" else asked(cast, need)
    if case == "revoked":
        perform(made, "revoke", by=cast.alice, data=REASON)
    if case == "suspended":
        perform(cast.university, "suspend", by=cast.shen, data=REASON)
    if case == "taken down":
        perform(need, "take_down", by=cast.ling, data=REASON)
    if case == "new agreement":
        save_terms(need, offered=True, auto_grant=False, own_text=OWN, by=cast.alice)
    return cast.rui if case == "another team" else cast.tao


@pytest.mark.parametrize("case", ["waiting", "revoked", "suspended", "taken down", "new agreement", "another team"])
def test_nothing_is_shown_and_nothing_written_to_who_may_not_read(cast: Cast, need: Need, case: str) -> None:
    client = as_(shut(cast, need, case))
    assert SECRET not in client.get(page_of(need), follow=True).content.decode()
    file = annex_files(need).first()
    for address in (
        reverse("listing_annex_text", args=[need.number]),
        reverse("listing_annex_file", args=[need.number, file.pk]),
    ):
        assert client.get(address).status_code == 404
    assert not Read.objects.exists()


def test_a_public_file_does_not_come_through_the_door_of_the_annex(cast: Cast, need: Need) -> None:
    granted(cast, need)
    other = journey.draft(cast, confidential="另一份")
    held = attach(other, journey.pdf("别的.pdf"), slot="protected", by=cast.alice)
    assert as_(cast.tao).get(reverse("listing_annex_file", args=[need.number, held.pk])).status_code == 404


def test_a_new_agreement_is_accepted_on_the_same_page(cast: Cast, need: Need) -> None:
    granted(cast, need)
    save_terms(need, offered=True, auto_grant=False, own_text=OWN, by=cast.alice)
    page = page_of(need)
    assert "请团队负责人或单位管理员接受" in as_(cast.ting).get(page).content.decode()
    tao = as_(cast.tao)
    assert tao.post(page, form(tao, page, "accepted").data()).status_code == 422
    answer = tao.post(page, form(tao, page, "accepted").data(accepted="on"), follow=True)
    assert SECRET in answer.content.decode()


# ── the enterprise and the zone ─────────────────────────────────────────────────
def test_the_terms_say_what_is_wrong_and_keep_what_was_typed(cast: Cast, need: Need) -> None:
    alice, page = as_(cast.alice), reverse("need_annex", args=[need.pk])
    sent = form(alice, page, "offered")
    answer = alice.post(page, sent.data(agreement="own", own_text="保密。"))
    assert answer.status_code == 422
    assert "至少 50 字" in answer.content.decode()
    assert "保密。" in answer.content.decode()
    assert alice.post(page, sent.data(agreement="own", own_text=OWN)).status_code == 302
    stale = alice.post(page, sent.data(agreement="zone", auto_grant="on"))
    assert stale.status_code == 409
    assert Terms.objects.get().own.text == OWN


def test_the_enterprise_takes_the_log_away_as_a_sheet(cast: Cast, need: Need) -> None:
    granted(cast, need)
    as_(cast.tao).get(page_of(need))
    as_(cast.guan).get(reverse("need", args=[need.pk]))
    address = reverse("need_annex_log", args=[need.pk])
    text = as_(cast.alice).get(address).content.decode()
    for word in ("陶教授", "滨海理工大学", "管经办", "管委会"):
        assert word in text
    assert "陶教授" not in as_(cast.alice).get(address + "?q=管经办").content.decode().partition("<tbody")[2]
    sheet = openpyxl.load_workbook(io.BytesIO(as_(cast.alice).post(address).content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    for word in ("陶教授", "管经办", "查阅页", "需求办理页", "制表人：艾丽丝"):
        assert any(word in cell for cell in cells), word


def test_an_officer_is_told_that_his_look_is_written_down(cast: Cast, need: Need) -> None:
    page = reverse("need", args=[need.pk])
    for _again in range(3):
        assert "打开本页每小时记一次" in as_(cast.guan).get(page).content.decode()
    as_(cast.guan).get(reverse("file", args=[annex_files(need).first().pk]))
    assert "打开本页每小时记一次" not in as_(cast.alice).get(page).content.decode()
    assert list(Read.objects.order_by("number").values_list("what", "reader__name")) == [
        ("case", "管经办"),
        ("file", "管经办"),
    ]


@pytest.mark.parametrize("name", ["tao", "charlie", "sysadmin", "secadmin", "auditor"])
def test_terms_requests_and_log_are_for_the_enterprise_and_the_zone(cast: Cast, need: Need, name: str) -> None:
    granted(cast, need)
    client = as_(getattr(cast, name))
    for address in ("need_annex", "need_annex_log"):
        assert client.get(reverse(address, args=[need.pk])).status_code == 404
        assert client.post(reverse(address, args=[need.pk])).status_code in (403, 404)


def test_many_requests_cost_no_more_queries_than_one(cast: Cast, need: Need) -> None:
    alice = as_(cast.alice)

    def queries(name: str) -> int:
        alice.get(reverse(name, args=[need.pk]))
        with CaptureQueriesContext(connection) as captured:
            alice.get(reverse(name, args=[need.pk]))
        return len(captured)

    granted(cast, need)
    as_(cast.tao).get(page_of(need))
    one = [queries(name) for name in ("need_annex", "need_annex_log")]
    asked(cast, need, team=cast.rival_team, by=cast.rui)
    for _look in range(3):
        as_(cast.tao).get(page_of(need))
    assert [queries(name) for name in ("need_annex", "need_annex_log")] == one


def test_an_annex_offered_to_nobody_has_no_form(cast: Cast) -> None:
    closed = journey.published(cast, confidential="机密")
    cast.team  # noqa: B018
    answer = as_(cast.tao).get(page_of(closed))
    assert "发榜方没有开放保密附件的查阅。" in answer.content.decode()
    assert offered(cast, auto_grant=True).annex_terms.auto_grant
