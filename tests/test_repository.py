"""House rules that no other tool holds: each came from a mistake somebody makes sooner or later."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLATFORM = ROOT / "platform"
LONGEST = 300
# Over the limit, with the reason. A module that shrinks again leaves the list.
LONG_MODULES = {
    "tests/storm.py": "the people of the storm and the journal they keep",
    "tests/web/test_account_gates.py": "the gates before every page: one promise a test",
    "reports/invariants.py": "one query an invariant, side by side, so that the list can be read against the design",
    "tests/web/test_owner_needs.py": "the form of a need: one promise a test",
    "tests/web/test_owner_contracts.py": "intent and contract: one promise a test",
    "tests/workflow/test_walks.py": "one state machine of walks: its rules share their state",
    "needs/lifecycle.py": "one machine of twenty states: cut in two, nobody could read its path",
    "needs/models.py": "need, indicator and version: the rows one published listing freezes together",
    "demo/story.py": "one telling: the turns of every story, in the order in which they happen",
    "config/settings.py": "every setting in one file, read from the environment once",
    "tests/doors.py": "every address of the platform, by hand, in one list that can be read through",
    "tests/proposals/test_vetting.py": "the formal check: one promise a test",
    "tests/makers.py": "one maker for each lifecycle, every state of it",
    "tests/little_cases.py": "the objects that the walk over every address asks for",
    "tests/world.py": "how each case comes to its state: one world that all tests share",
    "accounts/models.py": "persons, organisations and what ties them: constraints that name each other",
}


def repository_files() -> list[Path]:
    """What is committed, or would be: never what a run leaves behind."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [path for name in names if name and (path := ROOT / name).is_file()]


FILES = repository_files()
CODE = [path for path in FILES if path.suffix == ".py" and "migrations" not in path.parts]
MODULES = [path for path in CODE if PLATFORM in path.parents]
TEMPLATES = [path for path in FILES if "templates" in path.parts and path.suffix in {".html", ".txt"}]
TEXTS = [path for path in FILES if path.suffix in {".py", ".html", ".txt", ".css", ".js", ".md", ".toml", ".yml", ""}]


def name_of(path: Path) -> str:
    return str(path.relative_to(PLATFORM if PLATFORM in path.parents else ROOT))


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            yield path, node


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def matches(paths: list[Path], pattern: str) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if found.search(line)
    ]


def test_platform_is_a_source_root_and_never_a_package():
    """With an __init__.py it hides the standard library's `platform`, and even `import uuid` dies."""
    assert not (PLATFORM / "__init__.py").exists()


def test_no_signal_hides_a_caller():
    banned = ("django.dispatch", "django.db.models.signals", "django.core.signals", "blinker")
    assert [name_of(path) for path, node in nodes() for name in imported(node) if name.startswith(banned)] == []


def test_no_model_overrides_save_or_delete():
    overrides = [
        f"{name_of(path)}: {node.name}.{part.name}"
        for path, node in nodes()
        if isinstance(node, ast.ClassDef) and node.name not in {"SessionStore", "Engine"}  # no models
        for part in node.body
        if isinstance(part, ast.FunctionDef) and part.name in {"save", "delete"}
    ]
    assert overrides == []


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "misc.py", "common.py", "signals.py"])
def test_every_module_is_named_for_its_subject(name):
    assert [name_of(path) for path in FILES if path.name == name] == []


def test_only_perform_and_begin_write_a_status():
    writes = [
        f"{name_of(path)}:{node.lineno}"
        for path, node in nodes()
        if writes_status(node) and name_of(path) != "workflow/actions.py"
    ]
    assert writes == []


def writes_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return isinstance(node.ctx, ast.Store) and node.attr in {"status", "status_since"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        named = node.func.attr in {"update", "create", "bulk_create", "update_or_create", "get_or_create"}
        return named and any(keyword.arg in {"status", "status_since"} for keyword in node.keywords)
    return False


def test_only_the_faces_speak_http():
    banned = ("django.http", "django.shortcuts")
    speakers = {
        name_of(path).split("/")[0] for path, node in nodes() for name in imported(node) if name.startswith(banned)
    }
    assert speakers <= {"web"}


def test_nothing_switches_escaping_or_the_forgery_check_off():
    """But for the one address mail programs post to (RFC 8058): it reads no cookie and can only stop mails."""
    modules = [path for path in MODULES if name_of(path) != "web/watching/stop.py"]
    code = matches(modules, r"\b(mark_safe|SafeString|csrf_exempt|xframe_options_exempt)\b")
    assert code + matches(TEMPLATES, r"\|\s*safe(seq)?\b|autoescape\s+off") == []


def test_pages_work_under_a_strict_content_security_policy():
    """No inline script, style or handler: the browser would drop it and the page would break without a word."""
    pages = [path for path in TEMPLATES if path.suffix == ".html"]
    inline = r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style\b|\sstyle=|\son[a-z]+=|javascript:"
    assert matches(pages, inline) == []


def test_every_asset_is_our_own():
    """A government network has no Internet: no font, script or picture comes from elsewhere."""
    assets = [path for path in FILES if path.suffix in {".html", ".css"} and PLATFORM in path.parents]
    foreign = r"(src|href|action)=[\"'](https?:)?//|url\(\s*[\"']?(https?:)?//|@import\s+[\"'](https?:)?//"
    assert matches(assets, foreign) == []


def test_nothing_names_the_place_where_it_was_written():
    places = "|".join(("/" + "root/", "/" + "home/", "/" + "work/", "/" + "Users/", r"C:\\" + "Users"))
    assert matches([path for path in TEXTS if path.name != "uv.lock"], rf"(?<![\w.*~}}])({places})\w") == []


def test_modules_stay_readable():
    long = {name_of(path) for path in CODE if len(path.read_text().splitlines()) > LONGEST}
    assert long == set(LONG_MODULES)


def test_a_commit_carries_no_run_and_no_secret():
    names = [str(path.relative_to(ROOT)) for path in FILES]
    assert [
        name for name in names if re.search(r"(^|/)(\.env|\.state[^/]*|\.venv|__pycache__)(/|$)|\.mo$|\.pyc$", name)
    ] == []
    assert matches(TEXTS, "AGE-SECRET-" + "KEY-1[A-Z0-9]{20}|BEGIN (RSA |EC )?" + "PRIVATE KEY") == []
