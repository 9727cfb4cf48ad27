"""The kernel itself: what the database refuses, what a stranded state is, how clocks and lamps run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

import world
from audit.models import Event
from core.workdays import one_calendar
from needs.models import Need
from notifications.models import Notice
from people import Cast
from workflow import checks
from workflow.actions import perform
from workflow.clocks import lamp
from workflow.guard import drifted, install
from workflow.machine import Stale
from workflow.queries import offers, standing, steps, todo
from workflow.registry import get_machine, machines
from workflow.tasks import tick

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)  # a Tuesday, 12:00 in Beijing


# ── the database agrees ─────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_an_update_cannot_jump_to_a_state_the_table_does_not_lead_to(cast: Cast) -> None:
    need = world.need(cast)
    with pytest.raises(IntegrityError, match="draft to published is not a declared move"), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(status="published")


@pytest.mark.django_db
def test_raw_sql_cannot_either(cast: Cast) -> None:
    need = world.need(cast)
    refused = pytest.raises(IntegrityError, match="is not a declared move")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE needs_need SET status = 'completed' WHERE id = %s", [need.pk])


@pytest.mark.django_db
def test_a_row_cannot_be_born_half_way(cast: Cast) -> None:
    batch = world.batch(cast)
    with pytest.raises(IntegrityError, match="a new row starts as draft"), transaction.atomic():
        Need.objects.create(organisation=cast.enterprise, batch=batch, title="空降", status="published")


@pytest.mark.django_db
def test_every_machine_is_guarded_and_drift_is_noticed_and_mended() -> None:
    assert drifted() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION workflow_guard_need() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NEW; END'"
        )
    assert [m.noun for m in drifted()] == ["need"]
    assert [w.id for w in checks.database_agrees(None, databases=["default"])] == ["workflow.W001"]
    assert install() == ["need"]
    assert drifted() == []


@pytest.mark.django_db
@pytest.mark.parametrize("noun", [m.noun for m in machines()])
def test_every_table_with_a_lifecycle_carries_its_trigger(noun: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgfoid::regproc::text FROM pg_trigger WHERE tgname = 'guard_status' AND tgrelid = %s::regclass",
            [get_machine(noun).model._meta.db_table],
        )
        assert cursor.fetchall() == [(f"workflow_guard_{noun}",)]


# ── a move is whole or not at all ───────────────────────────────────────────────
@pytest.mark.django_db
def test_a_move_leaves_one_event_and_tells_everybody_but_the_mover(cast: Cast) -> None:
    _ = (cast.guan, cast.gao, cast.bob)
    need = world.need(cast)
    perform(need, "submit", by=cast.alice)
    event = Event.objects.get(action="need.submit")
    assert (event.detail["before"], event.detail["after"], event.actor) == ("draft", "submitted", str(cast.alice.pk))
    told = Notice.objects.filter(kind="need.submit").values_list("recipient__name", flat=True)
    assert set(told) == {"管经办", "高经办"}


@pytest.mark.django_db
def test_what_fails_half_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    need = world.need(cast)
    before = (Event.objects.count(), Notice.objects.count())

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("workflow.actions.notify", broken)
    _ = cast.guan
    before = (Event.objects.count(), Notice.objects.count())
    with pytest.raises(RuntimeError), transaction.atomic():
        perform(need, "submit", by=cast.alice)
    need.refresh_from_db()
    assert (need.status, need.application_number) == ("draft", None)
    assert (Event.objects.count(), Notice.objects.count()) == before


@pytest.mark.django_db
def test_a_second_click_is_told_that_it_was_done(cast: Cast) -> None:
    need = world.need(cast)
    stale = Need.objects.get(pk=need.pk)
    perform(need, "submit", by=cast.alice)
    with pytest.raises(Stale, match="现在是“待形式审查”，不能“提交审核”"):
        perform(stale, "submit", by=cast.alice)
    assert Event.objects.filter(action="need.submit").count() == 1


# ── what a person sees ──────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_a_move_that_must_wait_says_why(cast: Cast) -> None:
    need = world.need(cast, period_months=None, ownership="")
    offer = next(o for o in offers(need, cast.alice) if o.transition.name == "submit")
    assert not offer.enabled
    assert offer.reason == "还缺：期望周期（月）、知识产权归属。"
    assert offers(need, cast.charlie) == []


@pytest.mark.django_db
def test_whose_move_it_is_and_until_when(cast: Cast) -> None:
    need = world.need(cast, status="submitted")
    here = standing(need)
    assert (here.state, here.whose, here.then) == ("待形式审查", "管委会（经办）", "通过后报批")
    assert here.due == need.due_at
    assert [t.title for t in todo(cast.guan)] == [need.title]
    assert todo(cast.shen) == []
    assert todo(cast.charlie) == []


@pytest.mark.django_db
def test_the_step_line_shows_where_it_came_off_the_path(cast: Cast) -> None:
    need = world.need(cast, status="rejected")
    assert [(s.label, s.state) for s in steps(need)][:3] == [("提交", "done"), ("不予受理", "off"), ("审查", "ahead")]


@pytest.mark.django_db
def test_a_draft_stands_before_the_path_and_has_not_left_it(cast: Cast) -> None:
    need = world.need(cast, status="draft")
    assert [(s.label, s.state) for s in steps(need)][:2] == [("草稿", "now"), ("提交", "ahead")]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_to_do_list_costs_the_same_however_long_it_is(
    cast: Cast, count: int, django_assert_num_queries: object
) -> None:
    batch = world.batch(cast)
    for number in range(count):
        world.need(cast, within=batch, status="submitted", title=f"需求 {number}")
    user = cast.guan
    _ = (user.roles, user.positions)
    with one_calendar(), django_assert_num_queries(2):  # the list; the database clock with the calendar
        assert len([t for t in todo(user) if t.machine.noun == "need"]) == count


# ── clocks ──────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "due", "key"),
    [
        (-1, None, "green"),
        (-1, 30, "green"),
        (-10, 2, "blue"),
        (-30, -1, "yellow"),
        (-60, -20, "red"),
    ],
)
def test_the_lamp_follows_the_due_time(since: int, due: int | None, key: str) -> None:
    until = None if due is None else NOON + timedelta(days=due)
    assert lamp(NOON + timedelta(days=since), until, NOON).key == key


@pytest.mark.django_db
def test_one_row_that_cannot_move_does_not_hold_up_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = world.listed(cast, title="甲"), world.listed(cast, title="乙")
    world.let_the_deadline_pass(first, second)
    real = perform

    def stumble(obj: models.Model, *args: object, **kwargs: object) -> object:
        if obj.pk == first.pk:
            raise RuntimeError("a constraint nobody thought of")
        return real(obj, *args, **kwargs)

    monkeypatch.setattr("workflow.tasks.perform", stumble)
    assert tick() == 1
    second.refresh_from_db()
    assert second.status == "closed"


@pytest.mark.django_db
def test_a_window_is_over_by_the_database_clock_even_if_nothing_ticks(cast: Cast) -> None:
    need = world.listed(cast)
    assert need.takes_bids
    world.let_the_deadline_pass(need)
    assert need.status == "published"
    assert not need.takes_bids
    assert need not in Need.objects.taking_bids()


# ── what a declaration may not leave out ────────────────────────────────────────
def test_no_lifecycle_strands_anybody() -> None:
    assert checks.lifecycles(None) == []


def test_a_state_nothing_leads_to_is_an_error() -> None:
    machine = get_machine("opening")
    lost = replace(machine, transitions=machine.transitions[:1])
    assert checks.unreachable(lost) == {"cancelled"}


def test_a_state_that_is_nobodys_move_is_an_error() -> None:
    machine = get_machine("opening")
    assert checks.ownerless(replace(machine, waits={})) == {"awaiting"}
    assert checks.ownerless(replace(machine, finals=("awaiting", *machine.finals))) == {"awaiting"}


def test_the_generated_page_is_the_declarations(tmp_path: object, settings: object) -> None:
    call_command("lifecycle_docs", "--check")
    settings.ROOT = tmp_path
    with pytest.raises(CommandError, match="out of date"):
        call_command("lifecycle_docs", "--check")
