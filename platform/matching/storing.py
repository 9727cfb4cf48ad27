"""An engine in a folder: plain tables and JSON, no code. Readers see the old one whole, or the new one whole.

    folder/current                 the name of the edition that counts; replaced in one step
    folder/edition-…/engine.json   version, sizes of all files, small values
    folder/edition-…/*.npy, *.txt  tables; the large ones are mapped, so that all processes of a machine share them

Whoever has an edition open keeps it: its files stay until the last reader closes them (on a local disk; see
docs/operations.md for shared ones). What has not changed since an edition was read is linked, not written again.
"""

import json
import os
import shutil
import tempfile
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sparse

from matching.abroad import Abroad, Block, Bridge
from matching.calibration import Calibration
from matching.encoders import Encoder
from matching.lexicon import Lexicon
from matching.nearest import Nearest
from matching.profiles import Evidence, Profiles
from matching.space import Reader, Space

if TYPE_CHECKING:
    from matching.engine import Engine

FORMAT, VERSION = "jiebang matching", 2
MAPPED = 1 << 20  # bytes from which a table is mapped and not read
BLOCK = ("places", "owners", "later", "newer")  # of the works of one language
PARTS = ("data", "indices", "indptr")  # of a sparse table
ABANDONED = 3600  # seconds after which an unfinished edition belongs to nobody any more


class Unusable(Exception):
    """One sentence that says what is wrong with the folder, and that the index has to be built anew."""


def current(folder: Path) -> str:
    """The name of the edition that counts; empty where there is none. Cheap: ask it to see whether to load again."""
    try:
        return (folder / "current").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"匹配索引 {folder} 读不了：{error}") from error


def save(engine: "Engine", folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        tables, texts = _tables(engine), _texts(engine)
        for name, table in tables.items():
            if not _linked(table, making / f"{name}.npy"):
                np.save(making / f"{name}.npy", table, allow_pickle=False)
        for name, text in texts.items():
            (making / name).write_text(text, encoding="utf-8")
        about = {
            "format": FORMAT,
            "version": VERSION,
            "encoder": engine.reader.encoder_name,
            "meaning": engine.meaning,
            "works": engine.nearest.number,
            "bar": engine.abroad.bridge.bar if engine.abroad else None,
            "learnt": engine.learnt,
            "changed": engine.changed,
            "note": engine.note,
            "files": {path.name: _stamp(path) for path in sorted(making.iterdir())},
        }
        (making / "engine.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        for path in (*making.iterdir(), making):
            _settle(path)
        edition = making.rename(folder / f"edition-{time.time_ns():x}-{making.name[-8:]}")
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    os.chmod(edition, 0o755)  # noqa: S103 - a temporary folder is its maker's own; web processes may be another account
    pointer = folder / f".{edition.name}"
    pointer.write_text(edition.name, encoding="ascii")
    _settle(pointer)
    before = current(folder)
    pointer.replace(folder / "current")
    _settle(folder)
    _prune(folder, {edition.name, before})


def load(kind: type["Engine"], folder: Path, encoder: Encoder | None) -> "Engine":
    for _try in range(5):
        edition = current(folder)
        if not edition:
            raise Unusable(f"匹配索引 {folder} 不存在，请先建立。")
        try:
            return _load(kind, folder / edition, encoder)
        except FileNotFoundError as error:  # two newer editions came while this one was being opened
            missing = error
    raise Unusable(f"匹配索引 {folder} 不完整（缺少 {missing.filename}），请重新建立。")


def _load(kind: type["Engine"], edition: Path, encoder: Encoder | None) -> "Engine":
    try:
        about = json.loads((edition / "engine.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise Unusable(f"{edition} 不是匹配索引。")
        if about["version"] != VERSION:
            raise Unusable(f"匹配索引 {edition} 的版本是 {about['version']}，本程序读版本 {VERSION}，请重新建立。")
        for name, stamp in about["files"].items():
            if _stamp(edition / name) != stamp:
                raise Unusable(f"匹配索引 {edition} 的文件 {name} 已损坏，请重新建立。")
        tables = {name[:-4]: _table(edition / name) for name in about["files"] if name.endswith(".npy")}
        ids = json.loads((edition / "ids.json").read_text(encoding="utf-8"))
        return _made(kind, about, tables, ids, encoder)
    except FileNotFoundError:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise Unusable(f"匹配索引 {edition} 已损坏（{error}），请重新建立。") from error


def _made(
    kind: type["Engine"],
    about: dict[str, Any],
    tables: dict[str, np.ndarray],
    ids: list[Any],
    encoder: Encoder | None,
) -> "Engine":
    name = about["encoder"]
    encoder = encoder if encoder is not None and encoder.name == name else None
    lexicon = Lexicon(tables["keys"], tables["weights"])
    sums = tables["sums"]
    lent = tables.get("lent")
    evidence = Evidence(
        sums if lent is None else sums - lent,
        tables["counts"],
        tables["places"],
        tables["owners"],
        tables["background"],
    )
    abroad = _abroad(tables, about["bar"])
    engine = kind(
        ids=ids,
        reader=Reader(lexicon, encoder, tables.get("middle"), name, abroad.bridge if abroad else None),
        space=Space(tables["rows"], tables["words"], tables.get("meanings")),
        evidence=evidence,
        profiles=Profiles(sums, lent, tables["centre"], tables["inverse"]),
        nearest=_nearest(tables, about["works"], len(lexicon.keys)),
        abroad=abroad,
        calibration=Calibration(tables["scores"], tables["chances"]),
        meaning=about["meaning"],
        learnt=about["learnt"],
        changed=about["changed"],
        note=about["note"],
    )
    fitting = (len(ids), len(ids), len(lexicon.weights) + 1)
    if (len(sums), len(evidence.counts), len(engine.nearest.starts)) != fitting:
        raise ValueError("表与名单长短不一")
    return engine


def _nearest(tables: dict[str, np.ndarray], works: int, terms: int) -> Nearest:
    later = tuple(tables[f"later-{name}"] for name in PARTS)
    return Nearest(
        starts=tables["nearest-starts"],
        works=tables["nearest-works"],
        weights=tables["nearest-weights"],
        number=works,
        first=tables["nearest-first"],
        teams=tables["nearest-teams"],
        later=sparse.csr_matrix(later, shape=(len(tables["later-owners"]), terms)),
        owners=tables["later-owners"],
    )


def _abroad(tables: dict[str, np.ndarray], bar: float | None) -> Abroad | None:
    if bar is None:
        return None
    latin, chinese = (Block(*(tables[f"{name}-{part}"] for part in BLOCK)) for name in ("latin", "chinese"))
    return Abroad(Bridge(tables["axes"], tables["middles"], bar), latin, chinese)


def _tables(engine: "Engine") -> dict[str, np.ndarray]:
    evidence, learnt, space, nearest = engine.evidence, engine.profiles, engine.space, engine.nearest
    tables = {
        "keys": engine.reader.lexicon.keys,
        "weights": engine.reader.lexicon.weights,
        "middle": engine.reader.middle,
        "rows": space.rows,
        "words": space.words,
        "meanings": space.meanings,
        "sums": learnt.sums,
        "lent": learnt.lent,
        "centre": learnt.centre,
        "inverse": learnt.inverse,
        "counts": evidence.counts,
        "places": evidence.places,
        "owners": evidence.owners,
        "background": evidence.background,
        **{f"nearest-{name}": getattr(nearest, name) for name in ("starts", "works", "weights", "first", "teams")},
        **{f"later-{name}": getattr(nearest.later, name) for name in PARTS},
        "later-owners": nearest.owners,
        **(_abroad_tables(engine.abroad) if engine.abroad else {}),
        "scores": engine.calibration.scores,
        "chances": engine.calibration.chances,
    }
    return {name: table for name, table in tables.items() if table is not None}


def _abroad_tables(abroad: Abroad) -> dict[str, np.ndarray]:
    blocks = {"latin": abroad.latin, "chinese": abroad.chinese}
    tables = {f"{name}-{part}": getattr(block, part) for name, block in blocks.items() for part in BLOCK}
    return {"axes": abroad.bridge.axes, "middles": abroad.bridge.middles, **tables}


def _texts(engine: "Engine") -> dict[str, str]:
    return {
        "ids.json": json.dumps(list(engine.ids), ensure_ascii=False),
    }


def _table(path: Path) -> np.ndarray:
    found: np.ndarray = np.load(path, mmap_mode="r" if path.stat().st_size >= MAPPED else None, allow_pickle=False)
    return found


def _linked(table: np.ndarray, path: Path) -> bool:
    """A table that is mapped whole from a file is that file; where it cannot be linked it is written."""
    source = getattr(table, "filename", None)
    if not isinstance(table, np.memmap) or source is None or table.base is None or isinstance(table.base, np.memmap):
        return False
    try:
        os.link(source, path)
    except OSError:
        return False
    return True


def _stamp(path: Path) -> list[int]:
    """Size and checksum; of a large file its size alone, or opening it would read all of it."""
    size = path.stat().st_size
    return [size, zlib.crc32(path.read_bytes()) if size < MAPPED else 0]


def _settle(path: Path) -> None:
    """Onto the disk before the next step, or a power cut leaves a name that points to nothing."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(folder: Path, kept: set[str]) -> None:
    """What neither counts nor did so until now, and what somebody began and left."""
    for path in folder.iterdir():
        old = path.name.startswith("edition-") and path.name not in kept
        left = path.name.startswith(".") and time.time() - path.stat().st_mtime > ABANDONED
        if old or left:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
