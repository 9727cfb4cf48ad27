"""Receipts anybody can check without a login: of a proposal that was submitted, and of an amendment confirmed."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import insider
import life
import world
from core.sealing import sign
from needs.models import Need
from people import Cast
from proposals.actions import save_draft
from workflow.actions import perform

pytestmark = pytest.mark.django_db


def main_of(response: Any) -> str:
    body: str = response.content.decode()
    return body.split("<main", 1)[1].split("</main>", 1)[0]


def verdict(receipt: Any, **form: Any) -> str:
    text = receipt if isinstance(receipt, str) else json.dumps(receipt)
    return main_of(Client().post(reverse("receipt_verify"), {"text": text, **form}))


def test_of_the_two_ways_to_give_a_receipt_neither_is_called_optional() -> None:
    assert "选填" not in main_of(Client().get(reverse("receipt_verify")))


def test_a_receipt_is_valid_as_it_was_given_and_only_so(cast: Cast) -> None:
    receipt = world.bid(cast, world.listed(cast)).latest.receipt
    shown = verdict(receipt)
    assert "签名有效" in shown
    assert receipt["commitment"] in shown
    assert "还没有开启" in shown
    for name, value in (("commitment", "0" * 64), ("received_at", "2026-01-01T00:00:00+00:00"), ("version", 2)):
        assert "签名无效" in verdict({**receipt, name: value}), name
    assert "签名无效" in verdict({name: value for name, value in receipt.items() if name != "signature"})


def test_after_the_opening_a_receipt_is_looked_up_in_the_record(cast: Cast) -> None:
    need = world.listed(cast)
    proposal = world.bid(cast, need)
    first = proposal.latest.receipt
    save_draft(proposal, world.bid_content(need, price="470000.00"), by=cast.tao)
    perform(proposal, "replace", by=cast.tao)
    second = proposal.latest.receipt
    world.open_bids(need, cast)
    assert "承诺值不在开启记录里" in verdict(first)
    assert "承诺值在开启记录里" in verdict(second)


def test_beside_changes_that_are_not_sealed_stands_the_button_that_seals_them(cast: Cast) -> None:
    need = world.listed(cast)
    proposal = world.bid(cast, need)
    client, button = Client(), f'href="{reverse("move", args=["proposal", proposal.pk, "replace"])}"'
    client.force_login(cast.tao)
    assert button not in main_of(client.get(proposal.get_absolute_url()))
    save_draft(proposal, world.bid_content(need, price="470000.00"), by=cast.tao)
    versions = main_of(client.get(proposal.get_absolute_url())).split('id="versions"')[1].split("<table")[0]
    assert button in versions


def test_who_hands_in_a_bid_is_told_that_it_was_received_and_led_to_the_receipt(cast: Cast) -> None:
    need = world.listed(cast)
    proposal = world.draft(cast, need)
    client = Client()
    client.force_login(cast.tao)
    for version, move in ((1, "submit"), (2, "replace")):
        page = client.post(reverse("move", args=["proposal", proposal.pk, move]), follow=True).content.decode()
        said = page.split('id="messages"', 1)[1].split("message-close", 1)[0]
        assert f"方案第 {version} 版已收到并密封，平台收到时间 20" in said
        assert f'<a href="{proposal.get_absolute_url()}#versions">回执</a>' in said
        versions = page.split('id="versions"', 1)[1]
        address = reverse("proposal_receipt", args=[proposal.pk, version])
        for href, words in ((address, "下载回执"), (f"{address}?as=pdf", "回执（PDF）")):
            assert words in versions.split(f'href="{href}"', 1)[1].split("</a>", 1)[0]
        save_draft(proposal, world.bid_content(need, price="470000.00"), by=cast.tao)


def test_from_a_bid_that_was_withdrawn_one_goes_on_to_another_while_there_is_time(cast: Cast) -> None:
    need = world.listed(cast)
    proposal = world.bid(cast, need)
    perform(proposal, "withdraw", by=cast.tao)
    client, start = Client(), reverse("proposal_start", args=[need.number])
    client.force_login(cast.tao)
    assert f'href="{start}"' in main_of(client.get(proposal.get_absolute_url()))
    assert client.get(start).status_code == 200
    world.let_the_deadline_pass(need)
    assert f'href="{start}"' not in main_of(client.get(proposal.get_absolute_url()))


def confirmed(cast: Cast, need: Need) -> tuple[Any, dict[str, Any]]:
    bid = world.bid(cast, need)
    life.amend(cast, need)
    perform(bid, "confirm", by=cast.tao)
    return bid, bid.confirmations.get().receipt


def test_the_receipt_of_a_confirmed_amendment_is_told_from_that_of_a_proposal(cast: Cast) -> None:
    bid, receipt = confirmed(cast, world.listed(cast))
    shown, of_proposal = verdict(receipt), verdict(bid.latest.receipt)
    for words in ("签名有效", "确认更正，方案不变", "第 1 次更正", "榜单现在仍是确认时的内容", receipt["commitment"],
                  receipt["listing"], "还没有开启"):  # fmt: skip
        assert words in shown, words
    assert "当时的截止时间" not in shown
    assert "提交方案" in of_proposal
    assert "第 1 次更正" not in of_proposal
    for name, value in (("amendment", 2), ("listing", "0" * 64), ("format", "jiebang.receipt/1"), ("version", 9)):
        assert "签名无效" in verdict({**receipt, name: value}), name


def test_a_later_amendment_shows_on_the_receipt_of_the_one_before(cast: Cast) -> None:
    need = world.listed(cast)
    _bid, receipt = confirmed(cast, need)
    need.refresh_from_db()
    life.amend(cast, need, goal="形成配方和低温喷涂工艺。")
    assert "榜单在确认之后又有改动" in verdict(receipt)


def test_after_the_opening_a_confirmation_is_looked_up_too(cast: Cast) -> None:
    need = world.listed(cast)
    _bid, receipt = confirmed(cast, need)
    world.open_bids(Need.objects.get(pk=need.pk), cast)
    assert "承诺值在开启记录里" in verdict(receipt)


def test_a_receipt_comes_as_a_file_too(cast: Cast) -> None:
    receipt = world.bid(cast, world.listed(cast)).latest.receipt
    file = SimpleUploadedFile("回执.json", "\ufeff".encode() + json.dumps(receipt).encode())
    assert "签名有效" in verdict("", file=file)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请粘贴回执内容"),
        ("这不是", "读不出回执"),
        ('{"format": ', "读不出回执"),
        ("[" * 50000, "读不出回执"),
        ("[]", "这不是揭榜台的回执"),
        ('{"format": "jiebang.bid-copy/1"}', "这不是揭榜台的回执"),
        ('{"format": "jiebang.receipt/1", "key": [1], "signature": 3}', "签名无效"),
        ('{"format": "jiebang.receipt/1", "price": NaN, "key": "x", "signature": "\\ud800"}', "签名无效"),
    ],
)
def test_what_is_no_receipt_gets_a_sentence(text: str, sentence: str) -> None:
    assert sentence in verdict(text)


def test_another_document_with_the_platform_s_signature_is_no_receipt() -> None:
    assert "这不是揭榜台的回执" in verdict(sign({"kind": "checkpoint", "number": 1}))


def test_a_large_file_is_refused_before_it_is_read() -> None:
    assert "文件太大" in verdict("", file=SimpleUploadedFile("回执.json", b" " * 70000))


def test_after_the_deadline_the_bidder_sees_who_opens_and_nothing_overdue(cast: Cast, client: Client) -> None:
    need = world.listed(cast)
    proposal = world.bid(cast, need)
    client.force_login(cast.tao)
    world.let_the_deadline_pass(need)
    insider.execute("UPDATE needs_need SET due_at = now(), bid_deadline = now() WHERE id = %s", need.pk)
    insider.execute("UPDATE proposals_proposal SET due_at = now() WHERE id = %s", proposal.pk)
    client.force_login(cast.alice)
    assert "几秒后自动更新" in main_of(client.get(need.get_absolute_url()))
    perform(Need.objects.get(pk=need.pk), "close", by=None)
    client.force_login(cast.tao)
    shown = main_of(client.get(proposal.get_absolute_url()))
    assert "轮到：管委会（两名工作人员）" in shown
    assert "几秒后自动更新" not in shown
    assert "超期" not in shown
