"""A receipt in words, as a PDF for the bidder's own file."""

from typing import Any

from django.http import HttpResponse

from documents.pdf import pdf
from needs.models import Need
from proposals.receipts import paper
from web.downloads import download


def printed(receipt: dict[str, Any], need: Need) -> HttpResponse:
    made = paper(receipt, title=need.title)
    response = download(pdf(made), f"{made.name}.pdf", "application/pdf")
    response["Cache-Control"] = "no-store"
    return response
