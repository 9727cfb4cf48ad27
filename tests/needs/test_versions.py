"""Every version of a need is kept word for word, and what changed between two can be read side by side."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

import journey
from needs.actions import save_need
from needs.models import Indicator, Need, Version
from needs.versions import Change, changes, hard_indicators_differ
from workflow.actions import perform

pytestmark = pytest.mark.django_db
RETURN = {"code": "indicators", "reason": "请把耐热写成数值，并补充检测标准。"}


def told(change: Change) -> tuple[str, str, str]:
    """(label, before, after), what differs in brackets."""
    before, after = (
        "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in side)
        for side in (change.before, change.after)
    )
    return change.label, before, after


def returned_once(cast: Any) -> Need:
    need = journey.submitted(cast)
    perform(need, "return", by=cast.guan, data=RETURN)
    need.problem = need.problem.replace("冲击下", "−20 ℃ 冲击下")
    need.budget = need.budget * 2
    rows = [row for row in need.indicators.all() if row.name != "固化时间"]
    rows[0] = Indicator(name="拉伸强度", operator="ge", value=30, unit="MPa", test_method="GB/T 528")
    save_need(need, indicators=rows, by=cast.alice)
    perform(need, "submit", by=cast.alice)
    return need


def test_each_submission_and_the_publication_leave_a_version(cast: Any) -> None:
    need = journey.published(cast)
    assert [(v.number, v.event) for v in need.versions.all()] == [(1, "submit"), (2, "publish")]
    assert need.versions.last().content_hash == need.published_hash


def test_submitting_the_same_words_again_keeps_no_second_copy(cast: Any) -> None:
    need = journey.submitted(cast)
    perform(need, "recall", by=cast.alice)
    perform(need, "submit", by=cast.alice)
    assert need.versions.count() == 1


def test_a_version_cannot_be_changed_or_removed(cast: Any) -> None:
    need = journey.submitted(cast)
    with pytest.raises(DatabaseError, match="kept as it was said"), transaction.atomic():
        Version.objects.update(reason="改一改")
    with pytest.raises(DatabaseError, match="kept as it was said"), transaction.atomic():
        need.versions.all().delete()


def test_what_changed_is_cut_where_it_differs(cast: Any) -> None:
    older, newer = (version.content for version in returned_once(cast).versions.all())
    assert [told(change) for change in changes(older, newer)] == [
        (
            "要解决的技术难题",
            "现有聚脲涂层在冲击下开裂，抗爆性能不稳定。",
            "现有聚脲涂层在[−20 ℃ ]冲击下开裂，抗爆性能不稳定。",
        ),
        ("拟投入资金（榜额）", "[50.00] 万元", "[100.00] 万元"),
        ("指标：拉伸强度", "≥ [25] MPa · GB/T 528 · 硬指标", "≥ [30] MPa · GB/T 528 · 硬指标"),
        ("指标：固化时间", "[≤ 30 min · 软指标]", ""),
    ]
    assert changes(older, older) == []


def test_only_another_hard_indicator_is_another_task(cast: Any) -> None:
    older, newer = (version.content for version in returned_once(cast).versions.all())
    assert hard_indicators_differ(older, newer)
    softer = {**older, "indicators": [row for row in older["indicators"] if row["hard"]], "problem": "别的说法"}
    assert not hard_indicators_differ(older, softer)


def test_the_screener_reads_the_two_side_by_side_and_strangers_do_not(client: Client, cast: Any) -> None:
    need = returned_once(cast)
    for reader in (cast.guan, cast.alice):
        client.force_login(reader)
        page = client.get(f"/needs/{need.pk}/versions/").content.decode()
        assert "<ins>30</ins>" in page
        assert "<del>25</del>" in page
    assert "版本对照" in client.get(f"/needs/{need.pk}/").content.decode()
    client.force_login(cast.charlie)
    assert client.get(f"/needs/{need.pk}/versions/").status_code == 404


@pytest.mark.parametrize("asked", ["?old=2&new=1", "?old=abc&new=99", "?old=1&new=1"])
def test_an_odd_choice_of_versions_is_answered(client: Client, cast: Any, asked: str) -> None:
    need = returned_once(cast)
    client.force_login(cast.guan)
    assert client.get(f"/needs/{need.pk}/versions/{asked}").status_code == 200


def test_the_public_may_read_what_was_published_and_nothing_earlier(cast: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    need = journey.published(cast)
    for reader in (AnonymousUser(), cast.tao):
        assert [v.event for v in Version.objects.visible_to(reader).filter(need=need)] == ["publish"]
    for insider in (cast.alice, cast.guan):
        assert Version.objects.visible_to(insider).filter(need=need).count() == 2
