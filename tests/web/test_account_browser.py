"""People in a real browser: sign-up with the keyboard's help, a dead session, and pages everybody can use."""

import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import User
from browser import violations
from people import PASSWORD, Cast, person, uscc

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def log_in(page: Page, live_server, user: User) -> None:
    user.set_password(PASSWORD)
    user.save()
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("邮箱或手机号").fill(user.email)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/login/" not in address)


def test_a_newcomer_signs_up_with_an_organisation(page: Page, live_server):
    code, complaints = uscc(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{live_server.url}/account/signup/")
    page.get_by_label("姓名").fill("欧阳𠮷·䶮")
    page.get_by_label("邮箱").fill("ou@example.com")
    page.get_by_label("设置密码").fill(PASSWORD)
    page.get_by_label("企业").check()
    page.get_by_label("单位名称").fill("䶮岛新材料有限公司")
    page.get_by_label("统一社会信用代码").fill(code[:-1] + ("A" if code[-1] != "A" else "B"))
    page.get_by_label("所在地区").fill("青岛高新区")
    page.get_by_label("地址", exact=True).fill("火炬路 9 号")
    page.get_by_role("button", name="注册").click()
    expect(page.locator("#id_uscc_error")).to_contain_text("校验位不对")
    expect(page.get_by_label("单位名称")).to_have_value("䶮岛新材料有限公司")
    page.get_by_label("统一社会信用代码").fill(code)
    page.get_by_label("设置密码").fill(PASSWORD)
    page.get_by_role("button", name="注册").click()
    expect(page.get_by_label("验证码")).to_be_visible()  # before the letter with it is looked for
    page.get_by_label("验证码").fill(re.search(r"验证码：(\d{6})", mail.outbox[-1].body)[1])
    page.get_by_role("button", name="确认").click()
    page.goto(f"{live_server.url}/account/")
    expect(page.get_by_role("link", name="䶮岛新材料有限公司")).to_be_visible()
    expect(page.get_by_text("核验中")).to_be_visible()
    assert complaints == []


def test_a_session_that_dies_while_typing_gives_the_text_back(page: Page, live_server):
    cast = Cast()
    waiting = cast.wei.organisations().get()
    log_in(page, live_server, cast.guan)
    page.goto(f"{live_server.url}/moves/organisation/{waiting.pk}/return/")
    page.get_by_label("名称与登记信息不一致").check()
    page.get_by_label("说明").fill("名称与营业执照不一致，请按执照全称修改。")
    from django.contrib.sessions.backends.cached_db import SessionStore

    key = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    session = SessionStore(key)
    session["seen"] = time.time() - 16 * 60
    session.save()
    page.get_by_role("button", name="退回修改").click()
    expect(page.get_by_text("您离开得有些久")).to_be_visible()
    page.get_by_label("邮箱或手机号").fill(cast.guan.email)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    waiting.refresh_from_db()
    assert waiting.status == "submitted"
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_text("已退回").first).to_be_visible()
    waiting.refresh_from_db()
    assert waiting.status == "returned"


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_about_people_is_for_everybody(page: Page, live_server, width):
    """axe finds nothing, nothing runs out of the window, the browser complains of nothing."""
    cast = Cast()
    cast.ting, cast.bob  # noqa: B018 - there before anybody looks
    person("新同事", email="new@example.com")
    page.set_viewport_size({"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    enterprise, team = cast.enterprise.get_absolute_url(), cast.team.get_absolute_url()
    waiting = cast.wei.organisations().get().get_absolute_url()
    walks = {
        None: ["/account/login/", "/account/signup/", "/account/password/reset/", "/account/roles/"],
        cast.alice: [
            "/account/", enterprise, f"{enterprise}edit/", f"{enterprise}members/", "/account/2fa/",
            "/account/sessions/", "/account/join/", "/account/organisations/new/", "/account/phone/change/",
            "/account/email/", "/account/password/change/",
        ],
        cast.tao: ["/team/teams/", team, f"{team}edit/", "/team/teams/new/"],
        cast.guan: ["/office/organisations/", waiting],
        cast.secadmin: ["/office/staff/"],
    }  # fmt: skip
    found = []
    for user, addresses in walks.items():
        page.context.clear_cookies()
        if user:
            log_in(page, live_server, user)
        for address in addresses:
            page.goto(live_server.url + address)
            found += [f"{address}: {what}" for what in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{address}: runs out of the window at {width}")
    assert found == []
    assert complaints == []
