import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from core import clock
from mailbox_server import Mailbox, serve
from notifications.actions import notify, retry, write_to
from notifications.mail import message_id
from notifications.models import Delivery, Notice
from notifications.queries import dead_letters, inbox, oldest_pending_age
from notifications.tasks import ATTEMPTS, LONGEST_PAUSE, relay
from running import kill

pytestmark = pytest.mark.django_db
VICTIM = f"relay-{os.getpid()}"
PATIENCE = 120  # seconds: a letter that is held on the wire is held as long as the test takes
IN_ANOTHER_PROCESS = f"""
import django
from django.conf import settings
settings.EMAIL_TIMEOUT = {PATIENCE}
django.setup()
from notifications.tasks import relay
relay()
"""


@pytest.fixture
def mailbox(settings):
    """The mailbox of the world; set its bad habits in the test."""
    mailbox = Mailbox()
    controller = serve(mailbox)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = PATIENCE
    yield mailbox
    controller.stop(no_assert=True)


def waiting():
    return Delivery.objects.filter(done_at=None, dead=False)


def relay_until_quiet() -> None:
    """Let the pauses pass and relay again, until nothing waits."""
    for _turn in range(200):
        relay()
        if not waiting().update(due_at=clock.now()):
            return
    raise AssertionError(f"{waiting().count()} letters still wait")


def test_with_a_server_that_fails_a_third_of_the_time_every_letter_arrives(person, subject, kind, mailbox):
    people = [person(f"收件人{n}", language="en" if n % 2 else "zh-hans") for n in range(40)]
    for key in ("e1", "e2"):
        notify(people, kind=kind, subject=subject, context={"days": 3}, key=key)
    mailbox.failing = 0.3
    relay_until_quiet()

    assert {how[:4] for how in mailbox.failures} >= {"451 ", "550 ", "421 ", "452 ", "554 ", "drop"}
    arrived = Counter(mail.id for mail in mailbox.mails)
    assert set(arrived) == {message_id(f"mail:{user.pk}:{key}") for user in people for key in ("e1", "e2")}
    assert {len(mail.to) for mail in mailbox.mails} == {1}
    assert {mail.message["To"] for mail in mailbox.mails} == {user.email for user in people}
    # taken without a word is the only way to arrive twice, and then under one Message-ID
    assert sum(arrived.values()) - len(arrived) == mailbox.failures.count("drop after taking")
    assert [inbox(user).count() for user in people] == [2] * 40
    assert not dead_letters().exists()


def test_a_mail_on_the_wire_is_plain_text_in_the_recipients_language(person, subject, kind, mailbox):
    alice = person("Alice", language="en")
    notify([alice], kind=kind, subject=subject, context={"days": 3, "link": "/needs/1/"}, key="e1")
    assert relay() == 1
    (mail,) = mailbox.mails
    assert mail.to == [alice.email]
    assert mail.message["Subject"] == "新需求 海风材料公司（en）"
    assert mail.message["From"] == django_settings.DEFAULT_FROM_EMAIL
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message.get_content_type() == "text/plain"
    assert "https://jiebang.example/needs/1/" in mail.message.get_content()


def test_an_address_that_always_refuses_becomes_a_dead_letter_and_blocks_nobody(person, subject, kind, mailbox):
    gone, bob, officer = person("Gone"), person("Bob"), person("Officer")
    officer.appointments.create(role="officer")
    mailbox.refused = frozenset({gone.email})
    notify([gone, bob], kind=kind, subject=subject, context={"days": 3}, key="e1")
    relay_until_quiet()
    assert [mail.to for mail in mailbox.mails] == [[bob.email]]
    (letter,) = dead_letters()
    assert (letter.recipient, letter.attempts) == (gone, ATTEMPTS)
    assert "no such mailbox" in letter.last_error

    relay_until_quiet()
    assert dead_letters().get().attempts == ATTEMPTS
    mailbox.refused = frozenset()
    retry(letter, by=officer)
    assert relay() == 1
    assert [mail.to for mail in mailbox.mails] == [[bob.email], [gone.email]]
    letter.refresh_from_db()
    assert (letter.last_error, letter.dead, letter.attempts) == ("", False, 1)


def test_the_pause_grows_with_each_failure_up_to_six_hours(person, subject, kind, mailbox):
    alice = person()
    mailbox.refused = frozenset({alice.email})
    notify([alice], kind=kind, subject=subject, context={"days": 3}, key="e1")
    pauses = []
    for _attempt in range(ATTEMPTS - 1):
        waiting().update(due_at=clock.now())
        before = clock.now()
        relay()
        pauses.append(waiting().get().due_at - before)
        assert relay() == 0  # it is not due
    assert waiting().get().attempts == ATTEMPTS - 1
    assert [round(pause.total_seconds() / 30) for pause in pauses[:5]] == [1, 4, 16, 64, 256]
    assert round(pauses[-1] / LONGEST_PAUSE) == 1


def test_a_server_that_is_down_costs_no_letter_an_attempt(person, subject, kind, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notify([person(), person()], kind=kind, subject=subject, context={"days": 3}, key="e1")
    assert relay() == 0
    assert list(waiting().values_list("attempts", "last_error")) == [(0, "")] * 2
    assert oldest_pending_age().total_seconds() > 0


def test_a_letter_that_cannot_be_written_is_seen_and_blocks_nobody(person, subject, kind, words, mailbox):
    words("broken", "{% load nothing_like_this %}")
    notify([person()], kind="broken", subject=subject, key="e1")
    notify([person()], kind=kind, subject=subject, context={"days": 3}, key="e2")
    assert relay() == 1
    assert waiting().get().last_error.startswith("TemplateSyntaxError: ")


def test_an_address_that_hides_a_second_one_is_sent_to_nobody(person, subject, kind, mailbox):
    alice = person()
    type(alice).objects.filter(pk=alice.pk).update(email="a@example.com, b@example.com\nbcc: c@example.com")
    notify([alice], kind=kind, subject=subject, context={"days": 3}, key="e1")
    relay_until_quiet()
    assert mailbox.mails == []
    assert dead_letters().count() == 1


def test_a_guests_token_is_erased_once_the_letter_has_left(subject, words, mailbox):
    words("invite", "邀请\n请加入。")
    write_to(
        "g@example.com", language="en", kind="invite", subject=subject, context={"link": "/join/SECRET/"}, key="i1"
    )
    assert relay() == 1
    (mail,) = mailbox.mails
    assert mail.to == ["g@example.com"]
    assert "https://jiebang.example/join/SECRET/" in mail.message.get_content()
    assert Notice.objects.get().context == {}


@pytest.mark.django_db(transaction=True)
def test_any_number_of_relays_never_send_one_letter_at_the_same_time(person, subject, kind, mailbox):
    people = [person(f"p{n}") for n in range(30)]
    notify(people, kind=kind, subject=subject, context={"days": 3}, key="e1")
    mailbox.pause = 0.02

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(relay_in_a_thread) for _relay in range(4)]
    assert sum(each.result() for each in sent) == len(people)
    assert mailbox.clashes == []
    assert sorted(mail.to[0] for mail in mailbox.mails) == sorted(user.email for user in people)


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_hangs_on_the_wire_holds_no_other_up(person, subject, kind, mailbox):
    slow, quick = person("Slow"), person("Quick")
    notify([slow], kind=kind, subject=subject, context={"days": 3}, key="e1")
    mailbox.held = {slow.email}
    with ThreadPoolExecutor(1) as other:
        sending = other.submit(relay_in_a_thread)
        assert mailbox.taken.wait(PATIENCE)
        notify([quick], kind=kind, subject=subject, context={"days": 3}, key="e2")
        assert relay() == 1
        assert [mail.to for mail in mailbox.mails] == [[quick.email]]
        mailbox.held = set()
        assert sending.result() == 1


@pytest.mark.django_db(transaction=True)
def test_a_relay_killed_while_sending_loses_nothing_and_shows_nothing_twice(person, mailbox, settings):
    alice = person()
    notify([alice], kind="organisation.verify", subject=alice, key="e1")
    mailbox.held = {alice.email}
    victim = relay_in_another_process(settings)
    assert mailbox.taken.wait(PATIENCE)
    kill(victim, VICTIM)
    mailbox.held = set()
    assert relay() == 1
    assert message_id(f"mail:{alice.pk}:e1") in {mail.id for mail in mailbox.mails}
    assert inbox(alice).count() == 1
    assert not waiting().exists()


def relay_in_a_thread() -> int:
    try:
        return relay()
    finally:
        connection.close()


def relay_in_another_process(settings) -> subprocess.Popen:
    database, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    platform = Path(django_settings.ROOT) / "platform"
    return subprocess.Popen(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        env={
            **os.environ,
            "PYTHONPATH": str(platform),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PGAPPNAME": VICTIM,
            "DATABASE_URL": f"{database}/{connection.settings_dict['NAME']}",
            "EMAIL_BACKEND": settings.EMAIL_BACKEND,
            "EMAIL_HOST": settings.EMAIL_HOST,
            "EMAIL_PORT": str(settings.EMAIL_PORT),
        },
    )
