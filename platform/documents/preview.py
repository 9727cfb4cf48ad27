"""One listing as the picture a chat shows beside its link: what everybody may read, and nothing else."""

import hashlib
import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.cache import cache
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.sealing import canonical
from documents.pdf import fonts
from needs.models import Need

LAYOUT = Path(__file__).with_name("preview.typ")
WIDTH, HEIGHT = 1200, 630
KEPT = 7 * 24 * 3600  # seconds; another text has another key
LANGUAGE = "zh-hans"  # a chat asks in no language


def preview(need: Need) -> bytes:
    """A PNG, drawn once for the same words."""
    content = facts(need)
    key = f"preview:{hashlib.sha256(canonical(content) + LAYOUT.read_bytes()).hexdigest()}"
    drawn: bytes | None = cache.get(key)
    if drawn is None:
        drawn = draw(content)
        cache.set(key, drawn, KEPT)
    return drawn


def facts(need: Need) -> dict[str, Any]:
    """Number, title, field, reward, deadline and zone: of the public part, and the same however many bids there are."""
    with override(LANGUAGE):
        deadline = localtime(need.bid_deadline).strftime("%Y-%m-%d %H:%M") if need.bid_deadline else "—"
        return {
            "place": f"{settings.ZONE_NAME} · {_('揭榜台')}",
            "number": need.number,
            "title": need.title,
            "facts": [
                [_("榜额"), need.budget_text],
                [_("技术领域"), need.field_label or "—"],
                [_("揭榜截止时间"), deadline],
            ],
        }


def draw(content: dict[str, Any]) -> bytes:
    return typst.compile(  # type: ignore[no-any-return]
        str(LAYOUT),
        sys_inputs={"preview": json.dumps(content, ensure_ascii=False)},
        font_paths=[fonts()],
        ignore_system_fonts=True,
        format="png",
        ppi=72,  # one point, one pixel
    )
