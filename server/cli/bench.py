"""`fifthcall bench`: the benchmarks of `bench/`."""

import pkgutil
import runpy
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(help="A module of bench/.")]

# What follows the name belongs to the benchmark.
TAKES_MORE = {"allow_extra_args": True, "ignore_unknown_options": True}


def bench(context: typer.Context, name: Name) -> None:
    """Run one benchmark; what follows its name are its own options."""
    known = _names()
    if name not in known:
        raise typer.BadParameter(f"there is no benchmark '{name}' (one of: {', '.join(known)})", param_hint="NAME")
    sys.argv = [f"fifthcall bench {name}", *context.args]
    # By its name: benchmarks stand outside, the server does not know them.
    runpy.run_module(f"bench.{name}", run_name="__main__", alter_sys=True)


def _names() -> list[str]:
    spec = find_spec("bench")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return sorted(module.name for module in pkgutil.iter_modules(folders) if not module.name.startswith("_"))
