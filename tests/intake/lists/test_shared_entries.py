"""Pages of hash sharing services are read with their tombstones, and hostile XML is refused."""

from __future__ import annotations

import io

import pytest

from cairn.errors import InputError
from cairn.intake.lists import ListEntry, ListFormat, Page, read_shared_entries
from intake.lists.samples import (
    batches_of,
    entries_of,
    entries_xml,
    md5,
    pdq,
    photodna,
    recognised,
    set_aside_of,
)

IMAGE = f"""
<images count="2" maxTimestamp="2017-10-24T15:10:00Z">
 <image>
  <member id="42">Example Member</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>image1</id>
  <classification>A1</classification>
  <fingerprints>
   <md5>{md5(1).hex()}</md5><pdna>{photodna(1).hex()}</pdna><pdq>{pdq(1).hex()}</pdq>
   <tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/><sha1>no</sha1>
  </fingerprints>
  <feedback>
   <affirmativeFeedback type="MD5"><members><member id="7"/></members></affirmativeFeedback>
  </feedback>
 </image>
 <deletedImage>
  <member id="43">Other</member><id>image4</id><timestamp>2017-10-24T15:10:00Z</timestamp>
 </deletedImage>
</images>
<videos count="1" maxTimestamp="2017-10-25T00:00:00Z">
 <deletedVideo><id>v</id></deletedVideo>
</videos>"""
PAGING = "<paging><next>/v2/entries?start=2001&amp;size=1000</next></paging>"


def test_entries_and_tombstones_are_read_with_everything_that_is_said() -> None:
    data = entries_xml(IMAGE, paging=PAGING)
    assert recognised(data).format is ListFormat.SHARED_ENTRIES
    image, deleted, video = entries_of(data)
    assert image == ListEntry(
        4,
        md5=md5(1),
        photodna=photodna(1),
        pdq=pdq(1),
        category="A1",
        reference="image1",
        media_type="image",
        source="42",
        dated="2017-10-24T15:00:00Z",
        facts={
            "member": "Example Member",
            "fingerprints/tmk-pdqf": "/v2/entries/1/fingerprints/TMK_PDQF",
            "fingerprints/sha1": "no",
            "feedback/affirmativeFeedback@type": "MD5",
            "feedback/affirmativeFeedback/members/member@id": "7",
        },
    )
    assert (deleted.is_withdrawn, deleted.reference, deleted.source) == (True, "image4", "43")
    assert (video.is_withdrawn, video.media_type, video.source) == (True, "video", None)


def test_the_page_says_how_many_how_new_and_where_the_next_one_is() -> None:
    *_, page = read_shared_entries(io.BytesIO(entries_xml(IMAGE, paging=PAGING)))
    assert page == Page(3, "2017-10-25T00:00:00Z", "/v2/entries?start=2001&size=1000")
    *_, last = read_shared_entries(io.BytesIO(entries_xml("<images count='x'/>")))
    assert last == Page(None, None, None)


def test_names_with_a_prefix_are_the_same_names() -> None:
    data = entries_xml(IMAGE).decode().replace("<image>", "<n:image>").replace("</image>", "</n:image>")
    assert len(entries_of(data.encode())) == 3


def test_an_entry_without_a_hash_that_can_be_used_is_set_aside() -> None:
    body = "<videos><video><id>1</id><fingerprints><tmk/></fingerprints></video><deletedVideo/></videos>"
    assert [each.why for each in set_aside_of(entries_xml(body))] == [
        "The entry has no hash that Cairn can use.",
        "The entry has no hash that Cairn can use.",
    ]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]>',
    ],
)
def test_a_document_type_is_refused(doctype: str) -> None:
    with pytest.raises(InputError) as refused:
        batches_of((doctype + entries_xml(IMAGE).decode().split("?>")[1]).encode())
    assert refused.value.code == "xml.doctype"
