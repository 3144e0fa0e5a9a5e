"""Every route, for every role, for nobody, and for another country: the default is no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from cairn.records.check_orders import CheckOrder
from cairn.records.lock import as_the_node
from cairn.records.series import Series
from web.people import browser, signed_in
from web.routes import LETTERS, PUBLIC, ROUTES, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.test import Client

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def clients(desk: Node) -> dict[str, Client]:
    return {login: signed_in(login) for login in (*LETTERS.values(), "abroad")}


@pytest.fixture(scope="module")
def numbers(desk: Node) -> dict[str, int]:
    with as_the_node("a test looks"):
        labels = dict(CheckOrder.objects.values_list("label", "pk"))
        return {**dict(Series.objects.values_list("name", "pk")), **labels}


def patterns(within: Sequence[URLPattern | URLResolver], place: str = "") -> Iterator[str]:
    for each in within:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, place + str(each.pattern))
        else:
            yield place + str(each.pattern)


def address(route: str, entry: Route, numbers: dict[str, int]) -> str:
    return "/" + (filled(entry.example, numbers, "Stone") or route)


def filled(example: str, numbers: dict[str, int], series: str) -> str:
    return example.format(series=numbers[series], check=numbers["phone"], sent=numbers["tablet"])


def test_every_route_has_an_entry_and_every_entry_a_route(desk: Node) -> None:
    found = {each for each in patterns(get_resolver().url_patterns) if not each.startswith("api/")}
    assert found - ROUTES.keys() - PUBLIC.keys() == set(), "add them to tests/web/routes.py"
    assert (ROUTES.keys() | PUBLIC.keys()) - found == set()


def test_every_role_gets_what_the_table_says_and_all_others_what_is_not_there(
    clients: dict[str, Client], numbers: dict[str, int]
) -> None:
    wrong = []
    for route, entry in ROUTES.items():
        for letter, login in LETTERS.items():
            got = clients[login].get(address(route, entry, numbers)).status_code
            if got != (entry.status if letter in entry.roles else 404):
                wrong.append(f"{route or '/'} for the {login}: {got}")
    assert wrong == []


def test_what_is_not_for_a_role_looks_like_what_is_not_there(
    clients: dict[str, Client], numbers: dict[str, int]
) -> None:
    for letter, login in LETTERS.items():
        missing = without_forms(clients[login].get("/nowhere/").content)
        for route, entry in ROUTES.items():
            if letter not in entry.roles:
                refused = clients[login].get(address(route, entry, numbers)).content
                assert without_forms(refused) == missing, route


def test_whoever_has_not_signed_in_learns_nothing_of_any_route(numbers: dict[str, int]) -> None:
    client = browser()
    for route, entry in {**ROUTES, "nowhere/": Route("")}.items():
        place = address(route, entry, numbers)
        for method in ("get", "post", "put", "delete", "options"):
            answer = getattr(client, method)(place)
            assert answer.status_code == 302, (method, place)
            assert answer.headers["Location"].startswith("/sign-in/")


def test_a_record_that_others_may_not_know_of_is_not_there_for_another_country(
    clients: dict[str, Client], numbers: dict[str, int]
) -> None:
    for route, entry in ROUTES.items():
        if entry.hidden:
            place = "/" + filled(entry.hidden, numbers, "Pebble")
            assert clients["investigator"].get(place).status_code == entry.status, route
            assert clients["abroad"].get(place).status_code == 404, route


@pytest.mark.parametrize("route", PUBLIC)
def test_the_way_in_is_open_to_everybody(desk: Node, route: str) -> None:
    assert browser().get("/" + route).status_code == PUBLIC[route]


def without_forms(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if b"csrfmiddlewaretoken" not in line]
