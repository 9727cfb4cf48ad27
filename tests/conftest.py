"""What every test stands on: keys of its own, a checkpoint file of its own, a database that can be emptied."""

import gc
from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import client
from django.test.utils import ContextList, override_settings
from django.utils import translation
from hypothesis import HealthCheck, settings

from browser import browser, browser_context_args, browser_type_launch_args, nothing_is_complained_of  # noqa: F401
from people import Cast

# An example that takes long, or is long in the making, says how busy the machine is.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes are no name: a zip made while collecting holds the time, and two workers would collect different tests."""
    return argname if isinstance(val, bytes) else None


# A module stays with one worker; the longest begin, or one of the two would wait for them at the end.
SLOWEST = (
    "test_permissions.py",
    "test_permissions_office.py",
    "test_matrix.py",
    "test_storm.py",
    "test_portals_browser.py",
    "test_sweep.py",
    "test_sealed_pages.py",
    "test_office_browser.py",
    "test_whole_job.py",
    "test_walks.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: SLOWEST.index(item.path.name) if item.path.name in SLOWEST else len(SLOWEST))


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it for garbage again and again took a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def keep_the_context(store: dict[str, Any], signal: Any, sender: Any, template: Any, context: Any, **rest: Any) -> None:
    """Of an answer, the context of its page: copies of those of every component took longer than to draw them."""
    if context.template is template and not str(template.name).startswith("cotton/"):
        store.setdefault("templates", []).append(template)
        store.setdefault("context", ContextList()).append(copy(context))


client.store_rendered_templates = keep_the_context  # type: ignore[assignment]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[pytest.TestReport]:
    """A test that does not run says nothing: skipped and expected failures are failures."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped or expected to fail: mend it or remove it ({report.longrepr})"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[pytest.CollectReport]:
    """The same for a module that skips itself while it is imported."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} skips itself ({report.longrepr})"
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests have counted with `record_property`, summed over all of them and all workers."""
    counted: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        counted.update({name: n for name, n in report.user_properties if report.when == "call" and type(n) is int})
    if counted:
        terminalreporter.write_line("counted: " + ", ".join(f"{n} {name}" for name, n in sorted(counted.items())))


@pytest.fixture(scope="session", autouse=True)
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("keys")
    files = {f"{name.upper()}_KEY_FILE": folder / f"{name}.key" for name in ("opener", "signing", "draft")}
    with override_settings(KEYS_DIR=folder, OPENER_RECIPIENT="", BREAK_GLASS_RECIPIENT="", **files):
        call_command("make_keys", verbosity=0)
        yield folder


@pytest.fixture(autouse=True)
def checkpoint_file(settings, keys: Path) -> Path:
    settings.AUDIT_CHECKPOINT_FILE = keys / f"checkpoints-{uuid4()}.jsonl"
    return settings.AUDIT_CHECKPOINT_FILE


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_guards() -> Iterator[None]:
    """Transactional tests end with a flush, and our tables refuse TRUNCATE and DELETE, as they must.

    In the test database the flush runs with `session_replication_role = replica` (no trigger fires, no foreign
    key is checked), for its own transaction only. DELETE instead of TRUNCATE: 20 ms instead of 500 on nearly empty
    tables, and it does not wait for a reader that a browser test left behind.
    """
    truncate = DatabaseOperations.sql_flush

    def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False) -> list[str]:
        assert self.connection.settings_dict["NAME"].startswith("test_"), "only a test database is ever emptied"
        if reset_sequences:
            emptying = truncate(self, style, tables, reset_sequences=True, allow_cascade=allow_cascade)
        else:
            emptying = [f"DELETE FROM {self.quote_name(table)}" for table in tables]
        before = ["SET LOCAL lock_timeout = '30s'", "SET LOCAL session_replication_role = replica"]
        return ["; ".join([*before, *emptying, "SET LOCAL session_replication_role = origin"])]  # one round trip

    DatabaseOperations.sql_flush = sql_flush
    yield
    DatabaseOperations.sql_flush = truncate


@pytest.fixture(autouse=True)
def chinese(settings) -> None:
    """A request in English leaves its language with the thread; the next test begins in Chinese."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def cast(db: None) -> Cast:
    """Alice, Bob, Charlie and the others: see people.py."""
    return Cast()


@pytest.fixture(autouse=True)
def second_factor_not_forced(settings) -> None:
    """Officers in tests log in at once; tests/web/test_account_gates.py forces it."""
    settings.SECOND_FACTOR_FORCED = False
