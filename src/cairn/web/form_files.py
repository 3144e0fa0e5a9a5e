"""Files in forms: on the node's own disk, in the area for what is sent, never more than a form may hold."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from cairn.records.node import GIB
from cairn.services.node.this_process import this_node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 4 * GIB
"""Of one form: it has to come in one piece. With a script files come in parts, and may be larger."""


class FormFiles(TemporaryFileUploadHandler):
    """Keeps files of a form where evidence may lie: never in the machine's folder for what is temporary."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: Any = None,
    ) -> None:
        """Refuse a form that is too large before anything of it is read.

        Raises:
            RequestDataTooBig: It is.
        """
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("The form is larger than a form may be.")
        Path(settings.FILE_UPLOAD_TEMP_DIR or "").mkdir(mode=0o700, exist_ok=True)
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)


@contextmanager
def alone(file: UploadedFile[bytes], name: str) -> Iterator[Path]:
    """Keep a form's file within the block under this name, alone: it finds nothing of anybody beside it."""
    uploads = this_node().config.uploads_folder
    uploads.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="form-", dir=uploads) as folder:
        path = Path(folder, name)
        with path.open("xb") as kept:
            shutil.copyfileobj(file, kept)
        yield path
