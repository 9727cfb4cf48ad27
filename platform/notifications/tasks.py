"""Carries the outbox out of the house. PostgreSQL remembers what was promised; losing this process loses nothing."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from core import clock
from notifications.mail import compose
from notifications.models import Delivery, Notice

log = logging.getLogger(__name__)

BATCH = 100
ATTEMPTS = 8  # over about seventeen hours
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)


@shared_task(name="notifications.tasks.relay")
def relay() -> int:
    """Send what is due, at most a batch; returns how many letters left. Any number of relays may run at once."""
    mailer = get_connection()
    sent = 0
    try:
        for _turn in range(BATCH):
            # A server that cannot be reached is nobody's failed attempt: the letters wait, the age of the oldest tells.
            mailer.open()
            outcome = send_next(mailer)
            if outcome is None:
                break
            sent += outcome
    except (OSError, SMTPException) as why:
        log.warning("The mail server cannot be reached, nothing lost: %s", why)
    finally:
        close(mailer)
    return sent


def send_next(mailer: BaseEmailBackend) -> bool | None:
    """Claim one due letter and try it: True when sent, False when it failed, None when nothing is due.

    The row stays locked while the letter is on the wire, so no other relay can send it at the same time;
    a crash in between releases it unsent. That may repeat a mail, under the same Message-ID, and never loses one.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("recipient", "notice")
            .filter(done_at=None, dead=False, due_at__lte=clock.now())
            .order_by("due_at", "id")
            .first()
        )
        if delivery is None:
            return None
        delivery.attempts += 1
        try:
            with transaction.atomic():  # a failing query while rendering must not take the claim with it
                if not mailer.send_messages([compose(delivery)]):
                    raise SMTPException("the mail server took nothing")
        except Exception as why:  # whatever it is, it is recorded on the row and seen by staff
            log.warning("Delivery %s failed: %s", delivery.pk, type(why).__name__)
            close(mailer)
            put_off(delivery, why)
        else:
            delivery.done_at, delivery.last_error = clock.now(), ""
            Notice.objects.filter(pk=delivery.notice_id).exclude(address="").update(context={})
        delivery.save(update_fields=["attempts", "done_at", "due_at", "dead", "last_error"])
        return delivery.done_at is not None


def put_off(delivery: Delivery, why: Exception) -> None:
    delivery.last_error = f"{type(why).__name__}: {why}".replace("\x00", "")[:500]
    delivery.dead = delivery.attempts >= ATTEMPTS
    delivery.due_at = clock.now() + min(FIRST_PAUSE * 4 ** (delivery.attempts - 1), LONGEST_PAUSE)


def close(mailer: BaseEmailBackend) -> None:
    try:
        mailer.close()
    except (OSError, SMTPException) as why:
        log.info("The mail server closed first: %s", why)
