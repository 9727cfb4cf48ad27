"""台账: what the zone keeps, on the page and as Excel."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import OPERATING
from core import clock
from core.search import asked
from needs.models import Batch
from reports.ledgers import BY_KEY, LEDGERS, Ledger
from web.access import staff
from web.office.sheets import export

PER_PAGE = 50
YEARS_BACK, YEARS_AHEAD = 4, 3


class LedgerFilter(forms.Form):
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), required=False, coerce=int, empty_value=None)
    status = forms.ChoiceField(label=gettext_lazy("状态"), required=False)

    batch = forms.ModelChoiceField(
        label=gettext_lazy("批次"), required=False, queryset=Batch.objects.all(), empty_label=gettext_lazy("全部批次")
    )

    def __init__(self, data: Any, ledger: Ledger) -> None:
        super().__init__(data)
        if ledger.key != "needs":
            del self.fields["batch"]
        this_year = clock.today().year
        years = range(this_year + YEARS_AHEAD, this_year - YEARS_BACK, -1)
        self.fields["year"].choices = [("", _("全部年度")), *((y, str(y)) for y in years)]  # type: ignore[attr-defined]
        self.fields["status"].choices = [("", _("全部状态")), *ledger.choices]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "year": given.get("year"),
            "status": given.get("status", ""),
            "batch": given.get("batch"),
            "words": asked(self.data.get("q")),
        }

    def said(self, ledger: Ledger) -> str:
        """The filters in words, for the head of the sheet."""
        chosen = self.chosen
        parts = [
            _("%(year)s 年") % {"year": chosen["year"]} if chosen["year"] else _("全部年度"),
            str(dict(ledger.choices)[chosen["status"]]) if chosen["status"] else "",
            _("批次“%(batch)s”") % {"batch": chosen["batch"]} if chosen["batch"] else "",
            _("含“%(words)s”") % {"words": chosen["words"]} if chosen["words"] else "",
        ]
        return "　".join(part for part in parts if part)


@staff(*OPERATING)
@require_safe
def office_ledgers(request: HttpRequest) -> HttpResponse:
    return render(request, "office/ledgers.html", {"ledgers": LEDGERS})


@staff(*OPERATING)
@require_http_methods(["GET", "HEAD", "POST"])
def office_ledger(request: HttpRequest, key: str) -> HttpResponse:
    """One ledger, narrowed by the address; a POST takes exactly this away as Excel."""
    if key not in BY_KEY:
        raise Http404
    ledger = BY_KEY[key]
    form = LedgerFilter(request.GET, ledger)
    rows = ledger.select(request.user, **form.chosen)
    totals, columns = ledger.totals(rows), ledger.columns_of(form.chosen["batch"])
    sums = ledger.sum_row(totals, columns)
    if request.method == "POST":
        return export(
            request, kind=f"ledger.{key}", title=str(ledger.title), columns=columns, rows=rows, sums=sums,
            count=totals["rows"], filters=form.said(ledger),
        )  # fmt: skip
    paginator = Paginator(rows, PER_PAGE)
    paginator.count = totals["rows"]  # type: ignore[misc]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "ledger": ledger,
        "columns": columns,
        "ledgers": LEDGERS,
        "form": form,
        "page": page,
        "sums": sums,
        "words": form.chosen["words"],
        "made_at": clock.now(),
    }
    return render(request, "office/ledger.html", context)
