"""A nursery whose workers misbehave on request: each file names, in plain text, what its worker shall do.

Started only by tests, by a command of their own; the program that examines pictures knows nothing of it.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import resource
import signal
import socket
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import PIL.Image
from PIL.PngImagePlugin import PngImageFile

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.sandbox.message import Answer, pack
from cairn.fingerprints.sandbox.nursery import begin
from cairn.types import LocalFeatures, Picture

if TYPE_CHECKING:
    from collections.abc import Callable

LINE = range(3, 16)
"""Where the worker's line to the pool may be."""

PIL.Image.MAX_IMAGE_PIXELS = None
examined = 0


def examine(data: bytes | mmap.mmap, /) -> Picture:
    """Do what the file says and report the outcome."""
    global examined  # noqa: PLW0603 - counts what this process has seen
    examined += 1
    if data[:4] == b"\x89PNG":
        return told(unfold(data))
    word, _, rest = bytes(data).decode().strip("#").partition(" ")
    try:
        outcome = ACTIONS[word](rest)
    except (OSError, ValueError) as error:
        outcome = f"refused: {type(error).__name__}"
    return told(outcome)


def told(outcome: str) -> Picture:
    return Picture("text/plain", 1, 1, NotComparable(Reason.UNSUPPORTED, outcome))


def unfold(data: bytes | mmap.mmap) -> str:
    """Decode a PNG as far as it claims to go, without looking at its size first."""
    picture = PngImageFile(BytesIO(data))
    picture.load()
    return f"{picture.size}"


def spin(_: str) -> str:
    while True:
        pass


def sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return f"slept {seconds}"


def fill_memory(_: str) -> str:
    held = []
    while True:
        held.append(b"x" * (1 << 24))


def read_file(path: str) -> str:
    return os.read(os.open(path, os.O_RDONLY), 10).decode()


def write_file(path: str) -> str:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
    return "written"


def connect(address: str) -> str:
    host, port = address.split(":")
    with socket.socket() as line:
        line.connect((host, int(port)))
    return "connected"


def execute(path: str) -> str:
    os.execv("/bin/sh", ["/bin/sh", "-c", f"touch {path}"])  # noqa: S606 - must not start at all


def fork(path: str) -> str:
    if os.fork() == 0:
        os._exit(0)
    return "forked"


def raise_limits(_: str) -> str:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    return "raised"


def new_code(_: str) -> str:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    return "may run"


def start_thread(_: str) -> str:
    thread = threading.Thread(target=time.sleep, args=(0,))
    thread.start()
    thread.join()
    return "ran"


def terminate(_: str) -> str:
    os.kill(os.getppid(), signal.SIGTERM)
    return "signalled"


def descriptors(_: str) -> str:
    found = []
    for number in range(256):
        try:
            fcntl.fcntl(number, fcntl.F_GETFD)
        except OSError:
            continue
        found.append(number)
    return str(len(found))


def say(data: bytes) -> None:
    """Write to the pool behind the worker's back."""
    for number in LINE:
        try:
            os.write(number, data)
        except OSError:
            continue
        return


def babble(_: str) -> str:
    say(b"no message " * 3)
    return "babbled"


def half_a_message(_: str) -> str:
    say(pack(Answer(1, told("half")))[:-3])
    time.sleep(60)
    return "waited"


def unasked_features(_: str) -> str:
    features = LocalFeatures(1, 1, b"", b"")
    say(pack(Answer(1, Picture("text/plain", 1, 1, NotComparable(Reason.UNSUPPORTED, "more"), features))))
    return "told more than was asked"


def wrong_file(_: str) -> str:
    say(pack(Answer(123_456_789, told("of another file"))))
    return "lied"


ACTIONS: dict[str, Callable[[str], str]] = {
    "tell": str,
    "count": lambda _: str(examined),
    "pid": lambda _: str(os.getpid()),
    "environment": lambda _: " ".join(sorted(os.environ)),
    "abort": lambda _: os.abort(),
    "segfault": lambda _: str(ctypes.string_at(8)),
    "leave": lambda _: os._exit(3),
    "terminate": terminate,
    "raise": lambda _: ACTIONS["missing"](""),
    "spin": spin,
    "sleep": sleep,
    "fill-memory": fill_memory,
    "read-file": read_file,
    "write-file": write_file,
    "list-folder": lambda path: str(list(Path(path).iterdir())),
    "connect": connect,
    "execute": execute,
    "fork": fork,
    "raise-limits": raise_limits,
    "new-code": new_code,
    "start-thread": start_thread,
    "descriptors": descriptors,
    "babble": babble,
    "half-a-message": half_a_message,
    "unasked-features": unasked_features,
    "wrong-file": wrong_file,
}


def main(arguments: list[str]) -> None:
    """Be a nursery of such workers."""
    begin(arguments, examine)
