"""The fields asked since the first listings: coded by public lists, published where filled, told when they change."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

import journey
from documents.kinds import Kind
from documents.queries import document
from needs.actions import save_need
from needs.industries import DIVISIONS, SECTIONS, industry_label
from needs.listing import SINCE, content_hash, public_content
from needs.models import Need
from needs.versions import changes
from reports.ledgers import LEDGERS
from workflow.actions import perform

FILLED: dict[str, Any] = {
    "industry": "26",
    "activity": "development",
    "deliverables": ["sample", "test"],
    "deliverables_note": "各 3 份",
    "funding": ["own", "loan"],
    "engagements": ["diagnosis", "centre"],
    "improvements": "shared",
}


def test_the_divisions_are_those_of_the_standard() -> None:
    """GB/T 4754-2017: twenty sections A to T, ninety-seven divisions numbered through."""
    assert "".join(letter for letter, _name, _rows in SECTIONS) == "ABCDEFGHIJKLMNOPQRST"
    assert list(DIVISIONS) == [f"{n:02d}" for n in range(1, 98)]
    assert industry_label("35") == "35 专用设备制造业"
    assert industry_label("") == ""
    manufacture = next(rows for letter, _name, rows in SECTIONS if letter == "C")
    assert (min(manufacture), max(manufacture)) == ("13", "43")


@pytest.mark.django_db
def test_the_database_knows_no_other_division(cast: Any) -> None:
    need = journey.draft(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(industry="99")


@pytest.mark.django_db
def test_a_need_without_them_has_the_fingerprint_it_always_had(cast: Any) -> None:
    """What was published before they were asked still matches its fingerprint."""
    need = journey.draft(cast)
    assert set(public_content(need)) == {
        "title", "organisation", "kind", "field", "keywords", "region", "problem", "present", "goal", "conditions",
        "budget", "period_months", "trl", "cooperation", "ownership", "indicators",
    }  # fmt: skip
    before = content_hash(need)
    for name, value in FILLED.items():
        setattr(need, name, value)
        assert content_hash(need) != before, name
        setattr(need, name, type(value)())
    assert set(FILLED) == set(SINCE)


@pytest.mark.django_db
def test_what_changes_is_told_in_words_also_where_it_was_empty_before_or_is_now(cast: Any) -> None:
    older = Need.objects.get(pk=journey.draft(cast).pk)
    newer = Need.objects.get(pk=older.pk)
    for name, value in FILLED.items():
        setattr(newer, name, value)
    told = {
        change.label: "".join(p.text for p in change.after)
        for change in changes(public_content(older), public_content(newer))
    }
    assert told == {
        "应用行业": "26 化学原料和化学制品制造业",
        "科技活动类型": "试验发展",
        "交付物": "样品或样件、第三方检测报告",
        "交付物说明": "各 3 份",
        "资金来源": "自筹、贷款",
        "合作意向": "技术诊断指导、共建研发中心",
        "后续改进归属": "改进成果双方共有",
    }
    back = changes(public_content(newer), public_content(older))
    assert {change.label for change in back} == set(told)
    assert not any(change.after for change in back)


@pytest.mark.django_db
def test_they_are_on_the_listing_in_its_notice_in_the_ledger_and_in_the_data(client: Client, cast: Any) -> None:
    need = journey.published(cast, **FILLED)
    page = client.get(need.public_url).content.decode()
    assert "26 化学原料和化学制品制造业" in page
    assert "样品或样件、第三方检测报告（各 3 份）" in page
    assert "改进成果双方共有" in page
    notice = "\n".join(block.text for block in document(Kind.LISTING, need).blocks)
    assert "样品或样件、第三方检测报告（各 3 份）" in notice
    ledger = next(one for one in LEDGERS if one.key == "needs")
    assert "26 化学原料和化学制品制造业" in [column.value(need) for column in ledger.columns]
    (row,) = client.get("/listings.json").json()["listings"]
    assert (row["industry"], row["deliverables"]) == ("26", ["sample", "test"])


@pytest.mark.django_db
def test_a_code_of_no_list_is_not_taken(client: Client, cast: Any) -> None:
    need = journey.draft(cast)
    client.force_login(cast.alice)
    for name in ("industry", "activity", "improvements", "funding", "engagements", "deliverables"):
        version = str(Need.objects.get(pk=need.pk).revision)
        client.post(f"/needs/{need.pk}/edit/", {"version": version, name: "99"})
        held = Need.objects.get(pk=need.pk)
        assert not getattr(held, name)
        with pytest.raises(ValidationError):
            setattr(held, name, ["99"] if isinstance(getattr(held, name), list) else "99")
            held.clean_fields(exclude=("organisation", "batch")) if name != "industry" else held.full_clean()


@pytest.mark.django_db
def test_a_returned_need_keeps_them(cast: Any) -> None:
    need = journey.submitted(cast, **FILLED)
    perform(need, "return", by=cast.guan, data={"code": "indicators", "reason": "请把“防腐性能强”改为盐雾小时数。"})
    need.problem = "改过的难题描述。"
    save_need(need, by=cast.alice)
    assert {name: getattr(Need.objects.get(pk=need.pk), name) for name in FILLED} == FILLED
