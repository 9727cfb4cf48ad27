"""A bid that says nothing anybody could have written by accident, and the words to look for afterwards."""

import hashlib
import re
import secrets
from typing import Any

from sweep import Words

MARK, RIVAL = (f"q{secrets.token_hex(6)}" for _n in range(2))
PART = MARK[:-1]  # what others search for: it would find the bid, and the answer repeats it
HAN = "".join(chr(0x4E00 + secrets.randbelow(0x5000)) for _n in range(6))  # a word of no language
PHONE = "13800138000"
# Longer than what a clock writes by chance: sessions hold seconds with their fractions, and 483.73 is not that rare.
YUAN = ("83748261861.93", "80748261861.93")
WAN = ("8374826.186193", "8074826.186193")


def report() -> bytes:
    """A small PDF, the canary in its text and in its metadata."""
    return (
        f"%PDF-1.4\n1 0 obj<</Author({MARK}author)/Title({MARK}title)>>endobj\n"
        f"2 0 obj<</Length 20>>stream\n({MARK}body) Tj\nendstream endobj\ntrailer<</Info 1 0 R>>\n%%EOF\n"
    ).encode()


BIG = b"".join(f"{MARK}line{n} ".encode() for n in range(200_000))  # more than is kept in memory

WORDS = Words(
    {
        "mark": MARK,
        "name": HAN,
        "price": YUAN[0],
        "price in 万元": WAN[0],
        "price as shown": "8374826.19",
        "amount": YUAN[1],
        "amount in 万元": WAN[1],
        "digest of the report": hashlib.sha256(report()).hexdigest(),
        "digest of the tables": hashlib.sha256(BIG).hexdigest(),
        "draft of the rival": RIVAL,
    }
)


def code_in(text: str) -> str:
    return re.findall(r"验证码[：\s](\d{6})[（，]", text)[-1]


def told(secrets: set[str], text: str) -> set[str]:
    return {secret for secret in secrets if re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text)}


def hits(held: dict[str, bytes], words: Words) -> dict[str, set[str]]:
    return {place: found for place, data in held.items() if (found := words.inside(data))}


def kind_of(place: str) -> str:
    """A place without what is random in its name."""
    place = re.sub(r"files/../[0-9a-f]{32}", "files/", place)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", re.sub(r"^mail \d+", "mail", place)).replace(PART, "…")


class Upload:
    """A file as a form sends it."""

    def __init__(self, name: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        self.name, self.data, self.content_type = name, data, content_type

    def read(self) -> bytes:
        return self.data


def sheet(mark: str, indicators: list[str], **changes: Any) -> dict[str, Any]:
    """A whole 揭榜申请书 with a canary in every field that takes a text."""
    return {
        **{name: f"{mark}{name}" for name in ("background", "innovation", "guarantee", "benefit")},
        "trl_now": "3", "trl_target": "6", "ownership": "joint", "pledged": "on",
        "budget-TOTAL_FORMS": "2", "budget-INITIAL_FORMS": "0",
        "budget-0-item": "materials", "budget-0-asked": WAN[1], "budget-0-own": "18",
        "budget-0-note": f"{mark}budget", "budget-1-item": "labour", "budget-1-asked": "300000",
        "members-0-months": "6",
        "summary": f"{mark}summary {HAN}概述", "approach": f"{mark}approach {HAN}", "basis": f"{mark}basis",
        "risk": f"{mark}risk", "rights": f"{mark}rights", "price": WAN[0], "period_months": "10",
        "milestones-TOTAL_FORMS": "2", "milestones-INITIAL_FORMS": "0",
        "milestones-0-title": f"{mark}sample", "milestones-0-month": "3", "milestones-0-amount": WAN[1],
        "milestones-0-deliverable": f"{mark}deliverable", "milestones-1-title": f"{mark}plant",
        "milestones-1-month": "10", "milestones-1-amount": "300000",
        "members-TOTAL_FORMS": "1", "members-INITIAL_FORMS": "0", "members-0-name": f"{mark}member {HAN}",
        "members-0-title": f"{mark}professor", "members-0-role": f"{mark}leads",
        **{f"answer-{pk}-value": f"{mark}value" for pk in indicators},
        **{f"answer-{pk}-{name}": f"{mark}{name}" for pk in indicators for name in ("evidence", "method", "risk")},
        **{f"answer-{pk}-meets": "met" for pk in indicators},
        **changes,
    }  # fmt: skip
