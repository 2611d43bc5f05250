"""Brings the front-end files of package.json into server/static/vendor, with their licences and a manifest.

`python -m server.assets` copies from node_modules what `npm ci` has put there; `broken_files` says what is missing or altered.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.console.icons import USED

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "server" / "static" / "vendor"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Package:
    """One npm package: from its folder, these files (source -> name in ours)."""

    name: str
    folder: str
    files: dict[str, str]


_INTER_SUBSETS = ("cyrillic-ext", "cyrillic", "greek-ext", "greek", "vietnamese", "latin-ext", "latin")

PACKAGES = (
    Package("htmx.org", "htmx", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    # The licence of this one stands in the head of its style sheet.
    Package("@tabler/core", "tabler", {"dist/css/tabler.min.css": "tabler.min.css"}),
    Package("@tabler/icons", "icons", {f"icons/outline/{n}.svg": f"{n}.svg" for n in USED} | {"LICENSE": "LICENSE"}),
    Package(
        "@fontsource-variable/inter",
        "inter",
        {f"files/inter-{s}-wght-normal.woff2": f"files/inter-{s}-wght-normal.woff2" for s in _INTER_SUBSETS}
        | {"index.css": "index.css", "LICENSE": "LICENSE"},
    ),
)


class AssetsMissing(Exception):
    """node_modules lacks a package or holds another version than the one pinned."""


def copy(node_modules: Path, vendor: Path = VENDOR) -> int:
    """Fills `vendor` anew; returns how many files it holds. Raises AssetsMissing."""
    pinned = _pinned()
    fresh = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    manifest = {}
    for package in PACKAGES:
        _copy_package(package, node_modules / package.name, fresh / package.folder, pinned[package.name])
        hashes = {name: _sha256(fresh / package.folder / name) for name in package.files.values()}
        manifest[package.folder] = {"name": package.name, "version": pinned[package.name], "sha256": hashes}
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return sum(len(package.files) for package in PACKAGES)


def broken_files(vendor: Path = VENDOR) -> list[str]:
    """What is missing from `vendor` or differs from its manifest; empty when all is well."""
    if not (vendor / MANIFEST).is_file():
        return [f"{MANIFEST} is missing: the front-end files have not been set up"]
    manifest = json.loads((vendor / MANIFEST).read_text(encoding="utf-8"))
    return list(_differences(manifest, vendor))


def _differences(manifest: dict[str, dict[str, dict[str, str]]], vendor: Path) -> Iterator[str]:
    for folder, entry in manifest.items():
        for name, wanted in entry["sha256"].items():
            path = vendor / folder / name
            if not path.is_file():
                yield f"{folder}/{name} is missing"
            elif _sha256(path) != wanted:
                yield f"{folder}/{name} has been altered"


def _copy_package(package: Package, source: Path, target: Path, version: str) -> None:
    if not (source / "package.json").is_file():
        raise AssetsMissing(f"{package.name} is not in {source.parent}: run 'npm ci --ignore-scripts'")
    found = json.loads((source / "package.json").read_text(encoding="utf-8"))["version"]
    if found != version:
        raise AssetsMissing(f"{package.name} is {found}, pinned is {version}: run 'npm ci --ignore-scripts'")
    for original, name in package.files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / original, target / name)


def _pinned() -> dict[str, str]:
    dependencies: dict[str, str] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return dependencies


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    try:
        number = copy(ROOT / "node_modules")
    except AssetsMissing as missing:
        print(f"Error: {missing}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"{number} front-end files are in place")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
