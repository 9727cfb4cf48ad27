"""Addresses of suggestions: of a need, of a team, and of what became of them."""

from django.urls import path

from web.suggestions import asking, funnel, judging, listings, live, solvers, unmatched

urlpatterns = [
    path("needs/<uuid:pk>/suggestions/", solvers.need_suggestions, name="need_suggestions"),
    path("needs/<uuid:pk>/suggestions/live/", live.need_live, name="need_live"),
    path("needs/<uuid:pk>/experts/", solvers.need_experts, name="need_experts"),
    path("team/suggestions/", listings.team_suggestions, name="team_suggestions"),
    path("suggestions/<uuid:pk>/", listings.suggestion, name="suggestion"),
    path("suggestions/<uuid:pk>/judge/", judging.suggestion_judge, name="suggestion_judge"),
    path("judgements/<uuid:pk>/withdraw/", judging.judgement_withdraw, name="judgement_withdraw"),
    path("office/needs/unmatched/", unmatched.office_unmatched, name="office_unmatched"),
    path("office/invites/", asking.office_invites, name="office_invites"),
    path("office/suggestions/", funnel.office_suggestions, name="office_suggestions"),
    path("office/suggestions/judgements/", funnel.office_judgements, name="office_judgements"),
    path("office/suggestions/<slug:key>/", funnel.office_suggestion_records, name="office_suggestion_records"),
]
