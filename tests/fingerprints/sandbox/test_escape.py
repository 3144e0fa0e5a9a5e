"""From inside a worker: what a decoder that was taken over would try, and how it is refused."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cairn.errors import Reason
from cairn.fingerprints.sandbox import DecoderPool, Protection
from fingerprints.sandbox.misbehaving import SOURCES, files, outcomes, refusal, said

if TYPE_CHECKING:
    from pathlib import Path

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux offers these protections")


def is_on(pool: DecoderPool, protection: Protection) -> bool:
    return any(state.protection is protection and state.active for state in pool.protections)


@pytest.fixture
def held(pool: DecoderPool) -> DecoderPool:
    if not (is_on(pool, Protection.SECCOMP) and is_on(pool, Protection.LANDLOCK)):
        pytest.skip("this kernel has no seccomp or no Landlock, and the pool says so")
    return pool


def test_a_worker_cannot_read_another_file(held: DecoderPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    assert said(held, tmp_path, f"read-file {secret}") == "refused: PermissionError"
    assert said(held, tmp_path, "read-file /etc/hostname") == "refused: PermissionError"
    assert said(held, tmp_path, "list-folder /") == "refused: PermissionError"


def test_a_worker_cannot_write_a_file(held: DecoderPool, tmp_path: Path) -> None:
    assert said(held, tmp_path, f"write-file {tmp_path / 'new'}") == "refused: PermissionError"
    assert not (tmp_path / "new").exists()


def stopped(pool: DecoderPool, folder: Path, order: str) -> None:
    """The attempt ended the worker on the spot, and the file is blamed for it."""
    found = refusal(outcomes(pool, files(folder, order))[0])
    assert found.reason is Reason.DECODER_CRASHED
    assert "tried what the sandbox forbids and was stopped" in found.sentence


def test_a_worker_cannot_reach_the_network(held: DecoderPool, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stopped(held, tmp_path, f"connect 127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_worker_cannot_start_a_program(held: DecoderPool, tmp_path: Path) -> None:
    stopped(held, tmp_path, f"execute {tmp_path / 'made'}")
    assert not (tmp_path / "made").exists()


def test_a_worker_cannot_start_a_process_or_signal_one(held: DecoderPool, tmp_path: Path) -> None:
    stopped(held, tmp_path, "fork")
    stopped(held, tmp_path, "terminate")


def test_a_worker_cannot_raise_its_limits_or_make_new_code(held: DecoderPool, tmp_path: Path) -> None:
    assert said(held, tmp_path, "raise-limits").startswith("refused: ")
    assert said(held, tmp_path, "new-code") == "refused: PermissionError"


def test_a_worker_may_start_a_thread(held: DecoderPool, tmp_path: Path) -> None:
    assert said(held, tmp_path, "start-thread") == "ran"


def test_a_worker_knows_no_environment_and_holds_few_descriptors(
    monkeypatch: pytest.MonkeyPatch, pool: DecoderPool, tmp_path: Path
) -> None:
    assert "PATH" not in said(pool, tmp_path, "environment")
    assert "HOME" not in said(pool, tmp_path, "environment")
    # Three standard streams that lead nowhere, the line to the pool, and the mapping of the file.
    assert int(said(pool, tmp_path, "descriptors")) <= 5


LAYER = """
import os, socket, sys
sys.path.insert(0, sys.argv[1])
from cairn.fingerprints.sandbox import kernel, landlock, namespaces, seccomp, confine
from cairn.fingerprints.sandbox.limits import Limits
path, port = sys.argv[3], int(sys.argv[4])
def tried(act):
    try:
        act()
    except OSError as error:
        return type(error).__name__
    return "done"
def privileges():
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
try:
    exec(sys.argv[2])
except OSError as error:
    print("not on this system:", error)
    sys.exit()
print(tried(lambda: os.open(path, os.O_RDONLY)), tried(lambda: socket.socket().connect(("127.0.0.1", port))))
"""


def layer(code: str, path: Path) -> str:
    """What still works in a process with one protection alone: opening a file, and reaching a server."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-I", "-c", LAYER, str(SOURCES), code, str(path), port],
            check=True,
            capture_output=True,
            text=True,
        )
    out = done.stdout.strip()
    if out.startswith("not on this system"):
        pytest.skip(out)
    return out


@linux_only
def test_landlock_alone_refuses_files_and_tcp(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    assert layer("", path) == "done done"
    found = layer("privileges(); landlock.refuse_every_path()", path)
    assert found in {"PermissionError PermissionError", "PermissionError done"}  # TCP since version 4


@linux_only
def test_namespaces_alone_leave_no_file_and_no_network(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    assert layer("namespaces.separate()", path) == "done OSError"
    assert layer("namespaces.separate(); namespaces.empty_root()", path) == "FileNotFoundError OSError"


@linux_only
def test_seccomp_alone_refuses_files(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    code = """privileges()
seccomp.close_the_kernel()
print(tried(lambda: os.open(path, os.O_RDONLY)), flush=True)
os._exit(0)"""
    assert layer(code, path) == "PermissionError"


@linux_only
def test_capabilities_are_gone_for_good(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    code = """kernel.drop_capabilities()
held = next(line for line in open("/proc/self/status") if line.startswith("CapEff"))
print(held.split()[1].strip("0") or "none")
sys.exit()"""
    assert layer(code, path) == "none"
