"""A secret that any two of three people hold together, and one alone knows nothing of.

Replicated sharing (Ito, Saito, Nishizeki 1987) for 2 of 3: two strings are drawn at random and the third is chosen so
that all three XOR to the secret; who sits on place n gets the two that are not the n-th. Two people hold all three.
What one lacks is as random as a coin, so the two it has say nothing of the secret, whatever is computed with them.

A share proves itself by an Ed25519 key derived from it: whoever signs with that key holds the share, nobody learns it.
"""

import base64
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.sealing import canonical

PLACES = (1, 2, 3)
FORMAT, PROOF = "jiebang.share/1", b"jiebang.share/1 proof"


class BadShare(Exception):
    """These bytes are no share, or not one of this secret."""


def split(secret: bytes) -> dict[int, bytes]:
    """Place → share. Every call deals anew: shares of two calls do not fit together."""
    first, second = (secrets.token_bytes(len(secret)) for _each in range(2))
    strings = {1: first, 2: second, 3: _xor(_xor(secret, first), second)}
    return {
        place: canonical(
            {
                "format": FORMAT,
                "place": place,
                "strings": {str(n): base64.b64encode(strings[n]).decode() for n in PLACES if n != place},
            }
        )
        for place in PLACES
    }


def join(one: bytes, other: bytes) -> bytes:
    """The secret, from two shares of the same dealing. Raises `BadShare`."""
    held, more = _strings(one), _strings(other)
    both = held.keys() & more.keys()
    if len(both) != 1 or any(held[n] != more[n] for n in both):
        raise BadShare("two shares of one place, or of two dealings")
    strings = held | more
    if len({len(each) for each in strings.values()}) != 1:
        raise BadShare("strings of different length")
    return _xor(_xor(strings[1], strings[2]), strings[3])


def proof_key(share: bytes) -> str:
    """What the platform keeps of a share: enough to know it again, nothing to open anything with."""
    return base64.b64encode(_proof(share).public_key().public_bytes_raw()).decode()


def prove(share: bytes, statement: dict[str, Any]) -> str:
    return base64.b64encode(_proof(share).sign(canonical(statement))).decode()


def is_proved(key: str, statement: dict[str, Any], signature: str) -> bool:
    """Whether the holder of that share said exactly this. Never raises."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), canonical(statement))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def _proof(share: bytes) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=PROOF).derive(share)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _strings(share: bytes) -> dict[int, bytes]:
    try:
        told = json.loads(share)
        strings = {int(n): base64.b64decode(text, validate=True) for n, text in told["strings"].items()}
        if told["format"] != FORMAT or strings.keys() != {*PLACES} - {told["place"]}:
            raise ValueError("not a share")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadShare(str(error)) from error
    return strings


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
