"""The opening is a ceremony: two who open, a third who only watches, and a page that shows each of them the same."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

import insider
import journey
import world
from audit.models import Event
from notifications.models import Notice
from people import Cast
from proposals.actions import begin_opening
from proposals.models import Opening
from proposals.tasks import decrypt_opened
from web.public.site import openings
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(cast: Cast) -> Opening:
    need = journey.published(cast)
    journey.bid(need, cast.team, by=cast.tao)
    journey.pass_deadline(need)
    return begin_opening(need, by=cast.guan)


def test_an_inspector_attends_before_the_second_person_confirms(client, cast: Cast, begun):
    perform(begun, "witness", by=cast.ji)
    perform(begun, "confirm", by=cast.shen)
    decrypt_opened()
    begun.refresh_from_db()
    assert begun.witnessed_by == cast.ji
    assert begun.witnessed_at < begun.opened_at
    assert Event.objects.get(action="opening.witness").actor == str(cast.ji.pk)


def test_the_public_record_says_that_somebody_watched_and_never_who(client, cast: Cast, begun):
    perform(begun, "witness", by=cast.ji)
    perform(begun, "confirm", by=cast.shen)
    decrypt_opened()
    page = client.get(reverse("listing", args=[begun.need.number])).content.decode()
    assert "在场见证" in page
    assert cast.ji.name not in page


def test_who_may_open_is_no_witness_and_a_witness_opens_nothing(cast: Cast, begun):
    for person in (cast.guan, cast.shen, cast.alice, cast.tao):
        with pytest.raises(PermissionDenied):
            perform(begun, "witness", by=person)
    with pytest.raises(PermissionDenied):
        perform(begun, "confirm", by=cast.ji)


def test_there_is_one_witness_and_none_afterwards(cast: Cast, begun):
    perform(begun, "witness", by=cast.ji)
    with pytest.raises(Refused, match="已有纪检人员登记"):
        perform(begun, "witness", by=cast.ji)
    perform(begun, "confirm", by=cast.shen)
    with pytest.raises(Refused):
        perform(begun, "witness", by=cast.ji)


def test_the_database_takes_neither_opener_for_the_witness_and_keeps_who_watched(cast: Cast, begun):
    perform(begun, "witness", by=cast.ji)
    rows = Opening.objects.filter(pk=begun.pk)
    for fields in ({"witnessed_by": cast.guan}, {"witnessed_by": None, "witnessed_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**fields)


def test_an_opening_without_a_witness_is_one_all_the_same(client, cast: Cast, begun):
    perform(begun, "confirm", by=cast.shen)
    client.force_login(cast.guan)
    assert "在场见证" in client.get(reverse("opening", args=[begun.need_id])).content.decode()
    assert "在场见证" not in client.get(reverse("listing", args=[begun.need.number])).content.decode()


def test_who_began_sees_the_page_move_on_by_itself_and_who_must_confirm_is_not_disturbed(client, cast: Cast, begun):
    address = reverse("opening", args=[begun.need_id])
    client.force_login(cast.guan)
    assert "本页自动更新" in client.get(address).content.decode()
    client.force_login(cast.shen)
    assert "本页自动更新" not in client.get(address).content.decode()


def test_before_the_deadline_the_page_counts_down(client, cast: Cast):
    need = journey.published(cast)
    client.force_login(cast.guan)
    assert "data-countdown" in client.get(reverse("opening", args=[need.pk])).content.decode()


def test_inspectors_are_told_while_they_can_still_attend(client, cast: Cast):
    need = journey.published(cast)
    journey.pass_deadline(need)
    cast.ji  # noqa: B018
    begun = begin_opening(need, by=cast.guan)
    told = Notice.objects.get(recipient=cast.ji, kind="opening.create")
    assert told.subject_id == begun.pk
    client.force_login(cast.ji)
    assert "可到场见证" in client.get("/inbox/").content.decode()


def test_an_opening_that_has_begun_is_one_thing_to_do_and_only_the_second_persons(cast: Cast, begun):
    assert [item.machine.noun for item in todo(cast.shen)] == ["opening"]
    assert todo(cast.guan) == []
    perform(begun, "cancel", by=cast.guan)
    assert [item.machine.noun for item in todo(cast.guan)] == ["need"]


def test_bids_that_are_not_read_a_while_after_the_opening_are_said_where_the_zone_looks(client, cast: Cast, begun):
    perform(begun, "confirm", by=cast.shen)  # and the worker does not come
    client.force_login(cast.guan)
    places = (reverse("opening", args=[begun.need_id]), "/office/", "/office/health/")

    def told() -> list[bool]:
        return ["超过 10 分钟没有解密完" in client.get(place).content.decode() for place in places]

    assert told() == [False] * 3
    insider.execute("UPDATE proposals_opening SET opened_at = now() - interval '11 minutes' WHERE id = %s", begun.pk)
    assert told() == [True] * 3
    assert openings() == {"ok": False, "unread": 1}  # so says /healthz
    decrypt_opened()
    assert told() == [False] * 3


@pytest.mark.parametrize("who", ["guan", "shen", "ji"])
def test_how_it_goes_stays_readable_once_it_has_begun_for_whoever_confirms_or_watches(client, cast: Cast, begun, who):
    address = reverse("opening", args=[begun.need_id])
    client.force_login(getattr(cast, who))
    for confirmed in (False, True):
        if confirmed and not begun.opened_at:
            perform(begun, "confirm", by=cast.shen)
        page = client.get(address).content.decode()
        how = page.split('<details id="how"')[1].split("</details>")[0]
        assert "开启办法" in how.split("</summary>")[0]
        for step in ("由第一名工作人员发起开启", "同一个人不能做两步", "在场见证", "逐份解密并与提交时的承诺值核对"):
            assert step in how


def test_a_merkle_root_is_explained_where_it_first_stands(client, cast: Cast, begun):
    explained = "由全部承诺值算出的一个校验值，任何一份有改动它都会不同"
    perform(begun, "confirm", by=cast.shen)
    decrypt_opened()
    client.force_login(cast.shen)
    record = client.get(reverse("opening", args=[begun.need_id])).content.decode().split('id="record"')[1]
    assert explained in record.split("各份方案的承诺值")[0]
    client.logout()
    assert explained in client.get(reverse("listing", args=[begun.need.number])).content.decode()


def test_what_was_read_is_called_read_and_not_done_while_the_formal_check_is_open(client, cast: Cast):
    need = world.listed(cast, within=world.batch(cast, vetting=True))
    world.bid(cast, need)
    world.open_bids(need, cast)
    client.force_login(cast.guan)
    page = client.get(reverse("opening", args=[need.pk])).content.decode()
    assert need.status == "vetting"
    assert "1 份方案已全部解密核对。" in page
    assert "全部处理" not in page
