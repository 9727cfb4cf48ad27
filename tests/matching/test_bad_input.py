"""What people enter neither breaks a ranking nor makes it long. Counted, not timed: what is read and kept."""

import numpy as np
import pytest

from matching import beside, counting, learning, lexicon, nearest, text
from matching.corpus import Need, Team, Work
from matching.counting import chunks, count, key
from matching.encoders import SentenceEncoder
from matching.engine import Engine
from matching.learning import Texts
from matching.text import readable, terms

SEAL = Team("密封", works=tuple(Work(title=f"氟橡胶密封圈高温老化研究之{n}") for n in "甲乙丙丁戊己"))
CELL = Team("电池", works=tuple(Work(title=f"固态电池界面阻抗研究之{n}") for n in "甲乙丙丁戊己"))
LONG = "".join(chr(0x4E00 + n % 3_000) + chr(0x5E00 + n % 7_001) for n in range(500_000))
ODD = {
    "nothing": Work(),
    "blank": Work(" \t\n", "\u3000"),
    "NULs": Work("\x00固态\x00电池", "\x00" * 1_000),
    "half a character": Work("\ud800\udfff 电池"),
    "emoji": Work("🧪🚀👩‍🔬🇨🇳" * 200),
    "right to left": Work("تحلية المياه بالتناضح العكسي", "התפלת מים"),
    "Japanese and Korean": Work("逆浸透膜による海水淡水化", "역삼투막 담수화"),
    "signs": Work("∑∫≠→①㎡℃ΔΩ" * 100, "·" * 500),
    "rare characters": Work("𠀀𠀁𪛖龘靐齉"),
    "one letter": Work("a b c d e 1 2 3", "啊"),
    "a megabyte": Work("长", LONG),
    "a megabyte without a space": Work("", "a" * 1_000_000),
    "a megabyte of one word": Work("", "电池" * 500_000),
}


def first(engine: Engine, asked: str) -> object:
    return next(engine.rank([asked], 1))[0].team


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_work_is_taken_and_changes_nobody_elses_place(odd):
    for works in ((odd,), (odd,) * 40):
        engine = Engine.of([SEAL, CELL, Team("odd", works=works)])
        assert first(engine, "氟橡胶密封圈在高温下泄漏") == "密封"
        updated = Engine.of([SEAL, CELL]).update([Team("odd", works=works)])
        assert first(updated, "氟橡胶密封圈在高温下泄漏") == "密封"
        assert np.isfinite(updated.scores([odd.text, "密封"])).all()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_need_gives_every_team_a_number(odd):
    found = next(Engine.of([SEAL, CELL]).rank([Need("n", odd.text)]))
    assert {one.team for one in found} == {"密封", "电池"}
    assert all(np.isfinite(one.score) for one in found)


def test_the_encoder_takes_them_all():
    assert np.isfinite(SentenceEncoder().encode([readable(work.text) for work in ODD.values()])).all()


def test_of_a_text_without_end_so_much_is_read_and_so_many_terms_are_kept():
    long = count([LONG * 2])
    assert long.numbers.sum() <= 3 * text.LONGEST
    engine = Engine.of([SEAL, CELL, Team("long", works=(Work(abstract=LONG),) * 3)])
    assert np.diff(engine.nearest.starts).sum() <= engine.nearest.number * nearest.TERMS


def test_a_team_with_twenty_thousand_works_weighs_like_one_with_eight():
    many = Team(
        "many", works=tuple(Work(title=f"固态电池研究{n}", abstract=f"第{n}号电解质样品") for n in range(20_000))
    )
    engine = Engine.of([SEAL, many])
    assert first(engine, "氟橡胶密封圈在高温下泄漏") == "密封"
    assert len(engine.evidence.places) <= learning.SAMPLE
    assert np.linalg.norm(engine.evidence.sums[1]) < 20 * np.linalg.norm(engine.evidence.sums[0])
    fewer = engine.update([Team("many", works=many.works[:300])])
    assert fewer.evidence.counts.tolist() == [6, 300]
    assert first(fewer, "氟橡胶密封圈在高温下泄漏") == "密封"


def test_a_hundred_teams_alike_share_a_score_and_stand_in_their_order():
    engine = Engine.of([Team(n, works=CELL.works) for n in range(100)] + [SEAL])
    found = next(engine.rank(["固态电池界面阻抗"]))
    assert [one.team for one in found][:100] == list(range(100))
    assert len({one.score for one in found[:100]}) == 1
    assert next(engine.rank(["固态电池界面阻抗"], 7)) == found[:7]
    later = engine.update([Team(50, works=CELL.works)])
    assert [one.team for one in next(later.rank(["固态电池界面阻抗"], 100))] == list(range(100))


# ── counted in chunks, and by many processes ────────────────────────────────────
def test_counting_finds_the_terms_that_reading_finds():
    for work in ODD.values():
        found = count([work.text, "固态电池", work.text])
        again = dict(zip(found.keys[found.columns].tolist(), found.numbers.tolist(), strict=True))
        wanted = sorted({key(term) for term in terms(readable(work.text))})
        start, end = found.starts[2], found.starts[3]
        assert found.keys[found.columns[start:end]].tolist() == wanted
        assert found.starts[1] == end - start
        assert set(wanted) <= set(again)


def test_the_same_is_learnt_from_one_chunk_and_from_many_in_other_processes(monkeypatch):
    teams = [SEAL, CELL, *(Team(name, works=(odd, odd)) for name, odd in ODD.items() if "megabyte" not in name)]
    asked = ["固态电池", "密封", "界面阻抗", "高温老化", "电池"]
    whole = Engine.of(teams).scores(asked)
    texts = Texts(teams)
    monkeypatch.setattr(counting, "CHUNK", 5)
    monkeypatch.setattr(lexicon, "CHUNK", 2)
    alone = list(chunks(texts, len(texts)))
    monkeypatch.setattr(counting, "HELPED", 1)
    helped = list(chunks(texts, len(texts)))
    assert len(alone) == len(helped) > 4
    for one, other in zip(alone, helped, strict=True):
        assert one.keys.tolist() == other.keys.tolist()
        assert one.columns.tolist() == other.columns.tolist()
        assert one.starts.tolist() == other.starts.tolist()
    monkeypatch.setattr(beside.sys, "executable", "/bin/true")  # children that die at once
    assert [len(part) for part in chunks(texts, len(texts))] == [len(part) for part in alone]
    monkeypatch.setattr(counting, "HELPED", 10**6)
    np.testing.assert_allclose(Engine.of(teams).scores(asked), whole, atol=1e-4)
