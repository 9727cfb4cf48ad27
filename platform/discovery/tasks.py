"""The clock of discovery. A run that is lost costs a minute: what was told is in the database."""

from celery import shared_task

from discovery.digest import remind_followers, send_digests


@shared_task(name="discovery.tasks.tell")
def tell() -> int:
    """The morning's digests when they are due, and the reminders; returns how many were told."""
    return send_digests() + remind_followers()
