"""Many needs of an enterprise from one table: judged and shown first, taken whole, wrong rows given back marked."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from core.files import check, fits
from core.refusals import FileRefused
from needs.importing import Report, import_needs, read_rows
from needs.models import Batch
from needs.sheets import enterprise_template
from reports.workbook import XLSX
from web.access import signed_in
from web.downloads import download
from web.need_tables import forget, given_back, is_table, keep, kept
from web.owners.needs import phone_of
from web.owners.people import enterprise_of
from workflow.machine import Refused

MOST_MB, MOST_NEEDS = 2, 200


class TableForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("需求表"),
        help_text=gettext_lazy("按模板填写，一行一项，一次不超过 200 项。先检查，您确认后才导入为草稿。"),
        error_messages={"required": gettext_lazy("请选择要导入的文件。")},
    )
    batch: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("参加哪个批次"),
        queryset=None,
        empty_label=None,
        error_messages={
            "required": gettext_lazy("请选择一个批次。"),
            "invalid_choice": gettext_lazy("这个批次已经不在征集期，请另选一个。"),
        },
    )

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = Batch.objects.open()  # type: ignore[attr-defined]
        self.fields["batch"].initial = Batch.objects.open().begun().first()
        self.fields["file"].most, self.fields["file"].kinds = MOST_MB, ".xlsx,.csv"  # type: ignore[attr-defined]


@signed_in
def import_table(request: HttpRequest) -> HttpResponse:
    enterprise = enterprise_of(request)
    if request.method == "POST" and enterprise and request.POST.get("take"):
        return _take(request, enterprise, request.POST["take"])
    form = TableForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "enterprise": enterprise, "open": Batch.objects.open().exists()}
    if request.method == "POST" and enterprise and form.is_valid():
        name, data = "", b""
        try:
            name, data = _content(form.cleaned_data["file"])
            context["report"] = _judged(request, enterprise, form.cleaned_data["batch"], name, data, dry_run=True)
            context["token"] = keep(request, name, data, batch=str(form.cleaned_data["batch"].pk))
        except (Refused, FileRefused) as refused:
            form.add_error("file", str(refused))
    wrong = bool(form.errors or (context.get("report") and context["report"].wrong))
    return render(request, "owners/need_import.html", context, status=422 if wrong else 200)


def _content(file: Any) -> tuple[str, bytes]:
    name = fits(file, most=MOST_MB * 1024**2)
    if not is_table(name):
        raise FileRefused(_("请上传按模板填好的 .xlsx 或 .csv 文件。"))
    check(file)
    return name, file.read()


def _judged(
    request: HttpRequest, enterprise: Organisation, batch: Batch, name: str, data: bytes, *, dry_run: bool
) -> Report:
    rows = read_rows(name, data)
    if len(rows) > MOST_NEEDS:
        raise FileRefused(_("一次最多导入 %(n)s 项，请分成几个文件。") % {"n": MOST_NEEDS})
    by: Any = request.user
    otherwise = {
        "region": enterprise.region,
        "contact_name": by.name[:40],
        "contact_phone": phone_of(by.phone, enterprise.contact_phone),
    }
    return import_needs(rows, organisation=enterprise, batch=batch, by=by, dry_run=dry_run, otherwise=otherwise)


def _take(request: HttpRequest, enterprise: Organisation, token: str) -> HttpResponse:
    """Exactly the table that was looked at: judged again, for the world may have changed."""
    held = kept(request, token)
    batch = Batch.objects.open().filter(pk=held["batch"]).first() if held else None
    if held is None or batch is None:
        messages.warning(request, _("检查过的文件已经过期，请重新选择。什么都没有导入。"))
        return redirect("enterprise_need_import")
    report = _judged(request, enterprise, batch, held["name"], held["data"], dry_run=False)
    if report.wrong:
        context = {"form": TableForm(), "enterprise": enterprise, "open": True, "report": report, "token": token}
        return render(request, "owners/need_import.html", context, status=422)
    forget(request, token)
    messages.success(request, _("已导入 %(n)s 项草稿，请逐项核对后提交。") % {"n": report.imported})
    return redirect("enterprise_needs")


@signed_in
@require_safe
def marked_table(request: HttpRequest, token: UUID) -> HttpResponse:
    held, enterprise = kept(request, token), enterprise_of(request)
    batch = Batch.objects.filter(pk=held["batch"]).first() if held else None
    if held is None or enterprise is None or batch is None:
        raise Http404
    report = _judged(request, enterprise, batch, held["name"], held["data"], dry_run=True)
    return given_back(held, report.rows)


@signed_in
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    return download(enterprise_template(), _("需求批量导入模板.xlsx"), XLSX)
