"""Bad input in the forms of the office: batches, publishing, reasons, imports; and all of it in English."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import bids
import journey
import upload_corpus
from forms_on_page import Page
from people import Cast, uscc
from wrong_forms import Case, as_, complaints, drafted, rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


WRONG_USCC = "91110000600037341M"
NEW = {"kind": "enterprise", "organisation_name": "New Materials", "region": "Qingdao", "address": "9 Huoju Road"}


def test_the_rules_of_a_batch(cast: Cast):
    cases = [
        ("title", "", "请填写"),
        ("title", "批" * 500, "现在是 500 字"),
        ("window", "一个月", "请写成“30 天”“12 小时”或“10 分钟”。"),
        ("window", "90 天", "揭榜期须在下限和上限之间。"),
        ("screening_days", "-1", "请填写不小于"),
        ("screening_days", "99999999999", "请填写不大于"),
        ("screening_days", "三", "请填写整数，例如 12。"),
        ("reward_max", "abc", "“abc”不是金额。"),
        ("reward_max", "0", "榜额上限须大于 0；不设上限请留空。"),
        ("weights_text", "路线 ²", "第 1 行看不懂，请写成“技术方案与路线 30”。"),
        ("weights_text", "路线 99999", "第 1 行看不懂"),
        ("weights_text", "路线 60\n团队 30", "各项合计须为 100，现为 90。"),
    ]
    filled = {"title": "第四季度", "rules": "密封至截止。"}
    assert complaints(as_(cast.guan), "/office/batches/new/", cases, filled=filled) == []


def test_when_a_listing_goes_live_and_closes(cast: Cast):
    need = bids.approved(cast)
    past = [
        ("bid_deadline", "2020-01-01T17:00", "截止时间须晚于发榜时间。请填一个将来的时间。"),
        ("bid_deadline", "2026-02-30T17:00", "请填写日期和时间，例如 2026-12-01 17:00。"),
        ("bid_deadline", "", "请填写"),
        ("bid_deadline", "9999-12-31T23:59", "揭榜期不能超过"),
        ("bid_deadline", "0001-01-01T00:00", "截止时间须晚于发榜时间。"),
        ("publish_at", "2020-01-01T09:00", "这个时间已经过去。要立即发榜请留空，要定时发榜请填将来的时间。"),
        ("publish_at", "2062-11-26T09:00", "定时发榜最多提前一年。请核对年份。"),
        ("publish_at", "9999-12-31T23:59", "定时发榜最多提前一年。请核对年份。"),
        ("publish_at", "下周一", "请填写日期和时间，例如 2026-12-01 17:00。"),
    ]
    assert complaints(as_(cast.ling), reverse("move", args=["need", need.pk, "publish"]), past) == []


def test_giving_a_reason(cast: Cast):
    need = journey.submitted(cast)
    cases = [
        ("reason", "不行", "说明太短，请至少写 10 个字，让对方知道怎么改。"),
        ("reason", "\u200b" * 20, "请写一句说明。"),
        ("reason", "长" * 501, "现在是 501 字"),
        ("code", "x", "请从列出的选项中选择。"),
    ]
    page = reverse("move", args=["need", need.pk, "return"])
    assert complaints(as_(cast.guan), page, cases[:3]) == []
    filled = {"reason": "请把“防腐性能强”改为盐雾小时数。"}
    assert complaints(as_(cast.guan), page, cases[3:], filled=filled) == []


def test_importing_needs(cast: Cast):
    batch, head = journey.batch(cast), "需求名称,技术领域,拟投入资金（万元）\n"
    cast.enterprise  # noqa: B018 - there before the form offers it
    before, guan, door = rows(), as_(cast.guan), reverse("office_import")
    files = {
        "“说明.pdf”": (journey.pdf(), "只能导入 CSV、XLSX 或 JSONL 文件。"),
        "bomb": (SimpleUploadedFile("需求.xlsx", upload_corpus.flat_bomb()), "压缩包解开后过大"),
        "program": (SimpleUploadedFile("需求.csv", upload_corpus.EXE), "改了扩展名也不能上传"),
        "json": (SimpleUploadedFile("需求.jsonl", b"[" * 100_000), "第 1 行不是 JSON。"),
        "digits": (SimpleUploadedFile("需求.jsonl", b'{"title": ' + b"9" * 5000 + b"}"), "第 1 行不是 JSON。"),
        "cell": (SimpleUploadedFile("需求.csv", head.encode() + b"x" * 200_000), "第 2 行读不出来"),
        "large": (SimpleUploadedFile("需求.jsonl", b" " * 11 * 1024**2), "超过了单个文件 10 MB 的上限"),
        "none": (None, "请选择要导入的文件。"),
    }
    filled = {"organisation": cast.enterprise.pk, "batch": batch.pk}
    for kind, (file, sentence) in files.items():
        answer = guan.post(door, {**filled, **({"file": file} if file else {})})
        shown = Page(door, answer.content.decode())
        assert answer.status_code == 422, kind
        assert sentence in shown.errors["id_file_error"], kind
        assert sentence in shown.summary["#id_file"], kind
        assert shown.form_with("batch").controls["batch"].values == [str(batch.pk)], kind
    rows_ = [
        "甲,新材料,abc",
        "乙,新材料,-5",
        "丙,新材料,9" + "9" * 40,
        "丁,新材料,NaN",
        "戊,新材料,1e30",
        "己,新材料,48.5",
    ]
    file = SimpleUploadedFile("需求.csv", (head + "\n".join(rows_)).encode())
    text = Page("", guan.post(door, {**filled, "file": file}).content.decode()).text
    for sentence in ("“abc”不是数字", "拟投入资金须大于 0", "金额太大", "“NaN”不是数字", "“1e30”不是数字"):
        assert sentence in text
    assert rows() == before


def test_the_sentences_are_english_for_who_reads_english(cast: Cast):
    need, contract = journey.draft(cast), journey.contract(cast, of=journey.batch(cast, title="第二批"))
    listed, approved = journey.published(cast, title="第三项"), bids.approved(cast, title="第四项")
    bid, milestone = drafted(cast, listed), contract.milestones.first()
    members = reverse("organisation_members", args=[cast.enterprise.pk])
    digit = "The check digit of the unified social credit code does not match"
    amount = "‘abc’ is not an amount. Enter a number in units of 10,000 yuan, like 48.50."
    forms: list[tuple[Any, str, Case, bool]] = [
        (cast.alice, f"/needs/{need.pk}/edit/", ("budget", "abc", amount), True),
        (cast.alice, "/account/organisations/new/", ("uscc", WRONG_USCC, digit), False),
        (cast.alice, members, ("address", "x" * 500, "must be 254 characters or fewer. You have entered 500."), False),
        (cast.tao, f"/proposals/{bid.pk}/edit/", ("price", "-1", "The amount cannot be negative."), True),
        (
            cast.tao,
            reverse("move", args=["milestone", milestone.pk, "report"]),
            ("report", "short", "The explanation is too short. Write at least 10 characters."),
            False,
        ),
        (
            cast.ling,
            reverse("move", args=["need", approved.pk, "publish"]),
            ("bid_deadline", "2020-01-01T17:00", "The deadline must be later than the time of publication."),
            False,
        ),
    ]
    filled = {**NEW, "uscc": uscc(), "role": "member"}
    wrong = []
    for who, address, case, saves in forms:
        sent = {} if saves else {k: v for k, v in filled.items() if "new" in address or k == "role"}
        wrong += complaints(as_(who, "en"), address, [case], saves=saves, filled=sent)
    assert wrong == []


def test_a_file_is_refused_in_english_too(cast: Cast):
    file = SimpleUploadedFile("large.pdf", journey.PDF.ljust(51 * 1024 * 1024, b" "))
    door = reverse("organisation_evidence", args=[cast.enterprise.pk])
    shown = Page(door, as_(cast.alice, "en").post(door, {"file": file}).content.decode())
    assert shown.errors["id_file_error"] == (
        "‘large.pdf’ is 51 MB. The limit is 50 MB a file. Compress it or split it, then upload it."
    )
