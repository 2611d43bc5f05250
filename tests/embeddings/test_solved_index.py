import json
import threading
from pathlib import Path

import numpy as np
import pytest

from embeddings.base_build import build_base
from embeddings.errors import IndexBroken
from embeddings.index import Ids, VectorIndex, Vectors
from embeddings.solved_index import SolvedIndex

DIM = 16
ENCODER = "hashing-16"


def vectors(seed: int, many: int) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(many, DIM)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def build(folder: Path, ids: Ids, rows: Vectors, *, position: int = 0, exact_up_to: int = 1_000) -> None:
    build_base(folder, ENCODER, DIM, [(ids, rows)], position, exact_up_to=exact_up_to)


def opened(folder: Path) -> SolvedIndex:
    return SolvedIndex.open(folder, ENCODER, DIM)


def nothing_changed(index: VectorIndex, position: int) -> None:
    """A change feed without entries."""


@pytest.fixture(params=[1_000, 0], ids=["flat", "lists"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A base of 400 vectors, exact or by lists."""
    build(tmp_path, np.arange(400), vectors(1, 400), position=7, exact_up_to=request.param)
    return tmp_path


def test_a_folder_without_a_base_is_an_empty_index_at_the_start_of_the_feed(tmp_path: Path) -> None:
    index = opened(tmp_path)
    assert (len(index), index.position) == (0, 0)


def test_an_opened_index_says_how_far_its_base_reaches(folder: Path) -> None:
    assert (len(opened(folder)), opened(folder).position) == (400, 7)


def test_the_neighbours_are_the_same_after_a_restart(folder: Path) -> None:
    queries = vectors(2, 50)
    before, after = opened(folder).nearest(queries, 5), opened(folder).nearest(queries, 5)
    assert (before[0] == after[0]).all()
    assert (before[1] == after[1]).all()


def test_a_truncated_file_is_refused_before_it_is_mapped(folder: Path) -> None:
    for path in folder.glob("*-*"):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        with pytest.raises(IndexBroken, match="bytes"):
            opened(folder)
        path.write_bytes(whole)


def test_a_file_with_one_changed_byte_is_refused(folder: Path) -> None:
    for path in folder.glob("*-*"):
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
        with pytest.raises(IndexBroken, match="sha256"):
            opened(folder)
        path.write_bytes(whole)


def test_a_missing_file_is_named(folder: Path) -> None:
    [path] = folder.glob("*-vectors.bin")
    path.unlink()
    with pytest.raises(IndexBroken, match=path.name):
        opened(folder)


def test_vectors_of_another_encoder_are_refused(folder: Path) -> None:
    with pytest.raises(IndexBroken, match="minilm"):
        SolvedIndex.open(folder, "minilm", DIM)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": {}}', "\x00", json.dumps({"files": {"x": 1}})])
def test_a_damaged_manifest_is_refused(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    with pytest.raises(IndexBroken, match="build the index again"):
        opened(folder)


def test_what_a_killed_build_left_behind_goes_with_the_next(folder: Path) -> None:
    (folder / ".build-killed").mkdir()
    (folder / ".build-killed" / "vectors.bin").write_bytes(b"half")
    build(folder, np.arange(3), vectors(1, 3))
    assert not list(folder.glob(".build-*"))


def test_a_build_that_fails_leaves_the_older_base(folder: Path) -> None:
    with pytest.raises(ValueError, match="cannot reshape"):
        build(folder, np.arange(3), vectors(1, 4))
    assert len(opened(folder)) == 400


def test_rows_that_come_unsorted_and_twice_keep_their_last_vector(tmp_path: Path) -> None:
    rows = vectors(3, 6)
    build(tmp_path, np.array([5, 3, 9, 3, 1, 5]), rows)
    found, _ = opened(tmp_path).nearest(rows[[5, 3, 2, 4]], 1)
    assert (len(opened(tmp_path)), found[:, 0].tolist()) == (4, [5, 3, 9, 1])


def test_a_build_tells_how_many_vectors_it_has_read(tmp_path: Path) -> None:
    told: list[int] = []
    batches = [(np.arange(start, start + 10), vectors(start, 10)) for start in (0, 10, 20)]
    build_base(tmp_path, ENCODER, DIM, batches, 0, told.append)
    assert told == [10, 20, 30]


def test_searches_go_on_over_the_older_base_while_a_newer_one_stands(folder: Path) -> None:
    index, query = opened(folder), vectors(1, 1)
    build(folder, np.array([900]), vectors(4, 1), position=8)
    assert index.nearest(query, 1)[0].tolist() == [[0]]
    index.reload(nothing_changed)
    assert (index.nearest(query, 1)[0].tolist(), index.position, len(index)) == ([[900]], 8, 1)


def test_reloading_applies_the_feed_after_the_new_position(folder: Path) -> None:
    index, fresh = opened(folder), vectors(5, 2)
    feed = {8: (np.array([500]), fresh[:1]), 9: (np.array([501]), fresh[1:])}
    for change in feed.values():
        index.add(*change)
    build(folder, np.append(np.arange(400), 500), np.concatenate([vectors(1, 400), fresh[:1]]), position=8)

    def catch_up(index: VectorIndex, position: int) -> None:
        for number, change in feed.items():
            if number > position:
                index.add(*change)

    index.reload(catch_up)
    assert (len(index), index.nearest(fresh, 1)[0].tolist()) == (402, [[500], [501]])


def test_a_broken_newer_base_leaves_the_present_one_in_use(folder: Path) -> None:
    index = opened(folder)
    build(folder, np.array([900]), vectors(4, 1))
    next(folder.glob("*-vectors.bin")).write_bytes(b"")
    with pytest.raises(IndexBroken):
        index.reload(nothing_changed)
    assert len(index) == 400


def test_more_tombstones_than_spare_neighbours_do_not_shorten_the_answer(folder: Path) -> None:
    index, query = opened(folder), vectors(1, 1)
    nearest, _ = index.nearest(query, 395)
    index.remove(nearest[0, :390])
    assert index.nearest(query, 5)[0].tolist() == nearest[:, 390:].tolist()


def test_a_rebuild_is_due_once_changes_pass_five_thousand(folder: Path) -> None:
    index = opened(folder)
    index.add(np.arange(1_000, 6_000), vectors(6, 5_000))
    assert not index.needs_rebuild
    index.remove(np.array([0]))
    assert index.needs_rebuild


def test_lists_find_nearly_all_true_neighbours(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    problems = random.normal(size=(300, 256))
    told = problems[random.integers(0, 300, 3_200)] + 0.7 * random.normal(size=(3_200, 256))
    told /= np.linalg.norm(told, axis=1, keepdims=True)
    rows, queries = told[:3_000].astype(np.float32), told[3_000:].astype(np.float32)
    build_base(tmp_path, ENCODER, 256, [(np.arange(3_000), rows)], 0, exact_up_to=0)
    found, similarities = SolvedIndex.open(tmp_path, ENCODER, 256).nearest(queries, 5)
    true = np.sort(queries @ rows.T, axis=1)[:, :-6:-1]
    assert (similarities >= true[:, 4:] - 1e-5).mean() >= 0.99
    assert np.abs((rows[found] * queries[:, None]).sum(axis=2) - similarities).max() < 1e-5


def test_searches_hold_while_another_thread_writes(folder: Path) -> None:
    index, rows = opened(folder), vectors(1, 400)
    stop, wrong = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            found, similarities = index.nearest(rows[:8], 1)
            if found[:, 0].tolist() != list(range(8)) or similarities.min() < 0.9999:
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        index.add(np.arange(8, 400), rows[8:])
        index.remove(np.arange(100, 300))
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
