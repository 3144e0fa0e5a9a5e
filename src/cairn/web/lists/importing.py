"""I have a hash list: a file becomes the version of a list that checks meet from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.errors import InputError
from cairn.intake.lists import Hash
from cairn.records.access import Act
from cairn.records.exports import HandlingCode, Tlp
from cairn.records.lists import Audience, ListKind
from cairn.sentences import Sentence
from cairn.services.hash_lists.importing import NAME_LENGTH, NewList, import_list
from cairn.services.node.this_process import this_node
from cairn.web.form_files import alone
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.saying import in_own_language
from cairn.web.words import WORDS

if TYPE_CHECKING:
    from enum import Enum

    from django.http import HttpResponse

    from cairn.services.hash_lists.importing import Imported

INVALID = 422
MOST_BYTES = 64 << 20
"""Of a list that is taken in while somebody waits, about a million entries; a larger one by the command."""
FILE = "list"
"""What the file is called while it is read: its own name says nothing that counts."""


def _words_of(kind: type[Enum], unsaid: Any) -> list[tuple[str, Any]]:
    return [("", unsaid), *((each.value, WORDS[kind, each]) for each in kind)]


_AS_BEFORE = gettext_lazy("as the list has it")


class ListForm(forms.Form):
    """A file, and what is said of it."""

    file = forms.FileField(label=gettext_lazy("The file"))
    name = forms.CharField(
        label=gettext_lazy("Name of the list"),
        help_text=gettext_lazy("A name that your authority has already gets a new version."),
        max_length=NAME_LENGTH,
    )
    source = forms.CharField(
        label=gettext_lazy("Who made it"), max_length=NAME_LENGTH, required=False, strip=True
    )
    label = forms.CharField(
        label=gettext_lazy("What its source calls this version"), max_length=NAME_LENGTH, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What a hit means"),
        choices=_words_of(ListKind, gettext_lazy("as the file says")),
        required=False,
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who meets it"), choices=_words_of(Audience, _AS_BEFORE), required=False
    )
    named = forms.CharField(
        label=gettext_lazy("Codes of those named, for “named”"),
        help_text=gettext_lazy("Such as: BR-UNIT, JP-UNIT."),
        required=False,
    )
    given = forms.ChoiceField(
        label=gettext_lazy("Their programs may fetch its entries whole"),
        choices=[("", _AS_BEFORE), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))],
        required=False,
    )
    tlp = forms.ChoiceField(
        label=gettext_lazy("How far it may be passed on"),
        choices=[("", _AS_BEFORE), *((each.value, each.value) for each in Tlp)],
        required=False,
    )
    handling_code = forms.ChoiceField(
        label=gettext_lazy("What a receiver may do with it"),
        choices=_words_of(HandlingCode, _AS_BEFORE),
        required=False,
    )
    digits = forms.ChoiceField(
        label=gettext_lazy("64 digits are"),
        choices=[("", gettext_lazy("as the file says")), ("sha256", "SHA-256"), ("pdq", "PDQ")],
        required=False,
    )


@page(Act.LIST_IMPORT, methods=("GET", "POST"))
def import_file(request: DeskRequest) -> HttpResponse:
    """Ask for a file, and take it in."""
    named = {"name": request.GET.get("name", "")}
    form = ListForm(request.POST or None, request.FILES or None, initial=named)
    if not form.is_valid():
        return render(request, "lists/import.html", {"form": form}, status=INVALID if form.is_bound else 200)
    try:
        done = _imported(form.cleaned_data, request)
    except InputError as error:
        values = {"form": form, "refused": in_own_language(error.sentence)}
        return render(request, "lists/import.html", values, status=INVALID)
    counts = {"entries": done.version.entries, "rejected": done.version.rejected}
    say(request, _("Taken in: %(entries)s entries; %(rejected)s lines are no entry.") % counts)
    place = reverse("list", args=[request.actor.authority.code, done.version.hash_list.name])
    return HttpResponseRedirect(place)


def _imported(typed: dict[str, Any], request: DeskRequest) -> Imported:
    if typed["file"].size > MOST_BYTES:
        raise InputError(_("A list of more than 64 MiB is taken in on the server."), code="list.large")
    new = NewList(
        name=typed["name"].strip(),
        kind=ListKind(typed["kind"]) if typed["kind"] else None,
        audience=Audience(typed["audience"]) if typed["audience"] else None,
        named=tuple(typed["named"].replace(",", " ").split()),
        is_given_out=typed["given"] == "yes" if typed["given"] else None,
        handling_code=typed["handling_code"] or None,
        tlp=typed["tlp"] or None,
        label=typed["label"].strip(),
        source=typed["source"].strip(),
        bare_64=Hash(typed["digits"]) if typed["digits"] else None,
    )
    with alone(typed["file"], FILE) as path:
        try:
            return import_list(this_node(), path, new, actor=request.actor)
        except InputError as error:
            raise InputError(_without(f"{path.parent}/", error.sentence), code=error.code) from None


def _without(place: str, sentence: str) -> str:
    """Answer the sentence without where the file lay, which says nothing to whoever sent it."""
    if not isinstance(sentence, Sentence):
        return sentence.replace(place, "")
    values = sentence.values.items()
    named = {name: each if isinstance(each, Sentence | int) else str(each) for name, each in values}
    return Sentence(
        sentence.words,
        **{name: each.replace(place, "") if type(each) is str else each for name, each in named.items()},
    )
