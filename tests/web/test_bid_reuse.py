"""A second bid is written faster: what the team has said before is taken in, and only by those who may read it."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document as read_word

import bids
import journey
import world
from controls import form_of, save
from documents.markup import grouped
from people import Cast
from proposals.actions import attach
from proposals.models import Proposal
from proposals.reuse import sources, take, take_up
from proposals.tasks import decrypt_opened
from teams.actions import edit_team
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def earlier(cast: Cast) -> Proposal:
    return bids.submitted(bids.published(cast, title="旧榜单"), cast.team, basis="三项专利。", risk="原料波动。")


@pytest.fixture
def draft(cast: Cast, earlier: Proposal) -> Proposal:
    need = bids.published(cast, title="新榜单")
    made = bids.start_proposal(need=need, team=cast.team, by=cast.tao)
    bids.save_draft(
        made, {"risk": "我刚写的风险。", "members": [{"name": "婷", "title": "", "role": "测试"}]}, by=cast.tao
    )
    return bids.fresh(made)


def address(proposal: Proposal) -> str:
    return reverse("proposal_reuse", args=[proposal.pk])


def test_what_is_empty_is_filled_from_an_earlier_bid_and_nothing_is_written_over(client, cast, earlier, draft):
    client.force_login(cast.tao)
    assert "旧榜单" in client.get(address(draft)).content.decode()
    answer = client.post(
        address(draft), {"source": str(earlier.pk), "parts": ["basis", "risk", "members", "rights"]}, follow=True
    )
    saved = bids.fresh(draft).draft
    assert (saved["basis"], saved["risk"], saved["ownership"]) == ("三项专利。", "我刚写的风险。", "joint")
    assert [(row["name"], row["role"]) for row in saved["members"]] == [("婷", "测试"), ("陶教授", "负责人")]
    page = answer.content.decode()
    assert "已带入：" in page
    assert "没有动：风险与对策" in page


def test_the_team_profile_gives_its_people_and_its_standing_text(client, cast, draft):
    edit_team(cast.team, by=cast.tao, name=cast.team.name, intro="", field8=[], keywords=[], basis="承担过两项。")
    client.force_login(cast.tao)
    client.post(address(draft), {"source": "team", "parts": ["basis", "members"]})
    saved = bids.fresh(draft).draft
    assert saved["basis"] == "承担过两项。"
    assert {row["name"] for row in saved["members"]} == {"陶教授", "婷"}


def test_price_promises_and_files_of_an_earlier_bid_are_never_taken(cast, earlier, draft):
    found = next(one for one in sources(draft, cast.tao) if one.key == str(earlier.pk))
    take(draft, found, ["basis", "answers", "price", "milestones", "files"], by=cast.tao, revision=draft.revision)
    assert {"price", "answers", "milestones", "files"} & set(bids.fresh(draft).draft) == set()


def test_nobody_takes_from_a_team_he_is_not_in_or_from_another_organisation(client, cast, draft):
    others = bids.submitted(bids.published(cast, title="别人的榜单"), cast.rival_team)
    assert others.pk not in {one.key for one in sources(draft, cast.tao)}
    client.force_login(cast.tao)
    answer = client.post(address(draft), {"source": str(others.pk), "parts": ["basis"]})
    assert answer.status_code == 422
    client.force_login(cast.rui)
    assert client.get(address(draft)).status_code == 404


def test_with_something_wrong_in_the_form_nothing_is_taken_and_it_is_said_why(client, cast, draft):
    client.force_login(cast.tao)
    save(client, draft, form_of(client, draft) | {"price": "abc"})
    answer = client.post(address(draft), {"source": "team", "parts": ["members"]})
    assert answer.status_code == 409
    assert "请先改正标出的地方" in answer.content.decode()
    with pytest.raises(Refused):
        found = sources(draft, cast.tao)[0]
        take(bids.fresh(draft), found, ["members"], by=cast.tao, revision=None)


# ── after a bid was withdrawn ───────────────────────────────────────────────────
@pytest.fixture
def gone(cast: Cast) -> Proposal:
    """A whole bid with an attachment, handed in and withdrawn."""
    made = bids.drafted(bids.published(cast), cast.team)
    attach(made, SimpleUploadedFile("检测报告.pdf", journey.PDF), by=cast.tao)
    for move in ("submit", "withdraw"):
        perform(bids.fresh(made), move, by=cast.tao)
    return bids.fresh(made)


def begin(client, gone: Proposal, again: object, **more):
    url = reverse("proposal_start", args=[gone.need.number])
    return client.post(url, {"team": gone.team_id, "again": again, **more}, follow=True)


def test_one_click_takes_up_the_whole_bid_that_was_withdrawn_but_its_files(client, cast, gone):
    client.force_login(cast.tao)
    start = client.get(reverse("proposal_start", args=[gone.need.number])).content.decode()
    assert f'name="again" value="{gone.pk}"' in start
    page = begin(client, gone, gone.pk).content.decode()
    assert "已从撤回的方案写起" in page
    made = Proposal.objects.exclude(pk=gone.pk).get()
    said = {name: value for name, value in gone.draft.items() if name not in ("files", "sealed")}
    assert made.draft == said
    assert {"summary", "price", "answers", "milestones", "members"} <= set(said)
    perform(bids.fresh(made), "submit", by=cast.tao)


def test_without_it_or_with_what_is_none_of_his_a_bid_begins_empty(client, cast, gone):
    client.force_login(cast.tao)
    elsewhere = bids.submitted(bids.published(cast, title="别的榜单"), cast.team)
    perform(elsewhere, "withdraw", by=cast.tao)
    for again in ("", "x", elsewhere.pk):
        begin(client, gone, again)
        made = gone.need.proposals.exclude(status="withdrawn").get()
        assert set(made.draft) == {"members"}, again
        perform(made, "withdraw", by=cast.tao)


def test_a_withdrawn_bid_is_offered_to_its_own_team_alone_and_never_over_another(client, cast, gone):
    client.force_login(cast.rui)
    url = reverse("proposal_start", args=[gone.need.number])
    assert str(gone.pk) not in client.get(url).content.decode()
    client.post(url, {"team": cast.rival_team.pk, "again": gone.pk})
    theirs = gone.need.proposals.get(team=cast.rival_team)
    assert set(theirs.draft) == {"members"}
    with pytest.raises(PermissionDenied):
        take_up(theirs, gone, by=cast.rui)
    bids.start_proposal(need=gone.need, team=cast.team, by=cast.tao)
    client.force_login(cast.tao)
    assert str(gone.pk) not in client.get(url).content.decode()
    begun = gone.need.proposals.get(team=cast.team, status="draft")
    bids.save_draft(begun, {"summary": "新的"}, by=cast.tao)
    with pytest.raises(Refused):
        take_up(bids.fresh(begun), gone, by=cast.tao)


# ── as a document ───────────────────────────────────────────────────────────────
def words(client, proposal: Proposal, form: str = "docx") -> str:
    answer = client.get(reverse("proposal_document", args=[proposal.pk, form]))
    assert answer.status_code == 200
    found = read_word(io.BytesIO(b"".join(answer)))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in found.paragraphs] + cells)


def test_the_whole_application_is_a_word_document_that_says_what_it_is_a_copy_of(client, cast):
    need = bids.published(cast, of=bids.batch(cast, bid_form="full"))
    proposal = bids.drafted(need, cast.team, **bids.full(need))
    attach(proposal, SimpleUploadedFile("检测报告.pdf", journey.PDF), by=cast.tao)
    client.force_login(cast.ting)
    text = words(client, proposal)
    for said in ("揭榜申请书", need.number, "27.5 MPa", "依据：第三方检测报告\n方法：逐批检测", "材料费", "30.00 万元",
                 "3 级 关键功能已验证", "建议归属：双方共有", "检测报告.pdf", "尚未提交", "（公章）"):  # fmt: skip
        assert said in text, said
    perform(bids.fresh(proposal), "submit", by=cast.tao)
    assert grouped(bids.fresh(proposal).latest.commitment) in words(client, proposal)
    bids.save_draft(bids.fresh(proposal), {**proposal.draft, "summary": "改了"}, by=cast.tao)
    assert "第1版密封之后改过" in words(client, proposal)
    answer = client.get(reverse("proposal_document", args=[proposal.pk, "pdf"]))
    assert b"".join(answer).startswith(b"%PDF")


def test_before_the_opening_only_the_team_has_it_and_then_who_may_read_the_bid(client, cast):
    need = bids.published(cast)
    proposal = bids.submitted(need, cast.team)
    url = reverse("proposal_document", args=[proposal.pk, "docx"])
    for who in ("alice", "guan", "rui", "auditor"):
        client.force_login(getattr(cast, who))
        assert client.get(url).status_code == 404, who
    world.let_the_deadline_pass(need)
    bids.opened(need, cast)
    decrypt_opened()
    client.force_login(cast.alice)
    assert "以聚脲改性路线达到抗爆要求。" in words(client, proposal)
    client.force_login(cast.rui)
    assert client.get(url).status_code == 404
