"""A second bid is written faster: what the team has said before is taken in, and only by those who may read it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document as read_word

import bids
import journey
import world
from controls import form_of, save
from people import Cast
from proposals.actions import attach
from proposals.models import Proposal
from proposals.reuse import sources, take
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
    for said in ("揭榜申请书", need.number, "27.5 MPa", "依据：第三方检测报告；方法：逐批检测", "材料费", "30.00 万元",
                 "3 级 关键功能已验证", "建议归属：双方共有", "检测报告.pdf", "尚未提交", "（公章）"):  # fmt: skip
        assert said in text, said
    perform(bids.fresh(proposal), "submit", by=cast.tao)
    assert bids.fresh(proposal).latest.commitment in words(client, proposal)
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
