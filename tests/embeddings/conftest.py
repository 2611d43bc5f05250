"""The real parts that these tests run over."""

from pathlib import Path

import pytest

from embeddings.export import export_packaged

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="session")
def exported() -> Path:
    """The packaged encoder, exported once (about 20 s, the first time)."""
    return export_packaged(MODELS)
