"""Headers are read in the many ways in which programs write them, and hostile ones never crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.intake.containers.mail_header import PartHeader, read_part_header


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'attachment; filename="1.jpg"', "1.jpg"),
        (b"attachment; filename=1.jpg; size=3", "1.jpg"),
        (b'attachment; filename="a\\"b;c.jpg"', 'a"b;c.jpg'),
        (b"attachment; filename*=UTF-8''gr%C3%BCn.jpg", "grün.jpg"),
        (b"attachment; filename*=iso-8859-1'de'gr%FCn.jpg", "grün.jpg"),
        (b'attachment; filename*0="long "; filename*1="name.jpg"', "long name.jpg"),
        (b"attachment; filename*0*=utf-8''gr%C3%BC; filename*1=n.jpg", "grün.jpg"),
        (b"attachment; filename*=no-charset.jpg", "no-charset.jpg"),
        (b'attachment; filename="=?utf-8?B?Z3LDvG4uanBn?="', "grün.jpg"),
        (b'attachment; filename="=?utf-8?q?gr=C3=BC_?= =?utf-8?q?n=2Ejpg?="', "grü n.jpg"),
        (b'attachment; filename="=?utf-8?b?!?="', ""),
        (b'attachment; filename="=?no-such-charset?q?a=FFb?="', "a\\xffb"),
        (b'attachment; filename="=?unicode_escape?q?a=5Cx41?="', "a\\x41"),
        (b'attachment; filename="=?hex?q?6161?="', "6161"),
        (b'attachment; filename="=?idna?q?a=FF?="', "a\\xff"),
        (b'attachment; filename="\xff\xfe.jpg"', "\\xff\\xfe.jpg"),
        (b'attachment; filename="=?utf-7?q?+2AA-?="', "\\ud800"),
        (b"attachment; filename*=utf-8''\xed%C3%BC", "\\xedü"),
        (b"attachment; filename*9999=x; filename*a=y", None),
        (b"attachment", None),
    ],
)
def test_file_names_are_read_in_every_form(field: bytes, name: str | None) -> None:
    assert read_part_header(b"Content-Disposition: " + field).name == name


def test_folded_lines_and_the_name_of_the_type_are_read() -> None:
    raw = b"Content-Type: IMAGE/JPEG;\r\n\tname=a.jpg\r\nContent-Transfer-Encoding: Base64 \r\nno field\r\n"
    assert read_part_header(raw) == PartHeader("image/jpeg", None, "base64", "a.jpg")


def test_a_boundary_is_kept_with_its_bytes() -> None:
    raw = b'Content-Type: multipart/mixed; boundary="a=_b\xff"'
    assert read_part_header(raw).boundary == b"a=_b\xff"


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [b"Content-Type:", b"Content-Disposition:", b" filename*0*=", b"=?utf-8?b?", b"?=", b"'",
                 b";", b"%f", b'"', b"\\", b"\r\n", b" name=", b"*1*=", b"idna", b"utf-16", b"=?utf-7?q?"]
            ),
            st.binary(max_size=5),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_any_header_gets_an_answer_that_can_be_stored(pieces: list[bytes]) -> None:
    header = read_part_header(b"Content-Disposition: a" + b"".join(pieces))
    (header.name or "").encode("utf-8")
