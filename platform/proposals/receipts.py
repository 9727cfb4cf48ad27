"""A signed receipt as a page for the file: what it says in words, and how anybody checks it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import override

from documents.markup import blocks, grouped
from documents.queries import Document

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
LATER = "截止前换过新版本的，以最后一份回执为准；撤回的方案不再开启。"
WORDINGS = {"jiebang.receipt/1": ("提交回执", SUBMITTED), "jiebang.confirmation/1": ("确认回执", CONFIRMED)}


def paper(receipt: dict[str, Any], *, title: str) -> Document:
    """The receipt laid out. Always in Chinese, as the zone's documents are.

    Nothing in it that the JSON has not but `title`, the listing's name: by a number alone nobody finds it again.
    """
    name, wording = WORDINGS[receipt["format"]]
    received = datetime.fromisoformat(receipt["received_at"])
    with override("zh-hans"):
        values = {
            "榜单": receipt["number"],
            "名称": title,
            "版本": str(receipt["version"]),
            "收到": f"{localtime(received):%Y-%m-%d %H:%M:%S.%f}（北京时间）",
            "收到日": f"{localtime(received):%Y年%-m月%-d日}",
            "截止": _moment(receipt.get("deadline", "")),
            "后续": LATER,
            "更正": str(receipt.get("amendment", "")),
            "榜单指纹": grouped(receipt.get("listing", "")),
            "核验网址": settings.SITE_URL + reverse("receipt_verify"),
            "承诺": grouped(receipt["commitment"]),
            "签名": grouped(receipt["signature"]),
            "公钥": grouped(receipt["key"]),
            "平台": f"{settings.ZONE_NAME} · 揭榜台",
        }
        laid = blocks(wording, values)
        return Document("receipt", laid[0].text, f"{name} {receipt['number']} v{receipt['version']}", received, laid)


def _moment(text: str) -> str:
    try:
        return f"{localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return "随到随送，没有截止时间"
