"""Files of works as libraries and people write them, read row by row; a bad row is a row with a sentence."""

import csv
from pathlib import Path
from typing import Any

import pytest

import works_files as files
from works.judging import Judged, judge
from works.reading import source
from works.reading.headings import column_of
from works.reading.tables import csv_rows


def judged(tmp_path: Path, name: str, data: str | bytes, encoding: str = "utf-8") -> dict[int, Judged | str]:
    path = tmp_path / "file"
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    rows = source(name, path).rows()
    return {row.number: row.error or judge(row.values, kind="paper", visibility="matching") for row in rows}


def facts(row: Any, *names: str) -> tuple[Any, ...]:
    assert row.errors == []
    return tuple(row.fields[name] for name in names)


def test_endnote_as_cnki_writes_it(tmp_path):
    paper, patent = judged(tmp_path, "CNKI.enw", files.CNKI_ENDNOTE).values()
    assert facts(paper, "kind", "title", "authors", "venue", "year", "keywords", "number") == (
        "paper", "喷涂聚脲弹性体抗爆性能研究", "王芳；李强", "高分子学报", 2021, ["聚脲", "弹性体", "抗爆"], ""
    )  # fmt: skip
    assert paper.fields["abstract"] == "研究了涂层在爆炸下的响应。\n第二段。"
    assert facts(patent, "kind", "number", "number_key", "year") == (
        "patent",
        "CN110123456A",
        "patent:110123456A",
        2020,
    )


def test_noteexpress_as_cnki_writes_it_in_gb18030(tmp_path):
    paper, patent = judged(tmp_path, "CNKI.net", files.CNKI_NOTEEXPRESS, "gb18030").values()
    assert facts(paper, "title", "authors", "year", "number", "url") == (
        "钒电池离子膜", "苏敏;赵磊", 2019, "", "https://kns.cnki.net/x"
    )  # fmt: skip
    assert facts(patent, "kind", "authors", "number_key") == ("patent", "苏敏", "patent:2019101234567")


def test_refworks(tmp_path):
    thesis, other = judged(tmp_path, "Refworks.txt", files.REFWORKS).values()
    assert facts(thesis, "kind", "year", "venue", "number") == ("paper", 2018, "海岱大学", "10.1234/ABC")
    assert other.fields["title"] == "没有结束标记的一篇"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_ris_in_every_encoding_and_without_its_end_marks(tmp_path, encoding):
    first, second = judged(tmp_path, "wos.ris", files.RIS, encoding).values()
    assert facts(first, "title", "authors", "year", "abstract", "number_key", "url") == (
        "Blast response of polyurea", "Wang, Fang；Li, Qiang", 2020, "first line\ngoes on", "doi:10.1000/xyz", ""
    )  # fmt: skip
    assert "网址" in first.warnings[0]
    assert second.fields["title"] == "The one above had no end"


def test_bibtex_with_accents_and_an_entry_whose_braces_do_not_match(tmp_path):
    rows = judged(tmp_path, "refs.bib", files.BIBTEX.replace("好的", "好\0的"))
    a, b, c, again, patent, empty = rows.values()
    assert facts(a, "title", "authors", "venue", "number", "year") == (
        "PVDF möbius & naïve α-phase", "Müller, J.；王芳", "高分子学报", "10.1/x", 2020
    )  # fmt: skip
    assert "花括号" in b
    assert [list(rows)[1], c.fields["title"], again.fields["title"]] == [5, "好的一篇 😀", "The same key again"]
    assert facts(patent, "kind", "number_key") == ("patent", "patent:2019101234567")
    assert empty.errors == ["这一项是空的。请补上题名，或删去这一项。"]


def test_a_table_with_a_line_above_its_heading(tmp_path):
    patent, contract, result, other = judged(tmp_path, "登记表.csv", files.TABLE, "gb18030").values()
    assert facts(patent, "kind", "title", "year", "keywords") == ("patent", "一种,泵", 2020, ["泵", "阀"])
    assert facts(contract, "kind", "amount") == ("contract", "485000.00")
    assert facts(result, "kind", "trl", "year", "url") == ("result", 6, None, "http://example.cn/c")
    assert "二〇二〇" in result.warnings[0]
    assert facts(other, "kind", "title") == ("paper", "🚀")
    assert "外星" in other.warnings[0]


def test_an_excel_table_with_dates_and_numbers(tmp_path):
    from datetime import datetime

    data = files.book(
        ["专利名称", "申请日", "专利号", "发明人"], ["一种阀", datetime(2021, 3, 4), 202110000000.0, "王芳"]
    )
    (row,) = judged(tmp_path, "专利.xlsx", data).values()
    assert facts(row, "title", "year", "number", "authors") == ("一种阀", 2021, "202110000000", "王芳")


def test_jsonl_and_what_is_none(tmp_path):
    good, no_json, no_object, untitled, empty = judged(tmp_path, "a.jsonl", files.JSONL).values()
    assert facts(good, "title", "year", "keywords") == ("A", 2020, ["x", "y"])
    assert "不是 JSON。" in no_json
    assert "不是 JSON 对象" in no_object
    assert untitled.errors == ["缺少题名。请补上后重新导入。"]
    assert "空的" in empty.errors[0]


def test_the_xml_of_endnote(tmp_path):
    (row,) = judged(tmp_path, "library.xml", files.XML).values()
    assert facts(row, "title", "authors", "year", "kind") == ("好题名", "王芳", 2020, "paper")


def test_an_abstract_of_a_megabyte_is_cut_with_a_word_about_it(tmp_path):
    (row,) = judged(tmp_path, "a.csv", f"题名,摘要\n甲,{'长' * 1_000_000}\n").values()
    assert len(row.fields["abstract"]) == 10_000
    assert row.warnings == ["摘要有 1000000 个字，只保留前 10000 个字。"]


def test_a_title_that_is_none_is_an_error_of_its_row(tmp_path):
    (row,) = judged(tmp_path, "a.csv", f"题名\n{'长' * 301}\n").values()
    assert row.errors == ["题名有 301 个字，最多 300 个字。请缩短，其余写进摘要。"]


@pytest.mark.parametrize(
    ("heading", "column"),
    [("Title-题名", "title"), ("*论文题目", "title"), ("Source Title", "venue"), ("合同金额（万元）", "amount"),
     ("﻿标题", "title"), ("DOI-DOI", "number"), ("Author Keywords", "keywords"), ("下载频次", "")],
)  # fmt: skip
def test_headings_of_people_and_databases(heading, column):
    assert column_of(heading) == column


def test_reading_larger_cells_changes_no_limit_for_others(tmp_path):
    before = csv.field_size_limit()
    path = tmp_path / "works.csv"
    path.write_text("题名,摘要\n密封圈," + "字" * 200_000 + "\n", encoding="utf-8")
    assert len(list(csv_rows(path, "utf-8"))) == 1
    assert csv.field_size_limit() == before
