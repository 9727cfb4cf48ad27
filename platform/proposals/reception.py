"""How bids are received: what differs between a sealed and a rolling batch for those who bid, declared once."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from needs.codes import Sealing
from needs.models import Need

Text = str | Promise


@dataclass(frozen=True)
class Reception:
    """The same form, the same checks, the same seal and receipt; who opens it, and when, is told in these words."""

    locked: bool  # stays closed until two people open it
    draft: Text  # beside the form
    unsent: Text  # where nothing was handed in yet
    then: Text  # what happens after it was handed in
    steps: tuple[Text, ...]  # from handing in to being read, before one begins


RECEPTION = {
    Sealing.SEALED: Reception(
        locked=True,
        draft=_(
            "草稿加密保存，只有本团队和参加单位能看。提交时整份密封：开启之前，发榜方、管委会和其他团队都看不到内容，也不知道有没有方案。"
        ),
        unsent=_("还没有提交。提交时整份密封，并当场取得带签名的回执。"),
        then=_("截止后由两名工作人员开启"),
        steps=(
            _("由团队负责人提交：整份加密密封，当场取得带签名的回执。截止前可以替换或撤回。"),
            _("截止后由两名工作人员开启。此前除本团队外，任何人都看不到内容，也不知道有没有方案。"),
        ),
    ),
    Sealing.ROLLING: Reception(
        locked=False,
        draft=_(
            "草稿加密保存，只有本团队和参加单位能看。本批次随到随送：提交后几秒内送达发榜方，之后不能再改；其他团队看不到。"
        ),
        unsent=_("还没有提交。提交后几秒内送达发榜方，并当场取得带签名的回执。"),
        then=_("几秒内送达发榜方"),
        steps=(
            _(
                "由团队负责人提交，当场取得带签名的回执。本批次随到随送：几秒内送达发榜方，之后不能再改；其他团队看不到。"
            ),
        ),
    ),
}


def reception_of(need: Need) -> Reception:
    return RECEPTION[Sealing(need.batch.sealing)]
