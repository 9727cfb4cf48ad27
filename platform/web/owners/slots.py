"""Where an attachment of a need may go, and the control that sends it there."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.files import files_of
from needs.models import Need

SLOTS = {
    "public": (
        _("公开附件"),
        _("随榜单公开，任何人可以下载：示意图、照片、公开资料。"),
    ),
    "protected": (
        _("受保护附件"),
        _("本单位和管委会能看，团队经您同意后才能查阅：图纸、检测数据、配方。"),
    ),
}
ACCEPT = ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.wps,.et,.dps,.png,.jpg,.jpeg,.gif,.webp,.txt,.csv,.zip,.dwg,.dxf,.step"


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadForm(forms.Form):
    """Sent by itself, so that an upload never takes the text beside it along: with htmx as soon as files are chosen."""

    upload = forms.FileField(required=False)

    def __init__(self, *, slot: str, url: str, errors: Sequence[str] = ()) -> None:
        super().__init__({} if errors else None, auto_id=f"id_{slot}_%s")
        label, help_text = SLOTS[slot]
        sends = {"hx-post": url, "hx-trigger": "change", "hx-encoding": "multipart/form-data", "hx-params": "upload"}
        where = {"hx-target": f"#files-{slot}", "hx-swap": "outerHTML"}
        field = self.fields["upload"]
        field.label, field.help_text = label, help_text
        field.widget = Several(attrs={"multiple": True, "form": f"upload-{slot}", **sends, **where})
        for error in errors:
            self.add_error("upload", error)


def both_slots(need: Need, wrong: str = "", errors: Sequence[str] = ()) -> dict[str, Any]:
    """`errors`: why files were not taken into the slot `wrong`."""
    held = list(files_of(need))
    slots = [
        {
            "key": slot,
            "files": [file for file in held if file.slot == slot],
            "url": url,
            "form": UploadForm(slot=slot, url=url, errors=errors if slot == wrong else ()),
        }
        for slot in SLOTS
        for url in [reverse("need_files", args=[need.pk, slot])]
    ]
    return {"slots": slots, "accept": ACCEPT}
