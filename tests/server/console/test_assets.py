"""The front-end files: pinned, checked, and nothing in the lock file says where they came from."""

import json
import re
from pathlib import Path

import pytest

from server import assets
from server.console.icons import USED

ROOT = Path(assets.__file__).parent.parent


def test_every_package_is_pinned_to_one_version() -> None:
    dependencies = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert set(dependencies) == {package.name for package in assets.PACKAGES}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in dependencies.values())


def test_the_lock_file_names_no_place_and_checks_every_package() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert "resolved" not in text
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_the_templates_use_every_icon_that_is_fetched_and_no_other() -> None:
    sources = [*(ROOT / "server" / "templates").rglob("*.html")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert {name for name in USED if f'"{name}"' not in text} == set()
    assert set(re.findall(r'icon\("([\w-]+)"\)', text)) <= set(USED)


@pytest.fixture
def node_modules(tmp_path: Path) -> Path:
    """A folder with the pinned packages, every file holding its own name."""
    pinned = json.loads((ROOT / "package.json").read_text())["dependencies"]
    for package in assets.PACKAGES:
        folder = tmp_path / "node_modules" / package.name
        for name in package.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name)
        (folder / "package.json").write_text(json.dumps({"version": pinned[package.name]}))
    return tmp_path / "node_modules"


def test_copied_files_are_whole(node_modules: Path, tmp_path: Path) -> None:
    assets.copy(node_modules, tmp_path / "vendor")
    assert assets.broken_files(tmp_path / "vendor") == []


def test_an_altered_or_missing_file_is_found(node_modules: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    assets.copy(node_modules, vendor)
    (vendor / "htmx" / "htmx.min.js").write_text("something else")
    (vendor / "icons" / "search.svg").unlink()
    assert assets.broken_files(vendor) == ["htmx/htmx.min.js has been altered", "icons/search.svg is missing"]


def test_another_version_than_the_pinned_one_is_refused(node_modules: Path, tmp_path: Path) -> None:
    (node_modules / "htmx.org" / "package.json").write_text('{"version": "4.0.1"}')
    with pytest.raises(assets.AssetsMissing, match=r"htmx\.org is 4\.0\.1"):
        assets.copy(node_modules, tmp_path / "vendor")
