"""Import of many needs by the office: the file is judged first, and taken only when every row is right."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.roles import Role
from core.files import check, fits
from core.refusals import FileRefused
from needs.importing import import_needs, read_rows
from needs.models import Batch
from web.access import staff
from workflow.machine import Refused

MOST_MB = 10  # 5000 rows of long texts


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("需求文件"),
        help_text=gettext_lazy("XLSX、CSV 或 JSONL，第一行为表头，至少有“需求名称”一列；一次不超过 5000 行。"),
        error_messages={"required": gettext_lazy("请先选择文件。")},
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("归属单位"),
        queryset=Organisation.objects.verified(),
        help_text=gettext_lazy("导入后是这家单位的草稿，由它核对后提交。"),
    )
    batch = forms.ModelChoiceField(label=gettext_lazy("批次"), queryset=Batch.objects.open())
    file.most, file.kinds = MOST_MB, ".xlsx,.csv,.jsonl"  # type: ignore[attr-defined]
    dry_run = forms.BooleanField(
        label=gettext_lazy("只检查，不导入"),
        required=False,
        initial=True,
        help_text=gettext_lazy("先检查一遍，没有错误再取消勾选导入。"),
    )


@staff(Role.OFFICER, Role.REVIEWER, Role.LEADER)
def office_import(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if not fits(data["file"], most=MOST_MB * 1024**2).lower().endswith((".jsonl", ".json")):
                check(data["file"])
            rows = read_rows(data["file"].name, data["file"].read())
            report = import_needs(
                rows, organisation=data["organisation"], batch=data["batch"], by=request.user, dry_run=data["dry_run"]
            )
        except (Refused, FileRefused) as refused:
            form.add_error("file", str(refused))
        if report and report.imported:
            messages.success(request, _("已导入 %(n)s 项需求，均为草稿。") % {"n": report.imported})
            return redirect("office_needs")
    return render(request, "office/import.html", {"form": form, "report": report}, status=422 if form.errors else 200)
