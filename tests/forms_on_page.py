"""A page as its reader sees the forms on it: what each would send untouched, and what it says is wrong, and where."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

VOID = {"input", "img", "br", "hr", "meta", "link", "use", "path", "source", "wbr", "area", "base", "col", "embed"}


@dataclass
class Control:
    name: str
    kind: str  # text, textarea, select, radio, checkbox, hidden, file, date, …
    id: str = ""
    described_by: str = ""
    values: list[str] = field(default_factory=list)  # what is sent untouched
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    id: str = ""
    controls: dict[str, Control] = field(default_factory=dict)

    def data(self, **changes: Any) -> dict[str, Any]:
        """What would be sent; a choice that nobody has made yet is made."""
        sent: dict[str, Any] = {}
        for control in self.controls.values():
            values = control.values or (control.options[:1] if control.kind == "radio" else [])
            if values and control.kind != "file":
                sent[control.name] = values if len(values) > 1 else values[0]
        return {**sent, **changes}


class Page(HTMLParser):
    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address, self.all_forms = address, list[Form]()
        self.errors: dict[str, str] = {}  # by the id of the element that says it
        self.summary: dict[str, str] = {}  # the address each line of the error summary leads to
        self.text = ""
        self._form: Form | None = None
        self._elsewhere: dict[str, list[Control]] = {}
        self._select: Control | None = None
        self._area: Control | None = None
        self._inert = 0
        self._open: list[tuple[str, str, bool, str]] = []  # tag, id of the error, within the summary, link
        self.feed(html)
        for form in self.all_forms:
            for control in self._elsewhere.get(form.id, []):
                form.controls.setdefault(control.name, control)

    @property
    def forms(self) -> list[Form]:
        """Those that are sent by POST."""
        return [form for form in self.all_forms if form.method == "post"]

    def form_with(self, name: str) -> Form:
        return next(form for form in self.forms if name in form.controls)

    # ── reading ──
    def handle_starttag(self, tag: str, pairs: Any) -> None:
        attrs = {key: value or "" for key, value in pairs}
        if tag == "template":
            self._inert += 1
        if tag not in VOID:
            self._enter(tag, attrs)
        if self._inert:
            return
        if tag == "form":
            action = urljoin(self.address, attrs.get("action", "")).partition("#")[0]
            self._form = Form(action, attrs.get("method", "get").lower(), attrs.get("id", ""))
            self.all_forms.append(self._form)
        elif tag in ("input", "select", "textarea"):
            self._control(tag, attrs)
        elif tag == "option" and self._select is not None:
            self._select.options.append(attrs.get("value", ""))
            if "selected" in attrs:
                self._select.values.append(attrs.get("value", ""))

    def _enter(self, tag: str, attrs: dict[str, str]) -> None:
        _tag, error, summary, link = self._open[-1] if self._open else ("", "", False, "")
        own = attrs.get("id", "")
        error = own if own.endswith("_error") else error
        summary = summary or "errors" in attrs.get("class", "").split()
        self._open.append((tag, error, summary, attrs.get("href", "") if tag == "a" else link))

    def _control(self, tag: str, attrs: dict[str, str]) -> None:
        name, kind = attrs.get("name", ""), attrs.get("type", "text") if tag == "input" else tag
        if not name or kind in ("submit", "button") or "disabled" in attrs:
            return
        made = Control(name, kind, attrs.get("id", ""), attrs.get("aria-describedby", ""))
        if "form" in attrs:
            self._elsewhere.setdefault(attrs["form"], []).append(made)
        elif self._form is not None:
            made = self._form.controls.setdefault(name, made)
        if tag == "select":
            self._select = made
        elif tag == "textarea":
            self._area, made.values = made, [""]
        elif kind in ("radio", "checkbox"):
            made.options.append(attrs.get("value", "on"))
            made.values += [attrs.get("value", "on")] if "checked" in attrs else []
        elif kind != "file":
            made.values.append(attrs.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._inert -= 1
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            if self._select is not None and not self._select.values:
                self._select.values = self._select.options[:1]
            self._select = None
        if any(tag == one[0] for one in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._area is not None and not self._inert:
            self._area.values[0] += data.removeprefix("\n") if not self._area.values[0] else data
        _tag, error, summary, link = self._open[-1] if self._open else ("", "", False, "")
        if error and data.strip():
            self.errors[error] = self.errors.get(error, "") + data.strip()
        if summary and link and data.strip():
            self.summary[link] = self.summary.get(link, "") + data.strip()
