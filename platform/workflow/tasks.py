"""The clock's own moves. A deadline passes whether or not this runs: pages derive it from the database clock."""

import logging

from celery import shared_task

from workflow.actions import perform
from workflow.machine import Refused
from workflow.registry import machines

log = logging.getLogger(__name__)


@shared_task(name="workflow.tasks.tick")
def tick() -> int:
    """Make every move that is due now, each in its own transaction; returns how many were made."""
    made = 0
    for machine in machines():
        for move in machine.transitions:
            if move.auto is None:
                continue
            for obj in move.auto():
                try:
                    perform(obj, move.name, by=None)
                    made += 1
                except Refused as why:  # somebody was faster, or it is not due after all
                    log.info("%s.%s left alone: %s", machine.noun, move.name, why)
                except Exception:  # one row that cannot move must not hold up all the others
                    log.exception("%s.%s failed for %s", machine.noun, move.name, obj.pk)
    return made
