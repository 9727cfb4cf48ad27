"""Learn what teams can do: all of it anew, or the teams that changed. The folder and the row `Index` say the same."""

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core import clock
from matching.corpus import Team as Told
from matching.endpoint import EncodingFailed
from matching.engine import Engine
from matching.support import Support
from matching.text import readable
from suggestions import keeping, texts
from suggestions.encodings import Kept
from suggestions.models import Index
from suggestions.writing import forget as forget_teams
from teams.changes import latest
from teams.models import Team
from works.models import Work

log = logging.getLogger(__name__)
STALE = 0.3  # of the works came or went since all was learnt: its words and directions are of another corpus
QUICK = 3.0  # seconds: what is learnt so fast is learnt anew at every change, and knows every new word at once
RARELY = 50  # times as long as learning takes: so often at most, whatever little has changed
AGAIN = timedelta(minutes=1)  # after a failure, and until a service that did not answer is asked again
SLICE = 15.0  # seconds of encoding in one step of the worker; nobody waits for more
FOLDED = 200  # teams in one step
SHARE = 0.25  # of the worker's time at most for following teams


def index() -> Index:
    return Index.objects.get_or_create(pk=1)[0]


def usable(row: Index) -> Engine | None:
    """What was learnt, if the folder is whole and is the one that the row speaks of.

    A database that was restored from an older copy, or a folder that was, no longer fit each other.
    """
    if not row.folder or keeping.edition() != row.folder or row.followed > latest():
        return None
    engine = keeping.sound()
    return engine if engine is not None and "support" in engine.note else None


def is_due(row: Index, engine: Engine) -> bool:
    """Whether everything should be learnt anew, although what is there can be used."""
    if row.wanted_at is not None:
        return True
    if row.seconds <= QUICK and row.followed < latest():
        return True
    age = clock.now() - row.learnt_at if row.learnt_at else timedelta.max
    often, rarely = timedelta(seconds=row.seconds / SHARE), timedelta(seconds=row.seconds * RARELY)
    return (engine.stale > STALE and age > often) or (engine.stale > 0 and age > rarely)


def lacks_meaning(row: Index) -> bool:
    """Learnt from words alone, although there is an encoder: its work was not done yet."""
    return keeping.encoder_name() not in ("", row.encoder)


def learn(row: Index, *, seconds: float = SLICE, say: Callable[[str], Any] = lambda _said: None) -> Engine | None:
    """Everything anew; from words alone while encodings are missing. None where there is nothing to learn from."""
    start, looked = latest(), clock.now()
    told, background = list(texts.teams(Team.objects.all())), texts.background()
    if not told:
        forget(row)
        return None
    encoder = keeping.encoder()
    row.encoding = _left(encoder, _texts(told, background), seconds, say) if encoder else 0
    if row.encoding:
        encoder = None
        _encoded.clear()  # whatever was thought to be there is not
    began = time.process_time()  # what it costs, also where others are at it; encodings are made once
    engine = Engine.of(told, background=background, encoder=encoder)
    support = Support.of(engine.reader, told)
    engine = replace(engine, note={"support": list(astuple(support))})
    row.encoder = encoder.name if encoder else ""
    row.needs, row.wanted_at, row.failed_at, row.failure = len(background), None, None, ""
    row.seconds, row.learnt_at = time.process_time() - began, clock.now()
    _keep(row, engine, start, looked)
    say(f"{row.teams} teams, {row.works} works, {row.needs} needs: {row.seconds:.1f} s")
    return engine


@dataclass
class Encoded:
    """How far this process knows encodings to be there. Another one, or the next, looks them up once more."""

    number: int = -1  # change number of teams, up to which all their texts are encoded
    again: datetime | None = None  # when a silent service is asked again

    def next(self) -> list[tuple[Any, int]]:
        """The next teams and their numbers. What was never touched has none: 0."""
        rows = Team.objects.filter(changed=0) if self.number < 0 else Team.objects.changed_since(self.number)[:FOLDED]
        return list(rows.values_list("pk", "changed"))


_encoded: dict[str, Encoded] = {}


def encode_on(row: Index, *, seconds: float = SLICE) -> bool:
    """One more slice of encodings; True when all are there, and it is time to learn with them.

    Teams are gone through in the order of their change numbers: works that have encodings are not read again.
    """
    encoder = keeping.encoder()
    if encoder is None:
        return False
    far = _encoded.setdefault(f"{keeping.folder()}:{encoder.name}", Encoded())
    if far.again is not None and clock.now() < far.again:
        return False
    try:
        left, far.again = _encode(encoder, far, time.monotonic() + seconds), None
    except EncodingFailed as failed:
        log.warning("%s", failed)
        left, far.again = 1, clock.now() + AGAIN
    row.encoding = left and max(left, Work.objects.for_matching().filter(team__changed__gt=far.number).count())
    row.save(update_fields=["encoding"])
    return not left


def _encode(encoder: Kept, far: Encoded, until: float) -> int:
    """How many of the texts it came to are still without; 0 only where none is left of anything."""
    while (some := far.next()) or far.number < 0:
        told = texts.teams(Team.objects.filter(pk__in=[pk for pk, _number in some]))
        if left := encoder.prepare(_texts(told, ()), seconds=until - time.monotonic()):
            return left
        far.number = max([0, *(number for _pk, number in some)])
        if time.monotonic() > until and far.number < latest():
            return 1
    return encoder.prepare(_texts((), texts.background()), seconds=until - time.monotonic())


def _left(encoder: Kept, told: list[str], seconds: float, say: Callable[[str], Any] = lambda _said: None) -> int:
    """How many texts are still without an encoding after these seconds; all of them where the service is silent."""
    try:
        return encoder.prepare(told, seconds=seconds, say=say)
    except EncodingFailed as failed:
        log.warning("%s", failed)
        return len(told)


def fold(row: Index, engine: Engine) -> Engine:
    """With the teams that changed since, as they are now; words that nobody had used before stay unknown."""
    looked = clock.now()
    changed = list(Team.objects.changed_since(row.followed).values_list("pk", "changed")[:FOLDED])
    if not changed:
        return engine
    told = list(texts.teams(Team.objects.filter(pk__in=[pk for pk, _number in changed])))
    kept = {team.id for team in told}
    gone = [str(pk) for pk, _number in changed if str(pk) not in kept]
    try:
        engine = engine.update(told, gone)
        row.encoder = "" if engine.lacks else row.encoder  # with it again, all is learnt anew
    except EncodingFailed as failed:  # the next tick asks again; whoever left has left all the same
        log.warning("%s", failed)
        forget_teams(gone)
        return engine
    if engine.ids:
        _keep(row, engine, changed[-1][1], looked)
    else:
        forget(row)
    return engine


def forget(row: Index) -> None:
    """Nobody is matched: what was known of teams goes."""
    shutil.rmtree(keeping.folder(), ignore_errors=True)
    row.folder, row.followed, row.teams, row.works, row.size, row.wanted_at = "", latest(), 0, 0, 0, None
    row.save()


def _keep(row: Index, engine: Engine, followed: int, looked: datetime) -> None:
    """`looked`: when teams were read; what became of their organisations later is still to be noticed."""
    row.folder, row.followed, row.folded_at = keeping.keep(engine), followed, looked
    row.teams, row.works, row.size = len(engine.ids), Work.objects.for_matching().count(), keeping.size()
    row.save()


def _texts(told: Iterable[Told], background: Sequence[str]) -> list[str]:
    """Exactly what the engine will ask the encoder for, to learn; explaining asks for sentences besides."""
    own = [text for team in told for text in (*(work.text for work in team.works), team.name) if text.strip()]
    return [readable(text) for text in (*own, *background)]
