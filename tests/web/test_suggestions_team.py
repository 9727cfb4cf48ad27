"""Which listings suit a team, what it contests, and what is looked up while a need is written: policy, page by page."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import life
import suggesting
import world
from people import Cast
from suggesting import another_team, page, status
from suggestions.models import Judgement
from teams.matching import refuse_matching
from wrong_forms import as_

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# ── 适合我们的榜单 ──────────────────────────────────────────────────────────────
def test_the_team_reads_which_listings_fit_and_every_sentence_behind_it(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    for name in ("team_home", "team_suggestions"):
        text = page(cast.tao, name)
        assert need.title in text
        assert "强匹配" in text
        assert "<mark>强冲击</mark>" in text
        assert reverse("suggestion", args=[row.pk]) in text
        assert reverse("proposal_start", args=[need.number]) in text
    text = page(cast.tao, "suggestion", row.pk)
    assert suggesting.SECRET in text
    assert "手上有合同或邀请在办" in text
    assert reverse("team_matching", args=[cast.team.pk]) in text


def test_on_its_first_page_what_fits_comes_before_the_list_of_bids(cast: Cast) -> None:
    suggesting.told(cast, world.listed(cast))
    text = page(cast.tao, "team_home")
    assert text.index('id="fits"') < text.index('id="bids"')


def test_a_listing_the_team_bids_for_already_is_not_suggested(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    world.draft(cast, need)
    assert need.title not in page(cast.tao, "team_suggestions")


def test_the_team_contests_and_takes_it_back(cast: Cast) -> None:
    need = world.listed(cast)
    row = suggesting.told(cast, need)
    assert status(cast.ting, "suggestion_judge", row.pk) == 403
    assert "不合适，因为…" not in page(cast.ting, "team_suggestions")
    tao = as_(cast.tao)
    text = page(cast.tao, "suggestion_judge", row.pk)
    assert "所列成果不是我们的" in text
    assert "技术方向不符" not in text
    text = tao.post(reverse("suggestion_judge", args=[row.pk]), {"code": "work"}, follow=True).content.decode()
    assert "不再推荐" in text
    assert "我们说过不合适的" in text
    assert reverse("suggestion", args=[row.pk]) not in text
    assert "强匹配" not in page(cast.guan, "need_suggestions", need.pk)
    assert "团队自己提出：" in page(cast.guan, "need_suggestions", need.pk)
    assert "团队自己提出：" not in page(cast.alice, "need_suggestions", need.pk)
    made = Judgement.objects.get()
    tao.post(reverse("judgement_withdraw", args=[made.pk]))
    assert reverse("suggestion", args=[row.pk]) in page(cast.tao, "team_suggestions")


def test_with_matching_off_nothing_is_suggested_and_the_page_says_so(cast: Cast) -> None:
    need = world.listed(cast)
    suggesting.told(cast, need)
    refuse_matching(cast.team, by=cast.tao)
    text = page(cast.tao, "team_suggestions")
    assert "自动匹配已关闭" in text
    assert need.title not in text
    assert "弹性体课题组" not in page(cast.guan, "need_suggestions", need.pk).split('id="invited"')[0]


def test_without_a_team_or_a_listing_the_page_says_what_comes_first(cast: Cast) -> None:
    assert "还没有团队" in page(cast.charlie, "team_suggestions")
    _ = cast.team
    text = page(cast.tao, "team_suggestions")
    assert "现在没有合适的榜单" in text
    assert reverse("team_works", args=[cast.team.pk]) in text


def test_the_weekly_word_is_switched_off_and_on(cast: Cast) -> None:
    _ = cast.team
    assert "关闭每周提醒" in page(cast.tao, "team_suggestions")
    tao, address = as_(cast.tao), reverse("team_suggestions")
    assert "开启每周提醒" in tao.post(address, {"digest": "off"}, follow=True).content.decode()
    assert "关闭每周提醒" in tao.post(address, {"digest": "on"}, follow=True).content.decode()


# ── while it is being written ───────────────────────────────────────────────────
@pytest.fixture(autouse=True)
def fresh() -> Any:
    cache.clear()
    yield
    cache.clear()


def test_the_form_asks_beside_it_and_without_scripts_by_a_button_that_saves_first(cast: Cast) -> None:
    need = world.need(cast)
    text = page(cast.alice, "need_edit", need.pk)
    assert f'hx-get="{reverse("need_live", args=[need.pk])}"' in text
    assert 'value="live"' in text
    part = page(cast.alice, "need_live", need.pk, **HTMX)
    assert "<html" not in part
    assert "写好需求名称和技术难题" in part  # nothing is learnt yet


def test_who_asks_too_often_gets_no_new_answer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.suggestions.live.PAUSE", 3600)  # two seconds may be over before he asks again
    need, alice = world.need(cast), as_(cast.alice)
    address = reverse("need_live", args=[need.pk])
    assert alice.get(address, headers=HTMX).status_code == 200
    assert alice.get(address, headers=HTMX).status_code == 204
    late = alice.get(address)
    assert late.status_code == 429
    assert "草稿已经保存" in late.content.decode()


def test_nobody_else_looks_over_the_shoulder(cast: Cast) -> None:
    need = world.need(cast)
    for who in (cast.charlie, cast.tao, cast.guan):
        assert status(who, "need_live", need.pk) == 404


# ── the same number of questions for one and for three ──────────────────────────
@pytest.mark.parametrize("where", ["need", "team", "rescue", "explained"])
def test_the_pages_ask_the_database_as_often_for_one_as_for_three(cast: Cast, where: str) -> None:
    batch = world.batch(cast)
    needs = [world.listed(cast, within=batch) for _n in range(3)]
    rows = [suggesting.told(cast, needs[0])]
    names = {"need": "need_suggestions", "rescue": "need_rescue", "team": "team_suggestions", "explained": "suggestion"}
    args = {"team": [], "explained": [rows[0].pk]}.get(where, [needs[0].pk])
    who = as_(cast.tao if where in ("team", "explained") else cast.guan)
    counted = []
    for n in (1, 3):
        for more in range(len(rows), n):
            team = another_team(cast, f"第{more}组")
            made = suggesting.work(team, by=team.leader)
            rows.append(suggesting.suggest(needs[0], team, place=more + 1, reasons=[suggesting.reason(made)]))
            suggesting.suggest(needs[more], cast.team, reasons=rows[0].reasons)
            life.invitation(cast, needs[0], team=team)
        who.get(reverse(names[where], args=args))  # the first look writes that it was one
        with CaptureQueriesContext(connection) as captured:
            assert who.get(reverse(names[where], args=args)).status_code == 200
        counted.append(len(captured))
    assert counted[0] == counted[1]
