"""Naming the three, and dealing the shares at the instant a listing is published."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.labels import name_actions
from core.sealing import new_dealt_keypair, seal
from core.shares import proof_key, split
from custody import rules
from custody.models import Custodian
from custody.states import Seat
from needs.models import Need
from notifications.actions import notify
from notifications.kinds import register_kind
from workflow.actions import begin
from workflow.machine import Refused

name_actions({"custodian.create": gettext_lazy("指定密钥保管人")})
NAMED = register_kind("custodian.create")


@transaction.atomic
def name_custodian(need: Need, *, seat: int, person: User, by: Any) -> Custodian:
    """Seat one of the three. Raises `Refused` with the sentence for whoever names."""
    if not rules.may_name(by, need):
        raise PermissionDenied(_("指定密钥保管人"))
    need = Need.objects.select_for_update().select_related("batch").get(pk=need.pk)
    sitting = Custodian.objects.of(need)
    if reason := rules.why_not_name(need) or rules.why_not_sit(need, seat, person):
        raise Refused(str(reason))
    if sitting.filter(seat=seat).exists():
        raise Refused(_("%(seat)s一席已有保管人，请先更换。") % {"seat": Seat(seat).label})
    if sitting.filter(person=person).exists():
        raise Refused(_("%(name)s已保管一份，三份须由三个人保管。") % {"name": person.name})
    row = Custodian(need=need, round=need.relists, seat=seat, person=person, named_by=by)
    begin(row, by=by, detail={"seat": seat, "person": str(person.pk)})
    notify([person], kind=NAMED, subject=row, key=f"custodian.create:{row.pk}")
    return row


def deal(need: Need) -> dict[str, Any]:
    """A key pair whose opener's copy exists from here on in three shares only, each sealed to one who proved his key.

    Inside the transaction that publishes `need`. The proof keys go into its event: they are what a share is known by.
    """
    public, rescue, opener_copy = new_dealt_keypair(rescue=need.batch.custody_rescue)
    shares, proofs = split(opener_copy), {}
    for row in Custodian.objects.of(need).select_for_update(of=("self",)):
        row.sealed_share = seal(shares[row.seat], row.recipient)
        row.proof_key = proofs[f"share_{row.seat}"] = proof_key(shares[row.seat])
        row.save(update_fields=["sealed_share", "proof_key"])
    need.public_key, need.wrapped_key = public, rescue
    return {"rescue": rescue is not None, **proofs}
