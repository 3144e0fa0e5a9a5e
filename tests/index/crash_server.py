"""A small process that starts short-lived writers on request, so that a test can kill them.

Each line on its input is a folder and a number; it forks a writer that tells the number's story and notes
each acknowledged change in a file, prints the writer's process id, and says when it has ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cairn.index.segment import PdqShape
from cairn.index.writer import Writer
from index.story import make_files_small, tell

STORY_LENGTH = 400


def write_story(folder: Path, seed: int) -> None:
    """Tell the story into an index, noting each change once it is acknowledged."""
    notes = os.open(folder / "notes", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    store = Writer(folder / "index", PdqShape())
    for change in tell(seed, STORY_LENGTH):
        change.apply(store)
        os.write(notes, b".")
    store.close()


def main() -> None:
    """Serve requests until the input ends."""
    make_files_small()
    for line in sys.stdin:
        folder, seed = line.rsplit(maxsplit=1)
        child = os.fork()
        if child == 0:
            write_story(Path(folder), int(seed))
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - the answer to the test
        os.waitpid(child, 0)
        print("ended", flush=True)  # noqa: T201 - the answer to the test


if __name__ == "__main__":
    main()
