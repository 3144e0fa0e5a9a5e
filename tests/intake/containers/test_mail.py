"""Attachments of messages and mailboxes come out as they were sent."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.intake.containers import mail as mail_parser
from intake.containers.making import OTHER, PICTURE, found, zip_of

if TYPE_CHECKING:
    from pathlib import Path

HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: pictures\r\nMIME-Version: 1.0\r\n"


def message(**attachments: bytes) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "pictures"
    mail["Date"] = "Sat, 1 Aug 2026 12:00:00 +0000"
    mail.set_content("A text that a person wrote.\n")
    for name, data in attachments.items():
        mail.add_attachment(data, maintype="image", subtype="jpeg", filename=f"{name}.jpg")
    return mail


def test_attachments_are_members_and_the_text_is_not(tmp_path: Path) -> None:
    answers = found(tmp_path, message(one=PICTURE, zwölf=OTHER).as_bytes())
    assert answers == {"!/one.jpg": PICTURE, "!/zwölf.jpg": OTHER}


def test_lines_may_end_as_in_the_standard(tmp_path: Path) -> None:
    raw = message(one=PICTURE).as_bytes().replace(b"\n", b"\r\n")
    assert found(tmp_path, raw) == {"!/one.jpg": PICTURE}


def test_attached_messages_and_archives_are_opened_in_turn(tmp_path: Path) -> None:
    outer = message()
    outer.add_attachment(message(inner=PICTURE))
    outer.add_attachment(zip_of({"2.png": OTHER}), maintype="a", subtype="b", filename="x.zip")
    answers = found(tmp_path, outer.as_bytes())
    assert answers["!/part-2!/inner.jpg"] == PICTURE
    assert answers["!/x.zip!/2.png"] == OTHER


def test_pictures_inside_the_text_are_members_too(tmp_path: Path) -> None:
    mail = message()
    mail.add_alternative("<img src='cid:1'>", subtype="html")
    mail.get_payload()[1].add_related(PICTURE, "image", "jpeg", cid="<1>")  # type: ignore[union-attr,index]  # a list
    assert list(found(tmp_path, mail.as_bytes()).values()) == [PICTURE]


def test_a_mailbox_yields_the_attachments_of_every_message(tmp_path: Path) -> None:
    box = b"".join(
        b"From a@example.org Sat Aug  1 12:00:00 2026\n" + message(one=data).as_bytes() + b"\n"
        for data in (PICTURE, OTHER)
    )
    assert found(tmp_path, box) == {"!/message-000001/one.jpg": PICTURE, "!/message-000002/one.jpg": OTHER}


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        (b"base64", base64.encodebytes(OTHER), OTHER),
        (b"base64", b"~.~ " + base64.b64encode(b"abcd") + b"!more", b"abcd"),
        (b"BASE64", b"QUJD\nRA", b"ABCD"),
        (b"quoted-printable", b"a=3D=FF=\nb", b"a=\xffb"),
        (b"8bit", b"\xff\0\xfe plain", b"\xff\0\xfe plain"),
        (b"unknown", b"as it is", b"as it is"),
    ],
)
def test_every_encoding_is_undone(tmp_path: Path, encoding: bytes, body: bytes, content: bytes) -> None:
    raw = HEAD + b"Content-Type: image/jpeg\nContent-Transfer-Encoding: " + encoding + b"\n\n" + body
    assert found(tmp_path, raw) == {"!/part-1": content}


@pytest.mark.parametrize("kind", [b"text/plain", b"text/html"])
def test_a_picture_that_calls_itself_text_is_found(tmp_path: Path, kind: bytes) -> None:
    raw = HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n"
    assert found(tmp_path, raw + base64.encodebytes(PICTURE)) == {"!/part-1": PICTURE}
    assert found(tmp_path, raw + base64.encodebytes(b"only text")) == {}


def test_a_message_that_was_cut_off_yields_what_is_there(tmp_path: Path) -> None:
    raw = message(one=OTHER, two=PICTURE).as_bytes()
    answers = found(tmp_path, raw[:-5000])
    assert answers["!/one.jpg"] == OTHER
    assert PICTURE.startswith(bytes(answers["!/two.jpg"], "latin-1") if isinstance(answers["!/two.jpg"], str)
                              else answers["!/two.jpg"])  # fmt: skip


def test_boundaries_inside_boundaries_close_in_the_right_order(tmp_path: Path) -> None:
    raw = (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="outer"\n\npreamble\n--outer\n'
        + b"Content-Type: multipart/related; boundary=inner\n\n--inner\n"
        + b"Content-Type: image/jpeg\n\nfirst\n--inner\nContent-Type: image/png\n\nsecond\n--outer\n"
        + b"Content-Type: image/gif\n\nthird\n--not-a-boundary\n--outer--\nepilogue\n"
    )
    assert list(found(tmp_path, raw).values()) == [b"first\n", b"second\n", b"third\n--not-a-boundary\n"]


def test_a_hundred_thousand_open_boundaries_cost_no_more_than_a_hundred(tmp_path: Path) -> None:
    part = b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n"
    raw = HEAD + b"".join(part % (number, number) for number in range(20_000)) + b"\nend"
    assert found(tmp_path, raw) == {}


def test_a_line_without_end_is_read_in_pieces(tmp_path: Path) -> None:
    raw = HEAD + b"Content-Type: image/jpeg\n\n" + b"x" * 600_000
    assert found(tmp_path, raw) == {"!/part-1": b"x" * 600_000}
    assert found(tmp_path, HEAD + b"X: " + b"y" * 600_000) == {}


@pytest.mark.parametrize(
    "content",
    [
        b"From: a\nTo: b\n\nno third field",
        b"Dear Sir: no header\nat all",
        b"From here on: text\n" * 9,
        b": : :",
    ],
)
def test_other_text_is_no_message(tmp_path: Path, content: bytes) -> None:
    assert found(tmp_path, content) == {}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(min_size=1, max_size=300), max_size=4))
def test_any_attachments_that_python_sends_arrive(tmp_path: Path, contents: list[bytes]) -> None:
    mail = message(**{f"n{number}": data for number, data in enumerate(contents)})
    answers = found(tmp_path, mail.as_bytes())
    assert [answers[f"!/n{number}.jpg"] for number in range(len(contents))] == contents


@pytest.mark.parametrize("piece_bytes", [65_537, 65_538, 65_539, 200_000])
def test_quoted_bytes_without_line_ends_never_pile_up(piece_bytes: int) -> None:
    quoted = b"=C3=BCber" * 100_000
    cut = (quoted[at : at + piece_bytes] for at in range(0, len(quoted), piece_bytes))
    decoded = list(mail_parser._from_quoted(cut))
    assert b"".join(decoded) == "über".encode() * 100_000
    assert max(map(len, decoded)) <= piece_bytes
