"""Import needs from a CSV, XLSX or JSONL file as drafts of one organisation: all rows, or none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from needs.importing import import_needs, read_rows
from needs.models import Batch
from workflow.machine import Refused


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", help="USCC of the organisation; default: the only zone organisation")
        parser.add_argument("--batch", help="title of an open batch; default: the newest open one")
        parser.add_argument("--dry-run", action="store_true", help="judge every row, import nothing")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            rows = read_rows(file.name, file.read_bytes())
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        report = import_needs(
            rows,
            organisation=self._organisation(options["organisation"]),
            batch=self._batch(options["batch"]),
            by=None,
            dry_run=options["dry_run"],
        )
        for row in report.rows:
            for said in row.errors:
                self.stderr.write(f"第 {row.number} 行  错误  {said}")
            for said in row.warnings:
                self.stdout.write(f"第 {row.number} 行  提示  {said}")
        if report.wrong:
            raise CommandError(f"{len(report.wrong)} 行有错，什么都没有导入。改正后再试。")
        done = (
            f"已导入 {report.imported} 项" if report.imported else f"检查通过，共 {len(rows)} 项，未导入（--dry-run）"
        )
        self.stdout.write(done)

    def _organisation(self, uscc: str | None) -> Organisation:
        rows = Organisation.objects.verified()
        rows = rows.filter(uscc=uscc) if uscc else rows.filter(kind=Organisation.Kind.ZONE)
        found = rows.first()
        if found is None:
            raise CommandError("没有找到已核验的单位，请用 --organisation 给出统一社会信用代码。")
        return found

    def _batch(self, title: str | None) -> Batch:
        rows = Batch.objects.open().order_by("-created_at")
        found = (rows.filter(title=title) if title else rows).first()
        if found is None:
            raise CommandError("没有征集中的批次，请先公布一个批次，或用 --batch 指定。")
        return found
