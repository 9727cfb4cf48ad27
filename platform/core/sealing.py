"""Keys and what they do: bids nobody can read early, drafts unreadable at rest, signatures anybody can check.

Three keys, files made once by `manage.py make_keys` (docs/audit.md says where each lives and who backs it up):
the *opener* (age X25519; in production only the worker can read it), the *signing* key (Ed25519: receipts,
opening records, checkpoints) and the *draft* key (Fernet). Every need has an age key pair of its own;
its private half exists only wrapped to the opener, and to the zone's break-glass key where one is set. Where a batch
asks for it, the opener's copy is dealt out in shares first (`core.shares`): then no machine alone can unwrap it.
"""

import base64
import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyrage.x25519 import Identity, Recipient

SALT_BYTES = 16


class NotTheOpener(Exception):
    """This process holds no opener key: only the worker may unwrap."""


# ── sealed bids: age ────────────────────────────────────────────────────────────
def new_keypair() -> tuple[str, bytes]:
    """A key pair for one need: the public key, and the private key wrapped so that only the opener can use it."""
    identity = Identity.generate()
    return str(identity.to_public()), pyrage.encrypt(str(identity).encode(), _custodians())


def new_dealt_keypair(*, rescue: bool) -> tuple[str, bytes | None, bytes]:
    """A key pair whose opener's copy is to be dealt out: public key, the break-glass copy if there is to be one, and
    the opener's copy. The last must be split and forgotten: with it the worker could open alone."""
    identity = Identity.generate()
    private, glass = str(identity).encode(), settings.BREAK_GLASS_RECIPIENT
    kept = pyrage.encrypt(private, [Recipient.from_str(glass)]) if rescue and glass else None
    return str(identity.to_public()), kept, pyrage.encrypt(private, [Recipient.from_str(opener_recipient())])


def wrap(identity: Identity) -> bytes:
    """The private key of a need as it is kept where nobody holds shares of it (any more)."""
    return pyrage.encrypt(str(identity).encode(), _custodians())


def seal(data: bytes, public: str) -> bytes:
    return pyrage.encrypt(data, [Recipient.from_str(public)])


def unwrap(wrapped: bytes) -> Identity:
    """The private key of one need. Raises `NotTheOpener` everywhere but where OPENER_KEY_FILE can be read."""
    return Identity.from_str(unseal(wrapped, opener_identity()).decode())


def opener_identity() -> Identity:
    """Raises `NotTheOpener` everywhere but where OPENER_KEY_FILE can be read."""
    try:
        return Identity.from_str(Path(settings.OPENER_KEY_FILE).read_text().strip())
    except OSError as error:
        raise NotTheOpener(f"OPENER_KEY_FILE cannot be read here: {error}") from error


def unseal(blob: bytes, identity: Identity) -> bytes:
    """The plaintext; raises `pyrage.DecryptError` for a blob that was altered or sealed to another key."""
    return pyrage.decrypt(blob, [identity])


def opener_recipient() -> str:
    return settings.OPENER_RECIPIENT or _read(settings.KEYS_DIR / "opener.pub")


def _custodians() -> list[Recipient]:
    return [Recipient.from_str(key) for key in (opener_recipient(), settings.BREAK_GLASS_RECIPIENT) if key]


# ── what was promised: commitments ──────────────────────────────────────────────
def canonical(obj: Any) -> bytes:
    """The one spelling of a JSON value that is hashed and signed: sorted keys, no spaces, UTF-8."""
    return json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def commitment(manifest: bytes, salt: bytes) -> str:
    """Binds the bidder to `manifest` without telling anybody what it says: the salt is what hides it."""
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt of {len(salt)} bytes hides nothing: {SALT_BYTES} at least")
    return hashlib.sha256(salt + manifest).hexdigest()


def merkle_root(leaves: list[str]) -> str:
    """One digest for a set of commitments, whatever order they came in (RFC 6962 tree over the sorted leaves)."""
    return _subtree([hashlib.sha256(b"\0" + leaf.encode()).digest() for leaf in sorted(leaves)]).hex()


def _subtree(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _subtree(hashes[:split]) + _subtree(hashes[split:])).digest()


# ── signatures: Ed25519 ─────────────────────────────────────────────────────────
def sign(payload: dict[str, Any]) -> dict[str, Any]:
    """`payload` with the platform's key and its signature over the canonical form of everything else.

    Give every kind of document its own "kind", so that one can never be passed off as another.
    """
    body = {**payload, "key": public_signing_key()}
    body.pop("signature", None)
    return {**body, "signature": base64.b64encode(_signing_key().sign(canonical(body))).decode()}


def verify(signed: dict[str, Any]) -> bool:
    """Signed by this platform (its present or a retired key) and not altered since. Never raises."""
    body = {key: value for key, value in signed.items() if key != "signature"}
    if body.get("key") not in [public_signing_key(), *settings.RETIRED_SIGNING_KEYS]:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(body["key"], validate=True))
        public.verify(base64.b64decode(signed["signature"], validate=True), canonical(body))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def public_signing_key() -> str:
    """The key to publish where the platform's administrators cannot change it."""
    return base64.b64encode(_signing_key().public_key().public_bytes_raw()).decode()


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(_read(settings.SIGNING_KEY_FILE)))


# ── drafts at rest: Fernet ──────────────────────────────────────────────────────
def hide(data: bytes) -> bytes:
    return _drafts().encrypt(data)


def reveal(token: bytes) -> bytes:
    return _drafts().decrypt(token)


def _drafts() -> MultiFernet:
    """One key a line, newest first: old drafts stay readable after a new key was put on top."""
    return MultiFernet([Fernet(line) for line in _read(settings.DRAFT_KEY_FILE).split()])


@lru_cache(maxsize=16)
def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"a key is missing: run `manage.py make_keys` once ({error})") from error
