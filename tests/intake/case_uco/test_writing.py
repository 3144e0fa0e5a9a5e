"""A bundle is a graph in which every name leads somewhere, and a thing has one name everywhere."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import pytest

from cairn.intake.case_uco import (
    Act,
    Bundle,
    BundleFile,
    FileLink,
    Marking,
    Organization,
    Provenance,
    Tool,
    write_bundle,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
AT = datetime(2024, 5, 1, 10, tzinfo=UTC)


def _id(name: str) -> UUID:
    return uuid5(SPACE, name)


BUNDLE = Bundle(
    id=_id("bundle"),
    case_id=_id("case"),
    case_reference="K-17",
    description="A check of one exhibit.",
    made_at=AT,
    authority=Organization(_id("unit"), "Unit of Examplia"),
    tool=Tool(_id("tool"), "Cairn", "0.1.0"),
    provenance=Provenance(_id("exhibit"), "E1", "A telephone."),
    act=Act(_id("check"), "check", AT, AT),
    markings=(Marking(_id("tlp"), "TLP:AMBER"), Marking(_id("h1"), "H1")),
)
FILES = [
    BundleFile(
        id=_id("1"),
        name="ü.jpg",
        path="DCIM/ü.jpg",
        size_bytes=12,
        media_type="image/jpeg",
        hashes={"MD5": bytes(16), "SHA256": bytes(32), "PDQ": b"\xf0" * 32},
        width=640,
        height=480,
        exif={"Make": "Maker", "Model": "M"},
        modified_at=AT,
        notes=("Known since 2023.",),
    ),
    BundleFile(id=_id("2")),
]
LINKS = [FileLink(_id("link"), _id("1"), _id("2"), "Similar_To", 93, ("12 of 256 bits differ.",))]


def _graph(*args: Any) -> list[dict[str, Any]]:
    target = io.BytesIO()
    count = write_bundle(target, *args)
    graph: list[dict[str, Any]] = json.loads(target.getvalue())["@graph"]
    assert len(graph) == count
    return graph


def _values(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for below in node.values():
            yield from _values(below)
    elif isinstance(node, list):
        for below in node:
            yield from _values(below)


def test_every_name_leads_to_a_node_and_every_node_has_one_name() -> None:
    nodes = list(_values(_graph(BUNDLE, FILES, LINKS)))
    defined = [node["@id"] for node in nodes if "@id" in node and "@type" in node]
    named = {node["@id"] for node in nodes if "@id" in node}
    assert len(defined) == len(set(defined))
    assert named == set(defined)
    assert all(UUID(name[-36:]) for name in named)


def test_every_prefix_is_declared() -> None:
    target = io.BytesIO()
    write_bundle(target, BUNDLE, FILES, LINKS)
    whole = json.loads(target.getvalue())
    used = {
        key.partition(":")[0] for node in _values(whole["@graph"]) for key in node if not key.startswith("@")
    }
    used |= {node["@type"].partition(":")[0] for node in _values(whole["@graph"]) if "@type" in node}
    assert used <= set(whole["@context"])


def test_what_is_known_of_a_file_stands_in_its_facets() -> None:
    first, second = (node for node in _graph(BUNDLE, FILES, LINKS) if node["@type"] == "uco-observable:File")
    facets = {facet["@type"]: facet for facet in first["uco-core:hasFacet"]}
    assert facets["uco-observable:FileFacet"]["uco-observable:filePath"] == "DCIM/ü.jpg"
    hashes = facets["uco-observable:ContentDataFacet"]["uco-observable:hash"]
    assert [each["uco-types:hashMethod"] for each in hashes] == ["MD5", "SHA256", "PDQ"]
    assert hashes[2]["uco-types:hashValue"]["@value"] == "f0" * 32
    assert facets["uco-observable:RasterPictureFacet"]["uco-observable:pictureWidth"]["@value"] == "640"
    assert len(facets["uco-observable:EXIFFacet"]["uco-observable:exifData"]["uco-types:entry"]) == 2
    assert [facet["@type"] for facet in second["uco-core:hasFacet"]] == [
        "uco-observable:FileFacet",
        "uco-observable:ContentDataFacet",
    ]


def test_files_and_links_carry_the_markings_and_belong_to_the_exhibit_and_the_check() -> None:
    graph = {node["@type"]: node for node in _graph(BUNDLE, FILES, LINKS)}
    link = graph["uco-observable:ObservableRelationship"]
    assert len(link["uco-core:objectMarking"]) == 2
    assert link["uco-core:hasFacet"][0]["uco-core:confidence"]["@value"] == "93"
    assert len(graph["case-investigation:ProvenanceRecord"]["uco-core:object"]) == 3
    assert len(graph["case-investigation:InvestigativeAction"]["uco-action:result"]) == 4
    assert graph["case-investigation:Investigation"]["uco-core:name"] == "K-17"


def test_the_same_case_is_written_the_same_way() -> None:
    assert _graph(BUNDLE, FILES, LINKS) == _graph(BUNDLE, iter(FILES), iter(LINKS))


def test_a_case_without_files_links_and_markings_is_a_bundle_too() -> None:
    bare = Bundle(**{name: getattr(BUNDLE, name) for name in BUNDLE.__slots__ if name != "markings"})
    graph = {node["@type"]: node for node in _graph(bare, [])}
    assert "uco-core:objectMarking" not in graph["uco-core:Bundle"]
    assert "uco-core:object" not in graph["case-investigation:ProvenanceRecord"]


def test_a_link_without_a_figure_has_no_confidence_and_an_impossible_one_is_refused() -> None:
    plain = FileLink(_id("l"), _id("1"), _id("2"), "Similar_To")
    assert "uco-core:hasFacet" not in _graph(BUNDLE, FILES, [plain])[-5]
    with pytest.raises(ValueError, match="0 to 100"):
        _graph(BUNDLE, FILES, [FileLink(_id("l"), _id("1"), _id("2"), "Similar_To", 101)])


def test_a_time_without_a_zone_is_refused() -> None:
    naive = BundleFile(id=_id("1"), modified_at=AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="no zone"):
        _graph(BUNDLE, [naive])
