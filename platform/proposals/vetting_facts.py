"""What the platform can see of the form of a bid without asking anybody, item by item, with what it goes by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.files import files_of
from core.models import StoredFile
from core.money import wan
from core.text import clauses, listed
from proposals.conflicts import why_team_conflicted
from proposals.content import asked_of, gaps, money, number_in, total
from proposals.models import Proposal
from proposals.states import REVEALED
from proposals.vetting import Item, Verdict, Vetting

OPEN = ""  # a person has to look


@dataclass(frozen=True)
class Finding:
    """One item: what stands there now, who says so, and what that goes by."""

    item: Item
    computed: str  # met | unmet | na, or "" where only a person can tell
    evidence: str
    mark: dict[str, str] | None = None  # {"verdict", "note"} of a person, who may overrule what was computed

    @property
    def verdict(self) -> str:
        return self.mark["verdict"] if self.mark else self.computed

    @property
    def note(self) -> str:
        return self.mark["note"] if self.mark else ""

    @property
    def verdict_label(self) -> str:
        return str(Verdict(self.verdict).label) if self.verdict else str(_("待审查"))

    @property
    def why(self) -> str:
        """What to tell the team where it is not met."""
        return self.note or self.evidence


Seen = tuple[str, str]


def findings(vetting: Vetting) -> list[Finding]:
    """Every item in its order."""
    proposal = vetting.proposal
    content = proposal.content or {}
    return [_finding(item, *SEEN[item](proposal, content), vetting.marks.get(item.value)) for item in Item]


def _finding(item: Item, computed: str, evidence: str, mark: dict[str, str] | None) -> Finding:
    return Finding(item, computed, evidence, mark)


def unmet(found: list[Finding]) -> list[Finding]:
    return [row for row in found if row.verdict == Verdict.UNMET]


def still_open(found: list[Finding]) -> list[Finding]:
    return [row for row in found if row.verdict == OPEN]


def _told(wrong: str, fine: str) -> Seen:
    return (Verdict.UNMET, wrong) if wrong else (Verdict.MET, fine)


def _subject(proposal: Proposal, content: dict[str, Any]) -> Seen:
    home = proposal.team.organisation
    said = f"{home.name} · {home.uscc or '—'} · {home.get_status_display()}"
    return (Verdict.MET if home.is_verified else Verdict.UNMET), said


def _relation(proposal: Proposal, content: dict[str, Any]) -> Seen:
    found = str(why_team_conflicted(proposal.need, proposal.team))
    beside = [row["organisation"]["name"] for row in content.get("participants") or [] if _posts(proposal, row)]
    wrong = [found] if found else []
    wrong += [_("参加单位%(names)s就是发榜方。") % {"names": listed(beside)}] if beside else []
    return _told("".join(wrong), _("不是发榜方、联合发榜方，也没有参与过诊断"))


def _posts(proposal: Proposal, row: dict[str, Any]) -> bool:
    return str((row.get("organisation") or {}).get("id")) == str(proposal.need.organisation_id)


def _organisations(proposal: Proposal) -> dict[str, str]:
    """Who is in a bid: the organisation's id, and how it takes part."""
    rows = (proposal.content or {}).get("participants") or []
    home = proposal.team.organisation
    inside = {str(home.pk): _("%(name)s牵头") % {"name": home.name}}
    for row in rows:
        other = row.get("organisation") or {}
        inside.setdefault(str(other.get("id")), _("%(name)s参加") % {"name": other.get("name", "—")})
    return inside


def twice(proposal: Proposal) -> list[tuple[Proposal, list[str]]]:
    """The other bids of this round in which one of its organisations is, and how it takes part there."""
    rivals = Proposal.objects.filter(need=proposal.need_id, round=proposal.round, status__in=REVEALED)
    rivals = rivals.exclude(pk=proposal.pk).select_related("team__organisation").order_by("team__name", "pk")
    mine = _organisations(proposal)
    shared = [(other, [how for key, how in _organisations(other).items() if key in mine]) for other in rivals]
    return [(other, hows) for other, hows in shared if hows]


def _single(proposal: Proposal, content: dict[str, Any]) -> Seen:
    found = [
        _("%(who)s另一份方案（%(team)s，%(state)s）")
        % {"who": listed(hows), "team": other.team.name, "state": other.get_status_display()}
        for other, hows in twice(proposal)
    ]
    return _told(clauses(found), _("没有单位同时出现在两份方案里"))


def _intact(proposal: Proposal, content: dict[str, Any]) -> Seen:
    latest = proposal.latest
    fine = proposal.content is not None and latest is not None and bool(latest.intact)
    wrong = "" if fine else _("密文读不出，或与提交时的承诺值不一致；密文和回执已保留")
    return _told(wrong, _("解密后与提交时的承诺值一致"))


def _complete(proposal: Proposal, content: dict[str, Any]) -> Seen:
    if proposal.is_behind:
        return OPEN, _("按更正前的榜单响应，尚未确认更正")
    other = ("id_pledged", "part-milestones", "part-budget")
    missing = [gap.phrase for gap in gaps(proposal.need, content) if gap.place not in other]
    return _told(clauses(missing), _("必填内容都有"))


def _sums(proposal: Proposal, content: dict[str, Any]) -> Seen:
    price, rows, budget = money(content.get("price")), content.get("milestones") or [], content.get("budget") or []
    wrong, shared = [], total(content.get("participants") or [], "share")
    if price is None or total(rows) != price:
        wrong.append(_("里程碑金额合计 %(sum)s") % {"sum": wan(total(rows))})
    if budget and total(budget, "asked") != price:
        wrong.append(_("预算申请合计 %(sum)s") % {"sum": wan(total(budget, "asked"))})
    if price is not None and shared > price:
        wrong.append(_("参加单位份额合计 %(sum)s") % {"sum": wan(shared)})
    said = wan(price) if price is not None else "—"
    return _told(
        clauses([_("报价 %(price)s") % {"price": said}, *wrong]) if wrong else "",
        _("里程碑、预算合计都等于报价 %(price)s") % {"price": said},
    )


def _period(proposal: Proposal, content: dict[str, Any]) -> Seen:
    months, wanted = content.get("period_months"), proposal.need.period_months
    if not isinstance(months, int) or months < 1:
        return Verdict.UNMET, _("没有写周期")
    late = [str(row.get("title")) for row in content.get("milestones") or [] if (row.get("month") or 0) > months]
    idle = [str(m.get("name")) for m in content.get("members") or [] if (number_in(m.get("months")) or 0) > months]
    wrong = [_("超过周期的里程碑：%(names)s") % {"names": listed(late)}] if late else []
    wrong += [_("投入人月超过周期：%(names)s") % {"names": listed(idle)}] if idle else []
    said = _("周期 %(months)s 个月") % {"months": months}
    if wanted and months > wanted:  # for the enterprise to weigh, no matter of form
        said = _("周期 %(months)s 个月，期望 %(wanted)s 个月，由发榜方比选") % {"months": months, "wanted": wanted}
    return _told(clauses(wrong), said)


def _pledge(proposal: Proposal, content: dict[str, Any]) -> Seen:
    if not asked_of(proposal.need).full:
        return Verdict.NOT_APPLICABLE, _("简表不要求承诺")
    return _told(
        "" if content.get("pledged") else _("没有作出诚信、无关联和保密承诺"), _("诚信、无关联和保密承诺已作出")
    )


def _consortium(proposal: Proposal, content: dict[str, Any]) -> Seen:
    rows = content.get("participants") or []
    if not rows:
        return Verdict.NOT_APPLICABLE, _("独自揭榜")
    names = [str((row.get("organisation") or {}).get("name")) for row in rows if not row.get("confirmed_at")]
    wrong = _("没有确认的参加单位：%(names)s") % {"names": listed(names)} if names else ""
    return _told(wrong, _("%(n)s 家参加单位均已确认") % {"n": len(rows)})


def _files(proposal: Proposal, content: dict[str, Any]) -> Seen:
    rows = list(files_of(proposal, "bid"))
    if not rows:
        return Verdict.NOT_APPLICABLE, _("没有附件")
    if bad := [row.name for row in rows if row.state == StoredFile.State.REJECTED]:
        return Verdict.UNMET, _("没有通过病毒查杀：%(names)s") % {"names": listed(bad)}
    if any(row.state == StoredFile.State.QUARANTINE for row in rows):
        return OPEN, _("有附件还在等待病毒查杀")
    return Verdict.MET, _("%(n)s 个附件，查杀通过") % {"n": len(rows)}


def _papers(proposal: Proposal, content: dict[str, Any]) -> Seen:
    wanted = proposal.need.conditions
    if not wanted:  # the rules of the batch, which every batch has, may ask for papers in words of their own
        return OPEN, _("榜单没有写对揭榜方的要求；批次规则要求证明材料的，请核对附件")
    return OPEN, _("榜单要求：%(what)s") % {"what": wanted[:120]}


def _signature(proposal: Proposal, content: dict[str, Any]) -> Seen:
    return OPEN, _("由团队负责人%(name)s在平台提交；批次要求纸质签章的，请核对附件") % {
        "name": proposal.team.leader.name
    }


SEEN: dict[Item, Callable[[Proposal, dict[str, Any]], Seen]] = {
    Item.SUBJECT: _subject,
    Item.RELATION: _relation,
    Item.SINGLE: _single,
    Item.INTACT: _intact,
    Item.COMPLETE: _complete,
    Item.SUMS: _sums,
    Item.PERIOD: _period,
    Item.PLEDGE: _pledge,
    Item.CONSORTIUM: _consortium,
    Item.FILES: _files,
    Item.PAPERS: _papers,
    Item.SIGNATURE: _signature,
}
