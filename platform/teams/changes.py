"""Which teams have changed since? One number a change, so that an index of teams can follow within seconds.

The numbers are given out under one lock that is held until the commit: they become visible in their order, and
whoever has read up to one has missed none before it. A sequence would not do: 7 may be committed before 6.
"""

from core.models import Counter
from core.numbers import next_number
from teams.models import Team

SERIES = "teams.changes"


def touch(team: Team) -> int:
    """What is known of this team has changed: its words, its works, or whether it may be matched.

    Call it last in the transaction, after `record`: from here to the commit every other change of a team waits.
    """
    number = next_number(SERIES)
    Team.objects.filter(pk=team.pk).update(changed=number)
    team.changed = number
    return number


def latest() -> int:
    """The number of the newest change; 0 before any. Read it first, then build an index of everything, then follow."""
    found = Counter.objects.filter(series=SERIES).values_list("value", flat=True).first()
    return found or 0
