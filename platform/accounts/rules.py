"""Who: `(user, obj) -> bool`. When: `obj -> ""` or the reason. Everything else in the platform asks here."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.roles import Role

Person = Any  # a User or Django's AnonymousUser


def is_anyone(user: Person, obj: Any = None) -> bool:
    return bool(user.is_authenticated and user.is_active)


def holds(user: Person, *roles: str) -> bool:
    return is_anyone(user) and user.has_role(*roles)


def is_zone_staff(user: Person, obj: Any = None) -> bool:
    return is_anyone(user) and user.is_zone_staff


def is_officer(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.OFFICER)


def is_reviewer(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.REVIEWER)


def is_leader(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.LEADER)


def is_inspector(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.INSPECTOR)


def is_finance(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.FINANCE)


def is_sysadmin(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.SYSADMIN)


def is_secadmin(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.SECADMIN)


def is_auditor(user: Person, obj: Any = None) -> bool:
    return holds(user, Role.AUDITOR)


def belongs(user: Person, organisation: Organisation) -> bool:
    return is_anyone(user) and organisation.pk in user.positions


def manages(user: Person, organisation: Organisation) -> bool:
    return is_anyone(user) and user.positions.get(organisation.pk) == Membership.Role.MANAGER


def must_be_verified(organisation: Organisation) -> str:
    """For `require`: an organisation acts towards others only while the zone vouches for it."""
    match organisation.status:
        case Organisation.Status.VERIFIED:
            return ""
        case Organisation.Status.SUSPENDED:
            return _("“%(name)s”的办事资格已暂停，请联系管委会。") % {"name": organisation.name}
    return _("“%(name)s”还没有通过管委会核验，核验通过后即可办理。") % {"name": organisation.name}
