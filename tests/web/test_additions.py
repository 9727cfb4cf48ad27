"""附加项 on the pages: asked as rows of the batch, answered as fields of the need, read by whom they are for."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

import world
from forms_on_page import Page
from needs.additions import AnswerKind, Question, as_json, questions
from needs.models import Batch, Need
from people import Cast
from wrong_forms import as_

pytestmark = pytest.mark.django_db
ASKED = [
    Question("qchain", "所属产业链", AnswerKind.CHOICE, help="选最接近的。", choices=("新材料", "高端装备")),
    Question("qvalue", "预计新增产值", AnswerKind.NUMBER, unit="万元"),
    Question("qstage", "是否参加现场赛", AnswerKind.YES_NO),
    Question("qlead", "技术负责人职称", AnswerKind.SHORT, required=False),
    Question("qwhom", "希望对接的单位", AnswerKind.LONG, required=False, public=False),
]
SAID = {"qchain": "新材料", "qvalue": "300", "qstage": True, "qwhom": "某大学课题组"}
FORM = {
    "title": "第六届创新挑战赛", "kind": "standing", "mode": "market", "sealing": "sealed", "window": "30 天",
    "bid_form": "short",
    "vetting_days": "3",
    "correcting_days": "3",
    "window_min": "15 天", "window_max": "60 天", "screening_days": "3", "approval_days": "10", "opening_days": "1",
    "answer_days": "10", "signing_days": "30", "rules": "公开。",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def batch(cast: Cast, **fields: Any) -> Batch:
    return world.batch(cast, additions=as_json(ASKED), **fields)


def asked(*rows: dict[str, str]) -> dict[str, str]:
    sent = {"additions-TOTAL_FORMS": str(len(rows)), "additions-INITIAL_FORMS": "0"}
    for n, row in enumerate(rows):
        whole = {"kind": "short", "must": "must", "readers": "public", "ORDER": str(n + 1), **row}
        sent |= {f"additions-{n}-{name}": value for name, value in whole.items()}
    return sent


# ── asked ───────────────────────────────────────────────────────────────────────
def test_the_rows_become_questions_with_keys_of_their_own(cast: Cast) -> None:
    rows = asked(
        {"label": "所属产业链", "kind": "choice", "detail": "新材料、高端装备，其他", "help": "选最接近的"},
        {"label": "新增产值", "kind": "number", "detail": "万元", "must": "may", "readers": "zone", "key": "qforged"},
        {},
    )
    as_(cast.guan).post(reverse("batch_new"), {**FORM, **rows})
    chain, value = questions(Batch.objects.get())
    assert (chain.choices, chain.help, chain.required, chain.public) == (
        ("新材料", "高端装备", "其他"),
        "选最接近的",
        True,
        True,
    )
    assert (value.unit, value.required, value.public) == ("万元", False, False)
    assert len({chain.key, value.key, "qforged"}) == 3


def test_a_question_keeps_its_key_when_the_form_is_saved_again(cast: Cast) -> None:
    draft = batch(cast, status="draft", window_min=timedelta(days=15))
    page = Page("", as_(cast.guan).get(reverse("batch_edit", args=[draft.pk])).content.decode())
    as_(cast.guan).post(reverse("batch_edit", args=[draft.pk]), page.form_with("title").data(title="改名"))
    draft.refresh_from_db()
    assert (draft.title, questions(draft)) == ("改名", ASKED)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([{"detail": "万元"}], "这一行没有写问题。"),
        ([{"label": "产业链", "kind": "choice", "detail": "新材料"}], "“产业链”是单选，请写至少两个选项"),
        ([{"label": "产值", "kind": "number", "detail": "万元人民币每年每企业平均"}], ""),
        ([{"label": "产值", "kind": "number", "detail": "很长很长很长很长很长的单位"}], "单位最多 12 个字"),
        ([{"label": "职称", "kind": "short", "detail": "教授、副教授"}], "只有“单选”写选项、“数值”写单位。"),
        ([{"label": "职称"}, {"label": "职称"}], "“职称”已经问过了"),
        ([{"label": f"第 {n} 问"} for n in range(13)], "最多 12 项附加项。"),
        ([{"label": "职称", "kind": "poem"}], "请从列出的选项中选择"),
        ([{"label": "字" * 41}], "最多 40 字"),
    ],
)
def test_what_makes_no_sense_in_a_row_is_said_and_what_was_typed_comes_back(
    cast: Cast, rows: list[dict[str, str]], sentence: str
) -> None:
    answer = as_(cast.guan).post(reverse("batch_new"), {**FORM, **asked(*rows)})
    assert (answer.status_code == 422) == bool(sentence)
    if sentence:
        assert sentence in answer.content.decode()
        assert all(row.get("label", "") in answer.content.decode() for row in rows)


def test_everybody_reads_beforehand_what_will_be_asked(cast: Cast) -> None:
    text = Client().get(batch(cast).get_absolute_url()).content.decode()
    for question in ASKED:
        assert question.label in text
    assert "仅企业和管委会" in text


# ── answered ────────────────────────────────────────────────────────────────────
def write(cast: Cast, need: Need, **said: str) -> Any:
    client = as_(cast.alice)
    form = Page("", client.get(reverse("need_edit", args=[need.pk])).content.decode()).form_with("title")
    answer = client.post(reverse("need_edit", args=[need.pk]), form.data(**said), follow=True)
    need.refresh_from_db()
    return answer


def test_the_form_of_the_need_asks_and_keeps_every_kind_of_answer(cast: Cast) -> None:
    need = world.need(cast, within=batch(cast))
    write(
        cast,
        need,
        **{
            "answer-qchain": "高端装备", "answer-qvalue": "１,２００.50", "answer-qstage": "no",
            "answer-qlead": " 教授 ", "answer-qwhom": "甲大学\n乙大学",
        },
    )  # fmt: skip
    assert need.answers == {
        "qchain": "高端装备", "qvalue": "1200.5", "qstage": False, "qlead": "教授", "qwhom": "甲大学\n乙大学",
    }  # fmt: skip
    write(cast, need, **{"answer-qlead": "", "answer-qstage": ""})
    assert "qlead" not in need.answers
    assert "qstage" not in need.answers


def test_what_is_no_answer_is_said_beside_its_field_and_comes_back(cast: Cast) -> None:
    need = world.need(cast, within=batch(cast), answers=SAID)
    for typed, sentence in (("三百", "“三百”不是数字。"), ("1" * 20, "数字太长"), ("NaN", "不是数字")):
        text = write(cast, need, **{"answer-qvalue": typed}).content.decode()
        assert sentence in text
        assert f'value="{typed}"' in text
        assert need.answers["qvalue"] == "300"
        assert need.typed


def test_answers_are_saved_as_they_are_typed(cast: Cast) -> None:
    need = world.need(cast, within=batch(cast))
    client = as_(cast.alice)
    form = Page("", client.get(reverse("need_edit", args=[need.pk])).content.decode()).form_with("title")
    sent = form.data(**{"answer-qlead": "高级工程师"})
    answer = client.post(reverse("need_autosave", args=[need.pk]), sent, headers={"X-Requested-With": "autosave"})
    assert answer.status_code == 200
    need.refresh_from_db()
    assert need.answers == {"qlead": "高级工程师"}


def test_a_form_that_comes_without_the_answers_leaves_them(cast: Cast) -> None:
    need = world.need(cast, within=batch(cast), answers=SAID)
    client = as_(cast.alice)
    form = Page("", client.get(reverse("need_edit", args=[need.pk])).content.decode()).form_with("title")
    sent = {name: value for name, value in form.data(title="改名").items() if not name.startswith("answer-")}
    client.post(reverse("need_edit", args=[need.pk]), sent)
    need.refresh_from_db()
    assert (need.title, need.answers) == ("改名", SAID)


def test_the_checklist_names_the_questions_without_an_answer(cast: Cast) -> None:
    need = world.need(cast, within=batch(cast), answers={"qchain": "新材料"})
    text = as_(cast.alice).get(reverse("need_check", args=[need.pk])).content.decode()
    assert "还没填写预计新增产值" in text
    assert "#id_answer-qvalue" in text
    assert "还没填写所属产业链" not in text
    assert "还没填写希望对接的单位" not in text


def test_before_it_is_handed_in_the_writer_sees_what_will_be_public_and_what_will_not(cast: Cast) -> None:
    need = world.need(cast, within=batch(cast), answers=SAID)
    answer = as_(cast.alice).get(reverse("need_review", args=[need.pk]))
    assert [one.question.label for one in answer.context["kept_answers"]] == ["希望对接的单位"]
    text = answer.content.decode()
    assert "300 万元" in text
    assert "附加项（不公开）" in text
    assert text.index("300 万元") < text.index("附加项（不公开）") < text.index("某大学课题组")


def test_a_change_of_batch_says_what_falls_away(cast: Cast) -> None:
    need, other = world.need(cast, within=batch(cast), answers=SAID), world.batch(cast, title="没有附加项的批次")
    answer = as_(cast.alice).post(reverse("need_batch", args=[need.pk]), {"batch": other.pk}, follow=True)
    told = "新批次不问“所属产业链、预计新增产值、是否参加现场赛、希望对接的单位”"
    assert told in answer.content.decode()


# ── read ────────────────────────────────────────────────────────────────────────
def test_public_answers_stand_on_the_listing_and_the_others_only_before_the_parties(cast: Cast) -> None:
    need = world.listed(cast, within=batch(cast), answers=SAID)
    text = Client().get(need.public_url).content.decode()
    for shown in ("所属产业链", "新材料", "300 万元", "是否参加现场赛"):
        assert shown in text
    assert "课题组" not in text
    assert "技术负责人职称" not in text  # nothing was answered
    for user in (cast.alice, cast.guan):
        assert "某大学课题组" in as_(user).get(reverse("need", args=[need.pk])).content.decode()


def test_somebody_let_inside_does_not_read_what_is_for_the_zone_alone(cast: Cast, monkeypatch: Any) -> None:
    need = world.need(cast, within=batch(cast), status="submitted", answers=SAID)
    monkeypatch.setattr("needs.insiders._asked", [lambda user: Q(pk__in=[need.pk])])
    text = as_(cast.rui).get(reverse("need", args=[need.pk])).content.decode()
    assert "新材料" in text
    assert "某大学课题组" not in text


def test_the_ledger_of_one_batch_has_a_column_for_each_question(cast: Cast) -> None:
    mine = batch(cast)
    world.need(cast, within=mine, status="submitted", answers=SAID)
    world.need(cast, within=world.batch(cast), status="submitted", title="另一批次的需求")
    address = reverse("office_ledger", args=["needs"])
    client = as_(cast.guan)
    assert "所属产业链" not in client.get(address).content.decode()
    text = client.get(address, {"batch": mine.pk}).content.decode()
    assert "所属产业链" in text
    assert "另一批次的需求" not in text
    sheet = load_workbook(io.BytesIO(client.post(f"{address}?batch={mine.pk}").content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "申报编号" in row)
    told = dict(zip(head, rows[rows.index(head) + 1], strict=True))
    assert [told[q.label] for q in ASKED] == ["新材料", "300 万元", "是", None, "某大学课题组"]
    assert client.get(address, {"batch": "x"}).status_code == 200
    assert "全部批次" not in client.get(reverse("office_ledger", args=["intents"])).content.decode()


# ── the funnel of a batch ───────────────────────────────────────────────────────
def test_the_funnel_of_a_batch_counts_its_own_and_opens_exactly_those(cast: Cast) -> None:
    mine, other = world.batch(cast, title="甲批次"), world.batch(cast, title="乙批次")
    for status in ("submitted", "published", "intended"):
        world.need(cast, within=mine, status=status, title=f"甲 {status}")
    world.need(cast, within=other, status="published", title="乙 published")
    client = as_(cast.guan)
    told = client.get(mine.get_absolute_url()).context["funnel"]
    assert {f.key: f.value for f in told.figures} == {
        "collected": 3, "published": 2, "bids": 1, "intents": 1, "signed": 0, "completed": 0, "paid": 0,
    }  # fmt: skip
    records = client.get(told["published"].href)
    assert len(records.context["page"].object_list) == told["published"].value
    assert "乙 published" not in records.content.decode()
    sheet = load_workbook(io.BytesIO(client.post(f"{reverse('office_funnel')}?batch={mine.pk}").content)).active
    said = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("甲批次" in str(cell) for row in said for cell in row)
    assert ["征集", 3] in [row[:2] for row in said]


def test_the_public_funnel_of_a_batch_tells_no_money_and_no_payments(cast: Cast) -> None:
    need = world.need(cast, status="intended")
    amount = need.intents.get().amount
    answer = Client().get(need.batch.get_absolute_url())
    assert [f.key for f in answer.context["funnel"].figures] == [
        "collected", "published", "bids", "intents", "signed", "completed",
    ]  # fmt: skip
    assert all(f.amount is None and not f.href for f in answer.context["funnel"].figures)
    assert f"{amount / 10000:.2f}" not in answer.content.decode()


def test_the_funnel_of_a_batch_spans_the_years_unless_one_is_asked_for(cast: Cast) -> None:
    mine = world.batch(cast)
    world.need(cast, within=mine, status="submitted")
    client, address = as_(cast.guan), reverse("office_funnel")
    whole = client.get(address, {"batch": mine.pk}).context["funnel"]
    assert whole["collected"].value == 1
    last_year = (mine.created_at - timedelta(days=366)).year
    assert client.get(address, {"batch": mine.pk, "year": last_year}).context["funnel"]["collected"].value == 0
