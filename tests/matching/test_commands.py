"""Any corpus can be ranked and measured from files, without a database, and a wrong line is named."""

import json
import os
import re
import subprocess
import sys
from math import log2
from pathlib import Path

import pytest

from matching import jsonl
from matching.evaluation import measures

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """As on a machine where nothing is configured: no address of a database, no key."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=clean, timeout=300)


def lines(path: Path, rows: list[object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


TEAMS: list[object] = [
    {"id": "a", "name": "甲", "works": [{"title": "反渗透膜污染"}, {"abstract": "反渗透膜的脱盐率与膜污染"}]},
    {"id": 2, "works": [{"abstract": "固态电池界面阻抗", "keywords": ["电池"], "year": 2021}, {"title": "固态电池"}]},
    {"id": "empty"},
]


def test_teams_are_ranked_from_files_to_a_file_with_ids_as_they_were_given(tmp_path):
    teams = lines(tmp_path / "T.jsonl", TEAMS)
    needs = lines(
        tmp_path / "N.jsonl", [{"id": 7, "title": "电池", "text": "固态电池阻抗大"}, {"id": "x", "text": "膜污染"}]
    )
    out = tmp_path / "O.jsonl"
    done = run("rank_teams", "--teams", teams, "--needs", needs, "--out", out, "--lexical")
    assert done.returncode == 0, done.stderr
    assert "works of 3 teams indexed in" in done.stdout
    assert "2 needs ranked in" in done.stdout
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["need"] for row in found] == [7, "x"]
    assert [row["teams"][0]["team"] for row in found] == [2, "a"]
    assert all(len(row["teams"]) == 3 for row in found)
    assert all(row["teams"] == sorted(row["teams"], key=lambda one: -one["score"]) for row in found)


def test_only_the_best_are_written_when_so_many_are_asked_for(tmp_path):
    teams, needs = lines(tmp_path / "T", TEAMS), lines(tmp_path / "N", [{"id": 1, "text": "膜"}])
    run("rank_teams", "--teams", teams, "--needs", needs, "--out", tmp_path / "O", "--lexical", "--top", 1)
    assert len(json.loads((tmp_path / "O").read_text())["teams"]) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "第 2 行：不是有效的 JSON"),
        ("[1]", "第 2 行：应为一个 JSON 对象"),
        ('{"name": "无号"}', "第 2 行：缺少 id"),
        ('{"id": "a"}', "第 2 行：id 'a' 与第 1 行重复"),
        ('{"id": 3, "works": "论文"}', "第 2 行：works 应为成果对象的列表"),
        ('{"id": 3, "works": [{"abstract": 5}]}', "第 2 行：文本字段应为字符串"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, said):
    path = tmp_path / "T"
    path.write_text('{"id": "a"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(jsonl.Unreadable, match=re.escape(said)):
        jsonl.teams(path)


def test_where_a_line_is_wrong_nothing_is_written(tmp_path):
    teams, needs = tmp_path / "T", lines(tmp_path / "N", [{"id": 1, "text": "膜"}])
    teams.write_text('{"id": "a"}\n{\n[]\n', encoding="utf-8")
    done = run("rank_teams", "--teams", teams, "--needs", needs, "--out", tmp_path / "O", "--lexical")
    assert done.returncode == 1
    assert "T 第 2 行：" in done.stderr
    assert "T 第 3 行：" in done.stderr
    assert list(tmp_path.glob("O*")) == []


def test_a_file_with_a_mark_at_its_head_nuls_and_blank_lines_is_read(tmp_path):
    teams = tmp_path / "T"
    teams.write_bytes(
        b"\xef\xbb\xbf"
        + json.dumps(TEAMS[0]).encode()
        + b"\n\n"
        + json.dumps({"id": "z", "works": [{"title": "\x00膜\ud800"}]}).encode()
    )
    needs = lines(tmp_path / "N", [{"id": 1, "text": None}, {"id": 2, "text": "膜污染" * 500_000}])
    done = run("rank_teams", "--teams", teams, "--needs", needs, "--out", tmp_path / "O", "--lexical")
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "O").read_text().splitlines()) == 2


def test_labelled_needs_are_measured_with_intervals(tmp_path):
    teams = lines(tmp_path / "T", TEAMS)
    needs = lines(
        tmp_path / "N", [{"id": 1, "text": "膜污染", "teams": ["a"]}, {"id": 2, "text": "电池", "teams": [2]}]
    )
    done = run("evaluate_matching", "--teams", teams, "--needs", needs, "--lexical")
    assert done.returncode == 0, done.stderr
    assert "accuracy@1   100.0   [100.0, 100.0]" in done.stdout


def test_the_few_works_protocol_draws_teams_by_label(tmp_path):
    texts = {"膜": ["反渗透膜污染", "膜的脱盐率", "膜污染的清洗"], "电": ["固态电池", "电池阻抗", "电池循环"]}
    rows: list[object] = [{"content": text, "label": label} for label, each in texts.items() for text in each]
    path = lines(tmp_path / "W", rows)
    done = run("evaluate_matching", "--works", path, "--needs", path, "--each", 2, "--draws", 3, "--lexical")
    assert done.returncode == 0, done.stderr
    assert "accuracy@1 of each draw: " in done.stdout
    missing = run("evaluate_matching", "--works", path, "--needs", path, "--label", "field", "--lexical")
    assert "有的行缺少字段 'field'" in missing.stderr


def test_the_measures_are_those_of_the_literature():
    found = {one.name: round(one.mean, 3) for one in measures([[1], [3], [12], [2, 4]])}
    assert found["accuracy@1"] == 0.25
    assert found["accuracy@5"] == 0.75
    assert found["MRR"] == round((1 + 1 / 3 + 1 / 12 + 1 / 2) / 4, 3)
    ideal = 1 + 1 / log2(3)
    assert found["nDCG@10"] == round((1 + 0.5 + 0 + (1 / log2(3) + 1 / log2(5)) / ideal) / 4, 3)
