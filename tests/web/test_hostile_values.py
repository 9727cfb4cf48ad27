"""Every form of every page, every field with a value that no browser would send: never an error of ours."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

import bids
import journey
from forms_on_page import Form, Page
from people import Cast
from wrong_forms import as_
from wrong_forms import drafted as a_bid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


VALUES = {
    "text": ["a\0b", "9" * 5000, "\u202e\ud7ff𠮷😀²", "9999-12-31T23:59"],
    "date": ["9999-12-31T23:59", "0001-01-01", "\0", "9" * 40],
    "hidden": ["\0", "9" * 5000],
    "choice": ["\0", "x"],
}
KINDS = {"date": "date", "datetime-local": "date", "hidden": "hidden", "select": "choice", "radio": "choice"}


def pages(cast: Cast) -> list[tuple[Any, str]]:
    batch = journey.batch(cast)
    closed = journey.batch(cast, title="草稿批次", opened=False)
    need = journey.draft(cast, of=batch, title="甲")
    listed = journey.published(cast, of=batch, title="乙")
    bid = a_bid(cast, listed)
    opened, chosen = journey.opened(cast, of=batch, title="丙"), journey.selected(cast, of=batch, title="丁")
    unsigned = journey.contract(cast, of=batch, title="戊", signed=False)
    signed = journey.contract(cast, of=batch, title="己")
    submitted, approved = journey.submitted(cast, of=batch, title="庚"), bids.approved(cast, of=batch, title="辛")
    milestone, payment = signed.milestones.first(), signed.payments.first()
    enterprise, team = cast.enterprise.get_absolute_url(), cast.team.get_absolute_url()

    def move(noun: str, obj: Any, name: str) -> str:
        return reverse("move", args=[noun, obj.pk, name])

    return [
        (None, "/account/signup/"), (None, "/account/login/"), (None, "/account/password/reset/"),
        (None, "/receipts/verify/"), (cast.alice, "/enterprise/needs/new/"), (cast.alice, f"/needs/{need.pk}/edit/"),
        (cast.alice, enterprise), (cast.alice, f"{enterprise}edit/"), (cast.alice, f"{enterprise}members/"),
        (cast.alice, "/account/"), (cast.alice, "/account/profile/"), (cast.alice, "/account/join/"),
        (cast.alice, "/account/organisations/new/"), (cast.alice, f"/needs/{opened.pk}/compare/"),
        (cast.alice, f"/needs/{chosen.pk}/intent/"), (cast.alice, f"/contracts/{unsigned.pk}/edit/"),
        (cast.alice, "/account/email/"), (cast.alice, "/account/phone/change/"), (cast.tao, "/team/teams/new/"),
        (cast.tao, team), (cast.tao, f"{team}edit/"), (cast.tao, f"/listings/{listed.number}/bid/"),
        (cast.tao, f"/proposals/{bid.pk}/edit/"), (cast.guan, reverse("office_import")),
        (cast.alice, reverse("enterprise_need_import")),
        (cast.guan, "/office/batches/new/"),
        (cast.guan, f"/batches/{closed.pk}/edit/"), (cast.secadmin, "/office/staff/"),
        (cast.guan, move("need", submitted, "return")), (cast.ling, move("need", approved, "publish")),
        (cast.tao, move("milestone", milestone, "report")), (cast.alice, move("payment", payment, "pay")),
        (cast.ling, move("need", listed, "take_down")),
    ]  # fmt: skip


def trials(form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field with one hostile value, in turn; then all of them with each."""
    named = {n: c for n, c in form.controls.items() if c.kind != "file" and n != "csrfmiddlewaretoken"}
    first = {name: c for name, c in named.items() if name.count("-") < 2 or name.split("-")[1] == "0"}
    for place, (name, control) in enumerate(first.items()):
        values = VALUES[KINDS.get(control.kind, "text")]
        yield name, form.data(**{name: values[place % len(values)]})
    for value in (*VALUES["text"][:3], ""):
        yield f"all {value[:9]!r}", form.data(**dict.fromkeys(first, value))


def test_no_form_answers_a_hostile_value_with_an_error_of_ours(cast: Cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    seen, broken = set(), []
    for who, page in pages(cast):
        client = as_(who, raise_request_exception=False)
        answer = client.get(page)
        for form in Page(page, answer.content.decode()).forms:
            key = (form.action, *form.controls)
            if key in seen or form.action.startswith(("/account/logout", "/language", "/preferences")):
                continue
            seen.add(key)
            for name, data in trials(form):
                answer = client.post(form.action, data)
                if answer.status_code >= 500:
                    broken.append((form.action, name))
    assert broken == []
    assert len(seen) >= 35
