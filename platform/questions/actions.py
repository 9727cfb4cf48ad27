"""Asking about a listing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.labels import name_actions
from needs.models import Need
from notifications.actions import notify
from notifications.kinds import register_kind
from questions import rules
from questions.models import Question
from questions.states import Q
from workflow.actions import begin
from workflow.machine import Refused

ASKED = register_kind("question.create")
name_actions({"question.create": gettext_lazy("提问")})


@transaction.atomic
def ask(need: Need, *, text: str, by: Any) -> Question:
    """The enterprise is told that somebody asks, never who. The same words a second time are the same question."""
    need = Need.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=need.pk)
    if not rules.may_ask(by, need):
        raise PermissionDenied(_("提问"))
    if reason := rules.why_not_ask(need):
        raise Refused(str(reason))
    own = Question.objects.filter(need=need, asker=by, status=Q.ASKED)
    if same := own.filter(text=text).first():
        return same
    if own.count() >= rules.MOST_OPEN:
        raise Refused(_("您在本榜单还有 %(most)s 个问题待答复，答复后再提。") % {"most": rules.MOST_OPEN})
    question = Question(need=need, asker=by, text=text)
    begin(question, by=by)
    notify(set(rules.owners(question)), kind=ASKED, subject=question, key=f"question:{question.pk}:create")
    return question
