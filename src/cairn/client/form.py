"""Forms with a file. Source: RFC 7578."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping


def form(fields: Mapping[str, str], *, file: tuple[str, bytes]) -> tuple[str, bytes]:
    """Answer the media type and the body of a form: its fields, and one file called ``file``.

    Args:
        fields: By name; empty ones are left out.
        file: Its name, and its bytes.
    """
    name, content = file
    border = secrets.token_hex(16)  # Drawn, so that no file can hold it on purpose.
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
        if value
    ]
    head = (
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{quote(name)}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    parts += [head.encode(), content, f"\r\n--{border}--\r\n".encode()]
    return f"multipart/form-data; boundary={border}", b"".join(parts)
