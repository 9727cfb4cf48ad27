"""Bad input in the form of a need and in every form that takes a file."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import bids
import journey
import upload_corpus
from core.files import files_of
from forms_on_page import Page
from people import Cast
from wrong_forms import as_, complaints, drafted, rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def test_starting_a_need(cast: Cast):
    journey.batch(cast)
    closed = str(journey.batch(cast, title="筹备中", opened=False).pk)
    cases = [
        ("title", "", "请给需求起个名称，之后还可以改。"),
        ("title", "题" * 500, "最多 100 字，现在 500 字。请删减后再保存，您写的内容还在。"),
        ("batch", closed, "这个批次已经不在征集期，请另选一个。"),
    ]
    assert complaints(as_(cast.alice), "/enterprise/needs/new/", cases, filled={"title": "䶮与𠮷"}) == []


def test_writing_a_need(cast: Cast):
    need = journey.draft(cast)
    cases = [
        ("budget", "abc", "“abc”不是金额。请填写以万元为单位的数字，例如 48.50。"),
        ("budget", "-5", "金额不能为负数。"),
        ("budget", "四十八万", "“四十八万”不是金额。"),
        ("budget", "485000元", "这里以万元为单位。请把元换算成万元，例如 485000 元写作 48.50。"),
        ("budget", "9" * 5000, "金额太大。请核对单位是否为万元"),
        ("budget", "1e309", "“1e309”不是金额。"),
        ("budget", "48.1234567", "金额最小到分"),
        ("period_months", "十二", "期望周期请填写整数月，例如 12。"),
        ("period_months", "²", "期望周期请填写整数月，例如 12。"),
        ("title", "𠮷" * 500, "最多 100 字，现在 500 字。请删减后再保存，您写的内容还在。"),
        ("problem", "难" * 100_000, "最多 1000 字，现在 100000 字。"),
        ("contact_phone", "䶮", "“䶮”不像电话号码。"),
        ("indicators-0-unit", "", "拉伸强度缺少单位。请填写单位，例如 MPa。没有单位的填“无量纲”。"),
        ("indicators-0-value", "很高", "“很高”不是数值。"),
        ("indicators-0-value", "9" * 30, "位数太多：整数最多 14 位，小数最多 6 位。"),
        ("indicators-0-value", "30-20", "“30-20”是区间。"),
        ("indicators-0-name", "强" * 500, "最多 60 字，现在 500 字。"),
    ]
    assert complaints(as_(cast.alice), f"/needs/{need.pk}/edit/", cases, saves=True) == []


@pytest.mark.parametrize(
    ("typed", "kept"), [("48.5万", "485000.00"), ("４８．５", "485000.00"), ("1,200", "12000000.00"), ("面议", "None")]
)
def test_an_amount_as_people_write_it_is_taken(cast: Cast, typed, kept):
    need = journey.draft(cast)
    alice, page = as_(cast.alice), f"/needs/{need.pk}/edit/"
    form = Page(page, alice.get(page).content.decode()).form_with("budget")
    alice.post(page, form.data(budget=typed))
    need.refresh_from_db()
    assert (str(need.budget), need.typed) == (kept, [])


def test_a_range_the_wrong_way_round_and_a_unit_with_superscripts(cast: Cast):
    need = journey.draft(cast)
    alice, page = as_(cast.alice), f"/needs/{need.pk}/edit/"
    cases = [("indicators-0-value", "30–20", "拉伸强度的上限要大于下限，例如 20–30。")]
    filled = {"indicators-0-operator": "range"}
    assert complaints(alice, page, cases, saves=True, filled=filled) == []
    form = Page(page, alice.get(page).content.decode()).form_with("budget")
    alice.post(page, form.data(**{"indicators-0-value": "20–30", "indicators-0-unit": "m²·s⁻¹"}))
    assert str(need.indicators.first()) == "拉伸强度 20–30 m²·s⁻¹"


def test_characters_nobody_can_see_or_store_are_left_out_and_all_others_kept(cast: Cast):
    need = journey.draft(cast)
    alice, page = as_(cast.alice), f"/needs/{need.pk}/edit/"
    form = Page(page, alice.get(page).content.decode()).form_with("budget")
    alice.post(page, form.data(title="䶮\x00\u202e𠮷\ufeff😀", problem="一\r\n二\x07\u2066", budget="a\x00b"))
    need.refresh_from_db()
    assert (need.title, need.problem) == ("䶮𠮷😀", "一\n二")
    shown = Page(page, alice.get(page).content.decode())
    assert shown.form_with("budget").controls["budget"].values == ["ab"]
    assert "不是金额" in shown.errors["id_budget_error"]


def test_a_form_that_lost_its_way_overwrites_nothing(cast: Cast):
    """An empty body, a body cut short, JSON: without the number it was drawn from, a form is a stale one."""
    need, proposal = journey.draft(cast), drafted(cast, journey.published(cast))
    for who, page in ((cast.alice, f"/needs/{need.pk}/edit/"), (cast.tao, f"/proposals/{proposal.pk}/edit/")):
        client = as_(who)
        assert client.post(page, {}).status_code == 409
        assert client.post(page, {"title": "只剩这一行", "summary": "只剩这一行"}).status_code == 409
        assert client.post(page, '{"title": "甲"}', content_type="application/json").status_code == 409
    fresh = type(need).objects.get(pk=need.pk)
    assert (fresh.problem, fresh.indicators.count(), fresh.revision) == (need.problem, 3, need.revision)
    assert bids.fresh(proposal).draft == proposal.draft


def test_a_batch_that_has_closed_meanwhile_is_named_and_nothing_changes(cast: Cast):
    need = journey.draft(cast)
    for typed in ("x", "\x00", str(journey.batch(cast, title="筹备中", opened=False).pk), ""):
        answer = as_(cast.alice).post(f"/needs/{need.pk}/batch/", {"batch": typed}, follow=True)
        assert "这个批次已经不在征集期，需求仍参加原来的批次。请另选一个。" in answer.content.decode()
    assert type(need).objects.get(pk=need.pk).batch == need.batch


LARGE = ("大.pdf", journey.PDF.ljust(51 * 1024 * 1024, b" "), "“大.pdf”有 51 MB，超过了单个文件 50 MB 的上限。")
HOSTILE = [
    ("安装.pdf", upload_corpus.EXE, "改了扩展名也不能上传"),
    ("图纸.zip", upload_corpus.overlapping(), "压缩包解开后过大"),
    ("空.pdf", b"", "空"),
    ("名" * 240 + ".pdf", journey.PDF, "文件名"),
]


def test_a_hostile_file_is_refused_beside_its_control_at_every_door(cast: Cast):
    """The same files at each form that takes one; nothing is stored, and the sentence is at the control."""
    need, contract = journey.draft(cast, title="另一项"), journey.contract(cast)
    proposal = drafted(cast, journey.published(cast, title="第三项"))
    milestone = contract.milestones.first()
    report = {"report": "样品三件已送检，强度 27 MPa。"}
    doors = [
        (cast.alice, reverse("need_files", args=[need.pk, "public"]), "upload", "id_public_upload", {}),
        (cast.tao, reverse("proposal_files", args=[proposal.pk]), "upload", "id_upload", {}),
        (cast.alice, reverse("organisation_evidence", args=[cast.enterprise.pk]), "file", "id_file", {}),
        (cast.tao, reverse("move", args=["milestone", milestone.pk, "report"]), "evidence", "id_evidence", report),
    ]
    before, wrong = rows(), []
    for who, door, name, place, filled in doors:
        client = as_(who)
        for kind, content, sentence in HOSTILE if place != "id_evidence" else [*HOSTILE, LARGE]:
            answer = client.post(door, {**filled, name: SimpleUploadedFile(kind, content)})
            shown = Page(door, answer.content.decode())
            said = shown.errors.get(f"{place}_error", "")
            if answer.status_code != 422 or sentence not in said or sentence not in shown.summary.get(f"#{place}", ""):
                wrong.append((door, kind, answer.status_code, said, shown.summary))
            wrong += [(door, kind, "lost") for typed in filled.values() if typed not in shown.text]
    assert wrong == []
    assert rows() == before
    assert not files_of(need).exists()


def test_a_form_for_files_without_a_file_says_so(cast: Cast):
    need, proposal = journey.draft(cast), drafted(cast, journey.published(cast))
    for who, door in (
        (cast.alice, reverse("need_files", args=[need.pk, "public"])),
        (cast.tao, reverse("proposal_files", args=[proposal.pk])),
        (cast.alice, reverse("organisation_evidence", args=[cast.enterprise.pk])),
    ):
        answer = as_(who).post(door)
        assert answer.status_code == 422
        assert "请先选择文件。" in answer.content.decode()
