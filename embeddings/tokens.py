"""Text -> token ids, in bounded memory whatever the text is."""

import re
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

# The tokenizers of sentence encoders read a run of letters or digits of more than 100 characters as one unknown token
# (WordPiece), or as many tokens of a few characters each (byte pairs, unigrams); a run of blanks is none, or one.
# Beyond _RUN characters such a run can therefore be cut without touching the first tokens of the text, and after that
# no token stands for more than one run and the blanks before it: _CHARS_PER_TOKEN times the window always fills it.
_RUN = 300
_CHARS_PER_TOKEN = 2 * _RUN
# Ideographs are read one by one: no run holds them.
_RUNS = re.compile(r"[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]+|\s+|.", re.DOTALL)
# Shorter texts need no look at their runs: they are cheap to read whole.
_SHORT = 16_384


class Tokens:
    """The tokenizer of one model, cut at the number of tokens it was trained to read."""

    def __init__(self, path: Path, max_tokens: int, *, parallel: bool) -> None:
        """`parallel`: spread a batch over all cores (in Rust), as opposed to the caller's thread alone."""
        self._tokenizer = Tokenizer.from_file(str(path))
        # the file may carry a padding and a cut of its own (the packaged one pads everything to 128)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._max_chars = _CHARS_PER_TOKEN * max_tokens
        self._parallel = parallel

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text, special tokens included."""
        bounded = [_encodable(bounded_text(text, self._max_chars)) for text in texts]
        if self._parallel and len(bounded) > 1:
            return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(bounded)]
        return [self._tokenizer.encode(text).ids for text in bounded]


def bounded_text(text: str, max_chars: int) -> str:
    """Return a text of at most `max_chars` characters that starts with the same tokens."""
    if len(text) <= _SHORT:
        return text
    kept, length = [], 0
    for run in _RUNS.finditer(text):
        kept.append(run[0][:_RUN])
        length += len(kept[-1])
        if length >= max_chars:
            break
    return "".join(kept)[:max_chars]


def _encodable(text: str) -> str:
    """Return the text with lone surrogates, which no UTF-8 can hold, as question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
