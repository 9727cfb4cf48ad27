from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Appointment
from notifications.actions import mark_all_read, mark_read, notify, retry, write_to
from notifications.models import Delivery, Notice
from notifications.queries import dead_letters, inbox, oldest_pending_age, unread_count

pytestmark = pytest.mark.django_db


def test_each_person_is_told_once_in_the_inbox_and_once_by_mail(person, subject):
    alice, bob = person("Alice"), person("Bob")
    notify([alice, bob, alice], kind="need.submit", subject=subject, context={"days": 3}, key="e1")
    assert [(n.kind, n.context) for n in inbox(alice)] == [("need.submit", {"days": 3})]
    assert [n.recipient for n in inbox(bob)] == [bob]
    assert sorted(Delivery.objects.values_list("key", "channel")) == sorted(
        (f"mail:{user.pk}:e1", "mail") for user in (alice, bob)
    )


def test_the_same_event_told_again_reaches_nobody_twice_and_newcomers_once(person, subject):
    alice, bob = person("Alice"), person("Bob")
    notify([alice], kind="need.submit", subject=subject, key="e1")
    notify([alice, bob], kind="need.submit", subject=subject, key="e1")
    assert (inbox(alice).count(), inbox(bob).count(), Delivery.objects.count()) == (1, 1, 2)
    notify([alice], kind="need.submit", subject=subject, key="e2")
    assert inbox(alice).count() == 2


def test_who_has_no_mail_address_is_told_in_the_inbox_alone(person, subject):
    carol = person("Carol", phone="+8613800000000")
    type(carol).objects.filter(pk=carol.pk).update(email=None)
    carol.refresh_from_db()
    notify([carol], kind="need.submit", subject=subject, key="e1")
    assert inbox(carol).count() == 1
    assert not Delivery.objects.exists()


def test_who_may_no_longer_log_in_is_told_nothing(person, subject):
    notify([person(is_active=False)], kind="need.submit", subject=subject, key="e1")
    assert not Notice.objects.exists()


def test_what_rolls_back_was_never_told(person, subject):
    alice = person()
    with transaction.atomic():
        notify([alice], kind="need.submit", subject=subject, key="e1")
        write_to("guest@example.com", language="en", kind="invite", subject=subject, key="e1")
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("told", [_("三天内"), {1, 2}, object()])
def test_a_sentence_in_one_language_or_a_python_object_is_no_context(person, subject, told):
    with pytest.raises(TypeError):
        notify([person()], kind="need.submit", subject=subject, context={"when": told}, key="e1")


@pytest.mark.django_db(transaction=True)
def test_two_processes_telling_the_same_event_tell_it_once(person, subject):
    people = [person(f"p{n}") for n in range(5)]

    def tell() -> None:
        try:
            notify(people, kind="need.submit", subject=subject, key="e1")
        finally:
            connection.close()

    threads = [Thread(target=tell) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Notice.objects.count(), Delivery.objects.count()) == (5, 5)


def test_a_guest_is_written_to_once_and_has_no_inbox(subject):
    for _turn in range(2):
        write_to("guest@example.com", language="en", kind="invite", subject=subject, context={"link": "/i/"}, key="i1")
    (notice,) = Notice.objects.all()
    (letter,) = Delivery.objects.all()
    assert (notice.recipient, notice.address, letter.recipient) == (None, "guest@example.com", None)


def test_a_notice_is_for_a_user_or_for_an_address(person, subject):
    notify([person()], kind="need.submit", subject=subject, key="e1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(address="guest@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(recipient=None)


def test_reading_is_marked_once_by_the_recipient_alone(person, subject):
    alice, bob = person("Alice"), person("Bob")
    for key in ("e1", "e2"):
        notify([alice, bob], kind="need.submit", subject=subject, key=key)
    notice = inbox(alice).first()
    with pytest.raises(PermissionDenied):
        mark_read(notice, by=bob)
    assert unread_count(alice) == 2

    mark_read(notice, by=alice)
    first_read = inbox(alice).get(pk=notice.pk).read_at
    mark_read(notice, by=alice)
    assert inbox(alice).get(pk=notice.pk).read_at == first_read
    assert (unread_count(alice), unread_count(bob)) == (1, 2)

    assert mark_all_read(by=alice) == 1
    assert (unread_count(alice), unread_count(bob)) == (0, 2)


def test_the_inbox_is_newest_first_and_only_ones_own(person, subject):
    alice, bob = person("Alice"), person("Bob")
    for key in ("e1", "e2", "e3"):
        notify([alice], kind="need.submit", subject=subject, key=key)
    notify([bob], kind="need.submit", subject=subject, key="e4")
    for days, key in enumerate(("e1", "e2", "e3")):  # within a test all rows have the transaction's time
        Notice.objects.filter(key=key).update(created_at=f"2026-11-2{days}T00:00:00Z")
    assert [n.key for n in inbox(alice)] == ["e3", "e2", "e1"]


def test_only_the_zones_staff_may_retry_a_dead_letter(person, subject):
    officer, alice = person("Officer"), person("Alice")
    Appointment.objects.create(user=officer, role="officer")
    notify([alice], kind="need.submit", subject=subject, key="e1")
    Delivery.objects.update(dead=True, attempts=8, last_error="550")
    (letter,) = dead_letters()
    with pytest.raises(PermissionDenied):
        retry(letter, by=alice)
    assert dead_letters().count() == 1

    retry(letter, by=officer)
    letter.refresh_from_db()
    assert (letter.dead, letter.attempts, letter.retried_by) == (False, 0, officer)
    assert dead_letters().count() == 0


def test_a_letter_cannot_be_both_dead_and_done(person, subject):
    notify([person()], kind="need.submit", subject=subject, key="e1")
    Delivery.objects.update(dead=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.update(done_at="2026-11-24T00:00:00Z")


@pytest.mark.django_db(transaction=True)
def test_the_age_of_the_oldest_letter_counts_only_what_waits(person, subject):
    assert oldest_pending_age().total_seconds() == 0
    notify([person(), person(), person()], kind="need.submit", subject=subject, key="e1")
    sent, dead, waiting = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=sent.pk).update(created_at="2020-01-01T00:00:00Z", done_at="2020-01-01T00:00:00Z")
    Delivery.objects.filter(pk=dead.pk).update(created_at="2020-01-01T00:00:00Z", dead=True)
    assert oldest_pending_age().days == 0
    Delivery.objects.filter(pk=waiting.pk).update(created_at="2026-01-01T00:00:00Z")
    assert oldest_pending_age().days > 0
