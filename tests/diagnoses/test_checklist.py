"""The formal check: eight items, ticked before a need passes; what is not met is what the enterprise is told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

import world
from audit.models import Event
from diagnoses.checklist import fill_checklist, finding_of, sheet_of
from diagnoses.codes import Item, Verdict
from diagnoses.models import Check
from needs.models import Need
from people import Cast
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import offers

pytestmark = pytest.mark.django_db
MET = dict.fromkeys(Item, (Verdict.MET, ""))
NOTE = "“防腐性能强”没有数值，请写成盐雾小时数。"


@pytest.fixture
def need(cast: Cast) -> Need:
    return world.need(cast, status="submitted")


def why_not(need: Need, user: object) -> str:
    need.refresh_from_db()
    return str(next(offer.reason for offer in offers(need, user) if offer.transition.name == "screen"))


def test_nothing_passes_before_every_item_is_looked_at(cast: Cast, need: Need) -> None:
    assert why_not(need, cast.guan) == "请先逐项填写形式审查清单。"
    fill_checklist(need, dict.fromkeys(list(Item)[:-1], (Verdict.MET, "")), by=cast.guan)
    assert why_not(need, cast.guan) == "清单还有没填的：与已有需求不重复。"
    with pytest.raises(Refused, match="清单还有没填的"):
        perform(need, "screen", by=cast.guan)
    fill_checklist(need, {Item.DUPLICATE: (Verdict.NOT_APPLICABLE, "")}, by=cast.guan)
    perform(need, "screen", by=cast.guan)
    assert need.status == "screened"


def test_what_is_not_met_holds_the_need_back_and_says_so_to_the_enterprise(cast: Cast, need: Need) -> None:
    fill_checklist(need, {**MET, Item.INDICATORS: (Verdict.UNMET, NOTE)}, by=cast.guan)
    assert "清单里有不符合的：指标可检测" in why_not(need, cast.guan)
    found = finding_of(need)
    assert (found.code, found.reason) == ("indicators", f"指标可检测：{NOTE}")


def test_not_met_without_a_word_is_refused_by_the_verb_and_by_the_database(cast: Cast, need: Need) -> None:
    with pytest.raises(Refused, match="哪里不符合"):
        fill_checklist(need, {Item.PROBLEM: (Verdict.UNMET, "  ")}, by=cast.guan)
    fill_checklist(need, MET, by=cast.guan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.filter(need=need, item=Item.PROBLEM).update(verdict=Verdict.UNMET)


def test_who_ticks_first_has_taken_the_case(cast: Cast, need: Need) -> None:
    fill_checklist(need, {Item.UNIT: (Verdict.MET, "")}, by=cast.guan)
    assert need.handler == cast.guan
    with pytest.raises(Refused, match="本件由管经办经办"):
        fill_checklist(need, MET, by=cast.gao)
    for stranger in (cast.alice, cast.shen, cast.ji, cast.yun):
        with pytest.raises(PermissionDenied):
            fill_checklist(need, MET, by=stranger)


def test_ticking_the_same_again_writes_nothing(cast: Cast, need: Need) -> None:
    fill_checklist(need, MET, by=cast.guan)
    before = Event.objects.count()
    fill_checklist(need, MET, by=cast.guan)
    assert Event.objects.count() == before


def test_what_was_submitted_anew_is_checked_anew(cast: Cast, need: Need) -> None:
    fill_checklist(need, {**MET, Item.INDICATORS: (Verdict.UNMET, NOTE)}, by=cast.guan)
    perform(need, "return", by=cast.guan, data=world.REASON)
    need.problem = "焊缝旁 5 mm 内开裂，−20 ℃ 冲击后发生。"
    world.save_need(need, by=cast.alice)
    perform(need, "submit", by=cast.alice)
    assert len(sheet_of(need).open) == len(Item)
    assert Check.objects.filter(need=need).count() == len(Item)  # the first sheet is kept
    assert need.handler == cast.guan  # and so is the case


def test_what_was_ticked_stays_once_the_need_has_passed(cast: Cast, need: Need) -> None:
    world.screen(need, cast)
    with pytest.raises(Refused, match="清单不能再改"):
        fill_checklist(need, MET, by=cast.guan)
    with pytest.raises(IntegrityError, match="closed while the need is screened"), transaction.atomic():
        Check.objects.filter(need=need).update(note="后来改的")
    assert sheet_of(need).last is not None


def test_the_checklist_is_between_the_desks(cast: Cast, need: Need) -> None:
    world.tick_all(need, by=cast.guan)
    for user, sees in (
        (cast.guan, 8),
        (cast.shen, 8),
        (cast.ji, 8),
        (cast.alice, 0),
        (cast.sysadmin, 0),
        (cast.yun, 0),
    ):
        assert Check.objects.visible_to(user).count() == sees
