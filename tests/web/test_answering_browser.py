"""Answering in a browser: only reasons that fit the result, by mouse, by keyboard, and after a draft came back."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

import world
from browser import violations
from needs.models import Need
from people import Cast

pytestmark = pytest.mark.django_db(transaction=True)
OFFERED = "(select) => [...select.options].filter(o => o.value && !o.disabled && !o.hidden).map(o => o.value)"
AGAINST = ["indicators", "approach", "price", "period", "team", "rights", "unclear"]
AGAIN = "原来选的原因不适用于这个结果，请重选原因。"


@pytest.fixture
def need(cast: Cast) -> Need:
    with transaction.atomic():
        return world.need(cast, status="opened")


@pytest.fixture
def answers(page: Page, live_server: Any, cast: Cast, need: Need) -> Page:
    client = Client()
    client.force_login(cast.alice)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.goto(live_server.url + reverse("need_compare", args=[need.pk]))
    return page


def reason(page: Page) -> Locator:
    return page.locator("select[data-reasons]")


def result(page: Page, value: str) -> Locator:
    return page.locator(f"[name$='-outcome'][value={value}]")


def test_before_a_result_is_chosen_every_reason_is_there_and_then_only_those_that_fit(answers: Page) -> None:
    assert reason(answers).evaluate(OFFERED) == ["fit", *AGAINST, "other"]
    result(answers, "select").check()
    assert reason(answers).evaluate(OFFERED) == ["fit", "other"]
    result(answers, "reserve").check()
    assert reason(answers).evaluate(OFFERED) == ["fit", *AGAINST, "other"]
    result(answers, "refuse").check()
    assert reason(answers).evaluate(OFFERED) == [*AGAINST, "other"]
    assert answers.complaints == []


def test_a_reason_that_no_longer_fits_is_given_up_and_that_is_said_to_the_eye_and_the_ear(answers: Page) -> None:
    result(answers, "refuse").check()
    reason(answers).select_option("price")
    result(answers, "reserve").check()
    expect(reason(answers)).to_have_value("price")
    result(answers, "select").check()
    expect(reason(answers)).to_have_value("")
    expect(answers.locator("#live")).to_have_text(AGAIN)
    expect(answers.locator(".bid-answer").get_by_text(AGAIN)).to_be_visible()
    assert violations(answers) == []
    reason(answers).select_option("fit")
    expect(answers.locator(".bid-answer").get_by_text(AGAIN)).to_have_count(0)


def test_without_a_mouse_a_reason_that_does_not_fit_is_never_reached(answers: Page) -> None:
    result(answers, "select").focus()
    answers.keyboard.press("Space")
    reason(answers).select_option("")
    reason(answers).focus()
    reached = []
    for _step in range(12):
        answers.keyboard.press("ArrowDown")
        reached.append(reason(answers).input_value())
    assert set(reached) == {"fit", "other"}


def test_a_draft_that_comes_back_from_this_browser_offers_what_fits_it(answers: Page) -> None:
    answers.route("**/compare/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    result(answers, "refuse").check()
    reason(answers).select_option("period")
    expect(answers.locator("[data-saved-at]")).to_have_attribute("data-state", "failed")
    answers.on("dialog", lambda dialog: dialog.accept())
    answers.reload()
    expect(reason(answers)).to_have_value("period")
    reason(answers).focus()
    assert reason(answers).evaluate(OFFERED) == [*AGAINST, "other"]


def test_what_saves_itself_is_told_in_the_head_of_the_bid_at_once(answers: Page) -> None:
    expect(answers.locator(".bid .bid-head")).to_contain_text("待答复")
    result(answers, "select").check()
    reason(answers).select_option("fit")
    answers.locator("[name$='-sentence']").fill("指标响应完整，报价合理。")
    expect(answers.locator(".bid .bid-head")).to_contain_text("拟选定")
    expect(answers.locator(".bid .bid-head")).not_to_contain_text("待答复")
