#!/usr/bin/env python3
"""How many rows a second does an import of works look into, and how much memory does it take?

A file of each format is written, read, judged and compared as `works.importing` does it. No database is needed: what
PostgreSQL adds (a COPY a thousand rows, one INSERT at the end) is measured through the product; docs/performance.md.

    dev.py tool python tools/bench_works.py 100000 csv bib ris jsonl
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
UNUSED = {"SECRET_KEY": "bench", "DEBUG": "1", "DATABASE_URL": "postgres:///nowhere", "VALKEY_URL": "redis://nowhere"}
for variable, value in UNUSED.items():
    os.environ.setdefault(variable, value)  # nothing is connected to
THINGS = ["喷涂聚脲", "锂离子电池", "风电叶片", "机器视觉", "氨燃料", "水性防腐涂料", "横切机", "柱塞泵", "钢渣微粉"]
DOINGS = ["的抗爆性能", "状态监测", "缺陷检测", "结构优化", "热失控机理", "疲劳寿命预测", "能效评估", "配方设计"]
KINDS = ["研究", "方法", "及其应用", "系统设计", "的数值模拟", "的实验研究", "综述", "与验证"]


def row(n: int) -> dict[str, Any]:
    title = THINGS[n % 9] + DOINGS[n * 7 % 8] + KINDS[n * 5 // 9 % 8]
    abstract = f"针对{title}中的问题，提出了一种新方法并进行了试验验证，结果表明指标提高了 {n % 97} %。" * 3
    return {"title": f"{title}：第 {n} 组", "abstract": abstract, "year": 2000 + n % 26, "doi": f"10.1000/x{n}"}


def lines(form: str, n: int) -> str:
    said = row(n)
    title, abstract, year, doi = said.values()
    match form:
        case "csv":
            return ("题名,摘要,年份,DOI\n" if n == 0 else "") + f"{title},{abstract},{year},{doi}\n"
        case "bib":
            return (
                f"@article{{k{n},\n title={{{title}}},\n abstract={{{abstract}}},\n year={year},\n doi={{{doi}}}\n}}\n"
            )
        case "ris":
            return f"TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nPY  - {year}\nDO  - {doi}\nER  - \n"
    return json.dumps(said, ensure_ascii=False) + "\n"


def main() -> None:
    import django

    django.setup()
    from works.comparing import Known
    from works.judging import judge
    from works.reading import source

    count, forms = int(sys.argv[1]), sys.argv[2:] or ["csv"]
    for form in forms:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"works.{form}")
            with path.open("w", encoding="utf-8") as file:
                file.writelines(lines(form, n) for n in range(count))
            known = Known.empty()
            began = time.monotonic()
            for raw in source(path.name, path).rows():
                judged = judge(raw.values, kind="paper", visibility="matching")
                known.place(judged.fields, raw.number)
            seconds = time.monotonic() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            size = path.stat().st_size / 1e6
            print(f"{form:<6}{count} rows, {size:.0f} MB: {seconds:.1f} s, {count / seconds:,.0f} rows/s, {peak} MB")


if __name__ == "__main__":
    main()
