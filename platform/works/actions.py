"""A team enters, edits and removes its works one by one. Files of many: works.importing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.actions import record
from audit.labels import name_actions
from core import clock
from teams.changes import touch
from teams.models import Team
from workflow.machine import Refused
from works.codes import Kind
from works.keys import number_key, searched, title_key
from works.models import Work
from works.rules import keeps

name_actions(
    {
        "work.add": gettext_lazy("登记成果"),
        "work.edit": gettext_lazy("修改成果"),
        "work.remove": gettext_lazy("删除成果"),
    }
)
FIELDS = (
    "kind", "title", "abstract", "keywords", "year", "authors", "venue", "number", "url", "trl", "amount", "visibility",
)  # fmt: skip
SEARCHED = ("authors", "venue", "number")


@transaction.atomic
def add_work(team: Team, *, by: User, **fields: Any) -> Work:
    """Raises `Refused` where the team has the same one already."""
    team = _held(team, by)
    work = Work(team=team, **_settled(fields))
    _is_new(work)
    work.save()
    _record("work.add", work, by)
    touch(team)
    return work


@transaction.atomic
def edit_work(work: Work, *, by: User, **fields: Any) -> Work:
    team = _held(work.team, by)
    work = Work.objects.select_for_update().get(pk=work.pk, team=team)
    for name, value in _settled(fields).items():
        setattr(work, name, value)
    _is_new(work)
    work.updated_at = clock.now()
    work.save()
    _record("work.edit", work, by)
    touch(team)
    return work


@transaction.atomic
def remove_work(work: Work, *, by: User) -> dict[str, Any]:
    """Gone at once, from every index within seconds. Returns what `add_work` needs to bring it back."""
    team = _held(work.team, by)
    work = Work.objects.select_for_update().get(pk=work.pk, team=team)
    kept = {name: getattr(work, name) for name in FIELDS}
    _record("work.remove", work, by)
    work.delete()
    touch(team)
    return kept


def _held(team: Team, by: User) -> Team:
    team = Team.objects.select_for_update().get(pk=team.pk)
    if not keeps(by, team):
        raise PermissionDenied
    return team


def _settled(fields: dict[str, Any]) -> dict[str, Any]:
    """With what follows from the rest: the keys; no readiness of what is no result, no sum of what is no contract."""
    kind = fields["kind"]
    return {
        **fields,
        "trl": fields.get("trl") if kind == Kind.RESULT else None,
        "amount": fields.get("amount") if kind == Kind.CONTRACT else None,
        "title_key": title_key(fields["title"]),
        "words": searched(fields["title"], *fields.get("keywords", ()), *(fields.get(name, "") for name in SEARCHED)),
        "number_key": number_key(kind, fields.get("number", "")),
    }


def _is_new(work: Work) -> None:
    others = Work.objects.filter(team=work.team).exclude(pk=work.pk)
    if work.number_key and (same := others.filter(number_key=work.number_key).first()):
        raise Refused(_("编号相同的成果已经登记过：“%(title)s”。") % {"title": same.title[:60]})
    if others.filter(kind=work.kind, title_key=work.title_key, year=work.year).exists():
        raise Refused(_("同一类别、题名和年份的成果已经登记过。请核对，或在题名里写清区别。"))


def _record(action: str, work: Work, by: User) -> None:
    record(action, subject=work, stream=work.team.audit_stream, by=by, detail={"team": str(work.team_id)})
