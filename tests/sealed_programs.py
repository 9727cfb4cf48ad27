"""What the story of a sealed bid runs inside the platform: who there is, and what no page offers."""

SEEDED = ("alice", "guan", "shen", "tao", "rui", "charlie", "auditor", "cai")

CUSTODIANS = ("ling", "ji", "yun")
SEED = f"""
import keeping
import world
from people import PASSWORD, Cast
cast = Cast()
people = {{name: getattr(cast, name) for name in {SEEDED + CUSTODIANS!r}}}
for user in people.values():
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
need = keeping.approved(cast, keeping.batch(cast, bid_form="full"), ready=False)
kept = keeping.named(cast, need)
answer({{
    "custodians": [str(row.pk) for row in kept],
    "logins": {{name: user.email for name, user in people.items()}},
    "need": str(need.pk), "indicators": [str(i.pk) for i in need.indicators.all()],
    "team": str(cast.team.pk), "rival": str(cast.rival_team.pk), "beside": cast.other_enterprise.uscc,
}})
"""
PUBLISH = """
import world
from people import Cast
from accounts.models import User
from needs.models import Need
class Zone:
    ling = User.objects.get(email=%r)
need = Need.objects.get()
world.publish(need, Zone)
need.refresh_from_db()
answer(need.number)
"""
SHARES = """
import pyrage
from custody.models import Custodian
from pyrage.x25519 import Identity
keys = %r
rows = {str(row.pk): row for row in Custodian.objects.all()}
answer([pyrage.decrypt(bytes(rows[pk].sealed_share), [Identity.from_str(key)]).decode() for pk, key in keys.items()])
"""
DEADLINE = """
import world
from django.db import transaction
from needs.models import Need
with transaction.atomic():
    world.let_the_deadline_pass(Need.objects.get())
"""
