"""TEXT -> VECTOR -> NEIGHBOURS. Arrays and ids only; this package never sees a ticket.

Doors:
    encoder.py          the seam `Encoder`: texts in, unit vectors out
    onnx_encoder.py     `open_encoder`: an exported model, run by ONNX Runtime or OpenVINO
    hashing.py          `HashingEncoder`: an encoder without a model, for tests
    export.py           `python -m embeddings.export`: a sentence-transformers model -> a folder under models/
    index.py            the seam `VectorIndex`: ids and vectors in, nearest ids out
    exact_index.py      everything compared, for open and recent tickets
    solved_index.py     an immutable base file, an exact delta and tombstones, for solved tickets
    base_build.py       `build_base`: what a child process calls to write the next base
    pgvector_index.py   the same seam inside PostgreSQL
    errors.py           what can be wrong with files, and what to do about it

It must never: import torch or sentence-transformers outside export.py, open a file whose length and sha256 it has not
checked, or let vectors of two encoder ids meet in one index.
"""
