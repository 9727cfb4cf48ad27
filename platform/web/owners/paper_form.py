"""A collection form that was filled in on paper, as the file somebody uploads."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.docx import unreadable
from core.files import check, fits
from core.refusals import FileRefused
from needs.collecting import Collected, collected

MOST_MB = 10


class PaperForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("填好的征集表"),
        help_text=gettext_lazy(
            "Word 文件（.docx）。本平台的空白表，或省市征集表都可以；读不懂的内容会列给您看，不会丢。"
        ),
        error_messages={"required": gettext_lazy("请选择填好的征集表。")},
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
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    use_required_attribute = False

    def __init__(self, *args: Any, batches: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_paper_%s", **kwargs)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]
        self.fields["file"].most, self.fields["file"].kinds = MOST_MB, ".docx"  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.collected = read(file)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        if self.collected.is_empty:
            raise forms.ValidationError(
                _("没有从这个文件里读到需求。请确认是填好的征集表，或下载空白表重填，也可以直接在网页上填写。")
            )
        return file


def read(file: Any) -> Collected:
    """Raises `FileRefused`."""
    name = fits(file, most=MOST_MB * 1024**2).lower()
    if name.endswith((".doc", ".wps")):
        raise FileRefused(_("这是旧格式的文件。请用 Word 或 WPS 打开，另存为 .docx 后再上传。"))
    if not name.endswith(".docx"):
        raise FileRefused(_("请上传 .docx 格式的征集表。"))
    check(file)
    try:
        return collected(file, file.size)
    except (ValueError, RecursionError) as error:
        raise unreadable() from error
    finally:
        file.seek(0)
