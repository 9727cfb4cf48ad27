"""From a choice to a contract: the intent, the draft, the plan that must add up, and what each party sees of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

import insider
import journey
import world
from contracts.models import Contract
from core import clock
from meetings.models import Intent
from workflow.actions import perform
from workflow.queries import todo


@pytest.fixture
def alice(client, cast):
    client.force_login(cast.alice)
    return client


def day(days=30):
    return (clock.today() + timedelta(days=days)).isoformat()


# ── intent ──────────────────────────────────────────────────────────────────────
def propose(client, need, **changes):
    data = {"amount": "46", "next_step": "到企业取样", "next_date": day(), **changes}
    return client.post(f"/needs/{need.pk}/intent/", data)


def test_the_intent_starts_from_the_chosen_bid(alice, cast):
    need = journey.selected(cast)
    page = alice.get(f"/needs/{need.pk}/intent/").content.decode()
    assert 'value="48.00"' in page
    answer = propose(alice, need)
    intent = Intent.objects.get()
    assert answer["Location"] == f"/intents/{intent.pk}/"
    assert (intent.amount, intent.proposal.team) == (Decimal("460000"), cast.team)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("amount", "abc", "“abc”不是金额。"),
        ("amount", "-1", "金额不能为负数。"),
        ("amount", "0", "金额要大于 0，例如 48.50。"),
        ("amount", "", "请填写金额，以万元为单位，例如 48.50。"),
        ("next_date", "2020-01-01", "这一天已经过去。请填今天或以后的日期。"),
        ("next_date", "下周", "“下周”不是日期。请写成 2026-12-01 的样子。"),
        ("next_step", "", "请写明下一步做什么。"),
        ("next_step", "长" * 500, "最多 200 字，现在 500 字。"),
    ],
)
def test_a_wrong_entry_in_the_intent_is_explained_and_kept(alice, cast, field, typed, sentence):
    answer = propose(alice, journey.selected(cast), **{field: typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    error = page.index(f'id="id_{field}_error"')
    assert sentence in page[error : error + 900]
    assert typed in page
    assert not Intent.objects.exists()


def test_a_second_click_finds_the_intent_of_the_first(alice, cast):
    need = journey.selected(cast)
    assert propose(alice, need)["Location"] == propose(alice, need)["Location"]
    assert Intent.objects.count() == 1


def test_there_is_no_intent_before_the_result(alice, cast):
    need = journey.opened(cast)
    assert propose(alice, need)["Location"] == f"/needs/{need.pk}/"
    assert not Intent.objects.exists()


def test_only_the_enterprise_puts_an_intent_forward(client, cast):
    need = journey.selected(cast)
    for user, status in ((cast.guan, 403), (cast.tao, 404), (cast.charlie, 404)):
        client.force_login(user)
        assert propose(client, need).status_code == status


def test_an_agreed_intent_becomes_a_contract_with_one_click_and_only_one(alice, cast):
    intent = journey.intent(cast)
    url = f"/intents/{intent.pk}/contract/"
    assert "起草合同" in alice.get(f"/intents/{intent.pk}/").content.decode()
    first, second = (alice.post(url)["Location"] for _n in range(2))
    assert first == second == f"/contracts/{Contract.objects.get().pk}/edit/"
    assert alice.get(url).status_code == 405


def test_a_contract_is_not_drafted_before_the_team_agrees(alice, cast):
    intent = journey.intent(cast, agreed=False)
    answer = alice.post(f"/intents/{intent.pk}/contract/", follow=True)
    assert "双方确认意向之后才能起草合同。" in answer.content.decode()
    assert not Contract.objects.exists()


# ── the draft ───────────────────────────────────────────────────────────────────
def typed(client, contract, **changes):
    """The form as the page gave it, with some fields changed."""
    page = client.get(f"/contracts/{contract.pk}/edit/?saved=1")
    sheet, data = page.context["sheet"], {}
    for form in (sheet.form, *sheet.milestones.forms, *sheet.payments.forms):
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else str(value)
    for formset in (sheet.milestones, sheet.payments):
        data |= {f.html_name: str(f.value()) for f in formset.management_form}
    data = {key: value for key, value in data.items() if not key.endswith("DELETE")}
    return data | changes


def save(client, contract, data, **extra):
    return client.post(f"/contracts/{contract.pk}/edit/", data, **extra)


def plan(contract):
    contract.refresh_from_db()
    return [(p.title, p.amount, p.milestone and p.milestone.title) for p in contract.payments.all()]


@pytest.fixture
def contract(cast):
    return journey.contract(cast, signed=False)


def test_the_draft_comes_filled_in_from_need_and_bid(alice, contract):
    page = alice.get(f"/contracts/{contract.pk}/edit/").content.decode()
    for words in (
        'value="48.00"',
        "拉伸强度：≥ 25 MPa（GB/T 528）",
        'value="样品 3 件"',
        "合计 48.00 万元，与合同金额一致",
    ):
        assert words in page


def test_terms_milestones_and_payments_are_saved_together(alice, contract):
    data = typed(alice, contract, amount="50", confidentiality="保密五年。")
    data |= {"payments-0-amount": "20", "payments-1-amount": "30", "milestones-1-title": "中试与交付"}
    assert save(alice, contract, data).status_code == 302
    assert plan(contract) == [("样品", Decimal(200000), "样品"), ("中试", Decimal(300000), "中试与交付")]
    assert (contract.amount, contract.confidentiality) == (Decimal(500000), "保密五年。")


def test_rows_are_added_moved_and_removed(alice, contract):
    data = typed(alice, contract)
    data |= {
        "milestones-TOTAL_FORMS": "3",
        "milestones-2-title": "验收",
        "milestones-2-deliverable": "验收报告",
        "milestones-2-due_date": day(400),
        "milestones-2-ORDER": "1",
        "milestones-0-ORDER": "2",
        "milestones-1-ORDER": "3",
        "payments-0-DELETE": "on",
        "payments-1-amount": "48",
    }
    save(alice, contract, data)
    assert [m.title for m in contract.milestones.all()] == ["验收", "样品", "中试"]
    assert plan(contract) == [("中试", Decimal(480000), "中试")]


def test_payments_that_do_not_add_up_are_saved_but_not_sent(alice, contract):
    answer = save(alice, contract, typed(alice, contract, **{"payments-0-amount": "20"}, then="offer"), follow=True)
    page = answer.content.decode()
    assert "付款计划合计 44.00 万元，合同金额 48.00 万元，两者须一致。" in page
    assert "合计 44.00 万元，比合同金额少 4.00 万元" in page
    contract.refresh_from_db()
    assert contract.status == "drafting"


def test_a_draft_that_adds_up_goes_to_the_confirmation(alice, contract):
    answer = save(alice, contract, typed(alice, contract, then="offer"))
    assert answer["Location"] == f"/moves/contract/{contract.pk}/offer/"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("amount", "abc", "“abc”不是金额。"),
        ("amount", "-3", "金额不能为负数。"),
        ("amount", "", "请填写合同金额，以万元为单位，例如 48.50。"),
        ("payments-0-amount", "0", "金额要大于 0，例如 48.50。"),
        ("payments-0-amount", "", "请填写金额（万元），或删去这一行。"),
        ("milestones-0-due_date", "2020-01-01", "这一天早于合同起始日期。"),
        ("milestones-0-deliverable", "", "请填写交付物，或删去这一行。"),
        ("ends_on", "2020-01-01", "终止日期要晚于起始日期。"),
        ("starts_on", "明天", "“明天”不是日期。"),
        ("title", "长" * 500, "最多 100 字，现在 500 字。"),
    ],
)
def test_a_wrong_entry_in_the_contract_is_explained_kept_and_changes_nothing(alice, contract, field, value, sentence):
    before = plan(contract)
    answer = save(alice, contract, typed(alice, contract, confidentiality="新写的保密约定。", **{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page[page.index(f'id="id_{field}_error"') :][:900]
    assert plan(contract) == before
    again = alice.get(f"/contracts/{contract.pk}/edit/").content.decode()
    assert "下面是您上次写下、还没有保存的内容。" in again
    assert "新写的保密约定。" in again
    assert value in again


def test_what_is_being_typed_is_kept_while_the_shared_draft_stays(client, cast, contract):
    client.force_login(cast.alice)
    data = typed(client, contract, content="正在改写")
    answer = client.post(f"/contracts/{contract.pk}/autosave/", data, headers={"X-Requested-With": "autosave"})
    assert "暂存" in answer.json()["saved"]
    assert "正在改写" in client.get(f"/contracts/{contract.pk}/edit/").content.decode()
    contract.refresh_from_db()
    assert contract.content != "正在改写"
    save(client, contract, data)
    contract.refresh_from_db()
    assert contract.content == "正在改写"
    assert "下面是您上次写下" not in client.get(f"/contracts/{contract.pk}/edit/").content.decode()


def test_a_stale_contract_form_is_told_so_and_keeps_what_was_typed(client, cast, contract):
    client.force_login(cast.bob)
    old = typed(client, contract, confidentiality="鲍勃写的。")
    save(client, contract, typed(client, contract, confidentiality="艾丽丝写的。"))
    answer = save(client, contract, old)
    assert answer.status_code == 409
    assert "鲍勃写的。" in answer.content.decode()
    contract.refresh_from_db()
    assert contract.confidentiality == "艾丽丝写的。"
    kept = client.post(f"/contracts/{contract.pk}/autosave/", old, headers={"X-Requested-With": "autosave"})
    assert kept.status_code == 409


def test_saving_the_contract_twice_is_no_conflict(alice, contract):
    data = typed(alice, contract, confidentiality="新的。")
    assert [save(alice, contract, data).status_code for _n in range(2)] == [302, 302]


def test_a_contract_that_was_sent_can_no_longer_be_written(alice, cast, contract):
    data = typed(alice, contract)
    perform(contract, "offer", by=cast.alice)
    assert save(alice, contract, data)["Location"] == f"/contracts/{contract.pk}/"


def test_the_developers_objections_stand_where_the_client_reads_them(alice, cast, contract):
    perform(contract, "offer", by=cast.alice)
    perform(contract, "ask_changes", by=cast.tao, data={"reason": "请把第二笔款提前到样品交付之后。"})
    page = alice.get(f"/contracts/{contract.pk}/").content.decode()
    assert "乙方提出修改意见" in page
    assert "请把第二笔款提前到样品交付之后。" in page


# ── the contract in force ───────────────────────────────────────────────────────
def offered(client, contract):
    page = client.get(f"/contracts/{contract.pk}/")
    rows = (*page.context["milestones"], *page.context["payments"])
    return {part.at.obj.title + part.at.obj._meta.model_name: [o.transition.name for o in part.offers] for part in rows}


def test_each_party_is_offered_its_own_moves_on_each_part(client, cast):
    contract = journey.contract(cast)
    first = contract.milestones.first()
    client.force_login(cast.ting)
    assert offered(client, contract)["样品milestone"] == ["report"]
    perform(
        first,
        "report",
        by=cast.ting,
        data={"report": "样品三件已送检，全部达标。"},
        files={"evidence": journey.pdf("检测报告.pdf")},
    )
    client.force_login(cast.alice)
    assert offered(client, contract) == {
        "样品milestone": ["verify", "rectify"],
        "中试milestone": [],
        "样品payment": [],
        "中试payment": [],
    }
    assert "检测报告.pdf" in client.get(f"/contracts/{contract.pk}/").content.decode()
    perform(first, "verify", by=cast.alice)
    assert offered(client, contract)["样品payment"] == ["pay"]
    client.force_login(cast.guan)
    assert not any(offered(client, contract).values())


def test_the_page_adds_up_what_was_paid_and_what_has_arrived(client, cast):
    contract = journey.contract(cast)
    client.force_login(cast.tao)
    for milestone in contract.milestones.all():
        perform(milestone, "report", by=cast.tao, data={"report": "已经完成全部工作内容。"})
        perform(milestone, "verify", by=cast.alice)
    first, second = contract.payments.all()
    for payment in (first, second):
        perform(payment, "pay", by=cast.alice, data={"paid_on": clock.today()})
    perform(first, "receive", by=cast.tao)
    sums = client.get(f"/contracts/{contract.pk}/").context["sums"]
    assert sums == {"planned": Decimal(480000), "paid": Decimal(480000), "received": Decimal(240000)}


def test_the_banner_names_the_part_whose_turn_it_is(client, cast):
    contract = journey.contract(cast)
    client.force_login(cast.alice)
    page = client.get(f"/contracts/{contract.pk}/")
    assert page.context["leading"].at.obj == contract.milestones.first()
    assert not page.context["leading"].at.mine
    client.force_login(cast.tao)
    assert client.get(f"/contracts/{contract.pk}/").context["leading"].at.mine


def test_the_developer_sees_nothing_of_how_the_need_was_screened(client, cast):
    need = journey.submitted(cast)
    secret = "内部意见：该企业资金紧张，请核实。"
    perform(need, "return", by=cast.guan, data={"code": "budget", "reason": secret})
    perform(need, "submit", by=cast.alice)
    contract = follow_up(cast, need)
    client.force_login(cast.alice)
    assert secret in client.get(f"/needs/{need.pk}/").content.decode()
    for user in (cast.tao, cast.ting):
        client.force_login(user)
        for url in (f"/contracts/{contract.pk}/", f"/intents/{contract.intent_id}/"):
            page = client.get(url).content.decode()
            assert secret not in page
            assert "通过形式审查" not in page


def follow_up(cast, need):
    """The rest of the way, for a need that has been submitted."""
    world.screen(need, cast)
    perform(need, "approve", by=cast.shen)
    journey.publish_now(need, by=cast.ling, bid_deadline=clock.now() + timedelta(days=20))
    journey.bid(need, cast.team, by=cast.tao)
    journey.open_bids(cast, need)
    journey.answer(need.proposals.get(), outcome="select", code="fit", sentence="指标响应最好，可行。", by=cast.alice)
    world.conclude(need, by=cast.alice)
    intent = journey.propose_intent(
        need, amount=Decimal(480000), next_step="对接", next_date=clock.today(), by=cast.alice
    )
    perform(intent, "agree", by=cast.tao)
    return journey.draft_contract(intent, by=cast.alice)


def test_what_two_desks_of_the_zone_say_to_each_other_stays_there(client, cast):
    need = journey.submitted(cast)
    world.screen(need, cast)
    perform(need, "send_back", by=cast.shen, data={"code": "other", "reason": "经办漏看了附件，请重审。"})
    for user, sees in ((cast.alice, False), (cast.guan, True)):
        client.force_login(user)
        assert ("经办漏看了附件" in client.get(f"/needs/{need.pk}/").content.decode()) is sees


def test_a_milestone_is_on_the_list_when_it_is_near_and_may_be_reported_before(cast):
    contract = journey.contract(cast)
    near, far = contract.milestones.order_by("due_date")[0], contract.milestones.order_by("due_date").last()
    insider.execute("UPDATE contracts_milestone SET due_at = now() + interval '59 days' WHERE id = %s", near.pk)
    insider.execute("UPDATE contracts_milestone SET due_at = now() + interval '61 days' WHERE id = %s", far.pk)
    assert [item.pk for item in todo(cast.tao) if item.machine.noun == "milestone"] == [near.pk]
    perform(far, "report", by=cast.tao, data={"report": "提前完成，样件已送检。"})
    assert [item.pk for item in todo(cast.alice) if item.machine.noun == "milestone"] == [far.pk]
