"""A receipt can be filed on paper: the same facts as the signed original, in words, and how to check them."""

import pytest
from django.urls import reverse

import journey
from documents.markup import grouped
from people import Cast
from proposals.receipts import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid(cast: Cast):
    return journey.bid(journey.published(cast), cast.team, by=cast.tao)


def test_the_paper_says_what_the_signed_original_says(bid):
    receipt = bid.submissions.get().receipt
    said = "\n".join(block.text for block in paper(receipt, title=bid.need.title).blocks)
    assert f"榜单编号：{bid.need.number}" in said
    assert f"榜单名称：{bid.need.title}" in said
    assert "不在签名之内" in said
    assert "方案版本：第 1 版" in said
    for key in ("commitment", "signature", "key"):
        assert grouped(receipt[key]) in said
    assert "/receipts/verify/" in said
    assert "{" not in said


def test_a_bidder_downloads_it_and_nobody_else_does(client, cast: Cast, bid):
    address = reverse("proposal_receipt", args=[bid.pk, 1]) + "?as=pdf"
    client.force_login(cast.tao)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    for other in (cast.alice, cast.guan, cast.rui):
        client.force_login(other)
        assert client.get(address).status_code == 404


def test_the_page_offers_it_beside_the_original(client, cast: Cast, bid):
    client.force_login(cast.tao)
    assert (
        reverse("proposal_receipt", args=[bid.pk, 1]) + "?as=pdf" in client.get(bid.get_absolute_url()).content.decode()
    )


def test_a_rolling_receipt_says_that_there_is_no_deadline(cast: Cast):
    bid = journey.bid(journey.published(cast, sealing="rolling"), cast.team, by=cast.tao)
    receipt = {**bid.submissions.get().receipt, "deadline": "None"}
    assert "随到随送，没有截止时间" in "\n".join(block.text for block in paper(receipt, title=bid.need.title).blocks)
