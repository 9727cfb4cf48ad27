"""A calendar as RFC 5545 wants it: lines of at most 75 octets, escaped texts, times in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

CONTENT_TYPE = "text/calendar; charset=utf-8"
LONGEST = 75  # octets of one line; a longer one goes on after a line break and a space
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Moment:
    """One entry; without `until` it takes no time, such as a deadline.

    `uid` must stay what it is when the time is changed; `sequence` then goes up, so that a program which has
    the entry already takes the new one. `status`: TENTATIVE, CONFIRMED or CANCELLED.
    """

    uid: str
    at: datetime
    changed: datetime
    title: str
    text: str = ""
    url: str = ""
    until: datetime | None = None
    place: str = ""
    status: str = ""
    sequence: int = 0


def calendar(name: str, moments: Iterable[Moment], *, hours: int = 6) -> str:
    """The whole file; `hours` is how often a subscribing program is asked to look again."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//jiebang//listings//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H",
        f"X-PUBLISHED-TTL:PT{hours}H",
        *(line for moment in moments for line in _event(moment)),
        "END:VCALENDAR",
    ]
    return "".join(folded(line) + "\r\n" for line in lines)


def _event(moment: Moment) -> list[str]:
    """TRANSPARENT where it takes no time: nobody is busy because a window closes."""
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(moment.uid)}",
        f"DTSTAMP:{utc(moment.changed)}",
        f"LAST-MODIFIED:{utc(moment.changed)}",
        f"DTSTART:{utc(moment.at)}",
    ]
    lines += [f"DTEND:{utc(moment.until)}"] if moment.until else []
    lines += [f"SUMMARY:{escaped(moment.title)}"]
    lines += [f"LOCATION:{escaped(moment.place)}"] if moment.place else []
    lines += [f"DESCRIPTION:{escaped(moment.text)}"] if moment.text else []
    lines += [f"URL:{moment.url}"] if moment.url else []
    lines += [f"STATUS:{moment.status}"] if moment.status else []
    lines += [f"SEQUENCE:{moment.sequence}"] if moment.until else []
    return [*lines, "TRANSP:OPAQUE" if moment.until else "TRANSP:TRANSPARENT", "END:VEVENT"]


def escaped(text: str) -> str:
    return "".join(c for c in text if c == "\n" or c >= " ").translate(ESCAPED)


def utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def folded(line: str) -> str:
    """Cut between characters, never inside one: a Chinese character is three octets."""
    parts, room = [""], LONGEST
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = LONGEST - 1
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts)
