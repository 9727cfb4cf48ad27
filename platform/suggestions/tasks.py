"""The clock of matching. A tick that is lost costs five seconds; what was done is in the database."""

from celery import shared_task

from suggestions import digest, following


@shared_task(name="suggestions.tasks.follow")
def follow() -> int:
    return following.carry_on()


@shared_task(name="suggestions.tasks.tell")
def tell() -> int:
    """The weekly digests when they are due; returns how many were sent."""
    return digest.send_digests()
