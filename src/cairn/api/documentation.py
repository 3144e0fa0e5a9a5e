"""``/docs``: the description as a page, made here and loading nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from cairn.api.application import API

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest

_WRITTEN = ("get", "put", "post", "delete")


def documentation(_: HttpRequest) -> HttpResponse:
    """Show every call: what it takes, what it answers, and for which keys it is."""
    described = API.get_openapi_schema()
    return HttpResponse("\n".join(_page(described)), content_type="text/html; charset=utf-8")


def _page(described: dict[str, Any]) -> Iterator[str]:
    title = escape(f"{described['info']['title']} {described['info']['version']}")
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1>"
    yield f"<p>{escape(described['info']['description'])}</p>"
    yield "<p>For programs: <a href=openapi.json>openapi.json</a></p>"
    for path, calls in sorted(described["paths"].items()):
        for method in _WRITTEN:
            if method in calls:
                yield from _call(path, method, calls[method], described["components"]["schemas"])


def _call(path: str, method: str, call: dict[str, Any], shapes: dict[str, Any]) -> Iterator[str]:
    yield f"<h2>{method.upper()} <code>{escape(path)}</code></h2>"
    yield f"<p><b>{escape(call.get('summary', ''))}.</b> {escape(call.get('description', ''))}</p>"
    taken = [(each["name"], each["schema"], each.get("required")) for each in call.get("parameters", ())]
    if taken:
        yield _table("Takes", taken)
    for kind, body in call.get("requestBody", {}).get("content", {}).items():
        yield from _members(f"Takes {kind}", body["schema"], shapes)
    for status, answer in sorted(call["responses"].items()):
        for body in answer.get("content", {}).values():
            if str(status).startswith("2"):
                yield from _members(f"Answers {status}", body["schema"], shapes)


def _members(caption: str, shape: dict[str, Any], shapes: dict[str, Any]) -> Iterator[str]:
    for one in shape.get("anyOf", [shape]):
        name = one.get("$ref", "").rpartition("/")[2]
        named = shapes.get(name, one)
        rows = [
            (each, told, each in named.get("required", ()))
            for each, told in named.get("properties", {}).items()
        ]
        yield _table(f"{caption} {name}: {named.get('description', '')}", rows)


def _table(caption: str, rows: Sequence[tuple[str, dict[str, Any], bool | None]]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{escape(_kind(told))}<td>{'needed' if needed else ''}"
        for name, told, needed in rows
    )
    return f"<table><caption>{escape(caption)}</caption>{lines}</table>"


def _kind(told: dict[str, Any]) -> str:
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    if "anyOf" in told:
        return " or ".join(map(_kind, told["anyOf"]))
    if told.get("type") == "array":
        return f"list of {_kind(told.get('items', {}))}"
    return str(told.get("type", "anything"))
