"""An exported sentence encoder behind the seam `Encoder`."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.errors import EncoderBroken
from embeddings.manifest import GRAPH, TOKENIZER, EncoderManifest, read_checked
from embeddings.runtimes import Runtime, fastest, load
from embeddings.tokens import Tokens

# Texts are read and sorted by length within a slab, so that a million of them need no more memory than one slab ...
_SLAB_TEXTS = 1024
_SLAB_CHARS = 8_000_000
# ... and computed in batches of about this many tokens: enough to fill the cores, little enough to stay in their cache.
_BATCH_TOKENS = 2048


def open_encoder(
    folder: Path, *, threads: int | None = None, runtime: Literal["auto", "onnxruntime", "openvino"] = "auto"
) -> Encoder:
    """Open the encoder exported to `folder`, its files checked against their hashes.

    `threads`: cores one call may use, all of them by default. Raises EncoderMissing or EncoderBroken.
    """
    manifest = read_checked(folder)
    threads = threads or os.cpu_count() or 1
    try:
        tokens = Tokens(folder / TOKENIZER, manifest.max_tokens, parallel=threads > 1)
        graph = load(folder / GRAPH, threads, fastest() if runtime == "auto" else runtime)
    except Exception as error:  # the libraries raise bare Exception and RuntimeError
        raise EncoderBroken(folder, "files that these libraries can load", str(error)) from error
    return OnnxEncoder(manifest, tokens, graph)


class OnnxEncoder:
    """Tokenizer and graph of one model. Safe to call from several threads at once."""

    def __init__(self, manifest: EncoderManifest, tokens: Tokens, graph: Runtime) -> None:
        self.id = f"{manifest.id}-{graph.name}"
        self.dim = manifest.dim
        self._prompt = manifest.prompt
        self._tokens = tokens
        self._graph = graph

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dim) unit rows."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        for start, stop in _slabs(texts):
            tokens = self._tokens.of([self._prompt + text for text in texts[start:stop]])
            for rows in _batches([len(ids) for ids in tokens]):
                vectors[start + rows] = self._graph.run(*_padded([tokens[row] for row in rows]))
        return vectors


def _slabs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut the texts into ranges of bounded size, one text at least each."""
    start = chars = 0
    for position, text in enumerate(texts):
        if position > start and (chars + len(text) > _SLAB_CHARS or position - start == _SLAB_TEXTS):
            yield start, position
            start, chars = position, 0
        chars += len(text)
    if start < len(texts):
        yield start, len(texts)


def _batches(lengths: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    """Group rows of similar length, the longest first: little padding, and the largest buffers are made once."""
    order = np.argsort(-np.array(lengths), kind="stable")
    start = 0
    while start < len(order):
        rows = max(1, _BATCH_TOKENS // lengths[order[start]])
        yield order[start : start + rows]
        start += rows


def _padded(tokens: Sequence[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ids and mask, padded with zeros to the longest; what is masked counts for nothing."""
    ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
    mask = np.zeros_like(ids)
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = own
        mask[row, : len(own)] = 1
    return ids, mask
