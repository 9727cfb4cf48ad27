"""A lifecycle that strands somebody is a bug the platform refuses to start with."""

from typing import Any

from django.core import checks
from django.core.checks import Error, Tags, register
from django.db.utils import Error as DatabaseError

from workflow.guard import drifted
from workflow.machine import Machine
from workflow.registry import machines


def unreachable(machine: Machine) -> set[str]:
    reached = fresh = {machine.initial}
    while fresh:
        fresh = {b for a, b in machine.edges if a in reached} - reached
        reached = reached | fresh
    return set(machine.states.values) - reached


def ownerless(machine: Machine) -> set[str]:
    """States that are neither final nor anybody's move, or that claim to be final and can be left."""
    left = {a for a, _ in machine.edges}
    return {
        state
        for state in machine.states.values
        if (state in machine.finals) == (state in machine.waits) or (state in machine.finals and state in left)
    }


@register()
def lifecycles(app_configs: Any, **kwargs: Any) -> list[Error]:
    errors = []
    for machine in machines():
        for state in sorted(unreachable(machine)):
            errors.append(Error(f"{machine.noun}: nothing leads to {state}", id="workflow.E001"))
        for state in sorted(ownerless(machine)):
            errors.append(Error(f"{machine.noun}: {state} must be either final or somebody's move", id="workflow.E002"))
        known = set(machine.states.values)
        for t in machine.transitions:
            if unknown := ({*t.source, t.target} - known):
                errors.append(Error(f"{machine.noun}.{t.name}: unknown states {unknown}", id="workflow.E003"))
    return errors


@register(Tags.database)
def database_agrees(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[checks.Warning]:
    try:
        wrong = drifted() if databases else []
    except DatabaseError:
        return []
    return [
        checks.Warning(
            f"{m.noun}: the database holds another table of moves", hint="run manage.py migrate", id="workflow.W001"
        )
        for m in wrong
    ]
