"""Who is that pid? And: start it, tell whether it lives, stop it with everything it started."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc/self/stat").exists()  # Linux; elsewhere `ps` answers


def _stat(pid: int) -> list[str]:
    """/proc/<pid>/stat after the program's name: [0] state, [2] process group, [3] session, [19] start time."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _ps(pid: int, columns: str) -> str:
    return subprocess.run(["ps", "-p", str(pid), "-o", columns], capture_output=True, text=True).stdout.strip()


def identity(pid: int) -> str:
    """When that process started: a pid is given away again, with its start time it is not. Empty: nobody, a zombie."""
    try:
        if PROC:
            stat = _stat(pid)
            return "" if stat[0] in "ZX" else stat[19]
        state, _, started = _ps(pid, "stat=,lstart=").partition(" ")
        return "" if state.startswith("Z") else started.strip()
    except (OSError, IndexError):
        return ""


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") if PROC else _ps(pid, "args=")
    except OSError:
        return ""


def session_members(leader: int) -> list[int]:
    """Everybody in the session that `leader` opened, also after the leader itself died. Only where /proc is."""
    members = []
    for entry in Path("/proc").glob("[0-9]*") if PROC else ():
        with contextlib.suppress(OSError, IndexError):
            stat = _stat(int(entry.name))
            if int(stat[3]) == leader and stat[0] not in "ZX":
                members.append(int(entry.name))
    return members


def send(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sign)


def send_group(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sign)


def stop_orphan(pid: int, started: str, sign: signal.Signals, seconds: float) -> bool:
    """Stop what a killed supervisor left behind, and only that. True when there was something to stop."""
    members = session_members(pid) if not identity(pid) else []
    if identity(pid) == started:
        send(pid, sign)
        deadline = time.monotonic() + seconds
        while identity(pid) == started and time.monotonic() < deadline:
            time.sleep(0.05)
    elif not members:
        return False
    send_group(pid, signal.SIGKILL)
    return True


def cpu_seconds(pid: int) -> float:
    """What a process and its children, also those that ended, have computed so far. Only where /proc is, else 0."""
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*") if PROC else ():
        with contextlib.suppress(OSError, IndexError):
            stat = _stat(int(entry.name))
            if int(entry.name) == pid:
                ticks += sum(map(int, stat[11:15]))
            elif int(stat[1]) == pid:
                ticks += int(stat[11]) + int(stat[12])
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else 0.0
