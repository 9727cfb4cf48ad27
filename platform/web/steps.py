"""A long form in steps: what each one lacks, in which state it stands, and which to show."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Gap:
    text: Text
    href: str
    wrong: bool = False  # typed, but not right yet; otherwise missing


@dataclass
class Part:
    """One section of the form, which is one step of it."""

    key: str
    title: Text
    fields: tuple[str, ...] = ()
    gaps: list[Gap] = field(default_factory=list)
    begun: bool = True
    before: "Part | None" = field(default=None, repr=False)
    after: "Part | None" = field(default=None, repr=False)

    @property
    def state(self) -> str:
        """wrong | open (something is missing) | optional (may stay empty, and is) | done."""
        if any(gap.wrong for gap in self.gaps):
            return "wrong"
        return "open" if self.gaps else "done" if self.begun else "optional"

    @property
    def wanting(self) -> int:
        return len(self.gaps)


def in_a_row(steps: list[Part]) -> list[Part]:
    """Each step knows its neighbours."""
    for one, other in pairwise(steps):
        one.after, other.before = other, one
    return steps


def step_of(asked: str, sections: list[Part]) -> str:
    """The step to show: the one asked for, but where only others are wrong the first of those."""
    wrong, steps = [part.key for part in sections if part.state == "wrong"], [part.key for part in sections]
    return asked if asked in steps and (asked in wrong or not wrong) else next(iter(wrong), steps[0])
