"""The page of a bid and the team's portal: what is sealed, what was answered, and who sees it."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

import bids
import journey
import suggesting
from controls import form_of, save
from proposals.actions import save_draft
from proposals.states import P

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
    typed, here = {"summary": "晚了", "version": draft.revision}, {"X-Requested-With": "autosave"}
    late = client.post(reverse("proposal_autosave", args=[draft.pk]), typed, headers=here)
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


@pytest.mark.parametrize(
    ("own", "said"), [("met", "自评满足"), ("partly", "自评部分满足"), ("unmet", "自评不满足"), ("", "待判断")]
)
def test_where_no_number_was_compared_the_page_says_that_it_is_the_teams_own_word(client, cast, own, said):
    need = journey.published(cast)
    strength, _time, looks = need.indicators.all()
    answers = {
        str(strength.pk): {"value": "27", "meets": own},
        str(looks.pk): {"value": "目测无缺陷", "meets": own},
    }
    proposal = journey.bid(need, cast.team, by=cast.tao, answers=answers | given_else(need, answers))
    journey.open_bids(cast, need)
    client.force_login(cast.alice)
    page = client.get(proposal.get_absolute_url()).content.decode()
    by_number, _unmet, by_word = re.findall(r'data-label="对照">(.+?)</td>', page, re.DOTALL)
    assert (in_words(by_number), in_words(by_word)) == ("满足", said)


def given_else(need, but):
    return {str(row.pk): {"value": "45", "meets": "met"} for row in need.indicators.all() if str(row.pk) not in but}


def in_words(cell):
    return re.sub(r"<[^>]+>", "", cell).strip()


def test_the_answer_reaches_the_team_with_its_reason(client, cast):
    need = journey.selected(cast)
    client.force_login(cast.rui)
    lost = need.proposals.get(team=cast.rival_team)
    page = client.get(reverse("proposal", args=[lost.pk])).content.decode()
    assert lost.answer.sentence in page
    assert lost.answer.get_code_display() in page


def test_the_home_page_shows_bids_receipts_and_what_fits_with_the_reason(client, cast, need):
    bids.submitted(need, cast.team)
    suggesting.told(cast, bids.published(cast, of=need.batch, title="弹性体密封圈低温评价"))
    suggesting.suggest(bids.published(cast, of=need.batch, title="风电叶片监测"), cast.team, strength="weak")
    client.force_login(cast.tao)
    page = client.get("/team/").content.decode()
    assert "弹性体密封圈低温评价" in page
    assert "<mark>强冲击</mark>" in page
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
