"""A listing's key in three hands: none goes out before three proved theirs, none is read before two brought theirs."""

import base64
from decimal import Decimal

import pyrage
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from pyrage.x25519 import Identity

import keeping
import world
from accounts.models import Appointment
from audit.models import Event
from core import clock
from core.sealing import unwrap
from custody.dealing import name_custodian
from custody.holding import (
    issue,
    paper,
    prove_by_answer,
    prove_by_key,
    register,
    spelled,
)
from custody.models import Custodian
from needs.models import Need
from people import Cast, organisation, person
from proposals.actions import begin_opening, start_proposal
from teams.models import TeamMember
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(cast: Cast) -> Need:
    return keeping.listed(cast)


@pytest.fixture
def opening(cast: Cast, listed: Need):
    world.bid(cast, listed)
    world.close(listed)
    return begin_opening(listed, by=cast.guan)


def seat(need: Need, n: int) -> Custodian:
    return keeping.sitting(need)[n - 1]


# ── before it is published ──────────────────────────────────────────────────────
def test_a_small_listing_of_the_same_batch_has_a_key_like_any_other(cast: Cast):
    small = world.listed(cast, within=keeping.batch(cast), budget=Decimal("299999.99"))
    assert not small.key_dealt
    assert str(unwrap(bytes(small.wrapped_key)).to_public()) == small.public_key


def test_a_batch_may_ask_it_of_every_listing_even_of_one_without_a_budget(cast: Cast):
    made = world.need(cast, within=world.batch(cast, custody_from=Decimal(0)), budget=None, status="approved")
    with pytest.raises(Refused, match="三人分管"):
        world.publish(made, cast)


def test_only_sealed_batches_have_a_key_to_keep(cast: Cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        world.batch(cast, sealing="rolling", custody_from=Decimal(1))


def test_it_is_not_published_before_three_people_have_proved_their_keys(cast: Cast):
    need = keeping.approved(cast, ready=False)
    with pytest.raises(Refused, match="还没有指定"):
        world.publish(need, cast)
    rows = keeping.named(cast, need)
    for row in rows[:2]:
        keeping.proved(row)
    keeping.take(rows[2])
    with pytest.raises(Refused, match="待验证"):
        world.publish(need, cast)
    prove_by_key(rows[2], keeping.KEYS[rows[2].pk], by=rows[2].person)
    world.publish(need, cast)
    need.refresh_from_db()
    assert need.key_dealt
    assert need.wrapped_key is None  # no break-glass key is set here


def test_the_database_publishes_nothing_under_a_key_that_nobody_keeps(cast: Cast):
    need = keeping.approved(cast, ready=False)
    Need.objects.filter(pk=need.pk).update(status="scheduled")
    with pytest.raises(IntegrityError, match="three people"), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(status="published")


def test_the_seats_are_held_by_whom_they_are_for_and_by_three_people(cast: Cast):
    need = keeping.approved(cast, ready=False)
    notary = organisation("滨海公证处", manager=person("公证员"), kind="agency")
    wrong = [
        (1, cast.ji, "现在不是领导"), (2, cast.ling, "现在不是纪检"), (3, cast.guan, "不能是管委会人员"),
        (3, cast.alice, "服务机构"), (3, cast.tao, "服务机构"),
    ]  # fmt: skip
    for place, who, says in wrong:
        with pytest.raises(Refused, match=says):
            name_custodian(need, seat=place, person=who, by=cast.shen)
    for who in (cast.guan, cast.alice, cast.yun, cast.ji):
        with pytest.raises(PermissionDenied):
            name_custodian(need, seat=2, person=cast.ji, by=who)
    name_custodian(need, seat=1, person=cast.ling, by=cast.shen)
    with pytest.raises(Refused, match="已有保管人"):
        name_custodian(need, seat=1, person=cast.ling, by=cast.shen)
    assert notary.is_verified


def test_an_agency_that_handled_the_case_keeps_no_share_of_it(cast: Cast):
    import diagnosing

    given = diagnosing.done(cast)
    need = given.need
    from custody.rules import why_not_sit

    assert "经手过" in str(why_not_sit(need, 3, cast.yun))


def test_whoever_keeps_a_share_does_not_bid(cast: Cast, listed: Need):
    from proposals.conflicts import why_conflicted

    told = str(why_conflicted(listed, cast.agency))
    assert "办理有关" in told
    assert "密钥" not in told  # a lead who invites the agency must not learn who keeps a share
    assert why_conflicted(listed, cast.university) == ""
    start_proposal(need=listed, team=cast.team, by=cast.tao)


def test_nor_does_a_team_in_which_one_of_them_works_for_another_house(cast: Cast, listed: Need):
    with_him = TeamMember.objects.create(team=cast.team, user=cast.yun, organisation=cast.agency)
    with pytest.raises(Refused, match="办理有关的单位和人员"):
        start_proposal(need=listed, team=cast.team, by=cast.tao)
    with_him.delete()
    start_proposal(need=listed, team=cast.team, by=cast.tao)


def test_a_key_is_proved_by_its_holder_alone_and_only_by_the_right_one(cast: Cast):
    row = keeping.named(cast, keeping.approved(cast, ready=False))[0]
    right = keeping.take(row)
    for who in (cast.ji, cast.shen, cast.alice):
        with pytest.raises(PermissionDenied):
            prove_by_key(row, right, by=who)
        with pytest.raises(PermissionDenied):
            issue(row, by=who)
    for typed, says in (
        ("", "抄得不对"), ("AGE-SECRET-KEY-1", "抄得不对"),
        (right[:-1] + ("P" if right[-1] == "Q" else "Q"), "不对"),
        (str(Identity.generate()), "另一把钥匙"), (row.recipient, "抄得不对"), ("\x00" * 90, "抄得不对"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=says):
            prove_by_key(row, typed, by=cast.ling)
    grouped = " - ".join(right.lower()[i : i + 5] for i in range(0, len(right), 5))
    prove_by_key(row, grouped, by=cast.ling)
    assert row.status == "proved"
    assert spelled(grouped) == right


def test_a_key_made_elsewhere_is_proved_by_an_answer_and_never_seen(cast: Cast):
    row = keeping.named(cast, keeping.approved(cast, ready=False))[1]
    mine = Identity.generate()
    for wrong in ("", "age1", str(mine), "ssh-ed25519 AAAA"):
        with pytest.raises(Refused, match="不是 age 公钥"):
            register(row, wrong, by=cast.ji)
    register(row, str(mine.to_public()), by=cast.ji)
    answer = pyrage.decrypt(base64.b64decode(paper(row)["question"]), [mine]).decode()
    for wrong in ("", "0" * 64, answer[:-1]):
        with pytest.raises(Refused, match="答案不对"):
            prove_by_answer(row, wrong, by=cast.ji)
    prove_by_answer(row, answer, by=cast.ji)
    assert (row.status, row.way) == ("proved", "own")
    with pytest.raises(Refused, match="答案不对"):
        prove_by_answer(row, answer, by=cast.ji)  # every proof asks anew


def test_one_key_is_not_kept_by_two(cast: Cast):
    first, second, _third = keeping.named(cast, keeping.approved(cast, ready=False))
    mine = str(Identity.generate().to_public())
    register(first, mine, by=cast.ling)
    with pytest.raises(Refused, match="三把不同的钥匙"):
        register(second, mine, by=cast.ji)


def test_before_publishing_another_may_take_the_seat_and_afterwards_nobody(cast: Cast):
    need = keeping.approved(cast)
    row = seat(need, 2)
    keeping.lose(row)
    with pytest.raises(Refused, match="已报失"):
        world.publish(need, cast)
    perform(row, "replace", by=cast.shen)
    keeping.proved(name_custodian(need, seat=2, person=cast.ji, by=cast.shen))
    world.publish(need, cast)
    with pytest.raises(Refused, match="不能再换人"):
        perform(seat(need, 2), "replace", by=cast.shen)
    with pytest.raises(Refused, match="不能再换人"):
        name_custodian(need, seat=2, person=cast.ji, by=cast.shen)
    with pytest.raises(IntegrityError), transaction.atomic():
        Custodian.objects.filter(pk=seat(need, 2).pk).update(person=cast.guan)


def test_who_no_longer_is_what_the_seat_asks_for_keeps_the_listing_back(cast: Cast):
    need = keeping.approved(cast)
    Appointment.objects.filter(user=cast.ji).update(until=clock.now())
    with pytest.raises(Refused, match="现在不是纪检"):
        world.publish(need, cast)


def test_who_proved_what_and_when_is_on_record(cast: Cast, listed: Need):
    proofs = Event.objects.filter(stream=listed.audit_stream, action="custodian.prove")
    assert {event.actor for event in proofs} == {str(who.pk) for who in keeping.people(cast).values()}
    live = Event.objects.get(stream=listed.audit_stream, action="need.go_live")
    assert [live.detail[f"share_{row.seat}"] for row in keeping.sitting(listed)] == [
        row.proof_key for row in keeping.sitting(listed)
    ]


# ── while it is sealed ──────────────────────────────────────────────────────────
def test_neither_the_worker_nor_any_one_custodian_can_open(cast: Cast, listed: Need):
    from core.sealing import opener_identity
    from core.shares import BadShare, join

    for row in keeping.sitting(listed):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(bytes(row.sealed_share), [opener_identity()])
        share = pyrage.decrypt(bytes(row.sealed_share), [Identity.from_str(keeping.KEYS[row.pk])])
        with pytest.raises(BadShare):
            join(share, share)
        for other in keeping.sitting(listed):
            if other != row:
                with pytest.raises(pyrage.DecryptError):
                    pyrage.decrypt(bytes(other.sealed_share), [Identity.from_str(keeping.KEYS[row.pk])])
    with pytest.raises((pyrage.DecryptError, ValueError)):
        unwrap(bytes(listed.wrapped_key or b""))


def test_two_custodians_without_the_worker_hold_only_what_the_worker_opens(cast: Cast, listed: Need):
    from core.shares import join

    rows = keeping.sitting(listed)[:2]
    keys = [Identity.from_str(keeping.KEYS[row.pk]) for row in rows]
    shares = [pyrage.decrypt(bytes(row.sealed_share), [key]) for row, key in zip(rows, keys, strict=True)]
    joined = join(*shares)
    for key in keys:
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(joined, [key])
    assert str(unwrap(joined).to_public()) == listed.public_key


def test_a_share_is_taken_only_while_an_opening_waits_for_it(cast: Cast, listed: Need):
    row = seat(listed, 1)
    with pytest.raises(Refused, match="没有等您交出"):
        keeping.bring(row)
    world.close(listed)
    with pytest.raises(Refused, match="没有等您交出"):
        keeping.bring(row)


def test_a_key_can_be_tried_again_while_the_listing_runs(cast: Cast, listed: Need):
    row = seat(listed, 1)
    before = row.proved_at
    prove_by_key(row, keeping.KEYS[row.pk], by=cast.ling)
    assert row.proved_at > before
    with pytest.raises(Refused, match="另一把钥匙"):
        prove_by_key(row, keeping.KEYS[seat(listed, 2).pk], by=cast.ling)
