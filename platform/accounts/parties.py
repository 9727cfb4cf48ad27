"""Whose move it is. A model that can wait for one of them has `waiting_for(party, user)` on its QuerySet."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from workflow.machine import Party, Text


def _rows(key: str) -> Callable[[QuerySet, Any], QuerySet]:
    return lambda rows, user: rows.waiting_for(key, user)  # type: ignore[attr-defined]


ZONE = _("管委会")


def office_party(*roles: str, label: Text = ZONE) -> Party:
    """The zone, narrowed to the people who hold one of `roles`."""
    return Party(
        key="office",
        label=label,
        rows=lambda rows, user: (
            rows.waiting_for("office", user)  # type: ignore[attr-defined]
            if user.has_role(*(roles or Role.values))
            else rows.none()
        ),
    )


OWNER = Party(key="owner", label=_("发榜方"), rows=_rows("owner"))
TEAM = Party(key="team", label=_("揭榜方"), rows=_rows("team"))
PARTNER = Party(key="partner", label=_("联合发榜单位"), rows=_rows("partner"))
PARTICIPANT = Party(key="participant", label=_("参加单位"), rows=_rows("participant"))
ATTESTER = Party(key="second", label=_("管委会（报告人以外的一人）"), rows=_rows("second"))
CUSTODIAN = Party(key="custodian", label=_("密钥保管人"), rows=_rows("custodian"))
BOTH = Party(key="both", label=_("双方"), rows=_rows("both"))
OFFICE = office_party(Role.OFFICER, Role.REVIEWER, Role.LEADER)
OFFICER = office_party(Role.OFFICER, label=_("管委会（经办）"))
REVIEWER = office_party(Role.REVIEWER, label=_("管委会（审核）"))
LEADER = office_party(Role.LEADER, label=_("管委会（领导）"))
APPROVERS = office_party(Role.REVIEWER, Role.LEADER, label=_("管委会（审核或领导）"))
OPENERS = office_party(Role.OFFICER, Role.REVIEWER, Role.LEADER, label=_("管委会（两名工作人员）"))
SECOND = office_party(Role.OFFICER, Role.REVIEWER, Role.LEADER, label=_("管委会（另一名工作人员）"))
ASSIGNEE = Party(key="assignee", label=_("接办方"), rows=_rows("assignee"))
APPLICANT = Party(key="owner", label=_("申请单位"), rows=_rows("owner"))
PLATFORM = Party(key="platform", label=_("平台"))
NOBODY = Party(key="nobody", label=_("无需办理"))  # a state in good order, that may yet be left
