"""What happened, in words: for events that are no move of a lifecycle, whose buttons already have a label."""

from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def name_actions(labels: dict[str, str | Promise]) -> None:
    """Whoever records an action says what it is called on a timeline."""
    _labels.update(labels)


def labels() -> dict[str, str | Promise]:
    return dict(_labels)


def label_of(action: str) -> str | Promise:
    return _labels.get(action, "")
