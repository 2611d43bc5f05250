"""Descriptions are encoded once."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.hashing import HashingEncoder
from triage.desk.descriptions import Remembered

TEXTS = ["Hardware / Printer", "Network / Wi-Fi"]


class Counting:
    """An encoder that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        self.asked += texts
        return HashingEncoder().encode(texts)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models" / "descriptions.npz"


def test_after_a_restart_nothing_is_encoded_again(file: Path) -> None:
    first = Remembered(Counting(), file)(TEXTS)
    encode = Counting()
    assert np.array_equal(Remembered(encode, file)(TEXTS), first)
    assert encode.asked == []


def test_a_changed_description_alone_is_encoded(file: Path) -> None:
    Remembered(Counting(), file)(TEXTS)
    encode = Counting()
    changed = ["Network / VPN", TEXTS[0]]
    vectors = Remembered(encode, file)(changed)
    assert encode.asked == ["Network / VPN"]
    assert np.array_equal(vectors, HashingEncoder().encode(changed))


def test_a_damaged_file_is_written_anew(file: Path) -> None:
    Remembered(Counting(), file)(TEXTS)
    file.write_bytes(file.read_bytes()[:100])
    encode = Counting()
    Remembered(encode, file)(TEXTS)
    assert encode.asked == TEXTS
    again = Counting()
    Remembered(again, file)(TEXTS)
    assert again.asked == []
