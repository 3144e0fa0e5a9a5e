"""A media is named by the digits of its SHA-256, among what the person may see and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.records.media import Media
from cairn.services.judgements.naming_media import find_media, shown
from services.judging import held, name_of

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.mark.parametrize("digits", [8, 9, 16, 64])
def test_the_whole_digest_or_its_beginning_names_a_media(node: Node, digits: int) -> None:
    wanted = held("a")
    held("b"), held("c")
    assert find_media(name_of("a")[:digits].upper(), among=Media.objects.all()) == wanted
    assert name_of("a").startswith(shown(bytes.fromhex(wanted.name)))


def test_what_names_two_media_is_refused_unless_only_one_may_be_seen(node: Node) -> None:
    digests = [b"\x12" * 31 + bytes([last]) for last in (0, 255)]
    media = [
        Media.objects.create(sha256=raw, sha1=raw[:20], md5=raw[:16], size_bytes=1, method="m")
        for raw in digests
    ]
    with pytest.raises(InputError) as caught:
        find_media("12" * 8, among=Media.objects.all())
    assert caught.value.code == "media.ambiguous"
    assert find_media("12" * 8, among=Media.objects.filter(pk=media[1].pk)) == media[1]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("1234567", "media.invalid"),
        ("x" * 64, "media.invalid"),
        ("0" * 65, "media.invalid"),
        ("0" * 64, "media.missing"),
    ],
)
def test_what_is_no_name_or_names_nothing_is_a_sentence(sqlite_node: Node, name: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        find_media(name, among=Media.objects.all())
    assert caught.value.code == code
