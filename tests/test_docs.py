"""Documents that could lie are compared with the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from server.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGES = ("core_psa/", "embeddings/", "triage/", "server/", "demo/", "bench/", "tests/", "docs/")


def test_every_setting_is_described_and_every_described_one_exists() -> None:
    described = set(re.findall(r"FIFTHCALL_([A-Z_]+)", (ROOT / "docs" / "operations.md").read_text()))
    assert described == {name.upper() for name in Settings.__struct_fields__}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_a_document_names_exists(document: Path) -> None:
    named = set(re.findall(r"[\w./-]+/[\w.-]*", document.read_text()))
    missing = [name for name in named if name.startswith(PACKAGES) and not (ROOT / name.rstrip(".")).exists()]
    assert missing == []


def test_every_command_the_documents_use_exists() -> None:
    used = {
        found for document in DOCUMENTS for found in re.findall(r"(?:`|bin/)fifthcall ([a-z]+)", document.read_text())
    }
    told = subprocess.run(
        [sys.executable, "-m", "server.cli.main", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    offered = set(re.findall(r"^  ([a-z]+)", told, re.MULTILINE))
    assert used - offered == set()
