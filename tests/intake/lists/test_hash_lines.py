"""Lists with one hash a line are read in every way of writing them, and every line is accounted for."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.intake.lists import Hash, ListEntry, Reckoning
from cairn.intake.lists.hash_lines import parse_line, read_hash_lines
from intake.lists.samples import (
    batches_of,
    entries_of,
    lines,
    md5,
    pdq,
    photodna,
    recognised,
    set_aside_of,
    sha1,
    sha256,
)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("kind", "made"), [("md5", md5), ("sha1", sha1), ("sha256", sha256)])
def test_a_plain_list_is_read_in_every_encoding(end: str, encoding: str, kind: str, made: object) -> None:
    hashes = [made(number) for number in range(100)]  # type: ignore[operator]
    data = lines([each.hex() for each in hashes], end).decode().encode(encoding)
    found = entries_of(data)
    assert [getattr(each, kind) for each in found] == hashes
    assert [each.line for each in found] == list(range(1, 101))


@pytest.mark.parametrize(
    ("line", "kind", "name"),
    [
        ("{}", "md5", None),
        ("  {} ", "md5", None),
        ("{}  DCIM/1 2.jpg", "md5", "DCIM/1 2.jpg"),
        ("{} *DCIM/1.jpg", "md5", "DCIM/1.jpg"),
        ("{}\tDCIM/1.jpg", "md5", "DCIM/1.jpg"),
        ("\\{}  a\\nb\\\\c.jpg", "md5", "a\nb\\c.jpg"),
        ("MD5 (a) b (c).jpg) = {}", "md5", "a) b (c).jpg"),
        ("MD5(a.jpg)= {}", "md5", "a.jpg"),
        ("md5:{}", "md5", None),
        ("MD5 {}", "md5", None),
        ("pdna {}", "photodna", None),
        ("SHA2-256 (x) = {}", "sha256", "x"),
        ("pdq {}", "pdq", None),
        ("PDQ,{}", "pdq", None),
        ("SHA256          {}       C:\\DCIM\\1 2.jpg", "sha256", "C:\\DCIM\\1 2.jpg"),
    ],
)
@pytest.mark.parametrize("is_upper", [False, True])
def test_every_way_of_writing_a_hash_is_read(line: str, kind: str, name: str | None, is_upper: bool) -> None:
    value = {"md5": md5(1), "photodna": photodna(1), "sha256": sha256(1), "pdq": pdq(1)}[kind]
    text = value.hex().upper() if is_upper else value.hex()
    assert parse_line(line.format(text), bare_64=Hash.SHA256) == (Hash(kind), value, name)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "photo.jpg",
        "abc",
        md5(1).hex()[:-1],
        md5(1).hex() + "0",
        "g" * 32,
        "MD5 (a.jpg) = " + sha1(1).hex(),
        "CRC32 (a.jpg) = 01234567",
        "md5:" + sha1(1).hex(),
        "0123456789abcdef 0123456789abcde",
        "٣" * 32,
    ],
)
def test_what_is_no_hash_is_not_taken_for_one(line: str) -> None:
    assert parse_line(line, bare_64=Hash.SHA256) is None


def test_a_list_of_different_hashes_keeps_each_under_its_kind() -> None:
    data = lines([md5(1).hex(), sha1(2).hex().upper(), f"pdq {pdq(3).hex()}", sha256(4).hex()])
    assert entries_of(data) == [
        ListEntry(1, md5=md5(1)),
        ListEntry(2, sha1=sha1(2)),
        ListEntry(3, pdq=pdq(3)),
        ListEntry(4, sha256=sha256(4)),
    ]


@pytest.mark.parametrize("sign", ["  ", " *"])
def test_a_long_list_of_sums_keeps_the_names(sign: str) -> None:
    data = lines([f"{sha1(number).hex()}{sign}ü {number}.jpg" for number in range(1000)])
    found = entries_of(data)
    assert (found[999].sha1, found[999].name) == (sha1(999), "ü 999.jpg")


def test_a_list_of_pdq_hashes_is_read_with_and_without_their_kind() -> None:
    for prefix in ("", "pdq ", "PDQ "):
        data = lines([prefix + pdq(number).hex().upper() for number in range(8)])
        assert [each.pdq for each in entries_of(data)] == [pdq(number) for number in range(8)]


def test_photodna_values_are_read_from_base64_and_hexadecimal() -> None:
    alike = lines([photodna(1).hex(), photodna(2).hex().upper()])
    assert [each.photodna for each in entries_of(alike)] == [photodna(1), photodna(2)]
    mixed = lines([base64.b64encode(photodna(1)).decode(), photodna(2).hex()])
    assert entries_of(mixed) == [ListEntry(1, photodna=photodna(1)), ListEntry(2, photodna=photodna(2))]


def test_lines_that_are_no_hash_are_listed_with_their_reason_and_never_their_text() -> None:
    data = lines(
        [md5(1).hex(), "", "# made by", md5(2).hex()[:30], "secret name.jpg", md5(3).hex(), md5(4).hex()]
    )
    assert [(each.line, each.why) for each in set_aside_of(data)] == [
        (4, "It has 30 hexadecimal digits, which is the length of no hash that is known."),
        (5, "There is no hash in it."),
    ]
    [batch] = batches_of(data)
    assert (batch.line_count, batch.passed_over, len(batch)) == (7, 2, 3)


def test_spaces_between_digits_do_not_shift_the_hashes_behind_them() -> None:
    texts = [md5(number).hex() for number in range(4)]
    texts[1] = texts[1][:10] + "  " + texts[1][12:]
    data = lines(texts)
    assert [each.line for each in set_aside_of(data)] == [2]
    assert [each.md5 for each in entries_of(data)] == [md5(0), md5(2), md5(3)]


def test_bytes_that_are_no_text_in_a_name_are_shown_and_the_hash_is_kept() -> None:
    data = md5(1).hex().encode() + b"  gr\xfcn.jpg\n" + md5(2).hex().encode() + b"  b.jpg"
    assert [each.name for each in entries_of(data)] == ["gr\\xfcn.jpg", "b.jpg"]


def test_a_list_longer_than_a_block_keeps_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.intake.lists.text_lines.BLOCK_BYTES", 50)
    data = lines([md5(number).hex() for number in range(20)], "\r\n")
    assert [(each.line, each.md5) for each in entries_of(data)] == [
        (number + 1, md5(number)) for number in range(20)
    ]


LINE = st.one_of(
    st.binary(min_size=16, max_size=16).map(bytes.hex),
    st.tuples(st.binary(min_size=20, max_size=20), st.text("ab \\*", max_size=5)).map(
        lambda each: f"{each[0].hex()}  {each[1]}"
    ),
    st.text("0123456789abcdefABCDEF", max_size=70),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.just(""),
    st.just("# x"),
)


@given(st.lists(LINE, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_every_line_of_any_text_is_accounted_for(texts: list[str], end: str) -> None:
    data = end.join(texts).encode()
    reckoning = Reckoning()
    seen: list[int] = []
    for batch in read_hash_lines(io.BytesIO(data), bare_64=Hash.SHA256):
        reckoning.add(batch)
        seen += [*batch.lines.tolist(), *(remark.line for remark in batch.set_aside)]
    assert reckoning.adds_up
    text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    assert reckoning.lines == len(text.split("\n")) - (not text.split("\n")[-1])
    assert len(set(seen)) == len(seen)


@given(st.lists(LINE, min_size=1, max_size=8))
def test_a_line_is_read_alike_alone_and_among_others(texts: list[str]) -> None:
    texts = [text for text in texts if not set(text) & set("\r\n")] or [""]
    together = [
        entry
        for batch in read_hash_lines(io.BytesIO(lines(texts)), bare_64=Hash.SHA256)
        for entry in batch.entries()
    ]
    alone = [
        (number, parsed)
        for number, text in enumerate(texts, start=1)
        if (parsed := parse_line(text, bare_64=Hash.SHA256))
    ]
    assert [(each.line, each.name) for each in together] == [(number, parsed[2]) for number, parsed in alone]
    for entry, (_, parsed) in zip(together, alone, strict=True):
        assert getattr(entry, parsed[0]) == parsed[1]


def test_a_file_of_hashes_is_recognised() -> None:
    assert recognised(lines([md5(1).hex()])).sentence == "This is a list with one hash a line."
