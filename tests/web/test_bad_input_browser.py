"""Bad luck in Chromium: a double click, two tabs, a session that ends while one types, a file too large, going back."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

import journey
from audit.models import Event
from browser import come_in
from needs.models import Need
from people import PASSWORD, Cast
from proposals.models import Submission
from wrong_forms import drafted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_limits(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    yield
    cache.clear()


def log_in_again(page: Page, user: Any) -> None:
    user.set_password(PASSWORD)
    user.save()
    page.get_by_label("邮箱或手机号").fill(user.email)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/login/" not in address)


def saved(page: Page) -> Any:
    return page.locator("[data-saved-at]")


def large_file(folder: Path, megabytes: int) -> Path:
    """It begins like a PDF and takes no room on the disk."""
    path = folder / "检测报告.pdf"
    with path.open("wb") as file:
        file.write(journey.PDF)
        file.truncate(megabytes * 1024 * 1024)
    return path


def test_a_double_click_makes_one_draft_and_one_sealed_bid(page: Page, live_server):
    cast = Cast()
    journey.batch(cast)
    come_in(page.context, live_server, cast.alice)
    page.goto(f"{live_server.url}/enterprise/needs/new/")
    page.get_by_label("需求名称").fill("䶮岛𠮷材料")
    page.get_by_role("main").get_by_role("button", name="开始填写").dblclick()
    page.wait_for_url(re.compile(r"/needs/[0-9a-f-]+/edit/$"))
    assert Need.objects.count() == 1
    bid = drafted(cast, journey.published(cast, title="另一项"))
    come_in(page.context, live_server, cast.tao)
    page.goto(f"{live_server.url}/moves/proposal/{bid.pk}/submit/")
    page.get_by_role("main").get_by_role("button", name="提交").dblclick()
    page.wait_for_url(f"{live_server.url}/proposals/{bid.pk}/")
    assert Submission.objects.filter(proposal=bid).count() == 1


def test_of_two_tabs_on_one_need_the_second_is_told_and_keeps_its_text(page: Page, live_server):
    cast = Cast()
    need = journey.draft(cast)
    come_in(page.context, live_server, cast.alice)
    address = f"{live_server.url}/needs/{need.pk}/edit/"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    page.locator("#id_problem").fill("第一个窗口写的难题")
    expect(saved(page)).to_have_attribute("data-state", "saved")
    other.locator("#id_problem").fill("第二个窗口写的难题")
    expect(saved(other)).to_contain_text("刚刚在别处保存过")
    other.get_by_role("button", name="保存草稿").click()
    expect(other.get_by_text("再保存一次就以您写的为准")).to_be_visible()
    expect(other.locator("#id_problem")).to_have_value("第二个窗口写的难题")
    need.refresh_from_db()
    assert need.problem == "第一个窗口写的难题"
    other.get_by_role("button", name="保存草稿").click()
    expect(other.get_by_text("草稿已保存。")).to_be_visible()
    need.refresh_from_db()
    assert need.problem == "第二个窗口写的难题"


@pytest.mark.parametrize("what", ["need", "bid"])
def test_a_session_that_ends_while_one_writes_gives_the_text_back(page: Page, live_server, what):
    """Neither the autosave nor the checklist takes the page away from who is typing on it."""
    cast = Cast()
    who, field = (cast.alice, "#id_problem") if what == "need" else (cast.tao, "#id_summary")
    row = journey.draft(cast) if what == "need" else drafted(cast, journey.published(cast))
    come_in(page.context, live_server, who)
    address = f"{live_server.url}/{'needs' if what == 'need' else 'proposals'}/{row.pk}/edit/"
    page.goto(address)
    page.context.clear_cookies()
    page.locator(field).fill("会话结束以后写下的一段话")
    expect(saved(page)).to_contain_text("登录已失效")
    assert page.url == address
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="重新登录").click()
    log_in_again(page, who)
    expect(page.locator(field)).to_have_value("会话结束以后写下的一段话")
    expect(saved(page)).to_have_attribute("data-state", "saved")
    row.refresh_from_db()
    assert (row.problem if what == "need" else row.draft["summary"]) == "会话结束以后写下的一段话"


def test_what_was_saved_by_hand_is_not_offered_again_as_if_it_had_been_lost(page: Page, live_server):
    """The browser keeps a copy of what is sent, for the case that a login page answers. Otherwise it forgets it."""
    cast = Cast()
    need = journey.draft(cast)
    come_in(page.context, live_server, cast.alice)
    page.goto(f"{live_server.url}/needs/{need.pk}/edit/#part-terms")
    page.locator("#id_budget").fill("48.5")  # comes back as 48.50
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    expect(page.locator("#id_budget")).to_have_value("48.50")
    expect(page.get_by_text("这台设备上留有您")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_what_is_typed_into_a_form_with_errors_survives_the_end_of_the_session_too(page: Page, live_server):
    cast = Cast()
    need = journey.draft(cast)
    come_in(page.context, live_server, cast.alice)
    page.goto(f"{live_server.url}/needs/{need.pk}/edit/#part-terms")
    page.locator("#id_budget").fill("abc")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#id_budget_error")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("link", name="上一步").click()
    page.get_by_role("link", name="上一步").click()
    page.locator("#id_problem").fill("会话结束以后写下的难题")
    expect(saved(page)).to_contain_text("登录已失效")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="重新登录").click()
    log_in_again(page, cast.alice)
    expect(page.locator("#id_problem")).to_have_value("会话结束以后写下的难题")
    expect(page.locator("#id_budget")).to_have_value("abc")


def test_a_session_that_ends_before_a_bid_is_saved_gives_the_text_back(page: Page, live_server):
    """By the button this time: the form goes to the login page, and the page of the bid has it again."""
    cast = Cast()
    bid = drafted(cast, journey.published(cast))
    come_in(page.context, live_server, cast.tao)
    page.goto(f"{live_server.url}/proposals/{bid.pk}/edit/")
    page.locator("#id_summary").fill("会话结束以后写下的概述")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="保存", exact=True).click()
    log_in_again(page, cast.tao)
    expect(page.get_by_text("您填写的内容都还在")).to_be_visible()
    page.get_by_role("button", name="继续提交").click()
    expect(page.locator("#id_summary")).to_have_value("会话结束以后写下的概述")
    bid.refresh_from_db()
    assert bid.draft["summary"] == "会话结束以后写下的概述"


def test_a_form_left_open_across_a_new_login_is_sent_with_one_more_click(page: Page, live_server):
    """Logging in in another tab changes the token; the old tab's form comes back instead of a bare refusal."""
    cast = Cast()
    come_in(page.context, live_server, cast.alice)
    page.goto(f"{live_server.url}/account/profile/")
    page.get_by_label("姓名").fill("艾丽丝·䶮")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/account/")
    other.context.clear_cookies()
    other.goto(f"{live_server.url}/account/login/")
    log_in_again(other, cast.alice)
    page.get_by_role("button", name="保存姓名").click()
    expect(page.get_by_text("这个页面打开以后重新登录过，所以刚才没有提交。")).to_be_visible()
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_text("姓名已保存。")).to_be_visible()
    cast.alice.refresh_from_db()
    assert cast.alice.name == "艾丽丝·䶮"


def test_a_200_mb_file_is_refused_before_it_leaves_the_browser(page: Page, live_server, tmp_path):
    cast = Cast()
    need = journey.draft(cast)
    come_in(page.context, live_server, cast.alice)
    page.goto(f"{live_server.url}/needs/{need.pk}/edit/")
    page.locator("#id_problem").fill("文件以前写下的难题")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/files/" in request.url else None)
    page.locator("#id_public_upload").set_input_files(large_file(tmp_path, 200))
    said = page.locator(".drop-bad").first
    expect(said).to_have_text("“检测报告.pdf”有 200.0 MB，超过了单个文件 50 MB 的上限，没有选中。请压缩或拆分后再选。")
    expect(saved(page)).to_have_attribute("data-state", "saved")
    assert sent == []
    expect(page.locator("#id_problem")).to_have_value("文件以前写下的难题")


def test_without_scripts_the_server_refuses_a_large_file_beside_its_control(browser: Browser, live_server, tmp_path):
    cast = Cast()
    need = journey.draft(cast)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    come_in(context, live_server, cast.alice)
    page = context.new_page()
    page.goto(f"{live_server.url}/needs/{need.pk}/edit/")
    page.locator("#id_public_upload").set_input_files(large_file(tmp_path, 51))
    page.get_by_role("button", name="上传所选文件").first.click()
    expect(page.locator("#id_public_upload_error")).to_contain_text("有 51 MB，超过了单个文件 50 MB 的上限")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#id_public_upload")
    expect(page.locator("#id_problem")).to_have_value(need.problem)
    context.close()


def test_going_back_after_a_submission_and_sending_again_changes_nothing(page: Page, live_server):
    cast = Cast()
    need = journey.draft(cast)
    come_in(page.context, live_server, cast.alice)
    address = f"{live_server.url}/moves/need/{need.pk}/submit/"
    page.goto(address)
    page.get_by_role("main").get_by_role("button", name="提交审核").click()
    page.wait_for_url(f"{live_server.url}/needs/{need.pk}/")
    page.go_back()
    button = page.get_by_role("main").get_by_role("button", name="提交审核")
    if button.is_visible():  # as the browser kept it; otherwise the page already says that it is done
        button.click()
    expect(page.locator("body")).to_contain_text(re.compile("已经办过了|刚刚已有人处理过"))
    assert Event.objects.filter(stream=need.audit_stream, action="need.submit").count() == 1
