from django.urls import path

from web import documents
from web.cases import proposals
from web.teams import bids, consortium, home, reuse

urlpatterns = [
    path("team/", home.home, name="team_home"),
    path("team/proposals/", home.my_proposals, name="team_proposals"),
    path("team/intents/", home.my_intents, name="team_intents"),
    path("team/contracts/", home.my_contracts, name="team_contracts"),
    path("listings/<slug:number>/bid/", bids.start, name="proposal_start"),
    path("proposals/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<uuid:pk>/edit/", bids.edit, name="proposal_edit"),
    path("proposals/<uuid:pk>/autosave/", bids.autosave, name="proposal_autosave"),
    path("proposals/<uuid:pk>/check/", bids.check, name="proposal_check"),
    path("proposals/<uuid:pk>/consortium/", consortium.consortium, name="proposal_consortium"),
    path("participants/<uuid:pk>/", consortium.participant, name="participant"),
    path("participants/<uuid:pk>/edit/", consortium.edit, name="participant_edit"),
    path("participants/<uuid:pk>/autosave/", consortium.autosave, name="participant_autosave"),
    path("proposals/<uuid:pk>/reuse/", reuse.reuse, name="proposal_reuse"),
    path("proposals/<uuid:pk>/files/", bids.add_files, name="proposal_files"),
    path("proposals/<uuid:pk>/files/<uuid:file>/remove/", bids.remove_file, name="proposal_file_remove"),
    path("proposals/<uuid:pk>/receipts/<int:version>/", proposals.receipt, name="proposal_receipt"),
    path("proposals/<uuid:pk>/refusals/<uuid:event>/", proposals.refusal, name="proposal_refusal"),
    path("proposals/<uuid:pk>/confirmations/<uuid:kept>/", proposals.confirmation, name="proposal_confirmation"),
    path("proposals/<uuid:pk>/application.<slug:form>", documents.of_bid, name="proposal_document"),
    path("proposals/<uuid:pk>/copy/", proposals.copy, name="proposal_copy"),
]
