"""A receipt in words, as a PDF for the bidder's own file."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from documents.pdf import pdf
from proposals.receipts import paper


def printed(receipt: dict[str, Any]) -> HttpResponse:
    made = paper(receipt)
    response = HttpResponse(pdf(made), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{made.name}.pdf") or "attachment"
    response["Cache-Control"] = "no-store"
    return response
