"""The text of a contract as both sides confirmed it: what its hash covers."""

from typing import Any

from contracts.models import Contract


def terms(contract: Contract) -> dict[str, Any]:
    return {
        "need": contract.need.number,
        "party_a": [contract.party_a.name, contract.party_a.uscc],
        "party_b": [contract.party_b.name, contract.party_b.uscc],
        "team": contract.team.name,
        "title": contract.title,
        "amount": str(contract.amount),
        "ownership": [contract.ownership, contract.ownership_terms],
        "content": contract.content,
        "acceptance": contract.acceptance,
        "confidentiality": contract.confidentiality,
        "period": [str(contract.starts_on), str(contract.ends_on)],
        "milestones": [[m.title, m.deliverable, str(m.due_date)] for m in contract.milestones.all()],
        "payments": [[p.title, str(p.amount), str(p.due_date)] for p in contract.payments.all()],
    }
