"""More teams of the demo, so that a need has several to choose from and a list is no list of one. All invented."""

from accounts.models import Organisation
from demo.people import organisation, person, verified
from teams.actions import create_team
from works.actions import add_work
from works.codes import Kind, Visibility

Told = tuple[str, int, str, str, str]  # kind, year, title, keywords, abstract
SOLVERS: tuple[tuple[str, str, str, str, tuple[str, ...], tuple[Told, ...]], ...] = (
    ("谷研究员", "青湾农业科学院（演示）", "institute", "作物逆境与种业创新团队", ("2", "7"), (
        (Kind.PAPER, 2024, "水稻耐高温多抗基因的聚合与分子标记", "水稻；耐高温；育种",
         "把耐高温与抗稻瘟病、抗白叶枯病位点聚合到三个优质背景，抽穗期 38 ℃ 七天结实率 82%，两年多点试验增产 6%。"),
        (Kind.PATENT, 2023, "一种破除百蕊草种子休眠的方法", "百蕊草；种子休眠；出苗率",
         "低温层积与赤霉素交替处理，配合寄主苗共育，百蕊草发芽率由 12% 提高到 71%，出苗整齐。"),
        (Kind.RESULT, 2025, "滨海盐碱地地力提升成套技术", "盐碱地；地力；改良",
         "暗管排盐、秸秆还田与耐盐绿肥轮作集成，三年耕层含盐量由 6.1 g/kg 降到 2.2 g/kg，示范 1.5 万亩。"),
        (Kind.PROJECT, 2023, "盐碱地水稻品种选育与示范", "盐碱地；水稻；品种",
         "选育耐盐碱水稻新品系并建立旱直播技术规程。"),
    )),
    ("黎教授", "连海大学（演示）", "university", "微电子与智能感知实验室", ("1", "2"), (
        (Kind.PAPER, 2024, "面向专网数字对讲机的低功耗基带芯片架构", "数字对讲机；基带芯片；低功耗",
         "给出支持 4FSK 与纠错译码的基带片上系统，55 nm 流片，待机电流 0.8 mA，误码率门限 −121 dBm，可替换进口芯片。"),
        (Kind.PATENT, 2023, "一种多频生物阻抗人体成分测量装置", "人体成分；生物阻抗；便携",
         "5–500 kHz 八频激励，四电极接触自检，体脂率与双能 X 射线法相关系数 0.96，整机重 380 g。"),
        (Kind.PAPER, 2022, "酶电极生物传感器的温漂补偿与精度提升", "生物传感器；精度；温漂",
         "差分电极与在线标定结合，血糖和乳酸传感器相对误差由 8% 降到 2.5%，连续工作 14 天。"),
        (Kind.RESULT, 2024, "车规实时操作系统通信中间件", "自动驾驶；操作系统；中间件",
         "基于时间触发以太网的发布订阅中间件，端到端时延抖动低于 50 µs，在两款自动驾驶域控制器上装车。"),
    )),
    ("芦副教授", "东岭大学（演示）", "university", "视觉计算课题组", ("1", "8"), (
        (Kind.PAPER, 2025, "复杂背景下的工件视觉识别系统", "视觉识别；深度学习；工件",
         "提出轻量识别网络与数据合成流程，工件识别准确率 99.2%，单帧 18 ms，已用于两条装配线的视觉识别系统。"),
        (Kind.PAPER, 2023, "低照度巡检图像的仪表识别", "巡检；仪表；识别",
         "巡检机器人在 5 lx 照度下读取指针仪表，准确率 98%。"),
        (Kind.PATENT, 2022, "一种透明件表面缺陷的偏振成像检测方法", "表面缺陷；偏振；石英",
         "用四方向偏振抑制反光，石英件划痕漏检率 0.4%。"),
    )),
    ("岑研究员", "岱山材料研究院（演示）", "institute", "纤维与膜材料研究室", ("4", "6"), (
        (Kind.PAPER, 2024, "芳纶浆粕与玻纤复合的耐高温过滤纸", "过滤纸；耐高温；中高效",
         "湿法成形的中高效过滤纸，260 ℃ 老化 200 h 后强度保持 85%，0.4 µm 过滤效率 95%，阻力 118 Pa。"),
        (Kind.RESULT, 2025, "碱性电解水制氢复合隔膜中试线", "电解槽；隔膜；制氢",
         "氧化锆—聚砜复合隔膜连续涂布，幅宽 1.2 m，面电阻 0.18 Ω·cm²，在兆瓦级电解槽上运行 4000 h。"),
        (Kind.PATENT, 2023, "熔融挤出微孔发泡线材及鞋底增材制造方法", "微孔发泡；增材制造；鞋底",
         "超临界二氧化碳预浸的弹性体线材在挤出时发泡，鞋底密度 0.22 g/cm³，回弹 62%，泡孔 40 µm。"),
        (Kind.PAPER, 2022, "PVB 膜片的含水率控制", "PVB；夹层玻璃",
         "在线近红外测含水率并闭环调节，膜片粘结力波动减半。"),
    )),
    ("宣高工", "海川过程工程（演示）有限公司", "enterprise", "精细化工过程强化组", ("4", "7"), (
        (Kind.RESULT, 2024, "三氯蔗糖连续氯化工艺", "三氯蔗糖；氯化；转化率",
         "以管式反应器分段升温代替釜式氯化，蔗糖-6-乙酯转化率由 62% 提高到 81%，焦化物减少一半，副产酸回用。"),
        (Kind.PATENT, 2023, "一种聚氯乙烯专用树脂的悬浮聚合方法", "聚氯乙烯；悬浮法；树脂",
         "复合分散剂与后加料控制粒径，聚氯乙烯专用树脂孔隙率 0.32 mL/g，鱼眼少，适合医用软管。"),
        (Kind.CONTRACT, 2024, "漆包线生产线铜粉抑制", "漆包线；铜粉；退火",
         "改进拉丝润滑和退火气氛，漆包线铜粉量由 9 mg/m² 降到 3 mg/m²。"),
        (Kind.PROJECT, 2022, "玻璃配合料颗粒化节能工艺", "玻璃；配合料；颗粒化",
         "配合料造粒预热入窑，熔化单耗下降 11%，粉尘减少七成。"),
    )),
    ("容教授", "滨海理工大学（演示）", "university", "焊接与冶金装备团队", ("4", "8"), (
        (Kind.PAPER, 2024, "高强钢焊接热影响区低温韧性的组织调控", "高强钢；焊接接头；低温",
         "研究大型储罐用 690 MPa 级高强钢的焊接热输入窗口，−50 ℃ 冲击功由 38 J 提高到 96 J，接头 CTOD 合格。"),
        (Kind.PATENT, 2023, "一种氢基竖炉布料与煤气密封装置", "氢基竖炉；布料；密封",
         "适用于氢基竖炉炉顶的两级密封布料装置，工作温度 650 ℃，泄漏率低于 0.1%。"),
        (Kind.PAPER, 2022, "厚板多层焊的残余应力与变形", "焊接；残余应力",
         "用超声法测储罐厚板焊缝残余应力，给出反变形量。"),
    )),
)  # fmt: skip
PUBLIC = (Kind.PAPER, Kind.PATENT)


def add_solvers() -> None:
    """Two of them belong to universities that have a team already."""
    for number, (name, title, kind, team, fields, told) in enumerate(SOLVERS, 61):
        leader = person(f"solver{number - 60}", name)
        home = Organisation.objects.filter(name=title).first()
        if home is None:
            home = verified(organisation(number, title, kind, leader))
        else:
            home.memberships.create(user=leader)
        leader.forget_rights()
        words = list(dict.fromkeys(told[0][3].split("；")))
        made = create_team(
            organisation=home,
            name=team,
            by=leader,
            field8=fields,
            keywords=words,
            intro=f"{title}的{team}，为演示而设。",
            is_demo=True,
        )
        for what, year, heading, keywords, abstract in told:
            add_work(
                made,
                by=leader,
                kind=what,
                year=year,
                title=heading,
                keywords=keywords.split("；"),
                abstract=abstract,
                visibility=Visibility.PUBLIC if what in PUBLIC else Visibility.MATCHING,
                **({"trl": 7} if what == Kind.RESULT else {}),
            )
