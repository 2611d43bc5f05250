import subprocess
import sys
from pathlib import Path

from server.worker_lock import WorkerLock


def test_a_second_one_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    first, second = WorkerLock(tmp_path / "worker.lock"), WorkerLock(tmp_path / "worker.lock")
    assert first.take()
    assert not second.take()
    assert str(second.holder()).startswith("process ")
    first.leave()
    assert second.take()


def test_a_free_lock_has_no_holder(tmp_path: Path) -> None:
    lock = WorkerLock(tmp_path / "worker.lock")
    assert lock.holder() is None
    assert lock.take()
    lock.leave()
    assert lock.holder() is None


def test_a_killed_holder_leaves_it_free(tmp_path: Path) -> None:
    code = "import sys, time; from server.worker_lock import WorkerLock; from pathlib import Path\n"
    code += "print(WorkerLock(Path(sys.argv[1])).take(), flush=True); time.sleep(60)"
    file = tmp_path / "worker.lock"
    with subprocess.Popen([sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        assert str(holder.pid) in str(WorkerLock(file).holder())
        holder.kill()
    assert WorkerLock(file).take()
