"""What every encoder must do."""

from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import Encoder
from embeddings.hashing import HashingEncoder
from embeddings.onnx_encoder import open_encoder

TEXTS = [
    "Outlook asks for the password again",
    "",
    "VPN drops every few minutes since this morning, nobody on our floor can work. " * 8,
    "Принтер не печатает",
    "打印机无法打印",
    "🖨️🔥",
    "طابعة لا تعمل",
]
RUBBISH = {
    "NUL": "a\x00b\x00",
    "a lone surrogate": "before \ud800 after",
    "binary": bytes(range(256)).decode("latin-1") * 8,
    "a very long word": "x" * 100_000,
    "nothing but blanks": " \t\n" * 50_000,
    "combining marks": "e" + "\u0301" * 50_000,
    "ten megabytes": "disk full on server 7; " * 450_000,
    "ten megabytes in one word": "a" * 10_000_000,
}


@pytest.fixture(scope="session", params=["hashing", "onnxruntime", "openvino"])
def encoder(request: pytest.FixtureRequest, exported: Path) -> Encoder:
    if request.param == "hashing":
        return HashingEncoder()
    return open_encoder(exported, threads=2, runtime=request.param)


def test_every_row_is_a_unit_vector_of_the_named_length(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_a_text_gives_the_same_vector_alone_and_in_a_batch(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() >= 0.99999


def test_rows_come_in_the_order_of_the_texts(encoder: Encoder) -> None:
    there, back = encoder.encode(TEXTS), encoder.encode(TEXTS[::-1])
    assert (there * back[::-1]).sum(axis=1).min() >= 0.99999


@pytest.mark.parametrize("text", RUBBISH.values(), ids=RUBBISH)
def test_any_string_has_a_vector(encoder: Encoder, text: str) -> None:
    assert abs(float(np.linalg.norm(encoder.encode([text])[0])) - 1) < 1e-5


def test_a_similar_text_is_nearer_than_an_unrelated_one(encoder: Encoder) -> None:
    asked, near, far = encoder.encode(
        ["printer jammed on floor 2", "the printer on floor 2 is jammed again", "invoice number missing in the portal"]
    )
    assert asked @ near > asked @ far


def test_encoders_that_may_differ_have_different_ids(exported: Path) -> None:
    opened = [open_encoder(exported, runtime="onnxruntime"), open_encoder(exported, runtime="openvino")]
    assert len({HashingEncoder().id, *(encoder.id for encoder in opened)}) == 3
