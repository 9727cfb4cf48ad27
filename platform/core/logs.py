"""What a line of the log may say. A log is read by more people than the database, and kept in more places."""

import logging
import re

# A link that opens a door: the path of a request that failed is logged. Ids are shorter and open nothing.
TOKEN = re.compile(r"(?<=/)[\w-]{40,}(?=/)")
# PostgreSQL repeats the row that offended, also in a traceback, where a new line may be written as \n.
ROW = re.compile(r"(?:\n|\\n)DETAIL: +(?:Failing row contains \(.*?\)\.|Key \(.*?\)=\(.*?\) [^\n\\]*)", re.DOTALL)
# Mobile numbers and identity cards.
PERSON = re.compile(r"(?<![0-9A-Za-z])(?:(?:\+?86)?1[3-9]\d{9}|\d{17}[\dXx])(?![0-9A-Za-z])")


class Line(logging.Formatter):
    """A formatter that leaves out what would let a reader in, or tell him about a person."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def redacted(text: str) -> str:
    return PERSON.sub("…", ROW.sub("", TOKEN.sub("…", text)))
