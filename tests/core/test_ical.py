"""A calendar file that every program reads: escaped, folded inside no character, times in UTC."""

from datetime import datetime

from core.clock import BEIJING
from core.ical import Moment, calendar, escaped, folded

AT = datetime(2026, 12, 1, 17, 0, tzinfo=BEIJING)


def test_an_entry_has_an_identity_a_time_in_utc_and_no_length() -> None:
    text = calendar(
        "榜单", [Moment("JB-1@zone.example", AT, AT, "揭榜截止：甲", "一行\n两行", "https://zone.example/1/")]
    )
    event = text.split("BEGIN:VEVENT\r\n")[1].split("END:VEVENT")[0].split("\r\n")
    assert event[:-1] == [
        "UID:JB-1@zone.example",
        "DTSTAMP:20261201T090000Z",
        "LAST-MODIFIED:20261201T090000Z",
        "DTSTART:20261201T090000Z",
        "SUMMARY:揭榜截止：甲",
        "DESCRIPTION:一行\\n两行",
        "URL:https://zone.example/1/",
        "TRANSP:TRANSPARENT",
    ]
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


def test_signs_with_a_meaning_are_escaped_and_others_that_would_break_the_file_are_dropped() -> None:
    assert escaped("a,b;c\\d\r\ne\x00f") == "a\\,b\\;c\\\\d\\nef"


def test_a_long_line_is_folded_between_characters_and_reads_as_before() -> None:
    line = "SUMMARY:" + "高强度抗爆弹性体材料𠮷" * 20
    parts = folded(line).split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert folded(line).replace("\r\n ", "") == line
