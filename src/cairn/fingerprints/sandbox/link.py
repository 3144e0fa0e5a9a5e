"""The pool's end of the line to the nursery: workers are ordered, ended, and their ends collected here."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError
from cairn.fingerprints.sandbox.limits import KEPT_BYTES
from cairn.fingerprints.sandbox.orders import BRING_UP, END, ENDED, HASHES_ONLY, ORDER, WITH_FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.fingerprints.sandbox.limits import Limits
    from cairn.frames import VideoMode
    from cairn.types import PdqMode

_HANG_UP_S = 5.0
"""How long the nursery may take to end once the line is closed, before it is killed."""

_NEWS_S = 5.0
"""How long the kernel may take to report a killed worker; it takes microseconds."""

_PACKAGE_ROOT = Path(__file__).parents[3]

_PROGRAM = """import sys
sys.path.insert(0, sys.argv.pop(1))
from cairn.fingerprints.sandbox.{module} import main
main(sys.argv[1:])"""


def _command(module: str) -> tuple[str, ...]:
    """Answer what starts a nursery with the very package that the pool is part of.

    -I: no PYTHON* variables, no packages of the user, nothing from the current folder.
    """
    return (sys.executable, "-I", "-c", _PROGRAM.format(module=module), str(_PACKAGE_ROOT))


NURSERY_COMMAND = _command("start")
"""Starts the nursery that examines pictures."""
PREVIEW_COMMAND = _command("start_previews")
"""Starts the nursery that makes small pictures to look at."""
VIDEO_COMMAND = _command("start_videos")
"""Starts the nursery that follows videos."""
SOUND_COMMAND = _command("start_sounds")
"""Starts the nursery that listens to sound."""
STILLS_COMMAND = _command("start_stills")
"""Starts the nursery that takes frames out of videos to look at."""

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(KEPT_BYTES),
}
"""All that the decoders learn of the surroundings: no secret, no path, and one thread a process.

Memory that one picture gave back is kept for the next: to fetch it from the kernel, page by page, takes up
to a third of the time that looking for points does.
"""


class NurseryLost(Exception):  # noqa: N818 - an event that the pool handles, not an error that anyone sees
    """The nursery has ended, and all workers with it."""


class NurseryLink:
    """A running nursery."""

    def __init__(
        self,
        limits: Limits,
        mode: PdqMode | VideoMode,
        command: Sequence[str],
        *,
        with_features: bool = False,
    ) -> None:
        """Start a nursery; it loads its decoders while the caller goes on.

        Args:
            limits: What one file may cost.
            mode: How pictures are decoded, or which frames of videos.
            command: The program, such as ``NURSERY_COMMAND``.
            with_features: Its workers look for local features too.

        Raises:
            ConfigurationError: The program could not be started.
        """
        self._numbers = 0
        self._ends: dict[int, int] = {}
        self._unread = bytearray()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._line, far_end = socket.socketpair()
        words = (
            *(limits.memory_bytes, limits.cpu_s, limits.wall_s),
            *(limits.file_bytes, limits.files_per_worker, limits.watch_s),
        )
        asked = WITH_FEATURES if with_features else HASHES_ONLY
        with far_end:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                    [*command, str(far_end.fileno()), mode.value, asked, *map(str, words)],
                    pass_fds=[far_end.fileno()],
                    env=ENVIRONMENT,
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._complaints,
                    start_new_session=True,  # Ctrl-C is for the pool to handle
                )
            except OSError as error:
                self._line.close()
                self._complaints.close()
                raise ConfigurationError(
                    f"The decoder process could not be started: {error.strerror}.",
                    code="configuration.decoder",
                ) from error

    def bring_up(self) -> tuple[int, socket.socket]:
        """Order a worker; answer its number and the pool's end of its line.

        Raises:
            NurseryLost: The nursery has ended.
        """
        self._numbers += 1
        line, far_end = socket.socketpair()
        with far_end:
            try:
                socket.send_fds(self._line, [ORDER.pack(BRING_UP, self._numbers)], [far_end.fileno()])
            except OSError as error:
                line.close()
                raise NurseryLost from error
        return self._numbers, line

    def end(self, number: int) -> None:
        """Kill a worker, if it has not ended by itself."""
        # Where the nursery has ended, so have its workers.
        with contextlib.suppress(OSError):
            self._line.sendall(ORDER.pack(END, number))

    def status_of(self, number: int) -> int:
        """Wait for a worker whose line is closed, and answer its wait status.

        A worker that closed its line and lives on is killed; one that is dying keeps its own status.

        Raises:
            NurseryLost: The nursery has ended.
        """
        self.end(number)
        self._line.settimeout(_NEWS_S)
        while number not in self._ends:
            try:
                news = self._line.recv(4096)
            except OSError as error:
                raise NurseryLost from error
            if not news:
                raise NurseryLost
            self._unread += news
            while len(self._unread) >= ENDED.size:
                ended, status = ENDED.unpack_from(self._unread)
                del self._unread[: ENDED.size]
                self._ends[ended] = status
        return self._ends.pop(number)

    def complaint(self) -> str:
        """Answer the last line that the nursery wrote before it could take orders, or an empty text."""
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        """Hang up; the nursery and every worker end."""
        self._line.close()
        try:
            self._process.wait(_HANG_UP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            self._complaints.close()
