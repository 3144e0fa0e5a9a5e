"""Small valid files of the field's formats for the fuzzer to start from."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.intake.vics import (
    AlternativeHash,
    Case,
    Exif,
    Form,
    Kind,
    Media,
    MediaFile,
    write_case,
    write_media_set,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MEDIA = Media(
    media_id=7,
    category=1,
    md5=bytes(16),
    photodna=bytes(144),
    victim_identified=False,
    tags="a,b",
    alternative_hashes=(AlternativeHash("SHA256", "00" * 32),),
    exifs=(Exif(None, "Make", "x"),),
    media_files=(MediaFile(file_name="ü.jpg", deleted=True),),
    other={"odata.id": "Media(7)", "N": [1.5, None]},
)


def _vics() -> Iterator[bytes]:
    for version in ("1.3", "2.0"):
        target = io.BytesIO()
        write_media_set(target, [_MEDIA, Media()], form=Form(version, Kind.MEDIA))
        yield target.getvalue()
        target = io.BytesIO()
        write_case(target, Case(case_number="1"), [_MEDIA], form=Form(version, Kind.CASES))
        yield target.getvalue().replace(b"false", b'"False"')
        yield b"\xef\xbb\xbf" + target.getvalue()
        yield target.getvalue().decode().encode("utf-16")


_DIGITS = "0123456789abcdef" * 2
_LISTS = (
    f"{_DIGITS}\n{_DIGITS}  a.jpg\n# x\n\nMD5 (b) = {_DIGITS}\nsha1:{_DIGITS}01234567\n",
    f"pdq {_DIGITS * 2}\npdq {_DIGITS * 2}\n",
    (
        "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
        f"Number of submissions;File Available;Media Type;Baseline\n{_DIGITS};;;1;y;n;;S;1;Y;Image;Y\n"
    ),
    f'"file_id","hashset_id","file_name","directory","hash","file_size"\n1,2,"a","b","{_DIGITS}",3\n',
    (
        '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\r\n'
        f'"","{_DIGITS}","0","a ""b""",1,1,"x",""\r\n'
    ),
    f'md5,comment\n{_DIGITS},"one\ntwo"\n{_DIGITS},"\n',
    f"{_DIGITS},1\n{_DIGITS},2\n",
    (
        '<queryResult xmlns="https://example.org/v2"><images count="1" maxTimestamp="2024"><image>'
        f'<member id="1">M</member><id>7</id><fingerprints><md5>{_DIGITS}</md5></fingerprints></image>'
        "<deletedImage><id>8</id></deletedImage></images><paging><next>/x</next></paging></queryResult>"
    ),
    (
        '{"count": 1, "hashRecords": [{"lastModtimestamp": 1, "signalType": "VideoMD5", "hashValue": "'
        f'{_DIGITS}", "hashStatus": "Withdrawn", "caseNumbers": {{"a": "b"}}}}]}}'
    ),
)


def _lists() -> Iterator[bytes]:
    for text in _LISTS:
        yield text.encode()
        yield text.encode("utf-16")
    yield (b"HASH\r\n\xff\x00" + b"\1\0\0\0" * 2 + b"\1\0\0\0").ljust(1152, b"\0") + bytes(18)


def _profiled_lists() -> Iterator[bytes]:
    yield f'name = "x"\ndelimiter = ";"\n[columns]\nh = "md5"\n\0h;i\n{_DIGITS};1\n'.encode()
    yield f'header = false\nskip_lines = 1\n[columns]\n2 = "md5"\n\0x\n1,{_DIGITS}\n'.encode()


def _tips() -> Iterator[bytes]:
    yield (
        "<all><report><incidentSummary><incidentType>x</incidentType><reportAnnotations><spam/>"
        "</reportAnnotations><incidentDateTime>2024-05-01T10:00:00Z</incidentDateTime></incidentSummary>"
        "<internetDetails><webPageIncident><url>u</url></webPageIncident></internetDetails>"
        "<reporter><companyName>c</companyName></reporter></report><fileDetails>"
        "<fileViewedByEsp>true</fileViewedByEsp><industryClassification>A1</industryClassification>"
        f'<originalFileHash hashType="MD5">{_DIGITS}</originalFileHash><ipCaptureEvent><port>1</port>'
        "</ipCaptureEvent></fileDetails></all>"
    ).encode()


def _own_reports() -> Iterator[bytes]:
    yield (
        '{"format": "cairn-report", "version": 1, "reference": "1", "reporter": "r", "urgent": "",'
        '"x-a": "b", "reported_at": "2024-05-01T12:00:00+02:00", "markers": ["drawn"], "items": [{'
        f'"file": "a/b", "viewed": true, "hashes": {{"md5": "{_DIGITS}"}},'
        '"seen": [{"kind": "web", "port": 80, "country": "NL"}]}]}'
    ).encode()


def _databases() -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "rds.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA page_size = 512")
            connection.execute("CREATE TABLE FILE (sha256, sha1, md5, file_name, file_size, package_id)")
            rows = [("ab" * 32, "ab" * 20, _DIGITS, "a.dll", number, 1) for number in range(10)]
            connection.executemany("INSERT INTO FILE VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.commit()
        yield file.read_bytes()


def _shared_pages() -> Iterator[bytes]:
    own = '<c:cairnEntry xmlns:c="urn:cairn:exchange:1" tlp="TLP:RED" handling_code="H1"/>'
    (text,) = (each for each in _LISTS if each.startswith("<queryResult"))
    stamp = "<timestamp>2024-05-01T10:00:00Z</timestamp>"
    yield (
        text.replace("<next>/x", "<next>/v2/entries?start=2")
        .replace("</image>", f"{stamp}{own}</image>")
        .encode()
    )
    yield text.replace("<paging><next>/x</next></paging>", "").encode()


def _stopncii_pages() -> Iterator[bytes]:
    (text,) = (each for each in _LISTS if each.startswith('{"count"'))
    yield text.replace('"count": 1', '"hasMoreRecords": true, "nextPageToken": "2"').encode()
    yield text.replace('"count": 1', '"hasMoreRecords": false').replace("Withdrawn", "Active").encode()


def _sources() -> Iterator[bytes]:
    yield (
        b'kind = "stopncii"\naddress = "http://127.0.0.1:8/v1"\nsecret_env = "A"\nsubscription_file = "b"\n'
        b'[list]\nname = "x"\nnamed = ["A"]\n'
    )


FORMAT_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "vics": _vics,
    "list": _lists,
    "profiled-list": _profiled_lists,
    "nsrl": _databases,
    "cybertip": _tips,
    "own-report": _own_reports,
    "shared-page": _shared_pages,
    "stopncii-page": _stopncii_pages,
    "source": _sources,
}
