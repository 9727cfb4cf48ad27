"""One request and what came back: readable to the last cell of a sheet, comparable, and fenced in as it must be."""

import io
import re
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import openpyxl
from django.core.signals import got_request_exception
from django.test import Client

FEEDS = ("application/rss+xml", "application/xml", "text/calendar")  # read by programs that subscribe
DRAWN = ("text/html", "text/plain", "application/json", *FEEDS)
REFUSED = (401, 403, 404, 405)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MASKS = (
    (re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|(?:csrftoken|sessionid)=\w+'), "csrf"),
    (re.compile(r"expires=[^;]+|Expires: .*|Content-Length: \d+"), "moment"),
    (re.compile(r":\w{6}:[\w-]{43};"), "signed"),  # a cookie of messages
    (re.compile(r'data-now="[^"]+"'), "now"),
    (re.compile(r"20\d\d-\d\d-\d\d( |T|（周.）)\d\d:\d\d(:\d\d[\d.+:]*)?"), "moment"),
)
LEFT = (  # what is left of a time, and the key of a form: another at every look
    re.compile(
        r"(?:已 )?(\d+ 天( \d+ 小时)?|\d+ 小时( \d+ 分钟)?|(不到 )?\d+ 分钟)前?|刚刚|"
        r"name=\"key\" value=\"[0-9a-f-]{36}\""
    ),
    "left",
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
STRICTER = {"Referrer-Policy": "no-referrer"}
POLICY = {"object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'", "form-action": "'self'"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    text: str
    written: dict[str, int]
    trapped: bool
    error: str

    @property
    def to_login(self) -> bool:
        return self.status == 302 and self.headers["Location"].startswith("/account/login/")

    @property
    def refused(self) -> bool:
        return self.status in REFUSED or self.to_login


class Plain(Client):
    """Django's test client without its copies of every rendered context, which cost more than the pages."""

    error = ""

    def request(self, **request: Any) -> Any:
        self.error = ""
        got_request_exception.connect(self._remember)
        try:
            response: Any = self.handler(self._base_environ(**request))
        finally:
            got_request_exception.disconnect(self._remember)
        return response

    def come_as(self, user: Any) -> "Plain":
        if user is not None:
            self.force_login(user)
            session = self.session
            session["began"], session["seen"] = time.time(), 2e9  # so that no visit writes that time has passed
            session.save()
        return self

    def _remember(self, **kwargs: Any) -> None:
        self.error = repr(sys.exc_info()[1])


def readable(response: Any) -> str:
    """Everything a reader could take from the answer: status line, headers, and the body out of its packing."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    told = [response.reason_phrase, *(f"{name}: {value}" for name, value in response.headers.items())]
    told += [morsel.OutputString() for morsel in response.cookies.values()]
    if body and response.headers.get("Content-Type") == XLSX:
        book = openpyxl.load_workbook(io.BytesIO(body))
        cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        shown = "\n".join(str(cell) for cell in cells if cell is not None)
    elif body and response.headers.get("Content-Type") == DOCX:
        shown = zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml").decode()
    else:
        shown = body.decode("utf-8", "replace")
    return "\n".join(told) + "\n\n" + shown


def fences(answer: Answer, *, signed_in: bool) -> Iterator[str]:
    """T16: what every answer carries, whatever it says."""
    for header, value in FIXED.items():
        if answer.headers.get(header) not in (value, STRICTER.get(header)):
            yield f"has {header}: {answer.headers.get(header)}"
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        yield "has no Permissions-Policy"
    if signed_in and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "may be stored by a cache"
    policy = answer.headers.get("Content-Security-Policy", "")
    kind = answer.headers.get("Content-Type", "text/html").partition(";")[0]
    if kind not in DRAWN or answer.headers.get("Content-Disposition", "").startswith("attachment"):
        shown = kind == "image/png"  # drawn by ourselves: what people send in is saved, never shown
        if not shown and not answer.headers.get("Content-Disposition", "").startswith("attachment"):
            yield f"gives {kind} to be shown, not saved"
        if policy != "sandbox; default-src 'none'":
            yield f"is a file with the policy {policy!r}"
        return
    told = {name: rest for name, _space, rest in (part.strip().partition(" ") for part in policy.split(";"))}
    if "unsafe" in policy or "*" in policy or told.get("default-src") != "'self'":
        yield f"has a loose policy: {policy}"
    yield from (f"lacks {name} {value}" for name, value in POLICY.items() if told.get(name) != value)


def alike(answer: Answer, path: str) -> str:
    """The answer without what tells two addresses apart."""
    text = answer.text
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    for own in (path, quote(path, safe=""), quote(path, safe="/")):
        text = text.replace(own, "ADDRESS")
    return f"{answer.status}\n{text}"


def difference(one: str, other: str) -> str:
    """The first words in which two answers part."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(at - 40, 0) : at + 60]!r} instead of {other[max(at - 40, 0) : at + 60]!r}"


def unknown(arg: Any) -> Any:
    """An argument that fits and names nothing; what is no identity stays as it is."""
    if isinstance(arg, UUID):
        return uuid4()
    if isinstance(arg, str) and re.fullmatch(r"[0-9a-f-]{36}", arg):
        return str(uuid4())
    if isinstance(arg, str) and re.fullmatch(r"JB-.*", arg):
        return "JB-2026-Q4-9999"
    return arg
