"""The small scripts, in Chromium: nothing typed is lost, nothing is sent twice, rows come from a spreadsheet."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""


@pytest.fixture
def gallery(settings, live_server, page: Page) -> Iterator[Page]:
    settings.DEMO = True
    page.goto(f"{live_server.url}/gallery/")
    yield page
    page.evaluate("localStorage.clear()")


def saved(page: Page) -> None:
    expect(page.locator("[data-saved-at]")).to_have_attribute("data-state", "saved")


def title(page: Page):
    return page.locator("#id_title")


def test_what_one_types_is_saved_and_the_page_says_when(gallery: Page) -> None:
    title(gallery).fill("高强度抗爆弹性体材料")
    expect(gallery.locator("[data-saved-at]")).to_contain_text("已保存")
    gallery.reload()
    expect(title(gallery)).to_have_value("高强度抗爆弹性体材料")


def test_without_the_server_the_words_stay_in_the_browser_and_come_back(gallery: Page) -> None:
    gallery.route("**/gallery/draft/", lambda route: route.abort())
    title(gallery).fill("断网时写下的")
    expect(gallery.locator("[data-saved-at]")).to_have_attribute("data-state", "failed")
    gallery.unroute("**/gallery/draft/")
    gallery.on("dialog", lambda dialog: dialog.accept())
    gallery.reload()
    expect(title(gallery)).to_have_value("断网时写下的")
    expect(gallery.get_by_text("已恢复您在")).to_be_visible()
    saved(gallery)
    assert gallery.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_a_lost_session_keeps_the_words_and_shows_the_way_to_log_in(gallery: Page) -> None:
    gallery.context.clear_cookies()
    title(gallery).fill("登录失效后写下的")
    expect(gallery.locator("[data-saved-at]")).to_contain_text("登录已失效")
    expect(gallery.get_by_role("link", name="重新登录")).to_have_attribute("href", "/account/login/?next=%2Fgallery%2F")
    gallery.reload()
    expect(title(gallery)).to_have_value("登录失效后写下的")


def test_of_two_tabs_the_second_is_told_and_loses_nothing(gallery: Page) -> None:
    other = gallery.context.new_page()
    other.goto(gallery.url)
    title(gallery).fill("先保存的")
    saved(gallery)
    title(other).fill("后写的")
    expect(other.locator("[data-saved-at]")).to_contain_text("已在另一个窗口修改")
    other.on("dialog", lambda dialog: dialog.accept())
    other.reload()
    expect(title(other)).to_have_value("先保存的")
    other.get_by_role("button", name="用我写的内容").click()
    expect(title(other)).to_have_value("后写的")
    saved(other)


def test_what_the_server_has_saved_is_not_offered_again(gallery: Page) -> None:
    """A saved form comes back with another version: only that is new, so nobody is asked."""
    title(gallery).fill("已经保存的")
    saved(gallery)
    gallery.evaluate("""() => {
      const form = document.querySelector("form[data-autosave]");
      const typed = [...new FormData(form)];
      const fields = typed.filter(([name, value]) => !(value instanceof File) && name !== "csrfmiddlewaretoken");
      const older = fields.map(([name, value]) => [name, name === "version" ? "0" : value]);
      const key = `draft:${form.dataset.owner ?? ""}:${form.dataset.autosave}`;
      localStorage.setItem(key, JSON.stringify({ version: "0", at: "09:00", fields: older }));
    }""")
    gallery.reload()
    expect(title(gallery)).to_have_value("已经保存的")
    assert gallery.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []
    expect(gallery.get_by_role("button", name="用我写的内容")).to_have_count(0)


def test_a_double_click_sends_the_form_once(gallery: Page) -> None:
    sent: list[str] = []
    gallery.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    gallery.route("**/gallery/", lambda route: route.fulfill(status=204))
    with gallery.expect_request(lambda request: request.method == "POST" and request.url == gallery.url):
        gallery.locator("#draft").get_by_role("button", name="提交审核").dblclick()
    gallery.wait_for_timeout(300)  # for the second, which must not come
    assert [url for url in sent if url.endswith("/gallery/")] == [gallery.url]


def test_a_block_from_a_spreadsheet_becomes_rows(gallery: Page) -> None:
    gallery.locator("#id_rows-2-name").focus()
    gallery.evaluate(PASTE, "耐盐雾\t>=\t1000\th\tGB/T 10125\n硬度\t≤\t90\tShore A\n密度\t=\t1.1\tg/cm³\n")
    names = [field.input_value() for field in gallery.locator("[data-rows=rows] [name$='-name']").all()]
    assert names == ["拉伸强度", "断裂伸长率", "耐盐雾", "硬度", "密度"]
    assert gallery.locator("#id_rows-2-operator").input_value() == "≥"
    assert gallery.locator("#id_rows-4-unit").input_value() == "g/cm³"
    assert gallery.locator("[name=rows-TOTAL_FORMS]").input_value() == "5"


def test_rows_are_moved_and_removed_without_a_mouse(gallery: Page) -> None:
    rows = gallery.locator("[data-rows=rows] [data-row]")
    rows.nth(1).get_by_role("button", name="上移").press("Enter")
    assert rows.nth(0).locator("[name$='-name']").input_value() == "断裂伸长率"
    assert gallery.locator("[name=rows-1-ORDER]").input_value() == "1"
    rows.nth(1).get_by_role("button", name="删除这一行").press("Enter")
    expect(rows.nth(1)).to_be_hidden()
    assert gallery.locator("[name=rows-0-DELETE]").is_checked()
    expect(gallery.locator("[data-rows=rows] [data-rows-said]")).to_have_text("已删除一行。")


def test_a_long_text_is_never_cut_and_the_counter_says_by_how_much_it_is_over(gallery: Page) -> None:
    gallery.locator("#id_detail").fill("难" * 812)
    assert len(gallery.locator("#id_detail").input_value()) == 812
    expect(gallery.locator("[data-counter=id_detail]")).to_have_text("已超出 12 字")


def test_leaving_a_required_field_empty_says_so_beside_it_and_filling_it_takes_that_back(gallery: Page) -> None:
    title(gallery).fill("写了又删")
    title(gallery).fill("")
    title(gallery).blur()
    expect(gallery.get_by_text("请填写需求名称。").first).to_be_visible()
    title(gallery).fill("有了")
    expect(gallery.locator("#id_title_here")).to_have_count(0)


def test_a_file_too_large_or_of_another_kind_is_refused_before_the_upload(gallery: Page) -> None:
    chooser = gallery.locator("#id_paper")
    chooser.set_input_files({"name": "方案.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})
    expect(
        gallery.get_by_text("“方案.exe”不是可以上传的类型，没有选中。可以上传 PDF, DOCX, PNG, JPG。").last
    ).to_be_visible()
    assert chooser.evaluate("input => input.files.length") == 0
    gallery.evaluate("document.querySelector('[data-drop]').dataset.most = '0.001'")
    chooser.set_input_files({"name": "方案.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" * 1000})
    expect(gallery.get_by_text("“方案.pdf”有 4 KB，超过了单个文件 0.001 MB 的上限").last).to_be_visible()
    assert chooser.evaluate("input => input.files.length") == 0


def test_single_keys_walk_the_list_and_can_be_switched_off(gallery: Page) -> None:
    gallery.keyboard.press("j")
    gallery.keyboard.press("j")
    expect(gallery.get_by_role("link", name="高强度抗爆弹性体材料")).to_be_focused()
    gallery.keyboard.press("k")
    expect(gallery.get_by_role("link", name="瓦线横切机结构优化")).to_be_focused()
    gallery.keyboard.press("?")
    gallery.get_by_label("关闭单键快捷键").check()
    gallery.keyboard.press("Escape")
    gallery.keyboard.press("/")
    expect(gallery.locator("#filter-q")).not_to_be_focused()
    gallery.evaluate("localStorage.removeItem('keys-off')")
    gallery.keyboard.press("/")
    expect(gallery.locator("#filter-q")).to_be_focused()


def test_a_countdown_runs_by_the_clock_of_the_server(gallery: Page) -> None:
    gallery.add_init_script("Date.now = (real => () => real() + 86400e3 * 365)(Date.now)")  # a year ahead
    gallery.reload()
    expect(gallery.locator("time[data-countdown]").first).to_have_text("还剩 6 天 4 小时")


def test_a_link_can_open_in_a_dialog_and_is_a_page_without_scripts(gallery: Page, browser) -> None:
    gallery.get_by_role("link", name="在对话框里打开").click()
    expect(gallery.get_by_role("dialog", name="撤回需求")).to_be_visible()
    gallery.keyboard.press("Escape")
    expect(gallery.get_by_role("dialog", name="撤回需求")).to_be_hidden()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(gallery.url)
    plain.get_by_role("link", name="在对话框里打开").click()
    assert plain.url == gallery.url
    plain.context.close()


def test_a_menu_opens_without_scripts_and_escape_gives_the_focus_back(gallery: Page) -> None:
    menu = gallery.locator(".page-head .moves-more summary")
    menu.press("Enter")
    expect(gallery.locator(".page-head .moves-more")).to_have_attribute("open", "")
    gallery.keyboard.press("Escape")
    expect(menu).to_be_focused()
    assert gallery.locator(".page-head .moves-more").evaluate("menu => menu.open") is False
