"""What anybody can check for themselves: the published checkpoints, and the receipts a bidder holds."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from audit.checkpoints import public_lines
from audit.models import Checkpoint
from core.sealing import public_signing_key, verify
from discovery.search import listings
from needs.models import Need
from needs.states import BEFORE_OPENING
from proposals.lifecycle import proposal_machine
from proposals.receipts import WORDINGS
from web.access import public
from web.public.listings import opening_record

LATEST = 20
LARGEST = 64 * 1024
CONFIRMATION = "jiebang.confirmation/1"  # as `proposals.sealing` signs it
KINDS = tuple(WORDINGS)  # not the mapping: what somebody sends as a format need not be hashable
VERIFIER = settings.ROOT / "tools/audit_verify.py"


@public
@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    rows = [_shown(checkpoint) for checkpoint in Checkpoint.objects.order_by("-number")[:LATEST]]
    return render(request, "public/checkpoints.html", {"rows": rows, "key": public_signing_key()})


@public
@require_safe
def checkpoint_file(request: HttpRequest) -> StreamingHttpResponse:
    """The signed lines, one a checkpoint, exactly as they were published. `?after=120` gives the newer ones."""
    after = request.GET.get("after", "")
    lines = _newlines(public_lines(after=int(after) if after.isdecimal() and len(after) < 10 else 0))
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="checkpoints.jsonl"'
    return response


@public
@require_safe
def verifier(request: HttpRequest) -> FileResponse:
    """The program that checks an export against the checkpoints: stand-alone, to be read before it is run."""
    return FileResponse(VERIFIER.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_verify(request: HttpRequest) -> HttpResponse:
    """Asks the signature, and the opening record where there is one. Nothing is looked up about a sealed bid."""
    form = ReceiptForm(request.POST or None, request.FILES or None)
    asked = request.method == "POST" and form.is_valid()
    context = {"form": form, "found": judge(form.cleaned_data["signed"]) if asked else None}
    return render(request, "public/receipt.html", context, status=422 if form.errors else 200)


def _newlines(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line + "\n"


def _shown(checkpoint: Checkpoint) -> dict[str, Any]:
    line = json.loads(checkpoint.line)
    return {"number": checkpoint.number, "at": checkpoint.at, "hash": checkpoint.hash, **_counts(line)}


def _counts(line: dict[str, Any]) -> dict[str, int]:
    return {"streams": line["streams"], "events": line["events"], "changed": len(line["heads"])}


# ── receipts ────────────────────────────────────────────────────────────────────
class ReceiptForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("回执内容"),
        required=False,
        validators=[MaxLengthValidator(LARGEST)],  # pasted, not written: no counter
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("把回执文件里的全部文字粘贴到这里，从 { 开始，到 } 结束。"),
    )
    file = forms.FileField(
        label=gettext_lazy("或选择回执文件"),
        required=False,
        help_text=gettext_lazy("提交方案、确认更正后下载的回执，或未接收凭证的 .json 文件。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.either = True  # type: ignore[attr-defined]  # one of the two is needed: neither is called optional

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload = data.get("file")
        if upload and upload.size > LARGEST:
            self.add_error("file", _("文件太大，不是回执。回执只有几百个字。"))
        elif not upload and not data.get("text") and not self.errors:
            self.add_error("text", _("请粘贴回执内容，或选择回执文件。"))
        elif not self.errors:
            self._read(upload.read() if upload else data["text"].encode(), "file" if upload else "text")
        return data

    def _read(self, raw: bytes, field: str) -> None:
        try:
            signed = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            self.add_error(field, _("读不出回执：内容不完整或被改动过格式。请重新复制全部文字，或直接选择下载的文件。"))
            return
        if not isinstance(signed, dict) or signed.get("format") not in KINDS:
            self.add_error(field, _("这不是揭榜台的回执。请选择提交方案或确认更正后下载的那份回执。"))
        else:
            self.cleaned_data["signed"] = signed


@dataclass(frozen=True)
class Found:
    """What can be said of a receipt. `recorded`: None as long as there is no opening record to look into.

    `confirms`: the number of the amendment that was confirmed, where it is the receipt of that; `current`: whether the
    listing still reads as it was confirmed. `refused`: the move that came too late, where it is a proof of that.
    """

    valid: bool
    confirms: str = ""
    refused: Any = ""
    listing: str = ""
    current: bool = False
    number: str = ""
    version: str = ""
    received_at: datetime | None = None
    deadline: datetime | None = None
    commitment: str = ""
    need: Need | None = None
    recorded: bool | None = None
    still_sealed: bool = False


def judge(signed: dict[str, Any]) -> Found:
    """Whether the platform signed this, and whether the opening record has its commitment."""
    if not verify(signed):
        return Found(valid=False)
    need = listings().select_related("batch").filter(number=str(signed.get("number"))).first()
    opening = opening_record(need) if need else None
    tried = proposal_machine.by_name.get(str(signed.get("move", "")))
    commitment, fingerprint = str(signed.get("commitment", "")), str(signed.get("listing", ""))
    return Found(
        valid=True,
        confirms=str(signed.get("amendment", "")) if signed.get("format") == CONFIRMATION else "",
        refused=tried.label if tried else "",
        listing=fingerprint,
        current=need is not None and fingerprint == need.published_hash,
        number=str(signed.get("number", "")),
        version=str(signed.get("version", "")),
        received_at=parse_datetime(str(signed.get("received_at") or signed.get("tried_at"))),
        deadline=parse_datetime(str(signed.get("deadline", ""))),
        commitment=commitment,
        need=need,
        recorded=commitment in opening.commitments if opening else None,
        still_sealed=need is not None and need.batch.sealed and need.status in BEFORE_OPENING,
    )
