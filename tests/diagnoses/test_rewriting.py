"""A rewrite is proposed by who diagnoses and taken or left by the enterprise, field by field, as its own writing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

import diagnosing
import world
from diagnoses.models import Line, Rewrite
from diagnoses.rewriting import changes_of, decide, propose
from needs.models import Need
from notifications.models import Notice
from people import Cast
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(cast: Cast) -> Rewrite:
    return diagnosing.rewrite(cast)


def fields(rewrite: Rewrite) -> list[str]:
    return [line.field for line in rewrite.lines.all()]


def test_only_what_differs_is_proposed_field_by_field(cast: Cast, proposed: Rewrite) -> None:
    assert fields(proposed) == ["problem", "indicator:拉伸强度", "indicator:低温冲击", "indicator:施工性能"]
    change = {line.field: change for line, change in changes_of(proposed.need, proposed.lines.all())}
    strength = change["indicator:拉伸强度"]
    assert [piece.text for piece in strength.before if piece.changed] == ["25"]
    assert [piece.text for piece in strength.after if piece.changed] == ["28"]
    assert change["indicator:施工性能"].after == ()


def test_the_enterprise_is_told_whose_move_it_is_and_how_much_clearer_it_gets(cast: Cast, proposed: Rewrite) -> None:
    assert proposed.score_after > proposed.score_before
    assert ("rewrite", "offered") in {(item.machine.noun, item.status) for item in todo(cast.alice)}
    assert Notice.objects.filter(recipient=cast.alice, kind="rewrite.create").exists()


def test_what_is_taken_is_written_into_the_need_and_what_is_refused_is_not(cast: Cast, proposed: Rewrite) -> None:
    decide(proposed, diagnosing.answers(proposed, "indicator:施工性能"), by=cast.alice)
    need = Need.objects.get(pk=proposed.need_id)
    assert need.status == "returned"  # taken back from the desk, to be looked through and submitted anew
    assert "焊缝旁 5 mm" in need.problem
    assert [row.name for row in need.indicators.all()] == ["拉伸强度", "断裂伸长率", "施工性能", "低温冲击"]
    assert str(need.indicators.get(name="拉伸强度").value.normalize()) == "28"
    proposed.refresh_from_db()
    assert (proposed.status, proposed.decided_by) == ("settled", cast.alice)
    perform(need, "submit", by=cast.alice)


def test_nothing_taken_leaves_the_need_on_the_desk(cast: Cast, proposed: Rewrite) -> None:
    decide(proposed, diagnosing.answers(proposed, *fields(proposed)), by=cast.alice)
    need = Need.objects.get(pk=proposed.need_id)
    assert (need.status, need.revision) == ("submitted", proposed.need.revision)


def test_what_the_enterprise_has_written_meanwhile_is_kept(cast: Cast, proposed: Rewrite) -> None:
    need = Need.objects.get(pk=proposed.need_id)
    perform(need, "recall", by=cast.alice)
    need.goal = "由我方和检测机构共同验收。"
    world.save_need(need, by=cast.alice)
    decide(proposed, diagnosing.answers(proposed), by=cast.alice)
    need.refresh_from_db()
    assert (need.goal, "焊缝旁" in need.problem) == ("由我方和检测机构共同验收。", True)


def test_every_line_is_answered_and_only_once(cast: Cast, proposed: Rewrite) -> None:
    with pytest.raises(Refused, match="请逐项选择"):
        decide(proposed, {}, by=cast.alice)
    decide(proposed, diagnosing.answers(proposed), by=cast.alice)
    with pytest.raises(Refused, match="不用再答复"):
        decide(proposed, diagnosing.answers(proposed), by=cast.bob)
    with pytest.raises(IntegrityError, match="what was proposed and answered"), transaction.atomic():
        Line.objects.update(decision="refused")


def test_nobody_but_the_enterprise_answers(cast: Cast, proposed: Rewrite) -> None:
    for stranger in (cast.charlie, cast.guan, cast.yun, cast.xu):
        with pytest.raises(PermissionDenied):
            decide(proposed, diagnosing.answers(proposed), by=stranger)


def test_only_who_diagnoses_or_handles_the_need_proposes(cast: Cast) -> None:
    given = diagnosing.offered(cast)
    for stranger in (cast.yun, cast.gao, cast.alice, cast.shen):  # Yun has not accepted, Gao has not got the case
        with pytest.raises(PermissionDenied):
            diagnosing.rewrite(cast, need=given.need, by=stranger)
    made = diagnosing.rewrite(cast, need=given.need, by=cast.guan)
    assert made.assignment is None
    assert not Rewrite.objects.visible_to(cast.yun).exists()


def test_one_proposal_at_a_time_and_not_an_empty_one(cast: Cast, proposed: Rewrite) -> None:
    with pytest.raises(Refused, match="还有一份改写建议"):
        diagnosing.rewrite(cast, proposed.assignment)
    perform(proposed, "withdraw", by=cast.yun)
    need = Need.objects.get(pk=proposed.need_id)
    with pytest.raises(Refused, match="还没有改动任何内容"):
        propose(need, wanted=need, indicators=list(need.indicators.all()), reason="没有", by=cast.yun)


def test_a_half_written_draft_is_put_right_first(cast: Cast, proposed: Rewrite) -> None:
    need = Need.objects.get(pk=proposed.need_id)
    perform(need, "recall", by=cast.alice)
    need.typed = [["budget", "五十万"]]
    world.save_need(need, by=cast.alice)
    with pytest.raises(Refused, match="请先改好保存"):
        decide(proposed, diagnosing.answers(proposed), by=cast.alice)
    assert Rewrite.objects.get(pk=proposed.pk).status == "offered"
