"""应急开启: the key from the safe, where two shares cannot be had. Two people, one of them 纪检."""

from typing import Any

import pyrage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyrage.x25519 import Identity

from accounts.models import User
from accounts.roles import OPERATING, Role
from audit.actions import record
from audit.labels import name_actions
from core import clock
from core.sealing import unseal, wrap
from custody.models import Rescue
from needs.models import Need
from needs.states import N
from workflow.machine import Refused

RESCUED = "custody.rescue"
LEAST = 10  # characters of the reason
name_actions({RESCUED: gettext_lazy("动用应急密钥")})


@transaction.atomic
def rescue(need: Need, key: Identity, *, reason: str, by: User, witness: User) -> Rescue:
    """From here on the worker can read this listing's key, once two people have confirmed the opening."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    if not need.key_dealt or need.status != N.CLOSED:
        raise Refused(_("只有密钥分管、已截止、还没有开启的榜单可以动用应急密钥。"))
    if by == witness or not all(one.has_role(*OPERATING, Role.SYSADMIN) for one in (by, witness)):
        raise Refused(_("须由管委会的两个人办理：一人操作，一人见证。"))
    if not (by.has_role(Role.INSPECTOR) or witness.has_role(Role.INSPECTOR)):
        raise Refused(_("两人中须有一人是纪检。"))
    if len(reason.strip()) < LEAST:
        raise Refused(_("请写明为什么凑不齐两份份额，至少 10 个字；这段说明会公开。"))
    if need.wrapped_key is None:
        raise Refused(_("这项榜单没有留应急密钥：批次不留，或发榜时还没有制作。"))
    try:
        identity = Identity.from_str(unseal(bytes(need.wrapped_key), key).decode())
    except (pyrage.DecryptError, ValueError) as error:
        raise Refused(_("这把应急密钥打不开本榜单。")) from error
    if str(identity.to_public()) != need.public_key:
        raise Refused(_("打开的不是本榜单的密钥。"))
    need.wrapped_key = wrap(identity)
    need.save(update_fields=["wrapped_key"])
    facts: dict[str, Any] = {"need": need, "round": need.relists, "reason": reason.strip(), "at": clock.now()}
    made = Rescue.objects.create(**facts, by=by, witness=witness)
    detail = {"witness": str(witness.pk), "round": need.relists}
    record(RESCUED, subject=need, stream=need.audit_stream, by=by, detail=detail, note={"reason": made.reason})
    return made
