"""Is what was learnt whole, and how far behind is it? For the health page of the zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from suggestions import keeping
from suggestions.models import Index
from teams.changes import latest
from teams.models import Team

LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Health:
    learnt_at: datetime | None  # all of it
    followed_at: datetime | None  # the last changes
    behind: int  # teams whose changes are not followed yet
    teams: int
    works: int
    needs: int
    size: int  # bytes
    encoder: str  # empty: words alone
    encoding: int  # texts whose encodings are still missing
    said: str | Promise  # what is wrong; empty where all is well


def health() -> Health:
    row = Index.objects.filter(pk=1).first() or Index()
    behind = Team.objects.changed_since(row.followed).count()
    said = _wrong(row, behind)
    return Health(
        row.learnt_at,
        row.folded_at,
        behind,
        row.teams,
        row.works,
        row.needs,
        row.size,
        row.encoder,
        row.encoding,
        said,
    )


def _wrong(row: Index, behind: int) -> str | Promise:
    if row.failure:
        return _("匹配索引没有建成，每分钟自动再试一次。出错信息见运行日志。")
    if not row.folder:
        return _("匹配索引还没有建立。") if Team.objects.matchable().exists() and behind else ""
    if keeping.edition() != row.folder:
        return _("匹配索引的文件不见了或对不上，会自动重建；也可以运行 manage.py rebuild_matching。")
    if row.followed > latest():
        return _("匹配索引比数据库新，会自动重建。")
    if behind and row.folded_at is not None and clock.now() - row.folded_at > LATE:
        return _("匹配索引超过十分钟没有跟上团队的变化，请检查后台进程。")
    return ""
