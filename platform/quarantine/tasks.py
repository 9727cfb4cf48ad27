from celery import shared_task

from quarantine import actions


@shared_task(name="quarantine.tasks.judge_waiting")
def judge_waiting() -> int:
    return actions.judge_waiting()
