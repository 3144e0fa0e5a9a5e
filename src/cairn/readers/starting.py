"""How a confined process is started: this very package, an empty environment, and no name of the evidence."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE_ROOT = Path(__file__).parents[2]

_PROGRAM = """import sys
sys.path.insert(0, sys.argv.pop(1))
from cairn.readers.{module} import main
main(sys.argv[1:])"""

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "MALLOC_ARENA_MAX": "1"}
"""All that the process learns of the surroundings."""


def command(module: str) -> list[str]:
    """Answer what starts ``main`` of a module of this room.

    -I: no PYTHON* variables, no packages of the user, nothing from the current folder.
    """
    return [sys.executable, "-I", "-c", _PROGRAM.format(module=module), str(_PACKAGE_ROOT)]
