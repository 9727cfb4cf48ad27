"""The opening, as far as shares go: calling the custodians, checking what they brought, putting the key together."""

import logging
from typing import Any

import pyrage
from django.db import transaction

from core.sealing import opener_identity, unseal, unwrap, wrap
from core.shares import BadShare, join, proof_key
from custody.models import Custodian, Rescue
from custody.rules import ENOUGH
from custody.states import C
from needs.models import Need
from needs.states import JUST_OPENED
from workflow.actions import perform
from workflow.machine import Stale

log = logging.getLogger(__name__)


def call_custodians(need: Need, *, by: Any) -> None:
    """The opening has begun: each is asked for his share, under a ticket that no other opening accepts."""
    for row in Custodian.objects.of(need).filter(status__in=(C.PROVED, C.REPORTED)) if need.key_dealt else ():
        perform(row, "call" if row.status == C.PROVED else "call_reported", by=by, driven=True)


def dismiss_custodians(need: Need, *, by: Any) -> None:
    """The opening was called off: what was brought is forgotten."""
    for row in Custodian.objects.of(need).filter(status__in=(C.CALLED, C.BROUGHT, C.ACCEPTED, C.REPORTED)):
        perform(row, "dismiss_reported" if row.status == C.REPORTED else "dismiss", by=by, driven=True)


# ── in the worker ───────────────────────────────────────────────────────────────
def check_brought() -> None:
    """Is what was brought the share that was dealt? Raises `NotTheOpener`."""
    for row in Custodian.objects.filter(status=C.BROUGHT):
        try:
            perform(row, "accept" if _known(row) else "reject", by=None, driven=True)
        except Stale:
            log.info("custodian %s was checked by another worker", row.pk)


def _known(row: Custodian) -> bool:
    identity = opener_identity()
    try:
        return proof_key(unseal(bytes(row.brought or b""), identity)) == row.proof_key
    except (pyrage.DecryptError, ValueError):
        return False


def join_opened() -> None:
    """Put together the keys of listings that two people opened; from then on they are kept as any other."""
    opened = Need.objects.filter(status__in=JUST_OPENED, key_dealt=True, custodians__in=Custodian.objects.sitting())
    for pk in opened.values_list("pk", flat=True).distinct():
        try:
            _join(pk)
        except (BadShare, pyrage.DecryptError, ValueError) as why:  # never holds up the other listings
            log.error("the key of need %s cannot be put together: %s", pk, why)


@transaction.atomic
def _join(pk: Any) -> None:
    need = Need.objects.select_for_update().get(pk=pk)
    rows = list(Custodian.objects.of(need))
    if not Rescue.objects.filter(need=need, round=need.relists).exists():
        worker = opener_identity()
        here = [unseal(bytes(row.brought), worker) for row in rows if row.status == C.ACCEPTED and row.brought]
        if len(here) < ENOUGH:
            raise BadShare(f"{len(here)} shares are here")
        identity = unwrap(join(*here[:ENOUGH]))
        if str(identity.to_public()) != need.public_key:
            raise BadShare("this is another key")
        need.wrapped_key = wrap(identity)
        need.save(update_fields=["wrapped_key"])
    for row in rows:
        perform(row, "release", by=None, driven=True)
