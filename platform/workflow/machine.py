"""A lifecycle, declared once: buttons, permissions, audit, notices, clocks, docs and tests all read it.

A `Machine` is a table of `Transition`s over one model. `workflow.actions.perform` is the only code
that moves a status; `workflow.queries` turns the same table into what a person sees.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import CharField, Expression, F, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise

Text = str | Promise
User = Any
Tracked = Any


class Refused(Exception):
    """The rules say no; `str()` is the sentence shown to the person."""


class Stale(Refused):
    """Somebody else moved it first."""


class Invalid(Refused):
    """What the move asks for was not filled in correctly; `form` holds the errors and all that was typed."""

    def __init__(self, form: forms.Form) -> None:
        self.form = form
        super().__init__("; ".join(str(error) for errors in form.errors.values() for error in errors))


def nobody(user: User, obj: Tracked) -> bool:
    """For moves only the platform itself makes: by the clock, or driven by a higher app's action."""
    return False


def _mine(rows: models.QuerySet, user: User) -> models.QuerySet:
    return rows.none()


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whose move it is. `rows` narrows a queryset to the rows that wait for this very user."""

    key: str
    label: Text
    rows: Callable[[models.QuerySet, User], models.QuerySet] = _mine


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What a state waits for: whose move, until when, and what happens then.

    `days` counts working days from entering the state; `at` names a datetime field of the row; of both, whatever
    comes first.
    """

    whose: Party
    days: int | Callable[[Tracked], int] | None = None
    at: str = ""
    then: Text | Callable[[Tracked], Text] = ""
    elsewhere: bool = False  # another lifecycle carries the to-do for the same thing; listing both would be noise
    action: Text = ""  # what to do, where it is a page of its own, or more than its primary move
    page: str = ""  # the URL name of that page; takes the row's id


@dataclass(frozen=True, kw_only=True)
class Transition:
    name: str  # URL, API action, audit kind, notice template
    source: tuple[str, ...]
    target: str
    label: Text  # the button: verb and object
    allow: Callable[[User, Tracked], bool] = nobody  # who: otherwise no button, 403
    require: tuple[Callable[[Tracked], Text], ...] = ()  # when: otherwise a disabled button that says why
    refuse: Callable[[Tracked, User], Text] | None = None  # when it depends on who asks: two different people
    asks: type[forms.Form] | None = None  # what the move needs to know; its data is the event's data
    effect: Callable[..., dict[str, Any] | None] | None = (
        None  # assigns to the row (perform saves it), may write others
    )
    notify: tuple[Callable[[Tracked], Iterable[User]], ...] = ()  # whom
    follow: tuple[
        Callable[[Tracked], Iterable[User]], ...
    ] = ()  # whom else: outsiders who asked for it; in words of their own, which say only what everybody can read
    style: str = "plain"  # primary | plain | danger
    confirm: Text = ""  # the consequence, in a sentence, where there is no way back
    refused: Callable[..., Text] | None = None  # writes down that the rules said no, once that is undone; says so
    driven: bool = False  # only the action of a higher app performs it, never a button
    checkpoint: bool = False  # witnessed at once by a published checkpoint, not only at the next tick
    auto: Callable[[], models.QuerySet] | None = None  # the rows the platform moves now, by the clock

    def why_not(self, obj: Tracked, user: User = None) -> Text:
        """The first reason this move is not possible now, or an empty string."""
        for check in self.require:
            if reason := check(obj):
                return reason
        return self.refuse(obj, user) if self.refuse else ""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """`noun` is the word of the model in URLs, audit kinds and templates."""

    noun: str
    label: Text
    model: type[models.Model]
    states: type[models.TextChoices]
    initial: str
    transitions: tuple[Transition, ...]
    path: tuple[str, ...] = ()  # the way it should go, drawn as the step line
    maybe: tuple[str, ...] = ()  # states of the path that not every case comes by: drawn only where it did
    steps: dict[str, Text] = field(
        default_factory=dict
    )  # short names on the step line where a state's label reads oddly
    waits: dict[str, Wait] = field(default_factory=dict)
    finals: tuple[str, ...] = ()
    title: str = "title"  # the field shown in to-do lists
    number: tuple[str, ...] = ()  # the fields with the human-readable number, the first that is there
    about: str = ""  # the path to the name of the party it concerns, shown beside the title
    by_name: dict[str, Transition] = field(init=False)

    def __post_init__(self) -> None:
        names = [t.name for t in self.transitions]
        if len(set(names)) != len(names):
            raise ImproperlyConfigured(f"{self.noun}: two transitions share a name")
        object.__setattr__(self, "by_name", {t.name: t for t in self.transitions})

    @property
    def edges(self) -> set[tuple[str, str]]:
        """Every (from, to) the database lets through; a move within one state changes no status."""
        return {(s, t.target) for t in self.transitions for s in t.source if s != t.target}

    def then(self, obj: Tracked) -> Text:
        """What happens after the present wait."""
        wait = self.waits.get(obj.status)
        if wait is None:
            return ""
        return wait.then(obj) if callable(wait.then) else wait.then

    @property
    def number_of(self) -> Expression:
        """The human-readable number of a row, in SQL."""
        return Cast(Coalesce(*self.number, Value("")), CharField()) if self.number else Value("", CharField())

    @property
    def about_of(self) -> Expression:
        """The name of the party a row concerns, in SQL."""
        return Cast(F(self.about), CharField()) if self.about else Value("", CharField())

    def state_label(self, status: str) -> Text:
        return self.states(status).label
