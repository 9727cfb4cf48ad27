"""The very first step on an empty platform: the zone itself, and one person who may appoint all the others."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import register_organisation
from accounts.appointments import appoint
from accounts.models import Organisation, User
from accounts.queries import office
from accounts.roles import Role
from workflow.actions import perform
from workflow.machine import Refused


@transaction.atomic
def found_zone(*, name: str, uscc: str, region: str, address: str, email: str, person: str) -> Organisation:
    """The zone's organisation, verified, and its first security administrator, who sets a password by mail.

    Works once: while somebody can appoint people, nobody else may come in by the command line.
    """
    if office(Role.SECADMIN).exists():
        raise Refused(_("已有安全管理员。请由其在“任免”页任命人员。"))
    user = User.objects.create_user(email, name=person)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    zone = register_organisation(
        kind=Organisation.Kind.ZONE,
        name=name,
        uscc=uscc,
        region=region,
        address=address,
        contact=person,
        contact_phone=email,
        by=user,
    )
    for move in ("submit", "verify"):
        perform(zone, move, by=None, driven=True)
    appoint(user=user, role=Role.SECADMIN, by=None)
    return zone
