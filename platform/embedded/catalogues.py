"""Translations as Django loads them, written without gettext on the machine."""

from pathlib import Path

LOCALE = Path(__file__).parents[1] / "locale"


def compile_catalogues() -> list[Path]:
    """.po → .mo where the .po is newer; the .mo files are not in the repository. Returns what was written."""
    import polib

    written = []
    for po in LOCALE.glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            draft = mo.with_suffix(".mo.new")
            polib.pofile(str(po)).save_as_mofile(str(draft))
            draft.rename(mo)
            written.append(mo)
    return written
