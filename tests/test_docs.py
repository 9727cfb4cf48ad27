"""The pages for people say what is there: every link, path, target, command, setting and component in them exists."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

from test_repository import FILES, PLATFORM, ROOT

PAGES = [path for path in FILES if path.suffix == ".md" and (path.parent == ROOT or ROOT / "docs" in path.parents)]
APPS = {path.name for path in PLATFORM.iterdir() if (path / "__init__.py").exists()}
TEXTS = {path: path.read_text() for path in PAGES}
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`|^    [^\n]+", re.DOTALL | re.MULTILINE)
PATH = re.compile(r"(?<![\w./~-])((?:[\w.*-]+/)+[\w.*-]*)")
TOP = {"platform", "tests", "tools", "docs", ".ci", *APPS}


@pytest.fixture(params=PAGES, ids=NAMES)
def document(request: pytest.FixtureRequest) -> Path:
    return request.param


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(TEXTS[page]))


def anchors(page: Path) -> set[str]:
    """The headings as a browser of the repository names them."""
    headings = re.findall(r"^#+ (.+)$", TEXTS[page], re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).lower()).replace(" ", "-") for heading in headings}


def is_there(pattern: str) -> bool:
    """A path below the root or, for an app's own file, below platform/; a star stands for anything."""
    wanted = pattern.rstrip("/")
    return any(any(base.glob(wanted)) for base in (ROOT, PLATFORM))


def test_every_link_leads_somewhere(document: Path) -> None:
    for target in LINK.findall(TEXTS[document]):
        if re.match(r"[a-z]+:", target):
            continue
        name, _hash, anchor = unquote(target).partition("#")
        there = (document.parent / name).resolve() if name else document
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_every_path_is_there(document: Path) -> None:
    """The first word tells: `needs/models.py` and `docs/adr/` are ours, `/office/letters/` and `keys/` are not."""
    found = {path for path in PATH.findall(code_of(document)) if path.split("/")[0] in TOP}
    assert [path for path in sorted(found) if not is_there(path)] == []


def test_every_command_is_one(document: Path) -> None:
    code, makefile = code_of(document), (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:^|[`\s])make ([a-z]+)\b", code)) - targets == set()
    assert set(re.findall(r"manage\.py ([a-z_]+)", code)) - set(get_commands()) == set()
    assert set(re.findall(r"dev\.py ([a-z]+)", code)) - {"run", "exec", "env", "tool", "install"} == set()


def test_every_command_of_ours_is_told_somewhere() -> None:
    ours = {name for name, app in get_commands().items() if app in APPS} - {"load_demo", "demo_logins"}
    told = "\n".join(code_of(page) for page in PAGES)
    assert [name for name in sorted(ours) if name not in told] == []


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    settings = (PLATFORM / "config/settings.py").read_text()
    read = set(re.findall(r'\b(?:text|flag|words|address|one_of)\(\s*"([A-Z_]+)"', settings))
    table = TEXTS[ROOT / "docs/operations.md"].partition("## Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == read


def test_the_table_says_what_env_example_sets() -> None:
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    rows = re.findall(r"^\| `([A-Z_]+)` \|[^|]*\| ●", TEXTS[ROOT / "docs/operations.md"], re.MULTILINE)
    inside = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD"}  # parts of DATABASE_URL and VALKEY_URL
    assert set(rows) == offered - inside


def test_every_app_is_on_the_map() -> None:
    table = TEXTS[ROOT / "docs/architecture.md"]
    assert set(re.findall(r"^\| `platform/(\w+)` \|", table, re.MULTILINE)) == APPS


def test_every_component_has_its_row() -> None:
    files = {path.stem.replace("_", "-") for path in (PLATFORM / "web/templates/components").glob("*.html")}
    parts = {"field-body", "field-error", "rows-row", "keys-help"}  # used by other components only
    named = set(re.findall(r"`c-([a-z-]+)`", TEXTS[ROOT / "docs/interface.md"]))
    assert named - {"vars"} == files - parts


def test_decisions_are_numbered_without_gaps() -> None:
    decisions = sorted(path for path in PAGES if path.parent.name == "adr")
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert TEXTS[path].startswith(f"# {int(path.name[:4])}. "), path.name


def test_both_readmes_name_the_two_commands_and_each_other() -> None:
    for name, other in (("README.md", "README.zh-CN.md"), ("README.zh-CN.md", "README.md")):
        assert {"make run", "make test"} <= set(re.findall(r"make (?:run|test)", code_of(ROOT / name)))
        assert f"]({other})" in TEXTS[ROOT / name]


def test_every_gate_names_tests_and_mutants_that_exist() -> None:
    table = TEXTS[ROOT / "docs/gates.md"]
    gates = re.findall(r"^\| (T\d+) \|.*$", table, re.MULTILINE)
    asked = {f"T{n}" for n in (*range(1, 13), 14, 16, 21, 27)}
    assert set(gates) == asked
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    for line in re.findall(r"^\| T\d+ \|.*$", table, re.MULTILINE):
        files = re.findall(r"(?:tests|platform)/[\w/]+\.py", line)
        assert files, line
        assert [name for name in files if not (ROOT / name).exists()] == []
        assert [name for name in re.findall(r"`(test_\w+)`", line) if f"def {name}(" not in tests] == []
