"""The texts to translate: collected from code and templates into platform/locale/en/LC_MESSAGES/django.po.

    tools/messages.py            bring the catalogue up to date; translations stay, what is gone is kept aside
    tools/messages.py --check    say what is missing, untranslated, gone or wrong; change nothing
    tools/messages.py --prune    also forget what is gone
    tools/messages.py --compile  write the .mo files (the start of the platform and of the tests does it too)

The source text is Chinese, the catalogue English. No gettext program is needed.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "platform"
CATALOGUE = SOURCE / "locale/en/LC_MESSAGES/django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w*\}(?!\})|%[sd]")


class Text(NamedTuple):
    context: str | None
    singular: str
    plural: str = ""


def sources() -> Iterator[tuple[str, bytes]]:
    """(path, Python to look through): templates come as the calls they make."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        name = str(path.relative_to(ROOT))
        if path.suffix == ".py" and "/migrations/" not in name:
            yield name, path.read_bytes()
        elif path.suffix != ".py" and "/templates/" in name:
            code = templatize(path.read_text(), origin=name)
            yield name, "\n".join(line.lstrip() for line in code.splitlines()).encode()  # its indents mean nothing


def collect() -> dict[Text, list[str]]:
    """Every text, with the files it stands in."""
    found: dict[Text, list[str]] = {}
    for name, code in sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(code), KEYWORDS):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            if singular:
                places = found.setdefault(Text(context, singular, plural), [])
                places.extend([name] if name not in places else [])
    return found


def open_catalogue() -> polib.POFile:
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE), wrapwidth=110)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgctxt, entry.msgid, entry.msgid_plural)


def new_entry(text: Text) -> polib.POEntry:
    if not text.plural:
        return polib.POEntry(msgctxt=text.context, msgid=text.singular)
    forms = {0: "", 1: ""}
    return polib.POEntry(msgctxt=text.context, msgid=text.singular, msgid_plural=text.plural, msgstr_plural=forms)


def update(*, prune: bool) -> str:
    catalogue, found = open_catalogue(), collect()
    known = {text_of(entry): entry for entry in catalogue}
    for text in found.keys() - known.keys():
        known[text] = new_entry(text)
    for text, entry in known.items():
        entry.obsolete = text not in found
        entry.occurrences = [(place, "") for place in found.get(text, [])]
    kept = [entry for entry in known.values() if not entry.obsolete or (is_translated(entry) and not prune)]
    catalogue.clear()
    catalogue.extend(sorted(kept, key=lambda entry: (entry.obsolete, entry.occurrences, entry.msgid)))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    todo = sum(not is_translated(entry) for entry in kept if not entry.obsolete)
    return f"{len(found)} texts, {todo} to translate, in {CATALOGUE.relative_to(ROOT)}"


def is_translated(entry: polib.POEntry) -> bool:
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return all(texts) and "fuzzy" not in entry.flags


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def is_wrong(entry: polib.POEntry) -> bool:
    """A placeholder lost or invented breaks the page in one language only."""
    wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    if entry.msgid_plural:  # "one file" may leave the number out
        return any(not placeholders(text) <= wanted for text in entry.msgstr_plural.values())
    return bool(entry.msgstr) and placeholders(entry.msgstr) != wanted


def complaints() -> list[str]:
    found = collect()
    entries = {text_of(entry): entry for entry in open_catalogue() if not entry.obsolete}
    lines = [f"missing: {text.singular!r} ({places[0]})" for text, places in found.items() if text not in entries]
    lines += [f"gone: {text.singular!r}" for text in entries if text not in found]
    for text, entry in entries.items():
        if text in found and not is_translated(entry):
            lines.append(f"untranslated: {text.singular!r} ({found[text][0]})")
        elif is_wrong(entry):
            lines.append(f"placeholders differ: {text.singular!r} → {entry.msgstr!r}")
    return lines


def main(arguments: list[str]) -> int:
    if "--compile" in arguments:
        from embedded.catalogues import compile_catalogues

        print(f"{len(compile_catalogues())} written")
        return 0
    if "--check" in arguments:
        lines = complaints()
        print("\n".join(lines) if lines else "translations are complete")
        return 1 if lines else 0
    print(update(prune="--prune" in arguments))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
