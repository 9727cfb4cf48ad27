"""Every secret of the tests' zone is a token of its own, so that a leak names whose secret it is.

`Garden` plants tokens and finds them again in whatever was answered; `SECRETS` says by hand who may read which kind.
"""

import itertools
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.money import in_wan

# ── who ─────────────────────────────────────────────────────────────────────────
ALICES = {"alice", "bob"}  # the enterprise most needs belong to
TAOS = {"tao", "ting"}  # the team that wins most of them
OFFICERS = {"guan", "gao"}
WRITERS = OFFICERS | {"shen", "ling"}
OPERATING = WRITERS | {"ji", "cai"}
ADMINISTRATORS = {"sysadmin", "secadmin", "auditor"}
STAFF = OPERATING | ADMINISTRATORS
OUTSIDE = {"charlie", "rui", "san", "si", "xu", "wei", "yun", "lone", "head"}
PEOPLE = ALICES | TAOS | STAFF | OUTSIDE
EVERYBODY = PEOPLE | {"stranger"}


WORD = re.compile(r"zq\d{4}qz")
NUMBER = re.compile(r"(?<![\d,])\d[\d,]{0,12}\.\d{2,6}")
PHONE = re.compile(r"0532-7\d{7}|139 ?\d{4} ?\d{4}")
IDENTITY = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%% {}\ntrailer<<>>\n%%EOF\n"


class Garden:
    """What was planted where: the text as it would be read → the kind of secret."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}
        self._number = itertools.count(1)

    def known(self, text: object, secret: str) -> str:
        self.planted[str(text)] = secret
        return str(text)

    def word(self, secret: str) -> str:
        return self.known(f"zq{next(self._number):04d}qz", secret)

    def mail(self, secret: str) -> str:
        return f"{self.word(secret)}@example.com"

    def money(self, secret: str) -> Any:
        n = next(self._number)
        amount = Decimal(f"4{n:05d}.{n % 9 + 1}7")
        for shown in (in_wan(amount), f"{amount:.2f}", f"{amount:,.2f}"):
            self.known(shown, secret)
        return amount

    def phone(self, secret: str) -> str:
        return self.known(f"0532-7{next(self._number):07d}", secret)

    def mobile(self, secret: str) -> str:
        return "+86" + self.known(f"139{next(self._number):08d}", secret)

    def file(self, secret: str) -> SimpleUploadedFile:
        """A token in the name, another in what it holds."""
        inside = PDF.replace(b"{}", self.word(secret).encode())
        return SimpleUploadedFile(f"{self.word(secret)}.pdf", inside, content_type="application/pdf")

    def find(self, text: str) -> set[str]:
        """The planted texts that can be read in `text`."""
        found = set(WORD.findall(text)) | set(IDENTITY.findall(text)) | set(CODE.findall(text))
        found |= {number.replace(" ", "") for number in PHONE.findall(text)} | set(NUMBER.findall(text))
        return found & self.planted.keys()


@dataclass(frozen=True)
class Thing:
    """An object as an address names it, and for whom its pages are."""

    args: tuple[Any, ...]
    groups: dict[str, set[str]] = field(default_factory=dict)
    do: str = ""  # which of several buttons of one form is pressed


# ── whose secret it is ──────────────────────────────────────────────────────────
PARTIES = {"alice", "bob", "tao", "ting"} | OPERATING
INSIDE = {"alice", "bob"} | OPERATING
SECRETS: dict[str, set[str]] = {
    "listing": EVERYBODY,
    "identity of an opened bid": EVERYBODY,
    "Alice's draft": {"alice", "bob"},
    "need under review": INSIDE,
    "what a joint need keeps to its partners": {"alice", "bob", "charlie"},
    "what a joint listing keeps to whoever posts it": INSIDE | {"charlie"},
    "Tao's bid to a joint listing": {"tao", "ting", "charlie"} | INSIDE,
    "what the zone suggests to Charlie": {"charlie"} | OPERATING,
    "word between the desks": OPERATING,
    "need under diagnosis": INSIDE | {"yun"},
    "task of a diagnosis": INSIDE | {"yun"},
    "log of a diagnosis": INSIDE | {"yun"},
    "what an agency says to the zone": OPERATING | {"yun"},
    "what Alice's need keeps to the parties": INSIDE,
    "what Charlie's need keeps to the parties": {"charlie"} | OPERATING,
    "Alice's annex": INSIDE | {"tao", "ting"},
    "why Tao asks for the annex": INSIDE | {"tao", "ting"},
    "why San asks for the annex": INSIDE | {"san"},
    "Tao's sealed bid": {"tao", "ting"},
    "a consortium's bid": {"tao", "ting", "charlie"},
    "Tao's draft bid": {"tao", "ting"},
    "Si's sealed bid": {"si"},
    "Rui's draft bid": {"rui"},
    "Tao's opened bid": {"tao", "ting"} | INSIDE,
    "Rui's opened bid": {"rui"} | INSIDE,
    "Tao's bid in formal check": {"tao", "ting"} | OPERATING,
    "note of a formal check": OPERATING,
    "Rui's rejected bid": {"rui"} | OPERATING,
    "what Rui's bid lacks": {"rui"} | OPERATING,
    "why Rui did not pass": {"rui"} | INSIDE,
    "San's opened bid": {"san"} | INSIDE,
    "Rui's bid to Charlie": {"rui", "charlie"} | OPERATING,
    "talk with Rui": {"rui"} | INSIDE,
    "minutes with Rui": {"rui"} | INSIDE,
    "what San asks back": {"san"} | INSIDE,
    "note about a bid": {"alice", "bob"},
    "decision not yet published": {"alice", "bob"},
    "answer not yet published": {"alice", "bob"},
    "answer to Tao": {"tao", "ting"} | INSIDE,
    "answer to San": {"san"} | INSIDE,
    "between the parties": PARTIES,
    "question that waits": INSIDE | {"tao"},
    "word to the team": TAOS | OPERATING,
    "between the other parties": {"charlie", "rui"} | OPERATING,
    "batch in preparation": STAFF,
    "who lost": {"san", "alice", "bob"} | STAFF,
    "who is sealed": {"si"} | STAFF,
    "Alice's organisation": {"alice", "bob"} | STAFF,
    "Charlie's organisation": {"charlie"} | STAFF,
    "Tao's organisation": {"tao", "ting"} | STAFF,
    "Rui's organisation": {"rui"} | STAFF,
    "Wei's organisation": {"wei"} | STAFF,
    "Yun's organisation": {"yun"} | STAFF,
    "Alice's credit code": {"alice", "bob", "tao", "ting"} | STAFF,  # a contract names its parties with it
    "Alice's licence": {"alice", "bob"} | STAFF,
    "Charlie's licence": {"charlie"} | STAFF,
    "Tao's licence": {"tao", "ting"} | STAFF,
    "Rui's licence": {"rui"} | STAFF,
    "Wei's licence": {"wei"} | STAFF,
    "Yun's licence": {"yun"} | STAFF,
    "Tao's team": {"tao", "ting"} | STAFF,
    "Rui's team": {"rui"} | STAFF,
    "San's team": {"san"} | STAFF,
    "public work": EVERYBODY,
    "Tao's own work": {"tao", "ting"} | STAFF,
    "Rui's own work": {"rui"} | STAFF,
    "San's own work": {"san"} | STAFF,
    "Tao's file of works": {"tao", "ting"},
    "what Tao's work says to Alice": TAOS | ALICES | STAFF,
    "what Alice says of a match": ALICES | OPERATING,
    "what Tao says of a match": TAOS | OPERATING,
    "whom Alice invites": {"alice"},
    "what Alice watches": {"alice"},
    "who asks to join Alice's": {"alice", "lone"},
    "why a letter failed": OFFICERS | {"sysadmin"},
    **{f"mobile of {name}": {name} for name in PEOPLE},
    **{f"mail of {name}": {name} for name in PEOPLE},
}
SECRETS["mail of bob"] |= {"alice"}
SECRETS["mail of lone"] |= {"alice"}  # asks to join her enterprise
SECRETS["mail of ting"] |= {"tao"}
for _name in STAFF | {"head"}:
    SECRETS[f"mail of {_name}"] |= {"head", "secadmin"}
assert ADMINISTRATORS <= STAFF
