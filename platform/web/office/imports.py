"""Import of many needs by the office: the file is judged first, and taken only when every row is right."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from core.files import check, fits
from core.refusals import FileRefused
from diagnoses.actions import give_credit
from needs.importing import Report, import_needs, read_rows, template
from needs.models import Batch
from reports.workbook import XLSX
from web.access import staff
from web.downloads import download
from web.need_tables import given_back, is_table, keep, kept
from web.office.assign_form import chosen, people_and_agencies
from web.office.desk import IMPORTERS
from workflow.machine import Refused

MOST_MB = 10  # 5000 rows of long texts


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("需求文件"),
        help_text=gettext_lazy("第一行为表头，至少有“需求名称”一列；一次不超过 5000 行。"),
        error_messages={"required": gettext_lazy("请选择要导入的文件。")},
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("归属单位"),
        queryset=Organisation.objects.verified().filter(kind=Organisation.Kind.ENTERPRISE),
        empty_label=gettext_lazy("请选择"),
        help_text=gettext_lazy("导入后是这家单位的草稿，由它核对后提交。"),
        error_messages={"required": gettext_lazy("请选择归属单位。")},
    )
    batch = forms.ModelChoiceField(
        label=gettext_lazy("批次"),
        queryset=Batch.objects.open(),
        empty_label=gettext_lazy("请选择"),
        error_messages={"required": gettext_lazy("请选择批次。")},
    )
    brought_by = forms.ChoiceField(
        label=gettext_lazy("谁带来的"),
        required=False,
        help_text=gettext_lazy("走访或推荐带来这批需求的服务机构或经办，功劳记给它；没有就不选。"),
        error_messages={"invalid_choice": gettext_lazy("名单刚刚变了，请重新选择。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brought_by"].choices = [("", _("没有人介绍")), *people_and_agencies()]  # type: ignore[attr-defined]


@staff(*IMPORTERS)
def office_import(request: HttpRequest) -> HttpResponse:
    """Two buttons: one only judges the file, the other takes it too if there is nothing wrong with it."""
    form = ImportForm(request.POST or None, request.FILES or None)
    report, token = None, ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            name, content = _content(data["file"])
            report = _judged(name, content, data, by=request.user, dry_run=request.POST.get("do") != "import")
            token = _keep(request, name, content, data, report)
        except (Refused, FileRefused) as refused:
            form.add_error("file", str(refused))
        if report and report.imported:
            messages.success(
                request,
                _("已导入 %(n)s 项需求，现在是“%(organisation)s”的草稿，由它核对后提交。")
                % {"n": report.imported, "organisation": data["organisation"].name},
            )
            return redirect("office_needs")
    wrong = bool(form.errors or (report and report.wrong))
    context = {"form": form, "report": report, "token": token}
    return render(request, "office/import.html", context, status=422 if wrong else 200)


def _content(file: Any) -> tuple[str, bytes]:
    name = fits(file, most=MOST_MB * 1024**2)
    if not name.lower().endswith((".jsonl", ".json")):
        check(file)
    return name, file.read()


def _judged(name: str, content: bytes, data: dict[str, Any], *, by: Any, dry_run: bool) -> Report:
    rows, whom = read_rows(name, content), chosen(data["brought_by"])
    with transaction.atomic():
        report = import_needs(rows, organisation=data["organisation"], batch=data["batch"], by=by, dry_run=dry_run)
        for need in report.made if any(whom.values()) else ():
            give_credit(need, **whom, reason=_("批量导入时登记"), by=by)
    return report


def _keep(request: HttpRequest, name: str, content: bytes, data: dict[str, Any], report: Report) -> str:
    """Where something is wrong with a table: it can be had back marked."""
    if not report.wrong or not is_table(name):
        return ""
    return keep(request, name, content, organisation=str(data["organisation"].pk), batch=str(data["batch"].pk))


@staff(*IMPORTERS)
@require_safe
def office_import_marked(request: HttpRequest, token: UUID) -> HttpResponse:
    held = kept(request, token)
    if held is None or "organisation" not in held:
        raise Http404
    organisation = get_object_or_404(Organisation, pk=held["organisation"])
    batch = get_object_or_404(Batch, pk=held["batch"])
    rows = read_rows(held["name"], held["data"])
    report = import_needs(rows, organisation=organisation, batch=batch, by=request.user, dry_run=True)
    return given_back(held, report.rows)


@staff(*IMPORTERS)
@require_safe
def office_import_template(request: HttpRequest) -> HttpResponse:
    return download(template(), _("需求导入模板.xlsx"), XLSX)
