#!/usr/bin/env python3
"""保险柜里的钥匙还打得开吗？在断网的机器上试一次，不读任何方案。
Does the key in the safe still open what it must? Stand-alone, for a machine that is offline: needs only `pyrage`.

    break_glass.py KEYS

KEYS 是 `manage.py break_glass --export` 导出的文件；钥匙输入时不显示，不写入文件，也不打印。
KEYS is what `manage.py break_glass --export` wrote: every listing under a seal with its wrapped key. The private key
(`AGE-SECRET-KEY-1…`) is asked for without echo and leaves this process neither to a file nor to a line. Nothing of
a bid is in KEYS or is read. Exit status 0: all open. 1: some do not. 2: KEYS or the key cannot be read.
"""

import base64
import getpass
import json
import sys

import pyrage
from pyrage.x25519 import Identity


def opens(row, key):
    """Whether `key` yields the private half of this listing's public key."""
    try:
        inner = Identity.from_str(pyrage.decrypt(base64.b64decode(row["wrapped"]), [key]).decode())
    except (pyrage.DecryptError, ValueError):
        return False
    return str(inner.to_public()) == row["public"]


def main(arguments):
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            rows = json.load(file)["keys"]
        prompt = "请输入保险柜里的钥匙，不会显示 (key from the safe): "
        asked = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()
        letters = "".join(one for one in asked.upper() if one.isalnum())  # whatever groups it was printed in
        key = Identity.from_str(letters.replace("AGESECRETKEY1", "AGE-SECRET-KEY-1", 1))
    except Exception as error:
        print(f"读不了文件或钥匙 (cannot be read: {error})", file=sys.stderr)
        return 2
    results = [(row, opens(row, key)) for row in rows]
    for row, good in results:
        print(f"{'打得开 opens ' if good else '打不开 FAILS '} {row['number']}")
    n = sum(good for _row, good in results)
    print(f"{len(rows)} 项中打得开 {n} 项，登记 {n}/{len(rows)} ({n} of {len(rows)} listings open with this key)")
    return 0 if rows and all(good for _row, good in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
