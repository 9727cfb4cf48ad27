"""不合适，因为…: who says it, what it changes at once, who reads it, and how it is taken back."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

import diagnosing
import world
from audit.models import Event
from corpus import names, tick
from people import Cast
from suggestions.actions import judge, mark_shown, withdraw
from suggestions.models import Judgement, Suggestion
from suggestions.outcomes import unsuitable
from suggestions.queries import contested, fitting, judged, suggested
from suggestions.states import NeedCode, TeamCode
from teams.models import Team
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(cast: Cast, teams: dict[str, Team]) -> Any:
    made = world.listed(cast)
    tick()
    return made


def test_the_enterprise_calls_a_team_unsuitable_and_it_is_gone_from_its_list_at_once(cast: Cast, need: Any) -> None:
    made = judge(need, cast.team, side="need", code="place", by=cast.bob)
    assert "弹性体课题组" not in names(need)
    assert "弹性体课题组" not in [match.team.name for match in suggested(need, cast.alice)]
    assert [row.code_label for row in judged(need, cast.alice)] == ["距离远，不便配合"]
    assert made.strength == "strong"
    tick()
    assert "弹性体课题组" not in names(need)  # and the worker does not bring it back


def test_a_team_contests_and_nobody_is_shown_the_match_any_more(cast: Cast, need: Any) -> None:
    judge(need, cast.team, side="team", code="busy", by=cast.tao)
    assert "弹性体课题组" not in names(need)
    assert fitting(cast.tao, [cast.team]) == []
    assert [row.code_label for row in contested(cast.tao, [cast.team])] == ["近期没有力量承担"]


def test_neither_side_reads_what_the_other_said_and_the_zone_reads_both(cast: Cast, need: Any) -> None:
    ours = judge(need, cast.team, side="need", code="other", words="以前合作时沟通不畅。", by=cast.alice)
    theirs = judge(need, cast.team, side="team", code="field", by=cast.tao)
    assert set(Judgement.objects.visible_to(cast.alice)) == {ours}
    assert set(Judgement.objects.visible_to(cast.tao)) == {theirs}
    assert set(Judgement.objects.visible_to(cast.guan)) == {ours, theirs}
    assert list(judged(need, cast.alice)) == [ours]
    assert set(judged(need, cast.guan)) == {ours, theirs}
    for user in (cast.rui, cast.charlie, cast.sysadmin):
        assert not Judgement.objects.visible_to(user).exists()
    streams = Event.objects.filter(action__startswith="match.").values_list("stream", flat=True)
    assert set(streams) == {f"match:{ours.pk}", f"match:{theirs.pk}"}
    assert not Event.objects.filter(stream=need.audit_stream, action__startswith="match.").exists()


def test_the_words_are_kept_where_they_can_be_erased(cast: Cast, need: Any) -> None:
    judge(need, cast.team, side="need", code="other", words="沟通不畅。", by=cast.alice)
    event = Event.objects.get(action="match.judge")
    assert set(event.detail) == {"code", "need", "team"}
    assert "沟通不畅" in event.note.text


def test_taken_back_the_match_is_there_again_at_once(cast: Cast, need: Any) -> None:
    made = judge(need, cast.team, side="need", code="field", by=cast.alice)
    assert "弹性体课题组" not in names(need)
    withdraw(made, by=cast.bob)
    assert "弹性体课题组" in names(need)
    made.refresh_from_db()
    assert made.withdrawn_by == cast.bob
    before = Event.objects.count()
    withdraw(made, by=cast.bob)
    assert Event.objects.count() == before
    assert list(judged(need, cast.alice)) == []


def test_both_sides_must_take_it_back(cast: Cast, need: Any) -> None:
    ours = judge(need, cast.team, side="need", code="field", by=cast.alice)
    theirs = judge(need, cast.team, side="team", code="field", by=cast.tao)
    withdraw(ours, by=cast.alice)
    assert "弹性体课题组" not in names(need)
    withdraw(theirs, by=cast.tao)
    assert "弹性体课题组" in names(need)


def test_one_word_of_a_side_stands_the_last(cast: Cast, need: Any) -> None:
    first = judge(need, cast.team, side="need", code="field", by=cast.alice)
    assert judge(need, cast.team, side="need", code="field", by=cast.bob) == first
    second = judge(need, cast.team, side="need", code="scale", by=cast.bob)
    assert list(Judgement.objects.standing()) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.create(
            need=need, team=cast.team, side="need", code="field", by=cast.bob, made_at=second.made_at
        )


@pytest.mark.parametrize(
    ("side", "code", "words"),
    [("need", "busy", ""), ("team", "place", ""), ("need", "nonsense", "x"), ("team", "other", " ")],
)
def test_a_reason_is_one_of_its_side_and_another_one_says_which(
    cast: Cast, need: Any, side: str, code: str, words: str
) -> None:
    with pytest.raises(Refused):
        judge(need, cast.team, side=side, code=code, words=words, by=cast.alice if side == "need" else cast.tao)
    assert not Judgement.objects.exists()


def test_the_codes_of_either_side_hold_in_the_database(cast: Cast, need: Any) -> None:
    assert set(NeedCode.values) != set(TeamCode.values)
    made = judge(need, cast.team, side="need", code="scale", by=cast.alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.filter(pk=made.pk).update(side="team")


def test_who_may_say_it(cast: Cast, need: Any) -> None:
    for user in (cast.charlie, cast.rui, cast.tao, cast.shen, cast.yun, cast.xu):
        with pytest.raises(PermissionDenied):
            judge(need, cast.team, side="need", code="field", by=user)
    for user in (cast.alice, cast.guan, cast.rui, cast.ting):
        with pytest.raises(PermissionDenied):
            judge(need, cast.team, side="team", code="field", by=user)
    made = judge(need, cast.team, side="need", code="field", by=cast.guan)
    with pytest.raises(PermissionDenied):
        withdraw(made, by=cast.tao)


def test_the_agency_that_diagnoses_judges_too(cast: Cast, teams: dict[str, Team]) -> None:
    row = diagnosing.offered(cast)
    tick()
    with pytest.raises(PermissionDenied):
        judge(row.need, cast.team, side="need", code="depth", by=cast.yun)
    perform(row, "accept", by=cast.yun)
    judge(row.need, cast.team, side="need", code="depth", by=cast.yun)
    assert "弹性体课题组" not in names(row.need)


def test_what_is_not_suggested_cannot_be_judged(cast: Cast, need: Any) -> None:
    Suggestion.objects.filter(team=cast.team).delete()
    with pytest.raises(Refused, match="已经更新"):
        judge(need, cast.team, side="need", code="field", by=cast.alice)


def test_shown_is_when_somebody_who_could_invite_first_saw_it(cast: Cast, need: Any) -> None:
    rows = list(Suggestion.objects.of_need(need).select_related("need"))
    for user in (cast.shen, cast.tao, cast.charlie):
        assert mark_shown(rows, by=user) == 0
    assert mark_shown(rows, by=cast.alice) == len(rows)
    assert mark_shown(list(Suggestion.objects.of_need(need)), by=cast.guan) == 0


def test_the_share_called_unsuitable_is_counted_by_strength_and_code(cast: Cast, need: Any) -> None:
    from core import clock

    since = clock.now()
    mark_shown(list(Suggestion.objects.of_need(need)), by=cast.guan)
    judge(need, cast.team, side="need", code="scale", by=cast.alice)
    judge(need, cast.team, side="team", code="busy", by=cast.tao)
    strong, _medium, _weak = unsuitable(since, clock.now())
    assert (strong.strength, strong.shown, strong.judged, strong.share) == ("strong", 1, 1, 1.0)
    assert {(side, n) for side, _label, n in strong.codes} == {("need", 1), ("team", 1)}
    assert [one.shown for one in unsuitable(clock.now(), clock.now())] == [0, 0, 0]


def test_what_an_enterprise_said_of_a_team_is_read_as_a_factor_by_the_zone_alone(cast: Cast, need: Any) -> None:
    judge(need, cast.team, side="need", code="field", by=cast.alice)
    other = world.listed(cast)
    tick()
    assert "judged" in [one["key"] for one in Suggestion.objects.get(need=other, team=cast.team).factors]

    def told(user: Any, matches: list[Any]) -> list[str]:
        (match,) = [one for one in matches if one.team == cast.team and one.need == other]
        return [line.key for line in match.factors if line.key == "judged"]

    assert told(cast.guan, suggested(other, cast.guan)) == ["judged"]
    assert told(cast.alice, suggested(other, cast.alice)) == []
    assert told(cast.tao, fitting(cast.tao, [cast.team])) == []


def test_what_was_said_about_a_need_that_is_not_listed_moves_nothing(cast: Cast, need: Any) -> None:
    inside = world.need(cast, status="submitted")
    tick()
    judge(inside, cast.team, side="need", code="field", by=cast.guan)
    other = world.listed(cast)
    tick()
    assert "judged" not in [one["key"] for one in Suggestion.objects.get(need=other, team=cast.team).factors]
