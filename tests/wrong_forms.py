"""Sends a form with one wrong field and says what is not as it should be: the sentence, its place, what was typed."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.test import Client

import journey
from forms_on_page import Form, Page
from people import Cast
from proposals.actions import save_draft, start_proposal
from proposals.models import Proposal

OURS = ("accounts", "audit", "contracts", "core", "meetings", "needs", "notifications", "proposals", "teams")
NOT_COMPARED = ("csrfmiddlewaretoken", "version", "key", "_FORMS", "-ORDER")
Case = tuple[str, str, str]  # the field, what was typed, what is said about it


def as_(user: Any, language: str = "", **options: Any) -> Client:
    client = Client(**options)
    if user is not None:
        if language:
            type(user).objects.filter(pk=user.pk).update(language=language)
        client.force_login(user)
    return client


def rows() -> dict[str, int]:
    """How many rows there are of everything that is ours."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: model._base_manager.count() for model in models}


def complaints(
    client: Client, address: str, cases: Iterable[Case], *, saves: bool = False, ok: int = 422, filled: Any = ()
) -> list[str]:
    """What is not as it should be, of each case, where the form at `address` is sent with one wrong field.

    `saves`: the form is a draft, which keeps what is wrong; all others must leave the database as it was.
    `ok`: the status of a form that has to be filled in again.
    """
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    first, before, found = None, rows(), []
    shown = Page(address, answer.content.decode())
    for field, typed, sentence in cases:
        form = shown.form_with(field)
        first = first or {**form.data(), **dict(filled)}
        sent = {**first, field: typed}
        if "version" in form.controls:
            sent["version"] = form.controls["version"].values[0]
        answer = client.post(form.action, sent, follow=True)
        shown = Page(address, answer.content.decode())
        if answer.status_code != (200 if saves else ok):
            return [*found, f"{field} {typed[:20]!r}: answered {answer.status_code}"]
        found += [f"{field} {typed[:20]!r}: {wrong}" for wrong in judged(shown, field, sent, sentence)]
    assert saves or rows() == before, "a wrong form wrote something"
    return found


def judged(shown: Page, field: str, sent: dict[str, Any], sentence: str) -> list[str]:
    form = shown.form_with(field)
    control = form.controls[field]
    place = control.id if control.kind not in ("radio", "checkbox") else control.id.rpartition("_")[0]
    said, wrong = shown.errors.get(f"{place}_error", ""), []
    if sentence not in said:
        wrong.append(f"says {said!r}, not {sentence!r}")
    if control.kind not in ("radio", "checkbox") and f"{place}_error" not in control.described_by.split():
        wrong.append(f"the control is described by {control.described_by!r}")
    if sentence not in shown.summary.get(f"#{control.id}", ""):
        wrong.append(f"the summary says {shown.summary}")
    return wrong + [f"lost {name}: {value!r}" for name, value in lost(form, sent)]


def lost(form: Form, sent: dict[str, Any]) -> list[tuple[str, Any]]:
    """What was sent and did not come back. A choice that is no longer offered cannot."""
    back, gone = form.data(), []
    for name, value in sent.items():
        control = form.controls.get(name)
        if control is None or control.kind in ("password", "file") or name == "step" or name.endswith(NOT_COMPARED):
            continue
        offered = control.kind not in ("radio", "select") or value in control.options
        if offered and back.get(name, "") != value:
            gone.append((name, back.get(name)))
    return gone


def drafted(cast: Cast, need: Any) -> Proposal:
    """A complete draft of Tao's."""
    made = start_proposal(need=need, team=cast.team, by=cast.tao)
    return save_draft(made, journey.content(need), by=cast.tao)
