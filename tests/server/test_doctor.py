"""Each broken part is named with what to do about it, and breaks no other check."""

import json
from collections.abc import Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from msgspec.structs import replace

from core_psa.db import Database
from core_psa.notices.administration import set_policy
from core_psa.viewer import SYSTEM
from server import children
from server.doctor import Finding, examine
from server.doctor.examination import CHECKS
from server.settings import Settings
from server.store import open_store
from server.wiring import index_folder
from server.worker_lock import WorkerLock
from tests.server.history import import_history


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    data = tmp_path / "desk"
    data.mkdir(mode=0o700)
    (data / "store.db").write_bytes(sqlite_template.read_bytes())
    return Settings(data=data, encoder="hashing", models=tmp_path / "models")


@pytest.fixture
def history(settings: Settings, tmp_path: Path) -> Iterator[Database]:
    db = open_store(settings)
    import_history(db, tmp_path, 120)
    for name in ("prepare", "embed", "index", "learn"):
        children.run(settings, name)
    yield db
    db.close()


def found(settings: Settings, check: str) -> Finding:
    """The worst that one check found."""
    order = ("ok", "warning", "problem")
    return max(examine(settings, only=(check,)), key=lambda finding: order.index(finding.state))


@pytest.mark.usefixtures("history")
def test_a_sound_desk_has_no_problem(settings: Settings) -> None:
    problems = [f for f in examine(settings, only=CHECKS.keys() - {"pages"}) if f.state == "problem"]
    assert problems == []


def test_every_problem_says_what_to_do_even_where_there_is_no_desk(tmp_path: Path) -> None:
    findings = examine(Settings(data=tmp_path / "none", models=tmp_path / "none"))
    assert {"data folder", "store", "encoder"} <= {f.check for f in findings if f.state == "problem"}
    assert all(f.advice for f in findings if f.state != "ok")


def test_a_folder_open_to_others_is_a_warning(settings: Settings) -> None:
    settings.data.chmod(0o755)
    assert found(settings, "data folder").advice == f"run 'chmod 700 {settings.data}'"


def test_a_missing_encoder_is_a_problem(settings: Settings) -> None:
    finding = found(replace(settings, encoder="packaged"), "encoder")
    assert finding.state == "problem"
    assert "make encoder" in finding.advice


def test_a_file_that_is_no_database_is_a_problem(settings: Settings) -> None:
    (settings.data / "store.db").write_bytes(b"not a database at all" * 100)
    finding = found(settings, "store")
    assert finding.state == "problem"
    assert "restore" in finding.advice


def test_an_older_store_is_told_to_be_brought_up(settings: Settings) -> None:
    with sqlite.connect(str(settings.sqlite_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert "run 'fifthcall init'" in found(settings, "store").advice


def test_who_locks_the_store_is_named(settings: Settings) -> None:
    connection = sqlite.connect(str(settings.sqlite_file), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    finding = found(settings, "store")
    connection.close()
    assert finding.state == "problem"
    assert finding.advice.startswith("close process ")


@pytest.mark.usefixtures("history")
def test_a_truncated_index_is_a_problem(settings: Settings) -> None:
    (vectors,) = index_folder(settings, "hashing-256").glob("*-vectors.bin")
    vectors.write_bytes(vectors.read_bytes()[:-100])
    finding = found(settings, "index")
    assert finding.state == "problem"
    assert str(vectors) in finding.text


@pytest.mark.usefixtures("history")
def test_an_index_newer_than_its_store_is_a_problem(settings: Settings) -> None:
    manifest = index_folder(settings, "hashing-256") / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "position": 10**9}))
    assert "delete" in found(settings, "index").advice


@pytest.mark.usefixtures("history")
def test_a_changed_encoder_is_told_by_what_is_to_be_embedded_again(settings: Settings) -> None:
    with sqlite.connect(str(settings.sqlite_file)) as connection:
        connection.execute("UPDATE ticket_vector SET encoder_id = 'another-1'")
    texts = [f.text for f in examine(settings, only=("vectors",))]
    assert texts == [
        "120 of another encoder, another-1, kept aside",
        "120 of 120 tickets are not embedded by hashing-256",
    ]


@pytest.mark.usefixtures("history")
def test_a_damaged_lesson_is_a_problem(settings: Settings) -> None:
    settings.learned_file.write_text("{")
    assert found(settings, "learned").state == "problem"


def test_a_worker_that_runs_is_named(settings: Settings) -> None:
    assert found(settings, "worker").state == "warning"
    lock = WorkerLock(settings.worker_lock)
    assert lock.take()
    assert found(settings, "worker").text.startswith("process ")
    lock.leave()


def test_a_damaged_file_of_schedules_is_a_problem(settings: Settings) -> None:
    (settings.data / "jobs.db").write_bytes(b"nothing" * 1_000)
    assert "delete the file" in found(settings, "jobs").advice


def test_a_desk_that_does_not_know_its_own_address_is_warned(settings: Settings) -> None:
    assert found(settings, "links").state == "warning"
    db = open_store(settings)
    with db.work() as w:
        set_policy(w, SYSTEM, site="https://desk.example")
    db.close()
    assert found(settings, "links").state == "ok"
