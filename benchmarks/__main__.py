"""Run every benchmark of this folder, or the one that is named.

A benchmark is a module here with a function ``main`` that prints what it measured.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pkgutil import iter_modules

import benchmarks


def main(names: list[str]) -> int:
    """Run the benchmarks called ``names``, or all of them, and answer the exit status."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
    modules = {
        module.name: import_module(f"benchmarks.{module.name}")
        for module in iter_modules(benchmarks.__path__)
        if not module.name.startswith("_") and (not names or module.name in names)
    }
    runnable = {name: module.main for name, module in modules.items() if hasattr(module, "main")}
    unknown = set(names) - set(runnable)
    if unknown:
        print(f"There is no benchmark called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    for name, run in runnable.items():
        print(f"\n== {name} ==\n", flush=True)
        run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
