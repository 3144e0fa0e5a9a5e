"""CASE/UCO bundles: a case with its provenance as JSON-LD, for the tools of other laboratories.

The bundle is one object with a ``@graph``, written node by node: of each file only its name is kept in
memory. Ids end with a UUID, as CASE asks. Source: CASE 1.x and UCO 1.x, the classes named in each function.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from uuid import uuid5

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from cairn.intake.case_uco.values import Bundle, BundleFile, FileLink

UCO: Final = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT: Final = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:cairn:kb:",
    "uco-action": f"{UCO}action/",
    "uco-core": f"{UCO}core/",
    "uco-identity": f"{UCO}identity/",
    "uco-marking": f"{UCO}marking/",
    "uco-observable": f"{UCO}observable/",
    "uco-tool": f"{UCO}tool/",
    "uco-types": f"{UCO}types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

MOST_CONFIDENCE: Final = 100

_Node = dict[str, Any]


def write_bundle(
    target: BinaryIO, bundle: Bundle, files: Iterable[BundleFile], links: Iterable[FileLink] = ()
) -> int:
    """Write a bundle and answer how many nodes its graph has.

    Args:
        target: Takes the bytes, which are ASCII.
        bundle: The case.
        files: Its files, written one by one.
        links: Links between these files.

    Raises:
        ValueError: A confidence is not between 0 and 100, or a time has no zone.
    """
    target.write(f'{{"@context": {json.dumps(CONTEXT)},\n"@graph": ['.encode("ascii"))
    count = 0
    for node in _nodes(bundle, files, links):
        target.write((b",\n" if count else b"\n") + json.dumps(node).encode("ascii"))
        count += 1
    target.write(b"\n]}\n")
    return count


def _nodes(bundle: Bundle, files: Iterable[BundleFile], links: Iterable[FileLink]) -> Iterator[_Node]:
    """Yield the nodes; those that name all files come last, since only then all are known."""
    written: list[_Node] = []
    yield from _frame(bundle)
    for file in files:
        node = _file(file, bundle)
        written.append({"@id": node["@id"]})
        yield node
    for link in links:
        node = _link(link, bundle)
        written.append({"@id": node["@id"]})
        yield node
    yield _provenance(bundle, written)
    yield _act(bundle, written)
    yield _investigation(bundle)
    yield _bundle(bundle, written)


def _frame(bundle: Bundle) -> Iterator[_Node]:
    """Yield uco-identity:Organization, uco-tool:AnalyticTool and uco-marking:MarkingDefinition."""
    yield {
        **_node("organization", bundle.authority.id, "uco-identity:Organization"),
        "uco-core:name": bundle.authority.name,
    }
    yield {
        **_node("tool", bundle.tool.id, "uco-tool:AnalyticTool"),
        "uco-core:name": bundle.tool.name,
        "uco-tool:version": bundle.tool.version,
    }
    for marking in bundle.markings:
        yield {
            **_node("marking", marking.id, "uco-marking:MarkingDefinition"),
            "uco-marking:definitionType": "statement",
            "uco-marking:definition": {
                **_node("statement", _part(marking.id, "statement"), "uco-marking:StatementMarking"),
                "uco-marking:definitionType": "statement",
                "uco-marking:statement": marking.statement,
            },
        }


def _file(file: BundleFile, bundle: Bundle) -> _Node:
    """Answer a uco-observable:File with the facets of what is known of it."""
    facets = [_file_facet(file), _content_facet(file), _picture_facet(file), _exif_facet(file)]
    return {
        **_node("file", file.id, "uco-observable:File"),
        **_described(file.notes),
        **_marked(bundle),
        "uco-core:hasFacet": [facet for facet in facets if facet],
    }


def _file_facet(file: BundleFile) -> _Node:
    return {
        **_node("file-facet", _part(file.id, "file"), "uco-observable:FileFacet"),
        **_said("uco-observable:fileName", file.name),
        **_said("uco-observable:filePath", file.path),
        **_typed("uco-observable:sizeInBytes", "xsd:integer", file.size_bytes),
        **_typed("uco-observable:modifiedTime", "xsd:dateTime", _time(file.modified_at)),
    }


def _content_facet(file: BundleFile) -> _Node:
    hashes = [
        {
            **_node("hash", _part(file.id, method), "uco-types:Hash"),
            "uco-types:hashMethod": method,
            "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": value.hex()},
        }
        for method, value in file.hashes.items()
    ]
    return {
        **_node("content-data-facet", _part(file.id, "content"), "uco-observable:ContentDataFacet"),
        **({"uco-observable:hash": hashes} if hashes else {}),
        **_said("uco-observable:mimeType", file.media_type),
        **_typed("uco-observable:sizeInBytes", "xsd:integer", file.size_bytes),
    }


def _picture_facet(file: BundleFile) -> _Node | None:
    if file.width is None and file.height is None:
        return None
    return {
        **_node("raster-picture-facet", _part(file.id, "picture"), "uco-observable:RasterPictureFacet"),
        **_typed("uco-observable:pictureWidth", "xsd:integer", file.width),
        **_typed("uco-observable:pictureHeight", "xsd:integer", file.height),
    }


def _exif_facet(file: BundleFile) -> _Node | None:
    if not file.exif:
        return None
    entries = [
        {
            **_node("exif-entry", _part(file.id, f"exif/{key}"), "uco-types:ControlledDictionaryEntry"),
            "uco-types:key": key,
            "uco-types:value": value,
        }
        for key, value in file.exif.items()
    ]
    return {
        **_node("exif-facet", _part(file.id, "exif"), "uco-observable:EXIFFacet"),
        "uco-observable:exifData": {
            **_node("exif-data", _part(file.id, "exif-data"), "uco-types:ControlledDictionary"),
            "uco-types:entry": entries,
        },
    }


def _link(link: FileLink, bundle: Bundle) -> _Node:
    """Answer a uco-observable:ObservableRelationship, with a uco-core:ConfidenceFacet or without."""
    confidence = []
    if link.confidence is not None:
        if not 0 <= link.confidence <= MOST_CONFIDENCE:
            raise ValueError(f"a confidence is {link.confidence}, and is 0 to {MOST_CONFIDENCE}")
        confidence.append(
            {
                **_node("confidence-facet", _part(link.id, "confidence"), "uco-core:ConfidenceFacet"),
                **_typed("uco-core:confidence", "xsd:nonNegativeInteger", link.confidence),
            }
        )
    return {
        **_node("relationship", link.id, "uco-observable:ObservableRelationship"),
        **_described(link.notes),
        **_marked(bundle),
        "uco-core:source": _ref("file", link.source),
        "uco-core:target": _ref("file", link.target),
        "uco-core:kindOfRelationship": link.kind,
        "uco-core:isDirectional": {"@type": "xsd:boolean", "@value": "false"},
        **({"uco-core:hasFacet": confidence} if confidence else {}),
    }


def _provenance(bundle: Bundle, written: list[_Node]) -> _Node:
    return {
        **_node("provenance-record", bundle.provenance.id, "case-investigation:ProvenanceRecord"),
        "case-investigation:exhibitNumber": bundle.provenance.exhibit,
        "uco-core:description": bundle.provenance.description,
        **_marked(bundle),
        **({"uco-core:object": written} if written else {}),
    }


def _act(bundle: Bundle, written: list[_Node]) -> _Node:
    return {
        **_node("investigative-action", bundle.act.id, "case-investigation:InvestigativeAction"),
        "uco-core:name": bundle.act.name,
        "uco-action:performer": _ref("organization", bundle.authority.id),
        "uco-action:instrument": _ref("tool", bundle.tool.id),
        **_typed("uco-action:startTime", "xsd:dateTime", _time(bundle.act.started_at)),
        **_typed("uco-action:endTime", "xsd:dateTime", _time(bundle.act.ended_at)),
        "uco-action:result": [_ref("provenance-record", bundle.provenance.id), *written],
    }


def _investigation(bundle: Bundle) -> _Node:
    return {
        **_node("investigation", bundle.case_id, "case-investigation:Investigation"),
        "uco-core:name": bundle.case_reference,
        **_marked(bundle),
        "uco-core:object": [
            _ref("investigative-action", bundle.act.id),
            _ref("provenance-record", bundle.provenance.id),
        ],
    }


def _bundle(bundle: Bundle, written: list[_Node]) -> _Node:
    frame = [
        _ref("organization", bundle.authority.id),
        _ref("tool", bundle.tool.id),
        *(_ref("marking", each.id) for each in bundle.markings),
        _ref("provenance-record", bundle.provenance.id),
        _ref("investigative-action", bundle.act.id),
        _ref("investigation", bundle.case_id),
    ]
    return {
        **_node("bundle", bundle.id, "uco-core:Bundle"),
        "uco-core:description": bundle.description,
        **_typed("uco-core:objectCreatedTime", "xsd:dateTime", _time(bundle.made_at)),
        **_marked(bundle),
        "uco-core:object": [*frame, *written],
    }


def _node(kind: str, identity: UUID, of_class: str) -> _Node:
    return {**_ref(kind, identity), "@type": of_class}


def _ref(kind: str, identity: UUID) -> _Node:
    return {"@id": f"kb:{kind}-{identity}"}


def _part(identity: UUID, name: str) -> UUID:
    """Answer the id of a part of a thing: always the same for the same part."""
    return uuid5(identity, name)


def _described(notes: tuple[str, ...]) -> _Node:
    return {"uco-core:description": list(notes)} if notes else {}


def _marked(bundle: Bundle) -> _Node:
    if not bundle.markings:
        return {}
    return {"uco-core:objectMarking": [_ref("marking", each.id) for each in bundle.markings]}


def _said(name: str, text: str | None) -> _Node:
    return {} if text is None else {name: text}


def _typed(name: str, kind: str, value: int | str | None) -> _Node:
    return {} if value is None else {name: {"@type": kind, "@value": str(value)}}


def _time(at: datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a time has no zone")
    return at.astimezone(UTC).isoformat()
