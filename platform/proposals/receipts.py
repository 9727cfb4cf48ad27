"""A signed receipt as a page for the file: what it says in words, and how anybody checks it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import override

from documents.markup import blocks, grouped
from documents.queries import Document
from proposals import late
from proposals.lifecycle import proposal_machine

SUBMITTED = """# 揭榜方案提交回执

一、收到的方案
榜单编号：{榜单}
榜单名称：{名称}（不在签名之内）
方案版本：第 {版本} 版
平台收到时间：{收到}
当时的揭榜截止时间：{截止}

二、本回执的效力
平台在上述时间收到并密封了这一版方案。收到时间由数据库时钟在加锁后确定，早于截止时间才会签发。承诺值由方案全文加随机数计算，方案改动一个字，承诺值就不同；从承诺值看不出方案内容。
{后续}

三、核验
签名以同时提供的 JSON 原件为准。任何人可在 {核验网址} 上传 JSON 原件，查看签名是否有效。
榜单开启后，同一页还会显示承诺值是否在开启记录中。

四、承诺值和签名
承诺值：{承诺}
签名：{签名}
公钥：{公钥}

> {平台}
> {收到日}
"""
CONFIRMED = """# 确认更正回执

一、确认的事项
榜单编号：{榜单}
榜单名称：{名称}（不在签名之内）
更正：第 {更正} 次，更正后的榜单指纹 {榜单指纹}
方案版本：第 {版本} 版
平台收到确认的时间：{收到}

二、本回执的效力
平台在上述时间收到揭榜团队的确认：已密封的这一版方案按更正后的榜单继续有效。收到时间由数据库时钟在加锁后确定，早于截止时间才会签发。
{后续}
""" + SUBMITTED[SUBMITTED.index("\n三、核验") :]
REFUSED = """# 未接收凭证

一、没有接收的操作
榜单编号：{榜单}
榜单名称：{名称}（不在签名之内）
操作：{操作}
平台收到请求的时间：{收到}
揭榜截止时间：{截止}

二、本凭证的效力
平台收到上述请求时揭榜已经截止，请求没有被接收；此前已经密封的版本不受影响。收到请求的时间由数据库时钟确定，已写入不可改动的存证记录。对此有异议的，请凭本凭证向管委会提出。

三、核验
签名以同时提供的 JSON 原件为准。任何人可在 {核验网址} 上传 JSON 原件，查看签名是否有效。

四、存证记录和签名
存证记录：{存证}
签名：{签名}
公钥：{公钥}

> {平台}
> {收到日}
"""
LATER = "截止前换过新版本的，以最后一份回执为准；撤回的方案不再开启。"
WORDINGS = {
    "jiebang.receipt/1": ("提交回执", SUBMITTED),
    "jiebang.confirmation/1": ("确认回执", CONFIRMED),
    late.FORMAT: ("未接收凭证", REFUSED),
}


def paper(receipt: dict[str, Any], *, title: str) -> Document:
    """The receipt laid out. Always in Chinese, as the zone's documents are.

    Nothing in it that the JSON has not but `title`, the listing's name: by a number alone nobody finds it again.
    """
    name, wording = WORDINGS[receipt["format"]]
    received = datetime.fromisoformat(receipt.get("received_at") or receipt["tried_at"])
    with override("zh-hans"):
        values = {
            "榜单": receipt["number"],
            "名称": title,
            "版本": str(receipt.get("version", "")),
            "操作": str(proposal_machine.by_name[receipt["move"]].label) if "move" in receipt else "",
            "存证": grouped(receipt.get("event", "")),
            "收到": f"{localtime(received):%Y-%m-%d %H:%M:%S.%f}（北京时间）",
            "收到日": f"{localtime(received):%Y年%-m月%-d日}",
            "截止": _moment(receipt.get("deadline", "")),
            "后续": LATER,
            "更正": str(receipt.get("amendment", "")),
            "榜单指纹": grouped(receipt.get("listing", "")),
            "核验网址": settings.SITE_URL + reverse("receipt_verify"),
            "承诺": grouped(receipt.get("commitment", "")),
            "签名": grouped(receipt["signature"]),
            "公钥": grouped(receipt["key"]),
            "平台": f"{settings.ZONE_NAME} · 揭榜台",
        }
        laid = blocks(wording, values)
        version = f" v{receipt['version']}" if "version" in receipt else ""
        return Document("receipt", laid[0].text, f"{name} {receipt['number']}{version}", received, laid)


def _moment(text: str) -> str:
    try:
        return f"{localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return "随到随送，没有截止时间"
