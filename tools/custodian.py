#!/usr/bin/env python3
"""保管人离线工具：钥匙只在您自己的机器上，不经过平台。
A custodian's share on a machine of his own, which may be offline. Needs only `pyrage` and `cryptography`.

    custodian.py new            生成钥匙：私钥写在纸上，公钥登记到平台
                                a key: keep the secret line on paper, give the public line to the platform
    custodian.py prove FILE     验证：证明钥匙在您手里（发榜后连同份额）
                                the answer that proves that you hold the key (and the share, once there is one)
    custodian.py bring FILE     开启时交出份额：加密给平台的解密程序，别人读不了
                                at the opening: your share, encrypted to the platform's opener and to nobody else

FILE 是您页面上的“离线文件”。钥匙（AGE-SECRET-KEY-1…）输入时不显示，不写入文件，也不打印。输入之前先打印“解密程序公钥”，
交出份额前请核对它与管委会书面告知的一致：份额就是加密给它的。
FILE is the “离线文件” of your page. The key is asked for without echo and leaves this process neither to a file nor to
a line. The opener's key is printed first: compare it with the one the zone gave you on paper, `bring` encrypts to it.

Exit status 0: done. 1: the key does not fit. 2: FILE or the key cannot be read.
"""

import base64
import getpass
import hashlib
import json
import sys

try:
    import pyrage
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from pyrage.x25519 import Identity, Recipient
except ImportError as missing:
    sys.exit(f"请先装好软件包 (install first): python3 -m pip install pyrage cryptography ({missing})")

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


def spelled(typed):
    """AGE-SECRET-KEY-1…, whatever groups it was printed in."""
    letters = "".join(one for one in typed.upper() if one.isalnum())
    return letters.replace("AGESECRETKEY1", "AGE-SECRET-KEY-1", 1)


def answer(paper, key):
    """What is asked, opened; with a share in FILE only after that was opened as well."""
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
    for stream in (sys.stdout, sys.stderr):  # a Windows console of another language has no Chinese
        stream.reconfigure(errors="replace")
    if arguments == ["new"]:
        made = Identity.generate()
        print(f"公钥，登记到平台 (public, for the platform):\n{made.to_public()}")
        print(f"私钥，写在纸上，不给任何人 (secret, for paper and for nobody):\n{made}")
        return 0
    if len(arguments) != 2 or arguments[0] not in ("prove", "bring"):
        print(__doc__)
        return 2
    try:
        with open(arguments[1], encoding="utf-8") as file:
            paper = json.load(file)
        print(
            f"{paper['number']} {paper['title']}\n解密程序公钥 (opener): {paper['opener']}", file=sys.stderr, flush=True
        )
        asked = getpass.getpass("请输入钥匙，不会显示 (your key): ") if sys.stdin.isatty() else sys.stdin.readline()
        key = Identity.from_str(spelled(asked))
    except Exception as error:
        print(f"读不了文件或钥匙，请重新下载文件、照纸上再抄一遍 (cannot be read: {error})", file=sys.stderr)
        return 2
    try:
        print(answer(paper, key) if arguments[0] == "prove" else hand_over(paper, key))
    except KeyError as error:
        print(f"文件里没有 {error}，请从您的页面重新下载 (not in FILE: load it anew from your page)", file=sys.stderr)
        return 2
    except (pyrage.DecryptError, ValueError) as error:
        print(f"钥匙对不上 (this key does not fit: {error})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
