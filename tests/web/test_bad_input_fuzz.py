"""Whatever anybody types or uploads: never an error of ours, and never half of it written (Hypothesis)."""

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

import bids
import journey
from forms_on_page import Page
from needs.models import Indicator, Need
from needs.reading import HEADINGS
from people import Cast
from wrong_forms import as_, drafted

pytestmark = pytest.mark.django_db

ODD = ["", " ", "\0", "\u202e𠮷", "䶮" * 500, "48.5万", "４８．５", "-1", "NaN", "Infinity", "1e309", "9" * 5000, "²",
       "三", "2026-02-30", "9999-12-31", "0001-01-01", "[]", "null", "None", "=1+1", "\ufeff", "\u2028",
       "½", "a\r\nb"]  # fmt: skip
HARSH = ["\0", "a\0b", "9" * 5000, "硬度 ≥ 99999999999999999999 MPa", "1e30"]  # what broke something once comes often
NUMBERS = st.one_of(st.decimals(), st.integers()).map(str)
TYPED = st.one_of(st.sampled_from(HARSH), st.sampled_from(ODD), st.text(max_size=60), NUMBERS)
BOUNDED = settings(
    max_examples=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def form_of(client: Client, page: str, field: str) -> dict[str, Any]:
    return Page(page, client.get(page).content.decode()).form_with(field).data()


def some_of(names: list[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(sorted(names)), TYPED, min_size=1, max_size=6)


def as_a_browser_sends(data: dict[str, Any]) -> dict[str, Any]:
    """No body holds half a surrogate pair: the bytes would not be UTF-8."""
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in data.items() if isinstance(value, str)}
    return {**data, **clean}


def test_the_form_of_a_need(cast: Cast):
    need = journey.draft(cast)
    alice, page = as_(cast.alice), f"/needs/{need.pk}/edit/"
    whole = form_of(alice, page, "budget")

    @BOUNDED
    @given(some_of([name for name in whole if name != "version"]))
    def send(typed: dict[str, str]) -> None:
        with transaction.atomic():
            revision = Need.objects.get(pk=need.pk).revision
            data = as_a_browser_sends({**whole, "version": str(revision), **typed})
            assert alice.post(page, data, follow=True).status_code in (200, 409)
            assert alice.get(page).status_code == 200
            held = Need.objects.get(pk=need.pk)
            written = held.revision - revision
            assert written in (0, 1)
            assert written or list(Indicator.objects.filter(need=need)) == list(need.indicators.all())
            transaction.set_rollback(True)

    send()


def test_the_form_of_a_bid(cast: Cast):
    bid = drafted(cast, journey.published(cast))
    tao, page = as_(cast.tao), f"/proposals/{bid.pk}/edit/"
    whole = form_of(tao, page, "summary")

    @BOUNDED
    @given(some_of([name for name in whole if name != "version"]))
    def send(typed: dict[str, str]) -> None:
        with transaction.atomic():
            before = bids.fresh(bid)
            data = as_a_browser_sends({**whole, "version": str(before.revision), **typed})
            assert tao.post(page, data, follow=True).status_code in (200, 409)
            assert tao.post(f"/proposals/{bid.pk}/check/", data).status_code == 200
            assert tao.get(page).status_code == 200
            after = bids.fresh(bid)
            assert after.revision - before.revision in (0, 1)
            assert after.status == "draft"
            transaction.set_rollback(True)

    send()


CELL = st.one_of(
    TYPED, st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=20),
    st.dates(), st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(["硬度 ≥ 9" * 50, "a≥1b;" * 60, "2年", "24 个月"]),
)  # fmt: skip
LINES = st.sampled_from([HARSH[3], HARSH[3], "硬度 ≥ 0.123456789 MPa", "硬度 ≥ 25 MPa；外观无气泡"])
OTHERS = [name for name in HEADINGS if not name.isascii() and "名称" not in name]
FILLED = st.one_of(st.tuples(st.just("技术指标"), LINES), st.tuples(st.sampled_from(OTHERS), CELL))
ROWS = st.lists(st.lists(FILLED, max_size=2).map(dict), min_size=1, max_size=3)  # few cells: most files are right


def as_csv(rows: list[dict[str, Any]], heads: list[str]) -> bytes:
    lines = [heads, *([str(row.get(head, "")) for head in heads] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode("utf-8", "replace")  # quotes as they fall


def as_xlsx(rows: list[dict[str, Any]], heads: list[str]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    for line in [heads, *([row.get(head) for head in heads] for row in rows)]:
        sheet.append([_cell(value) for value in line])
    book.save(out)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "；".join(value)
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value).encode("utf-8", "ignore").decode()
    return value if not isinstance(value, int) or abs(value) < 10**15 else float(value % 10**300)


def as_jsonl(rows: list[dict[str, Any]], heads: list[str]) -> bytes:
    return "\n".join(json.dumps(row, default=str) for row in rows).encode()  # \ud800 and NaN included


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_the_import(cast: Cast, kind: str):
    batch, write = journey.batch(cast), {"csv": as_csv, "xlsx": as_xlsx, "jsonl": as_jsonl}[kind]
    filled = {"organisation": cast.enterprise.pk, "batch": batch.pk}
    guan = as_(cast.guan)

    @BOUNDED
    @given(ROWS)
    def send(rows: list[dict[str, Any]]) -> None:
        heads = list(dict.fromkeys(["需求名称", *(name for row in rows for name in row)]))
        rows = [{"需求名称": f"第 {n} 项", **row} for n, row in enumerate(rows)]
        file = SimpleUploadedFile(f"需求.{kind}", write(rows, heads))
        with transaction.atomic():
            answer = guan.post(reverse("office_import"), {**filled, "file": file})
            imported = Need.objects.count()
            assert answer.status_code in (200, 302, 422)
            assert imported == 0 or answer.status_code == 302, "some rows without the others"
            for need in Need.objects.all():
                assert all(len(indicator.text) <= 200 for indicator in need.indicators.all())
            transaction.set_rollback(True)

    send()
