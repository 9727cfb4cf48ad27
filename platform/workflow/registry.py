"""Every declared machine, by noun and by model."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from notifications.kinds import register_kind
from workflow.machine import Machine

_by_noun: dict[str, Machine] = {}
_by_model: dict[type, Machine] = {}


def register(machine: Machine) -> Machine:
    """Declare a machine; the notices of its moves become kinds that must have a template."""
    if machine.noun in _by_noun:
        raise ImproperlyConfigured(f"two machines are called {machine.noun}")
    _by_noun[machine.noun] = _by_model[machine.model] = machine
    for transition in machine.transitions:
        if transition.notify:
            register_kind(f"{machine.noun}.{transition.name}")
        if transition.follow:
            register_kind(f"{machine.noun}.{transition.name}.followed")
    return machine


def machines() -> list[Machine]:
    return list(_by_noun.values())


def get_machine(noun: str) -> Machine:
    return _by_noun[noun]


def machine_for(obj: Any) -> Machine:
    return _by_model[obj if isinstance(obj, type) else type(obj)]
