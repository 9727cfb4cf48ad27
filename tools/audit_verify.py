#!/usr/bin/env python3
"""Does this audit log still say what was published about it? Stand-alone: no Django, no database.

    audit_verify.py EXPORT CHECKPOINTS [--key KEY]… [--stream STREAM] [--slack SECONDS]

EXPORT is what `manage.py audit_export` wrote. CHECKPOINTS is the published file, best a copy you kept yourself:
what was in it when you took it can no longer be changed unnoticed. KEY is the platform's public signing key as you
noted it; without it the key of the first line is believed. Exit status 0: verified. 1: findings. 2: unreadable.
"""

import argparse
import base64
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from json import dumps, loads

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def digest(*texts):
    return sha256("".join(texts).encode()).hexdigest()


def canonical(value):
    return dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stamp(when):
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Chain:
    """How far one stream was followed, and the heads that checkpoints saw of it: {seq: (hash, checkpoint)}."""

    def __init__(self, heads, uncovered):
        self.seq, self.hash, self.at, self.silent, self.erased = 0, "0" * 64, "", set(), set()
        self.heads, self.ahead = heads, sorted(heads, reverse=True)
        self.first = min((number for _, number in heads.values()), default=uncovered)


class Verifier:
    def __init__(self, published, keys=(), stream="", slack=600):
        self.published, self.keys, self.stream, self.slack = published, set(keys), stream, timedelta(seconds=slack)
        self.findings, self.events, self.uncovered = [], 0, 0
        self.heads, self.chains = defaultdict(dict), {}
        self.at, self.known = [""], [""]  # of each checkpoint by number: its time; nothing it lacks may be older than

    def found(self, kind, what):
        self.findings.append((kind, what))

    def run(self, export):
        lines, stored, line = map(loads, export), {}, {}
        header = next(lines)
        if (header["format"], header["stream"]) != ("jiebang-audit/1", self.stream):
            raise ValueError(f"this is not an export of {self.stream or 'the whole log'}")
        for line in lines:  # the checkpoints come first, so that each event is judged as it passes by
            if line["type"] == "checkpoint":
                stored[line["number"]] = line
            elif line["type"] == "event":
                if not self.events:
                    self.checkpoints(header, stored)
                self.event(loads(line["body"]), **line)
        if not self.events:
            self.checkpoints(header, stored)
        if (line.get("type"), line.get("events"), line.get("checkpoints")) != ("end", self.events, len(stored)):
            self.found("export", "the export is not complete: its end is missing or counts something else")
        self.ends()

    # ── checkpoints: as published; those made after the file was taken, as the database has them ──
    def checkpoints(self, header, stored):
        asked = datetime.fromisoformat(header["at"]) - self.slack
        published = {line["number"]: (text, line["at"]) for text in self.published for line in [loads(text)]}
        public = {n: text for n, (text, at) in published.items() if n in stored or datetime.fromisoformat(at) <= asked}
        prev, counted = "0" * 64, {}
        for number in range(1, max([0, *public, *stored]) + 1):
            row = stored.get(number, {})
            if not row or (number not in public and min(public, default=0) < number < max(public, default=0)):
                where = "published file" if row else "database"
                self.found("checkpoint-dropped", f"checkpoint {number} is not in the {where}")
            text = public.get(number) or row.get("line")
            if row and row["line"] != text:
                self.found("checkpoint-altered", f"checkpoint {number} in the database is not the published one")
            if text:
                self.checkpoint(number, loads(text), prev, counted)
                self.withheld(number, loads(text), row)
            else:
                self.at.append(self.at[-1]), self.known.append(self.known[-1])
            prev = digest(text or "")

    def checkpoint(self, number, line, prev, counted):
        self.keys = self.keys or {line["key"]}
        if why := self.unsigned(**line):
            self.found("checkpoint-signature", f"checkpoint {number}: {why}")
        at = datetime.fromisoformat(line["at"])
        self.at.append(stamp(at)), self.known.append(stamp(at - self.slack))
        if (line["kind"], line["number"], line["prev"]) != ("checkpoint", number, prev) or self.at[-1] <= self.at[-2]:
            self.found("checkpoint-chain", f"checkpoint {number} does not follow the one before it")
        counted.update((stream, seq) for stream, seq, _ in line["heads"])
        if (line["streams"], line["events"]) != (len(counted), sum(counted.values())):
            self.found("checkpoint-counts", f"checkpoint {number} counts other heads than were listed so far")
        self.saw(number, line["heads"])

    def unsigned(self, signature, **body):
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(body["key"]))
            public.verify(base64.b64decode(signature), canonical(body).encode())
        except (InvalidSignature, ValueError):
            return "its signature is not valid"
        return "" if body["key"] in self.keys else f"it is signed by another key: {body['key']}"

    def withheld(self, number, line, row):
        if row and not self.stream:  # an export of one case says nothing about other cases that are sealed
            if line["sealed"] != digest(row["salt"], canonical(row["withheld"])):
                self.found("sealed", f"checkpoint {number}: the withheld heads are not those it was signed over")
            self.saw(number, row["withheld"])

    def saw(self, number, heads):
        for stream, seq, head in heads:
            if self.heads[stream].setdefault(seq, (head, number))[0] != head:
                self.found("rewritten", f"{stream}#{seq} has another hash in checkpoint {number} than before")

    # ── events, ordered by stream and seq ──
    def event(self, said, *, body, row, note, **line):
        self.events += 1
        stream, seq = row["stream"], row["seq"]
        if (chain := self.chains.get(stream)) is None:
            chain = self.chains[stream] = Chain(self.heads.get(stream, {}), len(self.at))
        if digest(body) != line["hash"]:
            self.found("hash", f"{stream}#{seq}: its hash is not that of its text")
        if said != row:
            self.found(
                "edited", f"{stream}#{seq}: columns differ from its text: {[k for k in row if row[k] != said.get(k)]}"
            )
        if seq != chain.seq + 1 or said["prev"] != chain.hash:
            self.found("chain", f"{stream}#{seq} does not follow #{chain.seq}")
        if said["at"] <= chain.at:
            self.found("time", f"{stream}#{seq} is not later than the event before it")
        if note is not None and digest(*note) != said["note"]:
            self.found("note", f"{stream}#{seq}: its note is not the one that was chained")
        if note is None and said["note"]:
            chain.silent.add(seq)
        if said["action"] == "audit.erase":
            chain.erased.add(said["detail"].get("seq"))
        chain.seq, chain.hash, chain.at = seq, line["hash"], said["at"]
        self.place(chain, f"{stream}#{seq}", seq, said["at"])

    def place(self, chain, name, seq, at):
        """Its time lies between two checkpoints: the first that covers it, and the one before, which lacks it."""
        while chain.ahead and chain.ahead[-1] < seq:
            chain.ahead.pop()
        covering = chain.heads[chain.ahead[-1]][1] if chain.ahead else len(self.at)
        if covering == len(self.at):
            self.uncovered += 1
        elif at > self.at[covering]:
            self.found("time", f"{name} says {at}, later than checkpoint {covering}, which saw it")
        if at < self.known[covering - 1] and not (self.stream and covering == chain.first):  # it may have been sealed
            self.found("time", f"{name} says {at}, but checkpoint {covering - 1} of {self.at[covering - 1]} lacks it")
        if chain.heads.get(seq, [chain.hash])[0] != chain.hash:
            self.found("rewritten", f"{name} is not the event that checkpoint {covering} saw")

    def ends(self):
        for stream, heads in self.heads.items():
            last = self.chains[stream].seq if stream in self.chains else 0
            if self.stream in ("", stream) and max(heads) > last:
                what = f"is cut after #{last}" if last else "is gone"
                self.found("cut", f"{stream} {what}: checkpoint {heads[max(heads)][1]} saw #{max(heads)}")
        for stream, chain in self.chains.items():
            for seq in sorted(chain.silent - chain.erased):
                self.found("note", f"{stream}#{seq}: its note is gone and no event says that it was erased")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export")
    parser.add_argument("checkpoints")
    parser.add_argument("--key", action="append", default=[], help="the platform's public key, as you noted it")
    parser.add_argument("--stream", default="", help="the export is about this case only")
    parser.add_argument("--slack", type=float, default=600, help="the longest a transaction may take, in seconds")
    args = parser.parse_args(argv)
    try:
        with open(args.export, encoding="utf-8") as export, open(args.checkpoints, encoding="utf-8") as published:
            verifier = Verifier(published.read().splitlines(), args.key, args.stream, args.slack)
            verifier.run(export)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        print(f"{'UNREADABLE':22}{error!r}")
        return 2
    for kind, what in verifier.findings:
        print(f"{kind.upper():22}{what}")
    count = f"{len(verifier.findings)} FINDINGS" if verifier.findings else "verified"
    print(f"{verifier.events} events of {len(verifier.chains)} streams, {len(verifier.at) - 1} checkpoints: {count}.")
    print(f"{verifier.uncovered} events are newer than the last checkpoint: nothing published vouches for them yet.")
    if not args.key:
        print(f"The key was believed, not known: compare {', '.join(verifier.keys)} with what you noted.")
    return 1 if verifier.findings else 0


if __name__ == "__main__":
    sys.exit(main())
