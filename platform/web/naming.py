"""What an event of the audit trail is called, in the reader's words: its move's label, or what its writer named it."""

from django.utils.translation import gettext as _

from audit.labels import label_of, labels
from workflow.machine import Text, Transition
from workflow.registry import get_machine, machines


def move_of(action: str) -> Transition | None:
    noun, _dot, name = action.partition(".")
    try:
        return get_machine(noun).by_name.get(name)
    except KeyError:
        return None


def named(action: str) -> Text:
    """The label of the move, of the action, or “新建…”; the bare code where nobody has named it."""
    transition = move_of(action)
    if said := transition.label if transition else label_of(action):
        return said
    noun, _dot, name = action.partition(".")
    try:
        label = get_machine(noun).label
    except KeyError:
        return action
    return _("新建%(noun)s") % {"noun": label} if name == "create" else action


def called(words: str) -> list[str]:
    """The codes of all actions whose name holds `words`: people search for what they read."""
    codes = {f"{machine.noun}.{name}" for machine in machines() for name in (*machine.by_name, "create")}
    return sorted(code for code in codes | set(labels()) if words in str(named(code)))
