"""Pictures come out of a PDF as a decoder can read them, whatever way they are packed."""

from __future__ import annotations

import base64
import io
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageDraw

from cairn.intake import STANDARD_RULES
from intake.containers.making import OTHER, PICTURE, found, zip_of

if TYPE_CHECKING:
    from pathlib import Path


def drawing(mode: str = "RGB") -> Image.Image:
    """A harmless drawing: no two corners are alike."""
    picture = Image.linear_gradient("L").resize((60, 40)).convert("RGB")
    ImageDraw.Draw(picture).ellipse((5, 5, 30, 25), fill=(200, 40, 10))
    return picture.convert(mode)


def pdf_object(number: int, words: bytes, data: bytes) -> bytes:
    return b"%d 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        words,
        len(data),
        data,
    )


def pdf_of(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(objects) + b"trailer << /Size 9 >>\n%%EOF\n"


def image(words: bytes, data: bytes, number: int = 5) -> bytes:
    head = b"/Type /XObject /Subtype /Image /Width 60 /Height 40 "
    return pdf_object(number, head + words, data)


def only_picture(answers: dict[str, bytes | str]) -> Image.Image:
    (answer,) = answers.values()
    assert isinstance(answer, bytes), answer
    return Image.open(io.BytesIO(answer))


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "P", "1"])
def test_pictures_of_a_pdf_that_pillow_writes_are_read(tmp_path: Path, mode: str) -> None:
    buffer = io.BytesIO()
    drawing(mode).save(buffer, "PDF")
    shown = only_picture(found(tmp_path, buffer.getvalue()))
    assert shown.size == (60, 40)
    if mode in "P1":  # These are packed without loss.
        assert same(shown, drawing(mode))


def test_a_jpeg_comes_out_byte_for_byte(tmp_path: Path) -> None:
    content = pdf_of(image(b"/Filter /DCTDecode", PICTURE), image(b"/Filter [ /DCTDecode ]", OTHER, 6))
    answers = found(tmp_path, content)
    assert [*answers.values()] == [PICTURE, OTHER]
    assert all(address.endswith(".jpg") for address in answers)


@pytest.mark.parametrize(
    ("filters", "pack"),
    [
        (b"/FlateDecode /DCTDecode", zlib.compress),
        (b"/ASCIIHexDecode /DCTDecode", lambda data: data.hex(" ").encode() + b">"),
        (b"/AHx /DCT", lambda data: data.hex().encode()[:-1] + b">"),
        (b"/ASCII85Decode /DCTDecode", lambda data: base64.a85encode(data, wrapcol=70) + b"~>"),
        (b"/ASCII85Decode /FlateDecode /DCTDecode", lambda data: base64.a85encode(zlib.compress(data))),
    ],
)  # fmt: skip
def test_filters_around_a_jpeg_are_undone(tmp_path: Path, filters: bytes, pack: object) -> None:
    assert callable(pack)
    content = pdf_of(image(b"/Filter [" + filters + b"]", pack(PICTURE + bytes(4))))
    assert [*found(tmp_path, content).values()] == [PICTURE + bytes(4)]


def rows_with_difference(raw: bytes, row_bytes: int, step: int) -> bytes:
    """The prediction of TIFF: each value less the one before it."""
    rows = [raw[at : at + row_bytes] for at in range(0, len(raw), row_bytes)]
    return b"".join(
        bytes((value - (row[place - step] if place >= step else 0)) & 255 for place, value in enumerate(row))
        for row in rows
    )


RAW = drawing().tobytes()
GREY = drawing("L").tobytes()
ROWS = [RAW[at : at + 180] for at in range(0, len(RAW), 180)]
COLOURS = b"/BitsPerComponent 8 /ColorSpace /DeviceRGB "


@pytest.mark.parametrize(
    ("words", "data"),
    [
        (COLOURS, RAW),
        (COLOURS + b"/Filter /FlateDecode", zlib.compress(RAW)),
        (b"/BitsPerComponent 8 /Filter /FlateDecode /ColorSpace 99 0 R", zlib.compress(RAW)),
        (COLOURS + b"/Filter /ASCIIHexDecode", RAW.hex().encode() + b">"),
        (COLOURS + b"/Filter [/A85 /Fl]", base64.a85encode(zlib.compress(RAW))),
        (COLOURS + b"/Filter /RunLengthDecode",
         b"".join(b"\x3b" + RAW[at : at + 60] for at in range(0, 7200, 60))),
        (COLOURS + b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 3 /Columns 60 >>",
         zlib.compress(b"".join(b"\0" + row for row in ROWS))),
        (b"/BitsPerComponent 8 /CS 9 0 R /Filter /Fl /DecodeParms << /Predictor 12 /Colors 3 /Columns 60 >>",
         zlib.compress(b"".join(b"\0" + row for row in ROWS))),
        (COLOURS + b"/Filter /FlateDecode /DecodeParms << /Predictor 2 /Colors 3 /Columns 60 >>",
         zlib.compress(rows_with_difference(RAW, 180, 3))),
    ],
)  # fmt: skip
def test_bare_pixels_get_a_header(tmp_path: Path, words: bytes, data: bytes) -> None:
    assert same(only_picture(found(tmp_path, pdf_of(image(words, data)))), drawing())


@pytest.mark.parametrize("space", [b"/DeviceGray", b"[/ICCBased 7 0 R]", b"8 0 R"])
def test_grey_pixels_stay_grey_and_inverted_ones_are_turned(tmp_path: Path, space: bytes) -> None:
    others = pdf_object(7, b"/N 1", b"profile") + b"8 0 obj [/ICCBased 7 0 R] endobj\n"
    words = b"/BitsPerComponent 8 /Filter /FlateDecode /ColorSpace " + space
    assert same(
        only_picture(found(tmp_path, pdf_of(image(words, zlib.compress(GREY)), others))), drawing("L")
    )
    words += b" /Decode [1 0]"
    turned = zlib.compress(bytes(255 - value for value in GREY))
    assert same(only_picture(found(tmp_path, pdf_of(image(words, turned), others))), drawing("L"))


PALETTE = bytes(value for grey in range(256) for value in (grey, 255 - grey, grey // 2))
GREYS = bytes(range(255, -1, -1))
LITERAL = GREYS.replace(b"\\", b"\\\\").replace(b"(", b"\\050").replace(b")", b"\\)").replace(b"\r", b"\\r")


@pytest.mark.parametrize(
    ("space", "other", "table"),
    [
        (b"[/Indexed /DeviceRGB 255 <" + PALETTE.hex().encode() + b">]", b"", PALETTE),
        (b"[/Indexed /DeviceRGB 255 7 0 R]", pdf_object(7, b"", PALETTE), PALETTE),
        (b"[/I /RGB 255 7 0 R]", pdf_object(7, b"/Filter /FlateDecode", zlib.compress(PALETTE)), PALETTE),
        (b"[/Indexed 8 0 R 255 7 0 R]",
         pdf_object(7, b"", PALETTE) + b"8 0 obj [/ICCBased 9 0 R] endobj\n" + pdf_object(9, b"/N 3", b""),
         PALETTE),
        (b"[/Indexed [/CalRGB << >>] 255 7 0 R]", b"7 0 obj <" + PALETTE.hex().encode() + b"> endobj\n",
         PALETTE),
        (b"[/Indexed /DeviceGray 255 (" + LITERAL + b")]", b"", bytes(v for g in GREYS for v in (g, g, g))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("predictor", [1, 15])
def test_colour_tables_are_found_wherever_they_stand(
    tmp_path: Path, space: bytes, other: bytes, table: bytes, predictor: int
) -> None:
    rows = [GREY[at : at + 60] for at in range(0, len(GREY), 60)]
    packed = zlib.compress(GREY if predictor == 1 else b"".join(b"\0" + row for row in rows))
    words = b"/BitsPerComponent 8 /Filter /FlateDecode /DecodeParms << /Predictor %d >> " % predictor
    shown = only_picture(found(tmp_path, pdf_of(image(words + b"/ColorSpace " + space, packed), other)))
    expected = Image.frombytes("P", (60, 40), GREY)
    expected.putpalette(table)
    assert same(shown, expected)


@pytest.mark.parametrize(
    "space",
    [
        b"/ColorSpace 8 0 R", b"/ColorSpace 77 0 R", b"/ColorSpace [/Indexed /DeviceCMYK 255 <00>]", b"",
        b"/ColorSpace [/Indexed /DeviceRGB 255 77 0 R]", b"/ColorSpace [/ICCBased 77 0 R]", b"/ColorSpace 9",
        b"/ColorSpace [/Indexed /DeviceRGB 255 10 0 R]", b"/ColorSpace [/Indexed /DeviceRGB 255 11 0 R]",
        b"/ColorSpace /Pattern", b"/ColorSpace [/Indexed /DeviceRGB 255 /nothing]",
    ],
)  # fmt: skip
def test_colours_that_are_not_found_are_said(tmp_path: Path, space: bytes) -> None:
    circle = b"8 0 obj 9 0 R endobj 9 0 obj 8 0 R endobj\n"
    tables = pdf_object(10, b"/Filter /LZWDecode", b"x") + pdf_object(11, b"/Filter /FlateDecode", b"x")
    words = b"/BitsPerComponent 8 /Filter /FlateDecode " + space
    (answer,) = found(tmp_path, pdf_of(image(words, zlib.compress(GREY)), circle, tables)).values()
    assert "colours are described in a part" in str(answer)


def test_fax_pages_are_read(tmp_path: Path) -> None:
    tiff = io.BytesIO()
    drawing("1").save(tiff, "TIFF", compression="group4")
    page = Image.open(io.BytesIO(tiff.getvalue()))
    offset, length = page.tag_v2[273][0], page.tag_v2[279][0]  # type: ignore[attr-defined]  # TIFF has tags
    data = tiff.getvalue()[offset : offset + length]
    white_is_zero = page.tag_v2[262] == 0  # type: ignore[attr-defined]  # as above
    words = b"/ImageMask true /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60 /BlackIs1 %s >>"
    words %= b"false" if white_is_zero else b"true"
    assert same(only_picture(found(tmp_path, pdf_of(image(words, data)))), drawing("1"))
    group3 = image(b"/Filter /CCF /DecodeParms << /K 0 >>", data)
    assert next(iter(found(tmp_path, pdf_of(group3)))).endswith(".tif")


def test_a_stencil_of_one_bit_is_a_picture(tmp_path: Path) -> None:
    content = pdf_of(image(b"/ImageMask true /Filter /FlateDecode", zlib.compress(drawing("1").tobytes())))
    assert only_picture(found(tmp_path, content)).size == (60, 40)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (b"/Filter /Crypt", "packed with Crypt"),
        (b"/BitsPerComponent 99999", "number of bits"),
        (b"/Filter /CCF /Columns -1", "fax page's width"),
        (b"/Filter [/LZWDecode /DCTDecode]", "packed with LZWDecode"),
        (COLOURS + b"/Filter /LZWDecode /DecodeParms << /Predictor 15 >>", "no picture file has"),
        (COLOURS.replace(b"RGB", b"CMYK") + b"/Filter /FlateDecode /DecodeParms << /Predictor 15 >>",
         "no picture"),
        (b"/Filter [/FlateDecode /DCTDecode]", "damaged"),
        (b"/Filter [/ASCII85Decode /DCTDecode]", "damaged"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_said(tmp_path: Path, words: bytes, sentence: str) -> None:
    (answer,) = found(tmp_path, pdf_of(image(words, b"uuuuuuuuuu"))).values()
    assert sentence in str(answer)


def test_a_picture_without_a_size_is_damage(tmp_path: Path) -> None:
    content = pdf_of(pdf_object(5, b"/Subtype /Image " + COLOURS, RAW))
    assert "width and height" in str(found(tmp_path, content))


def test_an_encrypted_pdf_is_said(tmp_path: Path) -> None:
    content = pdf_of(image(b"/Filter /DCTDecode", PICTURE)).replace(b"/Size 9", b"/Encrypt 4 0 R")
    answers = found(tmp_path, content)
    assert list(answers) == ["!/"]
    assert str(answers["!/"]).startswith("input.encrypted")


def test_attached_files_are_members_and_opened_in_turn(tmp_path: Path) -> None:
    packed = zlib.compress(zip_of({"1.jpg": PICTURE}))
    answers = found(tmp_path, pdf_of(pdf_object(3, b"/Type /EmbeddedFile /Filter /FlateDecode", packed)))
    assert PICTURE in answers.values()


def test_a_pdf_that_was_cut_off_yields_the_pictures_before_the_cut(tmp_path: Path) -> None:
    whole = pdf_of(image(b"/Filter /DCTDecode", OTHER), image(b"/Filter /DCTDecode", PICTURE, 6))
    first, second = found(tmp_path, whole[: len(OTHER) + 9000]).values()
    assert first == OTHER
    assert "ends before the end of this stream" in str(second)


@pytest.mark.parametrize("length", [b"/Length 7 0 R", b"/Length 99999", b"/Length 3", b""])
def test_a_length_that_is_wrong_or_elsewhere_is_found_by_the_end_mark(tmp_path: Path, length: bytes) -> None:
    stated = b"/Length %d" % len(PICTURE)
    content = pdf_of(image(b"/Filter /DCTDecode", PICTURE), image(b"/Filter /DCTDecode", OTHER, 6))
    assert [*found(tmp_path, content.replace(stated, length)).values()] == [PICTURE, OTHER]


def test_a_name_with_escaped_letters_does_not_hide_a_picture(tmp_path: Path) -> None:
    content = pdf_of(image(b"/Filter /DCTDecode", PICTURE)).replace(b"/Image", b"/#49mage")
    assert [*found(tmp_path, content).values()] == [PICTURE]


def test_a_picture_that_unpacks_beyond_the_ratio_is_refused(tmp_path: Path) -> None:
    rules = replace(STANDARD_RULES, ratio_grace_bytes=1 << 20)
    bomb = image(b"/Filter [/FlateDecode /DCTDecode]", zlib.compress(bytes(8 << 20), 9))
    (answer,) = found(tmp_path, pdf_of(bomb), rules).values()
    assert "250 times" in str(answer)


def test_pictures_at_every_place_of_a_large_file_are_found(tmp_path: Path) -> None:
    content = pdf_of(*(b"%" * 16_381 + b"\n" + image(b"/Filter /DCTDecode", OTHER, n + 1) for n in range(40)))
    answers = found(tmp_path, content)
    assert len(answers) == 40
    assert set(answers.values()) == {OTHER}
