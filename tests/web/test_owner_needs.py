"""Writing a need: the draft, what is wrong and where, two tabs, a double click, attachments."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import journey
import world
from core.files import files_of
from forms_on_page import Page
from needs.actions import start_need
from needs.models import Indicator, Need
from people import join, person
from workflow.actions import perform


@pytest.fixture
def alice(client, cast):
    client.force_login(cast.alice)
    return client


def rows(*typed):
    """The rows of indicators as a browser sends them: name, operator, value, unit, method, weight."""
    names = ("name", "operator", "value", "unit", "test_method", "weight")
    data = {"indicators-TOTAL_FORMS": str(len(typed)), "indicators-INITIAL_FORMS": "0"}
    for place, row in enumerate(typed):
        full = (*row, *("", "ge", "", "", "", "hard")[len(row) :])
        data |= {f"indicators-{place}-{name}": value for name, value in zip(names, full, strict=True)}
    return data


STRENGTH = ("拉伸强度", "ge", "25", "MPa", "GB/T 528", "hard")


def whole(need, **changes):
    """A form that could be submitted."""
    return {
        "title": "高强度抗爆弹性体材料",
        "kind": "breakthrough",
        "field": "4",
        "keywords": "聚脲、抗爆",
        "region": "青岛",
        "problem": "涂层在冲击下开裂。",
        "present": "",
        "goal": "样品经第三方检测达标。",
        "budget": "48.5",
        "period_months": "12",
        "cooperation": ["joint", "commissioned"],
        "ownership": "joint",
        "conditions": "",
        "trl_now": "3",
        "trl_target": "6",
        "contact_name": "艾丽丝",
        "contact_phone": "0532-88888888",
        "confidential": "配方见附件。",
        "version": str(need.revision),
        **rows(STRENGTH),
        **changes,
    }


def send(client, need, *, follow=True, **changes):
    return client.post(f"/needs/{need.pk}/edit/", whole(need, **changes), follow=follow)


def autosave(client, need, **changes):
    data = whole(need, **changes)
    return client.post(f"/needs/{need.pk}/autosave/", data, headers={"X-Requested-With": "autosave"})


def fresh(need):
    return Need.objects.get(pk=need.pk)


# ── starting ────────────────────────────────────────────────────────────────────
def test_two_answers_make_the_draft(alice, cast):
    batch = journey.batch(cast)
    answer = alice.post("/enterprise/needs/new/", {"title": "䶮岛𠮷材料", "batch": batch.pk, "key": uuid4()})
    need = Need.objects.get()
    assert answer["Location"] == f"/needs/{need.pk}/edit/"
    assert (need.title, need.organisation, need.region) == ("䶮岛𠮷材料", cast.enterprise, "青岛高新区")
    assert (need.contact_name, need.contact_phone) == ("艾丽丝", "0532-88888888")


def test_a_double_click_makes_one_draft(alice, cast):
    data = {"title": "同一项", "batch": journey.batch(cast).pk, "key": uuid4()}
    first, second = (alice.post("/enterprise/needs/new/", data)["Location"] for _n in range(2))
    assert first == second
    assert Need.objects.count() == 1


def test_a_draft_can_be_started_while_the_organisation_waits_for_its_verification(client, cast):
    batch = journey.batch(cast)
    client.force_login(cast.wei)
    client.post("/enterprise/needs/new/", {"title": "先写着", "batch": batch.pk})
    need = Need.objects.get()
    page = client.get(f"/needs/{need.pk}/edit/").content.decode()
    assert "单位尚未通过核验" in page
    assert send(client, need, then="review").status_code == 200
    assert fresh(need).status == "draft"


def test_without_an_open_batch_the_page_says_what_to_wait_for(alice, cast):
    journey.batch(cast, opened=False)
    assert "现在没有征集中的批次" in alice.get("/enterprise/needs/new/").content.decode()


def test_who_belongs_to_no_enterprise_is_told_how_to_join_one(client, cast):
    journey.batch(cast)
    client.force_login(cast.tao)
    page = client.get("/enterprise/needs/new/").content.decode()
    assert "您还没有加入企业" in page
    assert client.post("/enterprise/needs/new/", {"title": "不行"}).status_code == 422
    assert not Need.objects.exists()


# ── saving ──────────────────────────────────────────────────────────────────────
def test_everything_typed_is_saved(alice, cast):
    need = journey.draft(cast)
    send(alice, need, then="save")
    need = fresh(need)
    assert (need.budget, need.period_months, need.keywords) == (Decimal("485000"), 12, ["聚脲", "抗爆"])
    assert (need.cooperation, need.trl_now, need.trl_target) == (["joint", "commissioned"], 3, 6)
    assert (need.confidential, need.typed, need.revision) == ("配方见附件。", [], 2)
    assert [str(i) for i in need.indicators.all()] == ["拉伸强度 ≥ 25 MPa"]


def test_a_draft_may_be_empty(alice, cast):
    need = journey.draft(cast)
    blank = dict.fromkeys(whole(need), "")
    answer = alice.post(f"/needs/{need.pk}/edit/", {**blank, "version": str(need.revision), **rows()}, follow=True)
    assert "草稿已保存。" in answer.content.decode()
    need = fresh(need)
    assert (need.problem, need.cooperation, need.indicators.count(), need.typed) == ("", [], 0, [])


def test_what_is_missing_is_listed_with_the_place_to_go_to(alice, cast):
    need = journey.draft(cast)
    answer = send(alice, need, then="review", problem="", ownership="", **rows())
    page = answer.content.decode()
    assert answer.request["PATH_INFO"] == f"/needs/{need.pk}/review/"
    assert re.search("<button[^>]*disabled>[^<]*提交审核", page)
    for place, words in (("#id_problem", "还没填写要解决的技术难题"), ("#id_ownership", "还没填写知识产权归属")):
        assert f'<a href="/needs/{need.pk}/edit/{place}">{words}</a>' in page
    assert "至少要有一项量化指标" in page
    assert fresh(need).status == "draft"


def test_a_complete_form_goes_on_to_be_looked_over_and_handed_in(alice, cast):
    need = journey.draft(cast)
    answer = send(alice, need, then="review", follow=False)
    assert answer["Location"] == f"/needs/{need.pk}/review/"
    page = Page(answer["Location"], alice.get(answer["Location"]).content.decode())
    (hand_in,) = [form for form in page.forms if form.action.endswith("/submit/")]
    assert alice.post(hand_in.action).status_code == 302
    assert fresh(need).status == "submitted"
    assert alice.get(f"/needs/{need.pk}/review/")["Location"] == f"/needs/{need.pk}/"


# ── what is wrong, and where ────────────────────────────────────────────────────
def test_an_indicator_without_a_unit_says_so_and_its_row_stays(alice, cast):
    need = journey.draft(cast)
    answer = send(alice, need, **rows(("断裂伸长率", "ge", "200", ""), STRENGTH))
    page = answer.content.decode()
    assert "断裂伸长率缺少单位。请填写单位，例如 MPa。没有单位的填“无量纲”。" in page
    assert 'value="断裂伸长率"' in page
    assert [i.name for i in fresh(need).indicators.all()] == ["拉伸强度"]  # what is whole is saved


def test_a_half_written_row_is_there_again_tomorrow_and_for_a_colleague(client, cast):
    need = journey.draft(cast)
    client.force_login(cast.alice)
    send(client, need, **rows(("断裂伸长率", "ge", "200", ""), STRENGTH))
    client.force_login(cast.bob)
    page = client.get(f"/needs/{need.pk}/edit/").content.decode()
    assert 'value="断裂伸长率"' in page
    assert 'value="拉伸强度"' in page
    assert page.index('value="断裂伸长率"') < page.index('value="拉伸强度"')


def test_a_need_with_half_written_entries_cannot_be_submitted(alice, cast):
    need = journey.draft(cast)
    send(alice, need, then="review", budget="abc")
    assert "有填写错误还没有改正" in alice.get(f"/moves/need/{need.pk}/submit/").content.decode()
    send(alice, fresh(need), then="save")
    assert "有填写错误还没有改正" not in alice.get(f"/moves/need/{need.pk}/submit/").content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("budget", "abc", "“abc”不是金额。请填写以万元为单位的数字，例如 48.50。"),
        ("budget", "-5", "金额不能为负数。请填写 0 或更大的数字，例如 48.50。"),
        ("budget", "0", "金额要大于 0。还没定就留空，公布为“面议”。"),
        ("period_months", "一年", "期望周期请填写整数月，例如 12。"),
        ("period_months", "0", "期望周期至少 1 个月。"),
        ("period_months", "90", "期望周期最长 60 个月。更久的请拆成几期。"),
        ("trl_target", "2", "目标成熟度不能低于现有成熟度。"),
        ("contact_phone", "明天给", "“明天给”不像电话号码。"),
        ("keywords", "一 二 三 四 五 六", "最多 5 个关键词，现在 6 个。"),
        ("title", "长" * 500, "最多 100 字，现在 500 字。请删减后再保存，您写的内容还在。"),
    ],
)
def test_a_wrong_entry_is_explained_next_to_its_field_and_kept_as_it_was_typed(alice, cast, field, typed, sentence):
    need = journey.draft(cast)
    page = send(alice, need, **{field: typed}).content.decode()
    error = page.index(f'id="id_{field}_error"')
    assert sentence in page[error : error + 900]
    assert typed in page[error : error + 5000]
    assert f"#id_{field}" in page[: page.index("提交前检查")]  # the summary leads to it
    again = alice.get(f"/needs/{need.pk}/edit/").content.decode()
    assert typed in again
    assert sentence in again


def test_the_rest_of_the_form_is_saved_beside_a_wrong_entry(alice, cast):
    need = journey.draft(cast)
    send(alice, need, budget="abc", problem="新写的难题")
    assert (fresh(need).problem, fresh(need).budget) == ("新写的难题", Decimal("500000"))


@pytest.mark.parametrize("words", ["面议", "", " 待定 "])
def test_no_amount_means_that_it_will_be_agreed(alice, cast, words):
    need = journey.draft(cast)
    send(alice, need, budget=words)
    assert fresh(need).budget is None
    assert "面议" in alice.get(f"/needs/{need.pk}/").content.decode()


def test_rare_characters_are_kept(alice, cast):
    need = journey.draft(cast)
    send(alice, need, title="䶮岛𠮷材料·新", contact_name="欧阳𠮷", **rows(("䶮度", "ge", "1", "𠮷")))
    need = fresh(need)
    assert (need.title, need.contact_name, str(need.indicators.get())) == ("䶮岛𠮷材料·新", "欧阳𠮷", "䶮度 ≥ 1 𠮷")


# ── two tabs, a stale form, a lost session ──────────────────────────────────────
def test_the_draft_saves_itself_while_one_types(alice, cast):
    need = journey.draft(cast)
    answer = autosave(alice, need, problem="正在写")
    assert answer.json() == {"version": 2, "saved": answer.json()["saved"]}
    assert fresh(need).problem == "正在写"


def test_the_draft_saves_itself_with_what_is_not_right_yet(alice, cast):
    need = journey.draft(cast)
    assert autosave(alice, need, budget="abc").status_code == 200
    assert "abc" in alice.get(f"/needs/{need.pk}/edit/").content.decode()


def test_a_second_tab_never_overwrites_the_first_silently(alice, cast):
    need = journey.draft(cast)
    autosave(alice, need, problem="第一个窗口")
    answer = autosave(alice, need, problem="第二个窗口")
    assert answer.status_code == 409
    assert "刚刚在别处保存过" in answer.json()["sentence"]
    assert fresh(need).problem == "第一个窗口"


def test_a_stale_form_comes_back_with_everything_typed_and_can_be_saved_again(alice, cast):
    need = journey.draft(cast)
    send(alice, need, problem="同事写的")
    answer = send(alice, need, problem="我写的")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "再保存一次就以您写的为准" in page
    assert "我写的" in page
    assert fresh(need).problem == "同事写的"
    assert f'name="version" value="{fresh(need).revision}"' in page
    send(alice, fresh(need), problem="我写的")
    assert fresh(need).problem == "我写的"


def test_the_second_of_two_clicks_on_save_is_no_conflict(alice, cast):
    need = journey.draft(cast)
    assert [send(alice, need).status_code for _n in range(2)] == [200, 200]
    assert fresh(need).revision == 2


def test_what_was_typed_before_the_session_was_lost_is_sent_again_as_a_form(alice, cast):
    need = journey.draft(cast)
    answer = alice.post(f"/needs/{need.pk}/autosave/", whole(need, problem="重新登录之后"))
    assert answer["Location"] == f"/needs/{need.pk}/edit/"
    assert fresh(need).problem == "重新登录之后"


def test_a_submitted_need_can_no_longer_be_written(alice, cast):
    need = journey.submitted(cast)
    assert alice.get(f"/needs/{need.pk}/edit/")["Location"] == f"/needs/{need.pk}/"
    assert "不能再改" in autosave(alice, need, problem="太晚").json()["sentence"]
    assert fresh(need).problem != "太晚"


def test_a_returned_need_shows_the_reason_where_it_is_mended(alice, cast):
    need = journey.submitted(cast)
    reason = "“防腐性能强”请改为耐温和盐雾小时数。"
    perform(need, "return", by=cast.guan, data={"code": "indicators", "reason": reason})
    for url in (f"/needs/{need.pk}/", f"/needs/{need.pk}/edit/"):
        page = alice.get(url).content.decode()
        assert "技术指标不够量化" in page
        assert reason in page


def test_a_draft_can_move_to_another_open_batch(alice, cast):
    need, other = journey.draft(cast), journey.batch(cast, title="常年对接", sealing="rolling")
    closed = journey.batch(cast, title="筹备中的批次", opened=False)
    alice.post(f"/needs/{need.pk}/batch/", {"batch": other.pk})
    assert fresh(need).batch == other
    alice.post(f"/needs/{need.pk}/batch/", {"batch": closed.pk})
    assert fresh(need).batch == other


# ── attachments ─────────────────────────────────────────────────────────────────
def upload(client, need, file, slot="public", **extra):
    return client.post(f"/needs/{need.pk}/files/{slot}/", {"upload": file}, **extra)


def test_an_attachment_goes_to_its_part_and_can_be_taken_away(alice, cast):
    need = journey.draft(cast)
    answer = upload(alice, need, journey.pdf(), "protected", headers={"HX-Request": "true"})
    assert "说明.pdf" in answer.content.decode()
    file = files_of(need).get()
    assert (file.slot, file.uploaded_by) == ("protected", cast.alice)
    alice.post(f"/needs/{need.pk}/files/protected/{file.pk}/remove/")
    assert not files_of(need).exists()


def test_an_upload_sent_twice_is_kept_once(alice, cast):
    need = journey.draft(cast)
    for _n in range(2):
        upload(alice, need, journey.pdf())
    assert files_of(need).count() == 1


def test_a_program_named_pdf_is_refused_with_a_sentence_and_the_text_is_untouched(alice, cast):
    need = journey.draft(cast)

    def program():
        return SimpleUploadedFile("安装.pdf", b"MZ\x90\x00" + b"\0" * 200)

    answer = upload(alice, need, program())
    assert answer.status_code == 422
    assert "改了扩展名也不能上传" in answer.content.decode()
    assert need.problem in answer.content.decode()
    part = upload(alice, need, program(), headers={"HX-Request": "true"}).content.decode()
    assert "改了扩展名也不能上传" in part


def test_attachments_of_a_submitted_need_are_fixed(alice, cast):
    need = journey.submitted(cast)
    part = upload(alice, need, journey.pdf(), headers={"HX-Request": "true"}).content.decode()
    assert "不能再改" in part
    assert not files_of(need).exists()


def test_nobody_else_adds_to_my_draft(client, cast):
    need = journey.draft(cast)
    for user in (cast.charlie, cast.guan, cast.tao):
        client.force_login(user)
        assert upload(client, need, journey.pdf()).status_code == 404
        assert autosave(client, need).status_code == 404
        assert client.get(f"/needs/{need.pk}/check/").status_code == 404
    client.force_login(cast.alice)
    assert upload(client, need, journey.pdf(), "secret").status_code == 404


def test_the_checklist_follows_what_has_been_saved(alice, cast):
    need = journey.draft(cast)
    assert "内容齐全，可以提交" in alice.get(f"/needs/{need.pk}/check/").content.decode()
    autosave(alice, need, goal="")
    assert "还没填写预期目标与验收办法" in alice.get(f"/needs/{need.pk}/check/").content.decode()


def test_indicators_keep_the_order_they_were_moved_into(alice, cast):
    need = journey.draft(cast)
    typed = rows(("甲", "ge", "1", "个"), ("乙", "ge", "2", "个"), ("丙", "ge", "3", "个"))
    moved = {
        "indicators-0-ORDER": "3",
        "indicators-1-ORDER": "1",
        "indicators-2-ORDER": "2",
        "indicators-1-DELETE": "on",
    }
    send(alice, need, **typed, **moved)
    assert [i.name for i in Indicator.objects.filter(need=need)] == ["丙", "甲"]


def test_the_way_to_the_form_is_a_link_and_a_click_that_carries_no_form_empties_nothing(alice, cast):
    """Once the button posted nothing at all to the form's address, and the draft was gone."""
    need = journey.draft(cast)
    edit = f"/needs/{need.pk}/edit/"
    page = alice.get(need.get_absolute_url()).content.decode()
    assert (f'href="{edit}"' in page, f'action="{edit}"' in page) == (True, False)
    assert alice.post(edit).status_code == 409
    kept = Need.objects.get(pk=need.pk)
    assert (kept.title, kept.problem, kept.indicators.count(), kept.revision) == (
        need.title,
        need.problem,
        3,
        need.revision,
    )


def test_a_mail_address_is_not_put_where_a_telephone_number_belongs(alice, cast):
    type(cast.enterprise).objects.filter(pk=cast.enterprise.pk).update(contact_phone="alice@example.com")
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(phone=None)
    batch = journey.batch(cast)
    alice.post("/enterprise/needs/new/", {"title": "新题目", "batch": batch.pk})
    assert Need.objects.get(title="新题目").contact_phone == ""
    Need.objects.filter(title="新题目").update(contact_phone="0532-88888888")
    alice.post("/enterprise/needs/new/", {"title": "第二项", "batch": batch.pk})
    assert Need.objects.get(title="第二项").contact_phone == "0532-88888888"  # nobody types it twice


def test_the_to_do_of_an_unfinished_need_leads_to_its_form(alice, cast):
    need = journey.draft(cast)
    page = alice.get("/enterprise/").content.decode()
    todo = page.partition('<ul class="todo">')[2].partition("</ul>")[0]
    assert todo.count(f'href="/needs/{need.pk}/edit/"') == 2  # its title and its button


@pytest.mark.django_db
def test_who_is_alone_is_told_early_that_the_decision_takes_two(client, cast):
    """Charlie has no colleague; nothing is refused, for there is time to invite one."""
    client.force_login(cast.charlie)
    told = "只有一名成员"
    two = world.batch(cast, two_deciders=True)
    alone = start_need(organisation=cast.other_enterprise, batch=two, by=cast.charlie, title="窄面铜板")
    assert told in client.get(f"/needs/{alone.pk}/review/").content.decode()
    home = client.get("/enterprise/").content.decode()
    assert told in home
    assert f"/organisations/{cast.other_enterprise.pk}/members/" in home
    join(person("新同事"), cast.other_enterprise)
    assert told not in client.get(f"/needs/{alone.pk}/review/").content.decode()
    assert told not in client.get("/enterprise/").content.decode()
