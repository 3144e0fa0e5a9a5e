"""Files that come with a call: bounded while they arrive, kept on a disk, measured in the sandbox alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from ninja.errors import HttpError

from cairn.api.bearer import Bearer
from cairn.services.fingerprinting.following import Follower
from cairn.services.fingerprinting.uploads import Measurer

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from django.http import HttpRequest

    from cairn.services.fingerprinting.following import Followed, Wanted
    from cairn.services.keys.calling import Caller
    from cairn.types import Fingerprints

MOST_BYTES = 64 * 1024 * 1024
"""Of one call: more than any photo has. Larger files are measured where they lie, and looked up by hash."""
TOO_LARGE = 413

_measurer = Measurer()
_follower = Follower()


class Quota(FileUploadHandler):
    """Stops a call that brings more than ``MOST_BYTES``, also one that does not say how much it brings."""

    def __init__(self, request: HttpRequest) -> None:
        """Count from nothing."""
        super().__init__(request)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's signature
        """Pass the bytes on."""
        self._received += len(raw_data)
        if self._received > MOST_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class UploadBearer(Bearer):
    """Lets keys through as ``Bearer`` does, and readies the call for files before any is read."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Answer the caller.

        Raises:
            AccessError: As ``Bearer`` says.
        """
        caller = super().authenticate(request, token)
        ready_for_files(request)
        return caller


def ready_for_files(request: HttpRequest) -> None:
    """Let the files of a call be counted while they arrive, and lie on a disk; call it before any is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise HttpError(TOO_LARGE, "too large")
    if settings.FILE_UPLOAD_TEMP_DIR:  # A node's own area, which may not be there before the first upload.
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    request.upload_handlers = [Quota(request), TemporaryFileUploadHandler(request)]


def measured(file: object) -> Fingerprints:
    """Answer the digests and the picture of a file that came with a call.

    Raises:
        CairnError: It cannot be measured.
    """
    path = _path_of(file)
    return _measurer.measure(lambda: os.open(path, os.O_RDONLY | os.O_CLOEXEC))


def following(file: object, wanted: Wanted, *, work_s: int) -> AbstractContextManager[Followed]:
    """Answer what is seen and heard of a file that came with a call, as far as the bound reaches.

    Compare it within the block: a few files alone have a turn at once.

    Args:
        file: Which.
        wanted: What of it is to be followed.
        work_s: Processor seconds for all of it.
    """
    path = _path_of(file)
    return _follower.following(lambda: os.open(path, os.O_RDONLY | os.O_CLOEXEC), wanted, work_s=work_s)


def _path_of(file: object) -> str:
    if not isinstance(file, TemporaryUploadedFile):
        raise TypeError("A file of a call lies on a disk.")
    return str(file.temporary_file_path())
