"""Who holds a lock on a file, as far as the system tells: Linux lists them all in /proc/locks."""

from pathlib import Path

_LOCKS = Path("/proc/locks")


def writers(path: Path) -> list[str]:
    """Processes that keep others from writing, such as "process 12 (sqlite3 store.db)"."""
    return _holders(path, {"WRITE"})


def users(path: Path) -> list[str]:
    """Processes that hold any lock on the file."""
    return _holders(path, {"READ", "WRITE"})


def _holders(path: Path, kinds: set[str]) -> list[str]:
    if not path.exists() or not _LOCKS.exists():
        return []
    inode = str(path.stat().st_ino)
    held = (line.split() for line in _LOCKS.read_text().splitlines() if "->" not in line)
    pids = {fields[4] for fields in held if fields[3] in kinds and fields[5].rpartition(":")[2] == inode}
    return [_named(pid) for pid in sorted(pids, key=int)]


def _named(pid: str) -> str:
    try:
        command = Path("/proc", pid, "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        command = ""
    return f"process {pid} ({command[:80]})" if command else f"process {pid}"
