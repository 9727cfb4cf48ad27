"""The clock of matching. A tick that is lost costs five seconds."""

from celery import shared_task

from suggestions import following


@shared_task(name="suggestions.tasks.follow")
def follow() -> int:
    return following.carry_on()
