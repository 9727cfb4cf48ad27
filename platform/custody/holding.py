"""What a custodian does with his key: takes it, proves it, brings the share. The key itself is never kept here."""

import base64
import hashlib
import json
from typing import Any

import pyrage
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from pyrage.x25519 import Identity, Recipient

from core.sealing import opener_recipient, seal, unseal
from core.shares import is_proved, proof_key, prove
from custody.models import Custodian
from custody.rules import is_custodian
from custody.states import Way
from workflow.actions import perform
from workflow.machine import Refused

TYPED, OFFLINE = "typed", "offline"
LONGEST = 8000  # characters of what is pasted


def issue(row: Custodian, *, by: Any) -> str:
    """A key made here and shown once; the platform keeps its public half. Raises `Refused`, `PermissionDenied`."""
    _his_own(row, by)
    identity = Identity.generate()
    facts = {"recipient": str(identity.to_public()), "way": Way.ISSUED}
    perform(row, "key", by=by, driven=True, facts=facts)
    return str(identity)


def register(row: Custodian, recipient: str, *, by: Any) -> None:
    """The public half of a key that was made somewhere else."""
    _his_own(row, by)
    try:
        known = str(Recipient.from_str(recipient.strip().lower()))
    except Exception as error:  # pyrage has one error for each way to be wrong
        raise Refused(_("这不是 age 公钥。公钥以 age1 开头，共 62 个字符。")) from error
    if Custodian.objects.of(row.need).exclude(pk=row.pk).filter(recipient=known).exists():
        raise Refused(_("另一位保管人已用了这把钥匙，三份须用三把不同的钥匙。"))
    perform(row, "key", by=by, driven=True, facts={"recipient": known, "way": Way.OWN})


def prove_by_key(row: Custodian, typed: str, *, by: Any) -> None:
    """He has typed the key from his paper: it fits what it must open, and is forgotten again."""
    _his_own(row, by)
    identity = _read(row, typed)
    if row.is_dealt and proof_key(_share(row, identity)) != row.proof_key:
        raise Refused(_("钥匙对，但密封的份额打不开，请立即联系系统管理员。"))
    perform(row, "prove", by=by, driven=True, facts={"how": TYPED})


def prove_by_answer(row: Custodian, answer: str, *, by: Any) -> None:
    """He has opened the question on a machine of his own, and tells what is in it."""
    _his_own(row, by)
    if not row.answer or hashlib.sha256(answer.strip().lower().encode()).hexdigest() != row.answer:
        raise Refused(_("答案不对。请用本页最新的文件重新计算：每验证一次，题目就换一个。"))
    perform(row, "prove", by=by, driven=True, facts={"how": OFFLINE})


def bring_by_key(row: Custodian, typed: str, *, by: Any) -> None:
    """He has typed the key at the opening: his share goes on to the worker, encrypted to it alone."""
    _his_own(row, by)
    _called(row)
    share = _share(row, _read(row, typed))
    _bring(row, _handed_over(row, share), how=TYPED, by=by)


def bring_by_text(row: Custodian, pasted: str, *, by: Any) -> None:
    """What his own machine has made of the share: the platform passes it on without being able to read it."""
    _his_own(row, by)
    _called(row)
    try:
        told = json.loads(base64.b64decode("".join(pasted[:LONGEST].split()), validate=True))
        sealed, signature = base64.b64decode(told["sealed"], validate=True), str(told["signature"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(_("这段文字不完整，请把离线工具给出的全部文字原样贴上。")) from error
    if not is_proved(row.proof_key, statement(row, sealed), signature):
        raise Refused(_("这份不是本项需求、本次开启的份额，没有收下。请核对所用的钥匙和文件。"))
    _bring(row, sealed, how=OFFLINE, by=by)


def paper(row: Custodian) -> dict[str, Any]:
    """What `tools/custodian.py` works on: all of it useless to anybody but the custodian."""
    said = {
        "format": "jiebang.custodian/1",
        "site": settings.SITE_URL,
        "need": str(row.need_id),
        "number": row.need.number or row.need.application_number or "",
        "title": row.need.title,
        "custodian": str(row.pk),
        "recipient": row.recipient,
        "question": _text(row.question),
        "sealed_share": _text(row.sealed_share),
        "proof_key": row.proof_key,
        "opener": opener_recipient(),
        "ticket": row.ticket,
    }
    return {key: value for key, value in said.items() if value}


def statement(row: Custodian, sealed: bytes) -> dict[str, Any]:
    """What a custodian signs when he hands over: this share, of this need, at this opening."""
    digest = hashlib.sha256(sealed).hexdigest()
    return {
        "format": "jiebang.handover/1", "need": str(row.need_id), "custodian": str(row.pk), "ticket": row.ticket,
        "sealed": digest,
    }  # fmt: skip


def _handed_over(row: Custodian, share: bytes) -> bytes:
    sealed = seal(share, opener_recipient())
    said = statement(row, sealed)
    if not is_proved(row.proof_key, said, prove(share, said)):
        raise Refused(_("这把钥匙打开的不是本项需求的份额，没有收下。"))
    return sealed


def _bring(row: Custodian, sealed: bytes, *, how: str, by: Any) -> None:
    perform(row, "bring", by=by, driven=True, facts={"sealed": sealed, "how": how})


def _share(row: Custodian, identity: Identity) -> bytes:
    try:
        return unseal(bytes(row.sealed_share or b""), identity)
    except (pyrage.DecryptError, ValueError) as error:
        raise Refused(_("这把钥匙打不开本项需求的份额。")) from error


def _read(row: Custodian, typed: str) -> Identity:
    """The key as it was copied from paper: spaces, dashes between groups and small letters do no harm."""
    try:
        identity = Identity.from_str(spelled(typed))
    except Exception as error:
        raise Refused(_("钥匙抄得不对：应以 AGE-SECRET-KEY-1 开头，共 74 个字符，任何一个字错都会被发现。")) from error
    if str(identity.to_public()) != row.recipient:
        raise Refused(_("这是另一把钥匙，不是您为本项需求保管的那一把。"))
    return identity


def spelled(typed: str) -> str:
    """AGE-SECRET-KEY-1…, whatever groups it was printed in."""
    letters = "".join(one for one in typed[:400].upper() if one.isalnum())
    return letters.replace("AGESECRETKEY1", "AGE-SECRET-KEY-1", 1)


def _his_own(row: Custodian, by: Any) -> None:
    if not is_custodian(by, row):
        raise PermissionDenied(_("保管钥匙"))


def _called(row: Custodian) -> None:
    row.refresh_from_db()
    if not row.is_called:
        raise Refused(_("现在没有等您交出份额：截止后有人发起开启，才能交出；已交出的不用再交。"))


def _text(blob: Any) -> str:
    return base64.b64encode(bytes(blob)).decode() if blob else ""
