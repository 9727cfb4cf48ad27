"""The worker writes down the visitors that were counted."""

from celery import shared_task

from rescue.visits import collect


@shared_task(name="rescue.tasks.collect_visits")
def collect_visits() -> int:
    return collect()
