"""An invitation goes to one address, works once, for seven days, and does nothing until somebody presses a button.

The token in the link is derived from the row and the site's secret; the row keeps its digest only. So a copy of the
database opens no door, and the letter can be written again by the worker without the token lying in any queue.
"""

from datetime import timedelta
from hashlib import sha256
from urllib.parse import urljoin
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import sms
from accounts.actions import _lock, _membership, _record, enrol
from accounts.models import Invitation, Membership, Organisation, User
from accounts.rules import manages
from audit.labels import name_actions
from core import clock
from notifications.actions import write_to
from notifications.kinds import register_kind
from workflow.machine import Refused

VALID = timedelta(days=7)
MOST_OPEN = 50
SENT = register_kind("invitation.send")
name_actions(
    {
        "invitation.create": gettext_lazy("发出邀请"),
        "invitation.accept": gettext_lazy("接受邀请"),
        "invitation.revoke": gettext_lazy("撤回邀请"),
    }
)


def token_of(invitation: Invitation) -> str:
    return Signer(salt="accounts.invitation").signature(str(invitation.pk))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def find(token: str) -> Invitation | None:
    return Invitation.objects.select_related("organisation", "invited_by").filter(token_hash=_digest(token)).first()


@transaction.atomic
def invite(
    *, organisation: Organisation, email: str = "", phone: str = "", role: str = Membership.Role.MEMBER, by: User
) -> Invitation:
    """Ask the person behind one address to join. A second invitation to the same address replaces the first."""
    organisation = _lock(organisation)
    if not manages(by, organisation):
        raise PermissionDenied
    email = email.lower()
    if _addressee_belongs(organisation, email, phone):
        raise Refused(_("对方已经是本单位成员，不用再邀请。"))
    now = clock.now()
    waiting = Invitation.objects.filter(
        organisation=organisation, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    waiting.filter(email=email, phone=phone).update(revoked_at=now)
    if waiting.count() >= MOST_OPEN:
        raise Refused(_("未接受的邀请已有 %(most)s 份。请先撤回不再需要的邀请。") % {"most": MOST_OPEN})
    invitation = Invitation(
        pk=uuid4(),
        organisation=organisation,
        email=email,
        phone=phone,
        role=role,
        invited_by=by,
        expires_at=now + VALID,
    )
    invitation.token_hash = _digest(token_of(invitation))
    invitation.save(force_insert=True)
    _send(invitation, organisation, by)
    _record(
        "invitation.create", organisation, by, {"invitation": invitation.pk, "role": str(role)}, {"to": email or phone}
    )
    return invitation


def _send(invitation: Invitation, organisation: Organisation, by: User) -> None:
    link = reverse("invitation", args=[token_of(invitation)])
    context = {"link": link, "by": by.name, "organisation": organisation.name}
    if invitation.email:
        key = f"invitation:{invitation.pk}"
        write_to(invitation.email, language=by.language, kind=SENT, subject=organisation, context=context, key=key)
    else:
        text = _("%(by)s邀请您加入“%(organisation)s”，7 天内有效：%(url)s") % {
            **context,
            "url": urljoin(settings.SITE_URL, link),
        }
        transaction.on_commit(lambda: sms.send(invitation.phone, text), robust=True)


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> Membership:
    """Once, in time, and only by the person whose address it was sent to: a forwarded link admits nobody."""
    organisation = _lock(invitation.organisation)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if reason := why_not(invitation, by):
        raise Refused(reason)
    membership = enrol(organisation, by, invitation.role)
    invitation.accepted_at, invitation.accepted_by = clock.now(), by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _record("invitation.accept", organisation, by, {"invitation": invitation.pk})
    return membership


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    organisation = _lock(invitation.organisation)
    if not manages(by, organisation):
        raise PermissionDenied
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not open_ones.update(revoked_at=clock.now()):
        raise Refused(_("这份邀请已经被接受或撤回。"))
    _record("invitation.revoke", organisation, by, {"invitation": invitation.pk})


def why_closed(invitation: Invitation) -> str:
    """Why this link no longer works, for anybody who opens it."""
    if invitation.accepted_at:
        return _("这份邀请已经用过了。如果您就是被邀请人，直接登录即可。")
    if invitation.revoked_at:
        return _("这份邀请已被撤回。请联系邀请您的同事重新发送。")
    if invitation.expires_at <= clock.now():
        return _("这份邀请已过期（有效期 7 天）。请联系邀请您的同事重新发送。")
    return ""


def why_not(invitation: Invitation, user: User) -> str:
    """Why this person cannot accept it."""
    if reason := why_closed(invitation):
        return reason
    if not sent_to(invitation, user):
        return _("这份邀请是发给 %(address)s 的。请用该邮箱或手机号的账号登录后再接受。") % {
            "address": masked(invitation)
        }
    if _membership(invitation.organisation, user):
        return _("您已经是“%(name)s”的成员。") % {"name": invitation.organisation.name}
    return ""


def sent_to(invitation: Invitation, user: User) -> bool:
    if invitation.email:
        return invitation.email == user.email
    return bool(user.phone_verified and invitation.phone == user.phone)


def masked(invitation: Invitation) -> str:
    """Enough for the addressee to know himself, not enough for a stranger to learn an address."""
    if invitation.phone:
        return f"{invitation.phone[:-8]}****{invitation.phone[-4:]}"
    name, _at, host = invitation.email.partition("@")
    return f"{name[:1]}***@{host}"


def _addressee_belongs(organisation: Organisation, email: str, phone: str) -> bool:
    people = Membership.objects.filter(organisation=organisation, left_at=None)
    return (
        people.filter(user__email=email).exists()
        if email
        else people.filter(user__phone=phone, user__phone_verified=True).exists()
    )
