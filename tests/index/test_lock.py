from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cairn.errors import ConfigurationError, IntegrityError
from cairn.index import Algorithm, open_digests, open_index
from cairn.index.lock import WriterLock

if TYPE_CHECKING:
    from pathlib import Path

HOLD = (
    "import sys, pathlib, time\n"
    "from cairn.index import open_index\n"
    "index = open_index(pathlib.Path(sys.argv[1]), writable=True)\n"
    "print('held', flush=True)\n"
    "time.sleep(60)\n"
)


def test_a_second_writer_is_told_who_is_writing(tmp_path: Path) -> None:
    with open_index(tmp_path, writable=True):
        with pytest.raises(ConfigurationError, match=f"number {os.getpid()}") as caught:
            open_index(tmp_path, writable=True)
        assert caught.value.code == "index.locked"
        open_index(tmp_path).close()
    open_index(tmp_path, writable=True).close()


def test_a_dead_process_does_not_keep_the_lock(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(ConfigurationError, match=f"number {process.pid}"):
            open_index(tmp_path, writable=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        open_index(tmp_path, writable=True).close()


def test_a_forked_child_does_not_keep_its_parents_lock(tmp_path: Path) -> None:
    script = (
        "import os, sys, pathlib, time\n"
        "from cairn.index.lock import WriterLock\n"
        "lock = WriterLock(pathlib.Path(sys.argv[1]))\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os.close(1), os.close(2), time.sleep(60), os._exit(0)\n"
        "print(child, flush=True)\n"
    )
    path = tmp_path / "lock"
    child = int(
        subprocess.run([sys.executable, "-c", script, str(path)], check=True, capture_output=True).stdout
    )
    try:
        lock = WriterLock(path)
        lock.release()
        lock.release()
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_folder_of_another_kind_is_refused(tmp_path: Path) -> None:
    open_index(tmp_path, writable=True).close()
    for writable in (False, True):
        with pytest.raises(IntegrityError, match="an index of pdq where one of md5 is expected") as caught:
            open_digests(tmp_path, Algorithm.MD5, writable=writable)
        assert caught.value.code == "index.kind"
