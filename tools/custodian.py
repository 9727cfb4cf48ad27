#!/usr/bin/env python3
"""A custodian's share on a machine of his own, which may be offline: needs only `pyrage` and `cryptography`.

    custodian.py new                 a key: keep the secret line on paper, give the public line to the platform
    custodian.py prove PAPER         the answer that proves that you hold the key (and the share, once there is one)
    custodian.py bring PAPER         at the opening: your share, encrypted to the platform's opener and to nobody else

PAPER is the file from your page (“离线文件”). The key (`AGE-SECRET-KEY-1…`) is asked for without echo and leaves this
process neither to a file nor to a line. Before `bring`, compare the line “opener” with the one the zone gave you on
paper: the share is encrypted to that key. Exit status 0: done. 1: the key does not fit. 2: PAPER or the key cannot be
read.
"""

import base64
import getpass
import hashlib
import json
import sys

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyrage.x25519 import Identity, Recipient

PROOF = b"jiebang.share/1 proof"


def canonical(told):
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def key_of(share):
    """The signing key that goes with a share: who can sign with it, holds it."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=PROOF).derive(share)
    return Ed25519PrivateKey.from_private_bytes(seed)


def share_of(paper, key):
    """The share as it was dealt; raises ValueError where it is not the one the platform knows."""
    share = pyrage.decrypt(base64.b64decode(paper["sealed_share"]), [key])
    public = base64.b64encode(key_of(share).public_key().public_bytes_raw()).decode()
    if public != paper["proof_key"]:
        raise ValueError("this is not the share that was dealt")
    return share


def answer(paper, key):
    """What is asked, opened; with a share in PAPER only after that was opened as well."""
    if paper.get("sealed_share"):
        share_of(paper, key)
    return pyrage.decrypt(base64.b64decode(paper["question"]), [key]).decode()


def hand_over(paper, key):
    """One line to paste: the share for the opener's eyes, and a signature that it is yours, for this opening."""
    share = share_of(paper, key)
    sealed = pyrage.encrypt(share, [Recipient.from_str(paper["opener"])])
    said = {
        "format": "jiebang.handover/1",
        "need": paper["need"],
        "custodian": paper["custodian"],
        "ticket": paper["ticket"],
        "sealed": hashlib.sha256(sealed).hexdigest(),
    }
    signature = base64.b64encode(key_of(share).sign(canonical(said))).decode()
    return base64.b64encode(canonical({"sealed": base64.b64encode(sealed).decode(), "signature": signature})).decode()


def main(arguments):
    if arguments == ["new"]:
        made = Identity.generate()
        print(f"public (for the platform): {made.to_public()}\nsecret (for paper, and for nobody): {made}")
        return 0
    if len(arguments) != 2 or arguments[0] not in ("prove", "bring"):
        print(__doc__)
        return 2
    try:
        with open(arguments[1], encoding="utf-8") as file:
            paper = json.load(file)
        asked = getpass.getpass("your key: ") if sys.stdin.isatty() else sys.stdin.readline()
        key = Identity.from_str("".join(asked.split()).upper())
        print(f"{paper['number']} {paper['title']}\nopener {paper['opener']}", file=sys.stderr)
    except Exception as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        print(answer(paper, key) if arguments[0] == "prove" else hand_over(paper, key))
    except KeyError as error:
        print(f"PAPER says nothing of {error}: load it anew when the opening has begun", file=sys.stderr)
        return 2
    except (pyrage.DecryptError, ValueError) as error:
        print(f"this key does not fit: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
