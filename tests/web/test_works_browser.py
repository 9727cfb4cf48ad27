"""A team imports its works in a real browser: the page shows how far the worker is, and takes what was shown."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from browser import PATIENCE, violations
from people import PASSWORD, Cast
from teams.models import Team
from works import importing
from works.importing import carry_on
from works.models import Work

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 6000


@pytest.fixture
def worker() -> Iterator[threading.Thread]:
    """The tick, as the worker runs it beside the web server."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(0.5):
            carry_on()
        connection.close()

    made = threading.Thread(target=tick)
    yield made
    over.set()
    if made.is_alive():
        made.join()


@pytest.fixture
def tao(cast: Cast, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    cast.team  # noqa: B018
    cast.tao.set_password(PASSWORD)
    cast.tao.save()
    return cast.tao


def enter(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("邮箱或手机号").fill("tao@example.com")
    page.get_by_label("密码").first.fill(PASSWORD)
    page.get_by_label("密码").first.press("Enter")


def table(tmp_path: Any) -> str:
    rows = "".join(
        f"第{n}号试样的{'强度疲劳蠕变断裂'[n % 4 * 2 : n % 4 * 2 + 2]}研究,{2000 + n % 25}\n" for n in range(ROWS)
    )
    path = tmp_path / "成果.csv"
    path.write_text(f"题名,年份\n{rows},2020\n", encoding="gb18030")
    return str(path)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Until then the worker stands still where it has said how many rows there are: it would be done unseen."""
    seen, known = threading.Event(), importing.Known

    def once_seen(team: Team) -> importing.Known:
        assert seen.wait(PATIENCE / 1000)
        return known(team)

    monkeypatch.setattr(importing, "Known", once_seen)
    return seen


def test_an_import_with_its_progress(
    page: Page, live_server: Any, cast: Cast, tao: Any, tmp_path: Any, worker: threading.Thread, seen: threading.Event
) -> None:
    enter(page, live_server.url + reverse("work_import_new", args=[cast.team.pk]))
    page.get_by_label("成果文件").set_input_files(table(tmp_path))
    page.get_by_role("button", name="检查文件").click()
    expect(page.get_by_text("什么都还没有导入")).to_be_visible()
    assert violations(page) == []
    worker.start()
    expect(page.get_by_text(f"/ {ROWS + 1}")).to_be_visible()  # the page has asked again by itself
    seen.set()
    expect(page.get_by_text("有 1 项有错")).to_be_visible()
    assert violations(page) == []
    assert not Work.objects.exists()
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_text(f"已导入 {ROWS} 项")).to_be_visible()
    page.get_by_role("link", name="查看团队成果").click()
    expect(page.get_by_text(f"共 {ROWS} 项")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("searchbox", name="题名").fill("第5999号")
    page.get_by_role("searchbox", name="题名").press("Enter")
    expect(page.get_by_role("link", name="第5999号试样的断裂研究")).to_be_visible()


def test_an_import_without_scripts_on_a_phone(
    browser: Browser, live_server: Any, cast: Cast, tao: Any, tmp_path: Any
) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    enter(page, live_server.url + reverse("work_import_new", args=[cast.team.pk]))
    page.get_by_label("成果文件").set_input_files(table(tmp_path))
    page.get_by_role("button", name="检查文件").click()
    carry_on()
    page.get_by_role("link", name="刷新看进度").click()
    expect(page.get_by_text("有 1 项有错")).to_be_visible()
    page.get_by_role("button", name="导入", exact=True).click()
    carry_on()
    page.get_by_role("link", name="刷新看进度").click()
    expect(page.get_by_text(f"已导入 {ROWS} 项")).to_be_visible()
    context.close()
