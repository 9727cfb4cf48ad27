"""An annex on paper: its text for a reader, the agreement with who accepted it. In Chinese, as all documents are."""

from typing import Any

from django.utils import timezone
from django.utils.translation import override

from annexes.models import Acceptance, AnnexRequest, Read
from core import clock
from documents.markup import Block, grouped
from documents.queries import Document, chinese_date
from needs.models import Need


def words_across(reader: Any, organisation: Any, need: Need, number: int) -> str:
    """What stands across each page: who reads, for whom, when, and which entry of the log that is."""
    at = timezone.localtime(clock.now())
    return f"{reader.name}　{organisation.name}　{at:%Y-%m-%d %H:%M}　{need.number} 第 {number} 号"


def annex_text(need: Need) -> Document:
    at = clock.now()
    head = [
        Block("title", "保密附件：非公开说明"),
        Block("paragraph", f"榜单：{need.number} {need.title}"),
        Block("paragraph", f"发榜方：{need.organisation.name}"),
        Block("first", "非公开说明"),
    ]
    text = [Block("paragraph", line.strip()) for line in need.confidential.splitlines() if line.strip()]
    return Document("annex", head[0].text, f"保密附件 {need.number}", at, [*head, *text])


def agreement_paper(request: AnnexRequest, held: Acceptance) -> Document:
    """The accepted version, word for word, and below it who accepted it when, with its fingerprint."""
    at = timezone.localtime(held.created_at)
    need, number, code = request.need, held.agreement.number, grouped(held.agreement.sha256)
    with override("zh-hans"):
        who = held.get_standing_display()
    signed = [
        Block("first", "接受记录"),
        Block("paragraph", f"榜单：{need.number} {need.title}"),
        Block("paragraph", f"发榜方：{need.organisation.name}"),
        Block("paragraph", f"查阅单位：{request.organisation.name}"),
        Block(
            "paragraph",
            f"接受人：{held.accepted_by.name}（{who}），代表查阅单位于{chinese_date(at)}{at:%H:%M:%S}在平台上接受。",
        ),
        Block("paragraph", f"约定版本：第{number}版，全文 SHA-256 为 {code}。"),
    ]
    laid = held.agreement.blocks
    title = next((block.text for block in laid if block.kind == "title"), "保密资料查阅约定")
    return Document("nda", title, f"保密约定 {need.number} {request.organisation.name}", at, [*laid, *signed])


def what_was_read(read: Read) -> str:
    return read.file_name or str(read.get_what_display())
