"""Three bids that differ in what they promise, for the listing of enterprise@ that waits to be compared."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from needs.models import Need

COMPARED = "石英制品外观缺陷在线检测"


@dataclass(frozen=True)
class Rival:
    """One way to the goal, in the words of the team that would go it."""

    summary: str
    approach: str
    basis: str
    risk: str
    title: str  # of its leader
    answers: tuple[tuple[str, str], ...]  # to each indicator in its order: the value, what it rests on


RIVALS = (  # in the order of their prices: the cheapest, the one that just fits, the dearest and slowest
    Rival(
        "六方位分时打光，同一件六帧成像，由轻量分割网络区分气泡、划痕和崩边，结果直接送剔除机构。",
        "一、取产线三个月的不良件建样本库；二、定光源角度和曝光时序，压住反光；三、训练分割网络，未见过的料号做双盲；"
        "四、装机联调，与人工目检并行四周后切换。",
        "多角度光源检测石英件的论文和两条装配线的视觉检测业绩，有可带到现场的试验台一套。",
        "新料号上线初期误检会偏高：每个料号预留两天补样本，期间人工复判。",
        "教授",
        (("99.3", "同类石英管 4 200 件双盲，检出 99.3%"), ("1.4", "同一批次误检 1.4%"),
         ("2.4", "试验台连续运行 8 小时，均值 2.4 秒"), ("支持，提供 PLC 接口和剔除信号", "已与两种 PLC 联调过")),
    ),
    Rival(
        "旋转工位配线扫相机，一周展开成一幅长图，以灰度和梯度特征判划痕、崩边，气泡另设背光工位。",
        "一、设计双工位夹具和同步触发；二、整定曝光与转速；三、特征阈值按料号存档，换型一键调用；四、装机考核一个月。",
        "交付过风机叶轮和电机端盖外观检测设备三台，机械、电气和现场服务由本单位自己完成。",
        "气泡与表面水渍容易混淆：检测前加风刀，仍不能区分的送复判位。",
        "博士",
        (("99", "按夹具样机测算，装机后以双盲抽检为准"), ("2", "阈值可调，误检与检出此消彼长"),
         ("2.8", "节拍仿真，含上下料"), ("支持，剔除机构随设备提供", "整机自带")),
    ),
    Rival(
        "以激光散射层析看内部气泡，表面用偏振相机，两路结果合判，检出率最高，适合高端料号。",
        "一、标定气泡尺寸与散射强度的关系；二、搭建偏振和散射双光路；三、合判规则经两轮双盲；四、一条产线试运行。",
        "课题组为石英与玻璃件做过缺陷表征，有激光散射和偏振显微装置，可提供带标定的缺陷样块。",
        "散射扫描占时长，现节拍达不到要求；二期改用线阵探测器后可望降到 3 秒以内，本期不承诺。",
        "教授",
        (("99.6", "标定样块 600 件，三人复核"), ("0.8", "两路合判后的误检"), ("4.5", "单光路扫描的实测值"),
         ("支持，剔除机构由需方提供", "输出开关量信号")),
    ),
)  # fmt: skip


def told_by(rank: int, need: Need, leader: Any) -> dict[str, Any]:
    """What the bid at this place says in words of its own; nothing on any other listing."""
    if need.title != COMPARED:
        return {}
    rival, rows = RIVALS[rank], need.indicators.all()
    return {
        "summary": rival.summary,
        "approach": rival.approach,
        "basis": rival.basis,
        "risk": rival.risk,
        "answers": {
            str(row.pk): {"value": value, "meets": _kept(row, value), "evidence": evidence}
            for row, (value, evidence) in zip(rows, rival.answers, strict=True)
        },
        "members": [{"name": leader.name, "title": rival.title, "role": "负责人，总体方案", "months": "4"}],
    }


def _kept(indicator: Any, value: str) -> str:
    return "met" if indicator.value is None or indicator.meets(Decimal(value)) else "unmet"
