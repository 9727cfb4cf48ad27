from django.urls import path

from web.public import batches, changes, enterprises, feeds, listings, pages, proof, questions, site

urlpatterns = [
    path("", pages.home, name="home"),
    path("listings/", listings.listing_list, name="listing_list"),
    path("listings/feeds/", feeds.feeds, name="feeds"),
    path("listings/feed.rss", feeds.rss, name="listing_feed"),
    path("listings/deadlines.ics", feeds.deadlines, name="listing_deadlines"),
    path("listings.json", feeds.listings_json, name="listing_json"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("listings/<slug:number>/", listings.listing, name="listing"),
    path("listings/<slug:number>/changes/", changes.listing_changes, name="listing_changes"),
    path("listings/<slug:number>/questions/", questions.listing_questions, name="listing_questions"),
    path("listings/<slug:number>/questions/ask/", questions.listing_ask, name="listing_ask"),
    path("enterprises/<uuid:pk>/", enterprises.enterprise, name="enterprise"),
    path("batches/", batches.batch_list, name="batch_list"),
    path("batches/<uuid:pk>/", batches.batch, name="batch"),
    path("batches/<uuid:pk>/rules.json", batches.batch_rules, name="batch_rules"),
    path("results/", pages.result_list, name="result_list"),
    path("notices/", pages.notice_list, name="notice_list"),
    path("funnel/", pages.funnel, name="funnel"),
    path("how-to/", pages.how_to, name="how_to"),
    path("checkpoints/", proof.checkpoints, name="checkpoints"),
    path("checkpoints.jsonl", proof.checkpoint_file, name="checkpoint_file"),
    path("checkpoints/audit_verify.py", proof.verifier, name="verifier"),
    path("receipts/verify/", proof.receipt_verify, name="receipt_verify"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("robots.txt", site.robots, name="robots"),
    path("healthz", site.healthz, name="healthz"),
    path(".well-known/security.txt", site.security, name="security"),
]
