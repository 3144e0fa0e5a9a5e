"""Every class and property of a bundle is one of the ontology's, of the type and as often as it says.

``ontology.json`` has the shapes of CASE 1.5.0 for what a bundle uses, with where they come from. What may be
said of a class may be said of those below it.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from intake.case_uco.test_writing import BUNDLE, FILES, LINKS, _graph, _values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CLASSES: Mapping[str, Any] = json.loads(Path(__file__).with_name("ontology.json").read_text())["classes"]
FORMS: Mapping[str, Callable[[str], object]] = {
    "xsd:integer": int,
    "xsd:nonNegativeInteger": int,
    "xsd:dateTime": datetime.fromisoformat,
    "xsd:hexBinary": bytes.fromhex,
    "xsd:boolean": ("true", "false").index,
    "xsd:string": str,
}


def above(name: str) -> Iterator[str]:
    """Yield a class and all above it."""
    yield name
    for each in CLASSES[name]["above"]:
        yield from above(each)


def wrong_in(graph: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what does not fit the ontology."""
    kinds = {node["@id"]: node["@type"] for node in _values(graph) if "@type" in node and "@id" in node}
    for node in (node for node in _values(graph) if "@id" in node and "@type" in node):
        yield from _wrong_in(node, kinds)


def _wrong_in(node: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[str]:
    kind = node["@type"]
    if kind not in CLASSES:
        yield f"there is no class {kind}"
        return
    shapes: dict[str, dict[str, Any]] = {}
    for name in reversed(list(above(kind))):
        for path, shape in CLASSES[name]["properties"].items():
            shapes[path] = {**shapes.get(path, {}), **shape}
    count: Counter[str] = Counter()
    for path, found in node.items():
        if path.startswith("@"):
            continue
        if path not in shapes:
            yield f"{kind} has no {path}"
            continue
        values = found if isinstance(found, list) else [found]
        count[path] = len(values)
        yield from (f"{kind} {path}: {each}" for each in values if not _fits(each, shapes[path], kinds))
    for path, shape in shapes.items():
        if not shape.get("min", 0) <= count[path] <= shape.get("max", count[path]):
            yield f"{kind} has {count[path]} {path}"


def _fits(value: Any, shape: Mapping[str, Any], kinds: Mapping[str, str]) -> bool:
    if "class" in shape:
        kind = kinds.get(value["@id"]) if isinstance(value, dict) else None
        return kind is not None and shape["class"] in set(above(kind))
    typed = value if isinstance(value, dict) else {"@type": "xsd:string", "@value": value}
    if typed["@type"] != shape.get("datatype", typed["@type"]):
        return False
    try:
        FORMS[typed["@type"]](typed["@value"])
    except ValueError:
        return False
    return True


def test_a_bundle_fits_the_ontology() -> None:
    assert list(wrong_in(_graph(BUNDLE, FILES, LINKS))) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("uco-core:colour", "red"),
        ("uco-core:name", ["one", "another"]),
        ("uco-core:objectCreatedTime", {"@type": "xsd:dateTime", "@value": "yesterday"}),
        ("uco-core:objectCreatedTime", {"@type": "xsd:string", "@value": "2024-05-01"}),
        ("uco-core:hasFacet", [{"@id": "kb:nothing"}]),
    ],
)
def test_what_does_not_fit_is_found(member: str, value: object) -> None:
    graph = _graph(BUNDLE, FILES, LINKS)
    graph[-1][member] = value
    assert len(list(wrong_in(graph))) == 1
