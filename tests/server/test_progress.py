import json
from pathlib import Path

from server.progress import Report, read, running


def test_what_is_reported_can_be_read_as_a_sentence(tmp_path: Path) -> None:
    report = Report(tmp_path, "index", "building the index")
    report(433, 1_000)
    report.end("running")
    (found,) = running(tmp_path)
    assert found.sentence == "building the index 43 %"


def test_finished_work_is_no_longer_running(tmp_path: Path) -> None:
    Report(tmp_path, "index", "building the index").end("done")
    assert running(tmp_path) == []
    assert [p.state for p in read(tmp_path)] == ["done"]


def test_work_whose_process_is_gone_counts_as_stopped(tmp_path: Path) -> None:
    Report(tmp_path, "index", "building the index")
    file = tmp_path / "index.json"
    gone = 2**22 + 1  # beyond what the system gives to a process
    file.write_text(json.dumps({**json.loads(file.read_text()), "pid": gone}))
    assert [p.state for p in read(tmp_path)] == ["stopped"]


def test_a_damaged_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text("{")
    assert read(tmp_path) == []
