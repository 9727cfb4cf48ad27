"""A team writes its bid: nothing typed is lost, nothing wrong passes in silence, nobody else looks in."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import bids
import journey
from proposals.actions import save_draft
from proposals.models import Proposal
from proposals.states import P
from workflow.actions import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


class Controls(HTMLParser):
    """What a browser would send back of a page's form, untouched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = self.area = ""
        self.inert = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name", "")
        if tag == "template":
            self.inert += 1
        if self.inert or (attrs.get("type") in ("submit", "file") or tag == "button"):
            return
        if tag == "input" and name and (attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs):
            self.values[name] = attrs.get("value", "")
        elif tag == "select":
            self.select, self.values[name] = name, ""
        elif tag == "option" and self.select and "selected" in attrs:
            self.values[self.select] = attrs.get("value", "")
        elif tag == "textarea":
            self.area = name
            self.values[name] = ""

    def handle_endtag(self, tag):
        if tag == "template":
            self.inert -= 1
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data):
        if self.area and not self.inert:
            self.values[self.area] += data.removeprefix("\n") if not self.values[self.area] else data


def form_of(client, proposal) -> dict[str, str]:
    page = client.get(reverse("proposal_edit", args=[proposal.pk]))
    assert page.status_code == 200
    return {k: v for k, v in Controls(page.content.decode()).values.items() if k not in ("csrfmiddlewaretoken", "q")}


def save(client, proposal, data, then="save"):
    return client.post(reverse("proposal_edit", args=[proposal.pk]), {**data, "then": then})


@pytest.fixture
def need(cast):
    return bids.published(cast)


@pytest.fixture
def draft(cast, need):
    return bids.drafted(need, cast.team)


def test_a_listing_leads_to_a_draft_that_already_names_the_team(client, cast, need):
    client.force_login(cast.ting)
    page = client.get(f"/listings/{need.number}/bid/")
    assert need.title in page.content.decode()
    answer = client.post(f"/listings/{need.number}/bid/", {"team": str(cast.team.pk)})
    proposal = Proposal.objects.get()
    assert answer["Location"] == reverse("proposal_edit", args=[proposal.pk])
    assert {row["name"] for row in proposal.draft["members"]} == {"陶教授", "婷"}
    client.post(f"/listings/{need.number}/bid/", {"team": str(cast.team.pk)})
    assert Proposal.objects.count() == 1, "a second click, one draft"


def test_nobody_starts_a_bid_for_a_team_that_is_not_his(client, cast, need):
    theirs, _own = cast.team, cast.rival_team
    client.force_login(cast.rui)
    answer = client.post(f"/listings/{need.number}/bid/", {"team": str(theirs.pk)})
    assert answer.status_code == 200
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(("who", "told"), [("wei", "单位还在核验"), ("charlie", "先建一个团队")])
def test_somebody_without_a_team_is_led_to_make_one_and_back(client, cast, need, who, told):
    client.force_login(getattr(cast, who))
    assert told in client.get(f"/listings/{need.number}/bid/").content.decode()
    assert told in client.get("/team/").content.decode()


def test_after_making_a_team_the_home_page_leads_back_to_the_listing(client, cast, need):
    client.force_login(cast.charlie)
    client.get(f"/listings/{need.number}/bid/")
    from teams.actions import create_team

    create_team(organisation=cast.other_enterprise, name="装备组", by=cast.charlie)
    assert f"/listings/{need.number}/bid/" in client.get("/team/").content.decode()


def test_the_form_shows_what_is_saved_and_saving_it_untouched_changes_nothing(client, cast, draft):
    client.force_login(cast.tao)
    data = form_of(client, draft)
    assert data["price"] == "48.00"
    assert data["milestones-1-amount"] == "30.00"
    save(client, draft, data)
    assert bids.fresh(draft).draft == draft.draft
    assert bids.fresh(draft).revision == draft.revision


def test_what_is_typed_becomes_the_working_copy_in_exact_yuan(client, cast, draft):
    client.force_login(cast.tao)
    data = form_of(client, draft) | {
        "price": "５０.１２万",
        "summary": "𠮷与䶮：\x00新的概述",
        "milestones-2-title": "验收",
        "milestones-2-month": "12",
        "milestones-2-amount": "2.12",
        "milestones-0-DELETE": "",
    }
    assert save(client, draft, data).status_code == 302
    saved = bids.fresh(draft).draft
    assert saved["price"] == "501200.00"
    assert saved["summary"] == "𠮷与䶮：新的概述"
    assert [row["amount"] for row in saved["milestones"]] == ["180000.00", "300000.00", "21200.00"]


def test_rows_can_be_taken_out_and_put_in_another_order(client, cast, draft):
    client.force_login(cast.tao)
    data = form_of(client, draft)
    save(client, draft, data | {"milestones-0-ORDER": "2", "milestones-1-ORDER": "1", "members-0-DELETE": "on"})
    saved = bids.fresh(draft).draft
    assert [row["title"] for row in saved["milestones"]] == ["中试", "样品"]
    assert saved["members"] == []


WRONG = {
    "price": ("abc", "不是金额"),
    "period_months": ("一年", "整数月"),
    "milestones-0-amount": ("-3", "不能为负"),
    "milestones-0-month": ("99", "最晚第 60 个月"),
    "summary": ("长" * 1001, "1000"),
    "members-0-name": ("名" * 500, "100"),
}


@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_is_kept_shown_and_said_next_to_its_field(client, cast, draft, field):
    client.force_login(cast.tao)
    typed, sentence = WRONG[field]
    answer = client.post(
        reverse("proposal_edit", args=[draft.pk]),
        form_of(client, draft) | {field: typed, "then": "submit"},
        follow=True,
    )
    page = answer.content.decode()
    assert sentence in page
    assert "您填写的内容都还在" in page
    assert Controls(page).values[field] == typed
    with pytest.raises(Exception, match="改正标出的填写错误"):
        perform(bids.fresh(draft), "submit", by=cast.tao)
    save(client, draft, form_of(client, draft) | {field: {"price": "48"}.get(field, "3")})
    assert "typed" not in bids.fresh(draft).draft


def test_autosave_answers_with_the_new_version_and_a_stale_tab_with_a_sentence(client, cast, draft):
    client.force_login(cast.tao)
    url = reverse("proposal_autosave", args=[draft.pk])
    here = form_of(client, draft)
    first = client.post(url, here | {"summary": "第一个窗口"})
    assert first.json()["version"] == draft.revision + 1
    assert re.fullmatch(r"\d\d:\d\d", first.json()["saved"])
    second = client.post(url, here | {"summary": "第二个窗口"})
    assert (second.status_code, "别处保存过" in second.json()["sentence"]) == (409, True)
    assert bids.fresh(draft).draft["summary"] == "第一个窗口"
    assert client.get(url).status_code == 405


def test_a_stale_form_comes_back_with_all_that_was_typed_and_can_then_be_saved(client, cast, draft):
    client.force_login(cast.ting)
    here = form_of(client, draft)
    save_draft(bids.fresh(draft), {**draft.draft, "summary": "陶老师写的"}, by=cast.tao)
    answer = save(client, draft, here | {"summary": "婷写的"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "婷写的" in page
    assert bids.fresh(draft).draft["summary"] == "陶老师写的"
    save(client, draft, here | {"summary": "婷写的", "version": Controls(page).values["version"]})
    assert bids.fresh(draft).draft["summary"] == "婷写的"


def test_a_lost_session_is_sent_to_the_login_page_and_the_text_is_not_saved_for_a_stranger(client, cast, draft):
    answer = client.post(reverse("proposal_autosave", args=[draft.pk]), {"summary": "没有登录"})
    assert answer.status_code == 302
    assert bids.fresh(draft).draft == draft.draft


def test_the_checklist_the_verdicts_and_the_sum_follow_what_stands_in_the_fields(client, cast, draft):
    client.force_login(cast.tao)
    strength = draft.need.indicators.first()
    url, data = reverse("proposal_check", args=[draft.pk]), form_of(client, draft)
    assert "内容齐全" in client.post(url, data).content.decode()
    page = client.post(
        url, data | {f"answer-{strength.pk}-value": "20", "price": "50", "approach": ""}
    ).content.decode()
    assert "不满足" in page
    assert "还差 2.00 万元" in page
    assert 'href="#part-approach"' in page
    assert 'href="#part-milestones"' in page
    assert bids.fresh(draft).draft == draft.draft, "looking saves nothing"


def test_an_attachment_is_encrypted_as_it_arrives_and_its_name_is_nowhere(client, cast, draft, settings):
    client.force_login(cast.tao)
    files = [SimpleUploadedFile("机密路线.pdf", journey.PDF + b"CANARY")]
    client.post(reverse("proposal_files", args=[draft.pk]), {"upload": files})
    (entry,) = bids.fresh(draft).draft["files"]
    assert entry["name"] == "机密路线.pdf"
    stored = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert b"CANARY" not in stored[0].read_bytes()
    page = client.get(reverse("proposal_edit", args=[draft.pk])).content.decode()
    assert "机密路线.pdf" in page
    client.post(reverse("proposal_file_remove", args=[draft.pk, entry["id"]]))
    assert bids.fresh(draft).draft["files"] == []


BAD_FILES = {
    "program": (SimpleUploadedFile("方案.pdf", b"MZ\0\0" + b"x" * 200), "可执行程序"),
    "empty": (SimpleUploadedFile("方案.pdf", b""), "空文件"),
    "kind": (SimpleUploadedFile("方案.exe", b"x" * 200), "不能上传"),
}


@pytest.mark.parametrize("which", BAD_FILES)
def test_a_file_that_may_not_come_in_is_refused_next_to_the_field_and_the_rest_stays(client, cast, draft, which):
    client.force_login(cast.tao)
    bad, sentence = BAD_FILES[which]
    bad.seek(0)
    good = SimpleUploadedFile("好.pdf", journey.PDF)
    url = reverse("proposal_files", args=[draft.pk])
    answer = client.post(url, {"upload": [bad, good]})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert [entry["name"] for entry in bids.fresh(draft).draft["files"]] == ["好.pdf"]
    bad.seek(0)
    part = client.post(url, {"upload": [bad]}, headers={"HX-Request": "true"})
    assert (part.status_code, sentence in part.content.decode()) == (200, True)


def test_a_200_mb_file_is_counted_not_kept_and_refused_in_a_sentence(client, cast, draft):
    client.force_login(cast.tao)
    large = SimpleUploadedFile("大.pdf", journey.PDF.ljust(200 * 1024 * 1024, b" "))
    answer = client.post(reverse("proposal_files", args=[draft.pk]), {"upload": [large]})
    assert answer.status_code == 422
    assert "有 200 MB" in answer.content.decode()


def test_text_without_end_is_answered_with_413_and_a_page(client, cast, draft):
    client.force_login(cast.tao)
    answer = client.post(reverse("proposal_edit", args=[draft.pk]), {"summary": "长" * 3_000_000})
    assert answer.status_code == 413
    assert "提交的内容太大" in answer.content.decode()


def test_a_complete_form_goes_on_to_the_submission_and_a_member_is_told_who_submits(client, cast, draft):
    client.force_login(cast.tao)
    answer = save(client, draft, form_of(client, draft), then="submit")
    assert answer["Location"] == f"/moves/proposal/{draft.pk}/submit/"
    client.force_login(cast.ting)
    page = client.get(reverse("proposal_edit", args=[draft.pk])).content.decode()
    assert "由负责人 陶教授 提交" in page
    assert client.post(f"/moves/proposal/{draft.pk}/submit/").status_code == 403


def test_a_double_click_on_submit_makes_one_version_and_a_stale_form_none(client, cast, draft):
    client.force_login(cast.tao)
    for _click in range(2):
        client.post(f"/moves/proposal/{draft.pk}/submit/")
    again = client.post(f"/moves/proposal/{draft.pk}/replace/")
    assert (again.status_code, "没有新的修改" in again.content.decode()) == (409, True)
    assert draft.submissions.count() == 1


def test_after_submission_changes_are_kept_apart_until_a_new_version_is_sealed(client, cast, need):
    proposal = bids.submitted(need, cast.team)
    client.force_login(cast.tao)
    page = client.get(reverse("proposal", args=[proposal.pk])).content.decode()
    assert "第 1 版" in page
    assert "这些修改还没有密封" not in page
    save(client, proposal, form_of(client, proposal) | {"summary": "又想了想"})
    assert "这些修改还没有密封" in client.get(reverse("proposal", args=[proposal.pk])).content.decode()
    client.post(f"/moves/proposal/{proposal.pk}/replace/")
    page = client.get(reverse("proposal", args=[proposal.pk])).content.decode()
    assert "第 2 版" in page
    assert "这些修改还没有密封" not in page


def test_receipt_and_copy_are_downloaded_as_they_were_given(client, cast, need):
    proposal = bids.submitted(need, cast.team)
    client.force_login(cast.ting)
    receipt = client.get(reverse("proposal_receipt", args=[proposal.pk, 1]))
    assert json.loads(receipt.content) == proposal.latest.receipt
    assert receipt["Content-Disposition"].startswith("attachment")
    assert receipt["Cache-Control"] == "no-store"
    copy = json.loads(client.get(reverse("proposal_copy", args=[proposal.pk])).content)
    assert copy["commitment"] == proposal.latest.commitment
    assert client.get(reverse("proposal_receipt", args=[proposal.pk, 2])).status_code == 404
    save_draft(proposal, bids.content(need, summary="改了"), by=cast.tao)
    late = client.get(reverse("proposal_copy", args=[proposal.pk]), follow=True)
    assert "平台手里已没有与回执一致的副本" in late.content.decode()


def test_after_the_deadline_the_form_is_closed_and_what_was_written_can_still_be_read(client, cast, draft):
    journey.pass_deadline(draft.need)
    client.force_login(cast.tao)
    answer = client.get(reverse("proposal_edit", args=[draft.pk]), follow=True)
    assert "揭榜已截止，方案不能再改" in answer.content.decode()
    assert draft.draft["summary"] in answer.content.decode()
    late = client.post(reverse("proposal_autosave", args=[draft.pk]), {"summary": "晚了", "version": draft.revision})
    assert (late.status_code, "已截止" in late.json()["sentence"]) == (409, True)


def test_before_the_opening_everybody_but_the_team_finds_nothing_whatever_the_address(client, cast, need):
    proposal = bids.submitted(need, cast.team)
    names = ("proposal", "proposal_edit", "proposal_copy")
    urls = [reverse(name, args=[proposal.pk]) for name in names] + [reverse("proposal_receipt", args=[proposal.pk, 1])]
    for name, user in cast.everyone().items():
        client.force_login(user)
        expected = {200} if name in ("tao", "ting") else {404}
        assert {client.get(url).status_code for url in urls} == expected, name
    for url in urls:
        client.logout()
        assert client.get(url).status_code == 302


def test_after_the_opening_the_enterprise_and_the_zone_read_it_and_rivals_do_not(client, cast):
    need = journey.opened(cast)
    proposal = need.proposals.get(team=cast.team)
    url = reverse("proposal", args=[proposal.pk])
    seen = {}
    for name, user in cast.everyone().items():
        client.force_login(user)
        answer = client.get(url)
        seen[name] = answer.status_code == 200 and proposal.content["summary"] in answer.content.decode()
        assert ("密封版本与回执" in answer.content.decode()) == (name in ("tao", "ting"))
    assert not any(seen[name] for name in ("charlie", "xu", "wei", "rui", "sysadmin", "secadmin", "auditor"))
    assert all(seen[name] for name in ("alice", "bob", "tao", "ting", "guan", "shen", "ling", "ji"))


def test_the_answer_reaches_the_team_with_its_reason(client, cast):
    need = journey.selected(cast)
    client.force_login(cast.rui)
    lost = need.proposals.get(team=cast.rival_team)
    page = client.get(reverse("proposal", args=[lost.pk])).content.decode()
    assert lost.answer.sentence in page
    assert lost.answer.get_code_display() in page


def test_the_home_page_shows_bids_receipts_and_what_fits_with_the_reason(client, cast, need):
    from teams.actions import edit_team

    bids.submitted(need, cast.team)
    bids.published(cast, of=need.batch, title="弹性体密封圈低温评价", keywords=[])
    bids.published(cast, of=need.batch, title="风电叶片监测", field="6", keywords=["声发射"])
    edit_team(cast.team, by=cast.tao, name="弹性体课题组", intro="", field8=["4"], keywords=["弹性体"])
    client.force_login(cast.tao)
    page = client.get("/team/").content.decode()
    assert "领域相同：新材料；关键词：弹性体" in page
    assert "风电叶片监测" not in page
    assert "第 1 版" in page
    assert "已提交" in page


@pytest.mark.parametrize("url", ["/team/", "/team/proposals/", "/team/intents/", "/team/contracts/"])
def test_the_lists_ask_the_database_as_often_for_one_row_as_for_five(
    client, cast, need, url, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast.tao)

    def asked() -> int:
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    bids.submitted(need, cast.team)
    one = asked()
    for number in range(4):
        bids.submitted(bids.published(cast, of=need.batch, title=f"第 {number} 项"), cast.team)
    assert asked() == one
    assert one <= 16


def test_the_window_of_a_rolling_batch_is_explained_on_the_form(client, cast):
    need = bids.published(cast, of=bids.batch(cast, sealing="rolling"), closes_in=timedelta(days=3))
    proposal = bids.drafted(need, cast.team)
    client.force_login(cast.tao)
    assert "随到随送" in client.get(reverse("proposal_edit", args=[proposal.pk])).content.decode()
    assert proposal.status == P.DRAFT
