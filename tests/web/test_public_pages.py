"""What the public reads: one listing with everything a bidder may rely on, its result, the notices, the figures."""

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import world
from audit.checkpoints import make, public_lines
from core import clock, files
from needs.actions import publish_now
from needs.models import Need
from notifications.models import Delivery, Notice
from people import Cast
from reports.funnel import funnel
from workflow.actions import perform

pytestmark = pytest.mark.django_db

PUBLIC = (
    "home", "listing_list", "result_list", "notice_list", "funnel", "how_to", "checkpoints", "checkpoint_file",
    "verifier", "custodian_tool", "receipt_verify", "privacy", "accessibility", "robots", "healthz", "security",
)  # fmt: skip


def main_of(response: Any) -> str:
    """The page without its frame."""
    body: str = response.content.decode()
    return body.split("<main", 1)[1].split("</main>", 1)[0]


def page(need: Need) -> str:
    return main_of(Client().get(reverse("listing", args=[need.number])))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_page_opens_without_a_login_and_on_an_empty_platform(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 200
    b"".join(response)


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_there_to_read(name: str) -> None:
    if name != "receipt_verify":
        assert Client().post(reverse(name)).status_code == 405


# ── one listing ─────────────────────────────────────────────────────────────────
def test_a_listing_shows_its_public_layer_whole(cast: Cast) -> None:
    need = world.listed(
        cast,
        present="已有小试线一条。",
        conditions="有同类业绩。",
        source_note="据公开报道整理：第六届中国创新挑战赛",
        trl_now=3,
        trl_target=7,
    )
    files.store(SimpleUploadedFile("工况说明.txt", b"text " * 20), subject=need, slot="public", by=cast.alice)
    files.store(SimpleUploadedFile("内部图纸.txt", b"text " * 20), subject=need, slot="protected", by=cast.alice)
    shown = page(need)
    for words in (
        need.number, need.title, "海岳材料有限公司", need.problem, need.goal, "已有小试线一条。", "有同类业绩。",
        "≥ 25 MPa", "300–450 %", "可常温喷涂", "GB/T 528", "硬指标", "软指标", "50.00 万元", "12 个月",
        "双方共有", "委托研发", "3 → 7", "工况说明.txt", "常年对接", "公开、公平，方案密封至截止。",
        need.public_key, need.published_hash, need.batch.frozen_hash, "据公开报道整理", "弹性体",
        "青岛高新区", "还剩 19 天",
    ):  # fmt: skip
        assert words in shown, words
    for hidden in ("内部图纸.txt", need.confidential, need.contact_name, need.contact_phone, "艾丽丝"):
        assert hidden not in shown, hidden


def test_a_title_is_shown_as_it_was_written_and_runs_nowhere(cast: Cast) -> None:
    need = world.listed(cast, title="""<script>alert(1)</script> & "引号" '单' {{ 7|add:1 }} 䶮𠮷""")
    shown = page(need)
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;引号&quot; &#x27;单&#x27; {{ 7|add:1 }} 䶮𠮷" in shown


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "scheduled"])
def test_what_was_never_listed_has_no_public_page_for_anybody(cast: Cast, status: str) -> None:
    need = world.need(cast, status=status)
    client = Client()
    client.force_login(cast.alice)
    for number in (need.application_number or "JB-2026-Q4-0001", str(need.pk), "JB-2026-Q4-9999"):
        assert client.get(f"/listings/{number}/").status_code == 404


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("published", "前接收方案"),
        ("closed", "等待两名工作人员共同开启"),
        ("opened", "发榜方正在比选"),
        ("no_bid", "揭榜期内没有收到方案"),
        ("selected", "选定：滨海理工大学 · 弹性体课题组"),
        ("intended", "双方正在商谈意向和合同"),
        ("contracted", "合同已生效，正在履约"),
        ("completed", "履约完成"),
        ("terminated", "合同已终止"),
        ("failed", "发榜方没有选定方案"),
        ("withdrawn", "已撤榜"),
    ],
)
def test_each_state_of_a_listing_says_what_happens_now(cast: Cast, status: str, words: str) -> None:
    assert words in page(world.need(cast, status=status))


def test_money_between_the_parties_is_not_published(cast: Cast) -> None:
    shown = page(world.need(cast, status="completed"))
    assert "50.00 万元" in shown
    assert "48.00" not in shown


def test_a_listing_prepared_again_says_so_and_starts_clean(cast: Cast) -> None:
    need = world.need(cast, status="no_bid")
    perform(need, "relist", by=cast.ling)
    assert "准备重新发榜" in page(need)
    publish_now(need, by=cast.ling, bid_deadline=clock.now() + world.timedelta(days=20))
    assert "开启记录" not in page(need)


def test_a_need_that_ended_without_bids_says_nobody_came(cast: Cast) -> None:
    need = world.need(cast, status="no_bid")
    perform(need, "end_no_bid", by=cast.ling)
    assert "没有收到方案，本榜单已结束" in page(need)
    assert "流榜" in main_of(Client().get(reverse("result_list")))


def test_the_enterprise_and_the_office_find_their_own_page_from_the_listing(cast: Cast) -> None:
    need = world.listed(cast)
    client = Client()
    for user, finds in ((cast.alice, True), (cast.guan, True), (cast.charlie, False), (cast.sysadmin, False)):
        client.force_login(user)
        shown = main_of(client.get(reverse("listing", args=[need.number])))
        assert (f"/go/need/{need.pk}/" in shown) is finds


# ── results, notices, figures ───────────────────────────────────────────────────
def test_results_list_what_became_of_the_listings(cast: Cast) -> None:
    told = ("selected", "contracted", "failed")  # what is still compared has no result
    made = {s: world.need(cast, status=s) for s in ("published", "closed", "opened", *told)}
    vetted = world.listed(cast, within=world.batch(cast, vetting=True))
    world.bid(cast, vetted)
    world.open_bids(vetted, cast)
    made["vetting"] = vetted
    for address in (reverse("result_list"), reverse("result_list") + "?state=opened"):
        listed = main_of(Client().get(address))
        assert tuple(status for status, need in made.items() if need.number in listed) == told
    home = main_of(Client().get(reverse("home"))).split('id="results"')[1].split('id="notices"')[0]
    assert tuple(status for status, need in made.items() if need.number in home) == told
    signed = main_of(Client().get(reverse("result_list") + "?state=contracted"))
    assert [status for status, need in made.items() if need.number in signed] == ["contracted"]
    assert "弹性体课题组" in signed
    assert "滨海理工大学" in signed


def test_notices_tell_of_openings_withdrawals_and_listings_nobody_bid_on(cast: Cast) -> None:
    opened, alone, gone = (world.need(cast, status=s) for s in ("opened", "no_bid", "withdrawn"))
    shown = main_of(Client().get(reverse("notice_list")))
    rows = {need.number: part for need in (opened, alone, gone) for part in shown.split("<li") if need.number in part}
    assert "开启公告" in rows[opened.number]
    assert "收到方案 1 份" in rows[opened.number]
    assert "流榜公告" in rows[alone.number]
    assert "撤榜公告" in rows[gone.number]
    assert world.REASON["reason"] in rows[gone.number]
    assert len(rows) == shown.count('class="notice"') == 3


def test_a_rolling_window_nobody_used_is_announced(cast: Cast) -> None:
    need = world.listed(cast, within=world.batch(cast, sealing="rolling"))
    world.close(need)
    world.decrypt_opened()
    assert "流榜公告" in main_of(Client().get(reverse("notice_list")))


def test_a_withdrawal_before_publishing_is_nobody_s_business(cast: Cast) -> None:
    need = world.need(cast, status="submitted")
    perform(need, "withdraw", by=cast.alice, data=world.REASON)
    assert world.REASON["reason"] not in main_of(Client().get(reverse("notice_list")))


def test_the_public_funnel_shows_the_same_figures_as_the_office(cast: Cast) -> None:
    world.contract(cast, status="performing")
    shown = main_of(Client().get(reverse("funnel")))
    drawn = funnel()
    assert str(drawn.summary) in shown
    for figure in drawn.figures:
        assert str(figure.definition) in shown
    assert Client().get(reverse("funnel") + "?year=1999").status_code == 200


def test_the_home_page_leads_to_what_is_open_what_is_new_and_how_to_take_part(cast: Cast) -> None:
    need, done = world.listed(cast), world.need(cast, status="opened")
    shown = main_of(Client().get(reverse("home")))
    for words in (need.number, "即将截止", "开启公告", done.number, "如何参与", "注册并核验单位", 'name="q"'):
        assert words in shown


# ── what machines read ──────────────────────────────────────────────────────────
def test_the_checkpoint_file_is_every_published_line_and_nothing_else(cast: Cast) -> None:
    world.listed(cast)
    make()
    body = b"".join(Client().get(reverse("checkpoint_file")))
    assert body.decode().splitlines() == list(public_lines())
    assert len(body.splitlines()) >= 2
    rest = b"".join(Client().get(reverse("checkpoint_file") + "?after=1"))
    assert rest.splitlines() == body.splitlines()[1:]
    assert Client().get(reverse("checkpoint_file") + "?after=x").status_code == 200


@pytest.mark.parametrize(("name", "tool"), [("verifier", "audit_verify.py"), ("custodian_tool", "custodian.py")])
def test_what_is_run_elsewhere_is_handed_out_as_it_is(name: str, tool: str) -> None:
    answer = Client().get(reverse(name))
    assert b"".join(answer) == (settings.ROOT / "tools" / tool).read_bytes()
    assert answer["Content-Disposition"] == f'attachment; filename="{tool}"'


def test_health_says_ok_to_strangers_and_why_not_to_administrators_only(cast: Cast) -> None:
    make()
    assert Client().get(reverse("healthz")).json() == {"status": "ok"}
    notice = Notice.objects.create(
        recipient=cast.guan, kind="need.submit", subject_type="needs.need", subject_id=cast.guan.pk, key="late"
    )
    letter = Delivery.objects.create(notice=notice, recipient=cast.guan, channel="mail", key="late")
    Delivery.objects.exclude(pk=letter.pk).delete()
    Delivery.objects.filter(pk=letter.pk).update(created_at=clock.now() - world.timedelta(minutes=10))
    assert Client().get(reverse("healthz")).json() == {"status": "degraded"}
    client = Client()
    client.force_login(cast.guan)
    assert client.get(reverse("healthz")).json() == {"status": "degraded"}
    client.force_login(cast.sysadmin)
    checks = client.get(reverse("healthz")).json()["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": True,
        "valkey": True,
        "outbox": False,
        "checkpoint": True,
        "openings": True,
    }
    assert 590 < checks["outbox"]["oldest_pending_seconds"] < 700


def test_health_is_down_without_valkey(settings: Any) -> None:
    settings.VALKEY_URL = "redis://127.0.0.1:1/0"
    response = Client().get(reverse("healthz"))
    assert (response.status_code, response.json()) == (503, {"status": "down"})


def test_crawlers_are_kept_to_the_public_part() -> None:
    body = Client().get(reverse("robots")).content.decode()
    assert "Disallow: /office/" in body
    assert "Disallow: /listings/" not in body


def test_security_txt_names_a_contact_and_has_not_expired() -> None:
    lines = dict(line.split(": ", 1) for line in Client().get(reverse("security")).content.decode().splitlines())
    assert lines["Contact"].startswith("mailto:")
    assert clock.now().isoformat() < lines["Expires"]


@pytest.mark.parametrize(("sealing", "since"), [("sealed", "开启后"), ("rolling", "送达后")])
def test_the_time_for_the_answer_runs_from_what_happens_in_that_batch(cast: Cast, sealing: str, since: str) -> None:
    shown = page(world.listed(cast, within=world.batch(cast, sealing=sealing)))
    rule = shown.split("答复时限")[1].split("</dd>")[0]
    assert since in rule
