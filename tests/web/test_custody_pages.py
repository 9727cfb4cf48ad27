"""Three people keep the key of a large listing: named, each with a key shown once, called and heard at the opening."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pyrage.x25519 import Identity

import insider
import keeping
import world
from core.sealing import opener_recipient
from custody.models import Custodian
from people import Cast
from proposals.actions import begin_opening
from proposals.tasks import decrypt_opened
from web.cases.custodians import HOW
from wrong_forms import as_

pytestmark = pytest.mark.django_db


def page(row: Custodian) -> str:
    return reverse("custodian", args=[row.pk])


def key_on(answer) -> str:
    """As it would be copied from the print."""
    return " ".join(re.findall(r"<span>([A-Z0-9-]{4,16})</span>", answer.content.decode()))


def test_whoever_publishes_is_led_to_name_the_three_and_sees_how_far_they_are(cast: Cast):
    need, shen = keeping.approved(cast, ready=False), as_(cast.shen)
    address = reverse("need_custodians", args=[need.pk])
    assert address in shen.get(need.get_absolute_url()).content.decode()
    assert address not in as_(cast.guan).get(need.get_absolute_url()).content.decode()
    wrong = shen.post(address, {"leader": "", "inspector": "", "outside": "nobody@example.com"})
    assert wrong.status_code == 422
    assert "没有用这个邮箱登录的人" in wrong.content.decode()
    assert "nobody@example.com" in wrong.content.decode()
    empty = shen.post(address, {})
    assert "请至少指定一人" in empty.content.decode()
    own = shen.post(address, {"outside": cast.alice.email})
    assert "服务机构" in own.content.decode()
    said = {"leader": cast.ling.pk, "inspector": cast.ji.pk, "outside": cast.yun.email.upper()}
    assert shen.post(address, said).status_code == 302
    assert as_(cast.guan).post(address, said).status_code == 403
    body = shen.get(address).content.decode()
    assert body.count("待领取") == 3
    assert "还没有全部验证" in shen.get(f"/moves/need/{need.pk}/publish/").content.decode()


def test_a_custodian_takes_a_key_that_is_shown_once_and_proves_it(cast: Cast):
    row = keeping.named(cast, keeping.approved(cast, ready=False))[2]
    yun = as_(cast.yun)
    assert page(row) in yun.get(reverse("custodian_list")).content.decode()
    shown = yun.post(page(row), {"do": "take"})
    assert "no-store" in shown["Cache-Control"]
    key = key_on(shown)
    assert key.startswith("AGE-SECRET-KEY-1")
    letters = key.replace(" ", "")
    assert letters not in "".join(yun.get(page(row)).content.decode().split())
    wrong = yun.post(page(row), {"do": "prove", "prove-key": letters[:-1]})
    assert wrong.status_code == 422
    assert "抄得不对" in wrong.content.decode()
    assert yun.post(page(row), {"do": "prove", "prove-key": key.lower()}).status_code == 302
    assert "已验证" in yun.get(page(row)).content.decode()


def test_only_the_custodian_acts_and_loads_his_paper_and_strangers_learn_nothing(cast: Cast):
    row = keeping.named(cast, keeping.approved(cast, ready=False))[2]
    keeping.take(row)
    paper = reverse("custodian_paper", args=[row.pk])
    told = json.loads(as_(cast.yun).get(paper).content)
    assert told["recipient"] == row.recipient
    assert "AGE-SECRET-KEY" not in json.dumps(told)
    for who in (cast.shen, cast.ji, cast.guan):
        assert as_(who).get(page(row)).status_code == 200
        assert as_(who).get(paper).status_code == 404
        assert as_(who).post(page(row), {"do": "take"}).status_code == 403
    for who in (cast.alice, cast.tao, cast.auditor):
        assert as_(who).get(page(row)).status_code == 404


class OwnMachine:
    """Where the custodian's key is: it has what his page hands out, and nothing of the platform."""

    def __init__(self, folder: Path, who: Any, row: Custodian) -> None:
        self.folder, self.web, self.address = folder, as_(who), page(row)
        self.paper, self.key = reverse("custodian_paper", args=[row.pk]), ""

    def load(self, address: str) -> None:
        answer = self.web.get(address)
        _how, _semicolon, name = answer["Content-Disposition"].partition("filename=")
        file = self.folder / name.strip('"')
        assert not file.exists(), "a browser would give it another name, and the old one would be run"
        file.write_bytes(b"".join(answer))

    def run(self, command: str, *, key: str = "", status: int = 0) -> tuple[str, str]:
        """What the page says, run as the page says it: what it prints, and what it says beside."""
        said = self.web.get(self.address).content.decode()
        found = re.search(rf"<code>python3 (custodian\.py {command}.*?)</code>", said)
        assert found
        run = [sys.executable, "-I", *found[1].split()]
        done = subprocess.run(run, cwd=self.folder, input=f"{key or self.key}\n", text=True, capture_output=True)
        assert done.returncode == status, done.stderr
        return done.stdout.strip(), done.stderr

    def send(self, do: str, field: str, said: str) -> None:
        assert self.web.post(self.address, {"do": do, f"{do}-{field}": said}).status_code == 302


def test_a_key_that_never_leaves_its_own_machine_is_registered_proved_and_brought(cast: Cast, tmp_path: Path):
    first, second, row = keeping.named(cast, need := keeping.approved(cast, ready=False))
    own = OwnMachine(tmp_path, cast.yun, row)
    own.load(reverse("custodian_tool"))
    public, own.key = re.findall(r"^(age1\w+|AGE-SECRET-KEY-1\w+)$", own.run("new")[0], re.MULTILINE)
    own.send("register", "recipient", public)
    own.load(own.paper)
    assert "钥匙对不上" in own.run("prove", key=str(Identity.generate()), status=1)[1]
    assert "再抄一遍" in own.run("prove", key="AGE-SECRET-KEY-1XX", status=2)[1]
    own.send("answer", "answer", own.run("prove", key=" - ".join(own.key.lower().partition("1")))[0])
    for other in (first, second):
        keeping.proved(other)
    world.publish(need, cast)
    own.load(own.paper)  # with the share in it from now on
    own.send("answer", "answer", own.run("prove")[0])
    world.bid(cast, need)
    world.close(need)
    own.load(own.paper)
    before = own.run("prove")[1]
    begin_opening(need, by=cast.guan)
    own.load(own.paper)
    assert opener_recipient() in own.run("bring", key="no key", status=2)[1], "to be compared before the key is typed"
    assert opener_recipient() in before
    own.send("parcel", "parcel", own.run("bring")[0])
    decrypt_opened()
    row.refresh_from_db()
    assert (row.status, row.way) == ("accepted", "own")


def test_the_file_of_before_the_opening_says_what_is_missing_in_it(cast: Cast, tmp_path: Path):
    row = keeping.custodian(cast, status="called")
    insider.execute("UPDATE custody_custodian SET way = 'own' WHERE id = %s", row.pk)
    own = OwnMachine(tmp_path, row.person, row)
    own.load(reverse("custodian_tool"))
    own.load(own.paper)
    (file,) = tmp_path.glob("*.json")
    file.write_text(json.dumps({name: said for name, said in json.loads(file.read_text()).items() if name != "ticket"}))
    said = own.run("bring", key=keeping.KEYS[row.pk], status=2)[1]
    assert "文件里没有 'ticket'，请从您的页面重新下载" in said


FOLDS = [
    ("keyed", "issued", {"prove": False, "answer": True, "register": True}),
    ("keyed", "own", {"prove": True, "answer": False, "register": True}),
    ("proved", "issued", {"prove": False, "answer": True}),
    ("proved", "own", {"prove": True, "answer": False}),
    ("called", "issued", {"bring": False, "parcel": True}),
    ("called", "own", {"bring": True, "parcel": False}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "way", "folds"), FOLDS)
def test_the_way_its_holder_chose_comes_first_and_what_was_wrong_stands_open_with_what_was_typed(
    cast: Cast, status: str, way: str, folds: dict[str, bool]
):
    row = keeping.custodian(cast, status=status)
    insider.execute("UPDATE custody_custodian SET way = %s WHERE id = %s", way, row.pk)
    holder = as_(row.person)
    shown = holder.get(page(row)).content.decode().split("<main", 1)[1]
    assert '<details class="custody-other" open>' not in shown
    assert shown.count("btn-primary") == (0 if status == "proved" else 1)
    for do, folded in folds.items():
        field = HOW[do][0]
        wrong = holder.post(page(row), {"do": do, f"{do}-{field}": "nonsense-1"})
        body = wrong.content.decode().split("<main", 1)[1]
        assert wrong.status_code == 422
        assert "nonsense-1" in body
        assert ('<details class="custody-other" open>' in body) == folded, do
        before, _form, _after = body.partition(f'name="{do}-{field}"')
        assert (before.count("<details") > before.count("</details>")) == folded, do


NONSENSE = [
    {}, {"do": ""}, {"do": "key"}, {"do": "bring"}, {"do": "parcel", "parcel-parcel": "x" * 9000},
    {"do": "prove", "prove-key": "\x00"}, {"do": "answer", "answer-answer": "é"},
]  # fmt: skip


@pytest.mark.parametrize("sent", NONSENSE)
def test_whatever_is_sent_the_answer_is_a_sentence(cast: Cast, sent):
    row = keeping.proved(keeping.named(cast, keeping.approved(cast, ready=False))[2])
    assert as_(cast.yun).post(page(row), sent).status_code == 422
    row.refresh_from_db()
    assert row.status == "proved"


def test_at_the_opening_everybody_sees_whose_share_is_missing_and_two_are_enough(cast: Cast):
    need = keeping.listed(cast)
    world.bid(cast, need)
    world.close(need)
    begin_opening(need, by=cast.guan)
    leader, inspector, outside = keeping.sitting(need)
    address = reverse("opening", args=[need.pk])
    assert "交出我的份额" in as_(cast.ling).get(address).content.decode()
    confirm = f"/moves/opening/{need.openings.get().pk}/confirm/"
    refused = as_(cast.shen).post(confirm)
    assert refused.status_code == 409
    assert "现有 0 份" in refused.content.decode()
    for row, who in ((leader, cast.ling), (outside, cast.yun)):
        wrong = as_(who).post(page(row), {"do": "bring", "bring-key": keeping.KEYS[inspector.pk]})
        assert "另一把钥匙" in wrong.content.decode()
        assert as_(who).post(page(row), {"do": "bring", "bring-key": keeping.KEYS[row.pk]}).status_code == 302
        assert "正在核对" in as_(who).get(page(row)).content.decode()
    decrypt_opened()
    assert as_(cast.guan).get(address).content.decode().count("已核对") == 2
    assert as_(cast.shen).post(confirm).status_code == 302
    decrypt_opened()
    assert need.proposals.get().status == "opened"


def test_the_batch_says_from_which_amount_and_takes_no_nonsense(cast: Cast):
    from bodies import of_batch

    guan = as_(cast.guan)
    for said, says in (
        ({"custody_from": "-1"}, "不能"),
        ({"custody_from": "300", "sealing": "rolling"}, "只有密封批次"),
    ):
        answer = guan.post(reverse("batch_new"), {**of_batch(None, None), **said})
        assert answer.status_code == 422, answer.content.decode()
        assert says in answer.content.decode()


def test_the_public_listing_says_that_three_keep_its_key_and_never_who(client, cast: Cast):
    need = keeping.listed(cast)
    body = client.get(need.public_url).content.decode()
    assert "任两人到场才能开启" in body
    assert not [who.name for who in keeping.people(cast).values() if who.name in body]
    assert "密钥三人分管" not in client.get(world.listed(cast).public_url).content.decode()
