from celery import shared_task

from works import importing


@shared_task(name="works.tasks.carry_on_imports")
def carry_on_imports() -> int:
    return importing.carry_on()
