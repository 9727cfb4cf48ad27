"""A team writes its bid: nothing typed is lost, nothing wrong passes in silence, nobody else looks in."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import bids
import journey
from controls import Controls, form_of, save
from proposals.actions import save_draft
from proposals.models import Proposal
from workflow.actions import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


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
    assert answer.status_code == 422
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


def test_a_click_that_carries_no_form_empties_nothing(client, cast, draft):
    client.force_login(cast.tao)
    kept = Proposal.objects.get(pk=draft.pk).draft
    assert kept["summary"]
    assert client.post(reverse("proposal_edit", args=[draft.pk])).status_code == 409
    assert Proposal.objects.get(pk=draft.pk).draft == kept


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
    here, script = form_of(client, draft), {"X-Requested-With": "autosave"}
    first = client.post(url, here | {"summary": "第一个窗口"}, headers=script)
    assert first.json()["version"] == draft.revision + 1
    assert re.fullmatch(r"\d\d:\d\d", first.json()["saved"])
    second = client.post(url, here | {"summary": "第二个窗口"}, headers=script)
    assert (second.status_code, "别处保存过" in second.json()["sentence"]) == (409, True)
    assert bids.fresh(draft).draft["summary"] == "第一个窗口"
    assert client.get(url).status_code == 405


def test_what_was_typed_before_the_session_was_lost_is_sent_again_as_a_form(client, cast, draft):
    client.force_login(cast.tao)
    again = form_of(client, draft) | {"summary": "重新登录之后"}
    answer = client.post(reverse("proposal_autosave", args=[draft.pk]), again)
    assert answer["Location"] == reverse("proposal_edit", args=[draft.pk])
    assert bids.fresh(draft).draft["summary"] == "重新登录之后"


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
    assert 'href="#id_approach"' in page
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
