"""Works of the demo's teams: invented, one line a work, in the fields of the demo's needs. No real person or number."""

from decimal import Decimal
from typing import Any

from demo.people import Cast
from works.actions import add_work
from works.codes import Kind, Visibility

Told = tuple[str, int, str, str, str, str]  # kind, year, title, keywords, venue, abstract
POLYMERS: tuple[Told, ...] = (
    (Kind.PAPER, 2024, "喷涂聚脲弹性体在爆炸冲击下的动态力学响应", "聚脲；抗爆；弹性体", "高分子材料（演示）",
     "采用分离式霍普金森压杆和激波管测试了六种聚脲弹性体在 1000–6000 /s 应变率下的应力应变曲线。硬段含量 35% "
     "时拉伸强度达到 27 MPa、"
     "断裂伸长率 380%，涂覆 4 mm 后钢板在 1.2 kg TNT 当量爆炸下挠度降低 46%，未见开裂和剥落。"),
    (Kind.PATENT, 2023, "一种可现场喷涂的高强度抗爆弹性体及其制备方法", "聚脲；喷涂；抗爆", "滨海理工大学（演示）",
     "公开了一种双组分常温喷涂弹性体，A 组分为聚醚与扩链剂的改性预聚物，B 组分含受阻胺扩链剂。表干时间 40 "
     "秒以内，强度与延伸率兼顾，"
     "适合建筑和装备的防护涂层现场施工。"),
    (Kind.RESULT, 2025, "常温喷涂抗爆涂层成套技术", "涂层；中试；施工", "",
     "完成配方、喷涂设备参数和质量检验三套规程，中试线年产 200 吨，在 3 处示范工程施工 1.2 万平方米，"
     "第三方抗爆试验合格。"),
    (Kind.PAPER, 2022, "高温高盐雾环境下水性环氧防腐涂料的失效机理", "水性涂料；防腐；低VOC", "涂料与防护（演示）",
     "比较了四种水性环氧体系在 150 ℃、1000 h 盐雾条件下的附着力和阻抗变化，失效由固化剂迁移引起。"
     "加入改性磷酸锌和片状填料后耐盐雾"
     "超过 1200 h，VOC 含量 86 g/L。"),
    (Kind.PATENT, 2024, "一种环状碳酸酯基非异氰酸酯聚氨酯树脂", "NIPU；聚氨酯；环保", "滨海理工大学（演示）",
     "以二氧化碳和环氧树脂合成环状碳酸酯，再与多元胺开环得到非异氰酸酯聚氨酯，避免使用有毒单体，涂膜硬度 2H、"
     "柔韧性 1 mm。"),
    (Kind.PAPER, 2021, "PVB 中间膜厚度与粘结力波动的工艺根源", "PVB；夹层玻璃；工艺窗口", "塑料工程（演示）",
     "对挤出流延过程的温度、含水率和增塑剂分散做正交试验，指出含水率 0.42%–0.48% 是粘结力稳定的窗口，"
     "连续三批膜片厚度偏差小于 0.02 mm。"),
    (Kind.PROJECT, 2023, "面向低温快速修复的聚合物改性混凝土", "修复材料；低温；公路", "省重点研发计划（演示）",
     "研究零下 15 ℃ 可施工的公路桥梁快速修复材料，2 小时抗压强度不低于 25 MPa，冻融 300 次无剥落。"),
    (Kind.PAPER, 2023, "Rheology and cell morphology of heat-resistant PLA foams", "PLA; foam; heat resistance",
     "Polymer Processing (demo)",
     "Stereocomplex crystallites raise the heat deflection temperature of polylactide foams above 110 °C while "
     "the cell "
     "size stays below 60 µm. A processing window for continuous extrusion foaming is given."),
    (Kind.CONTRACT, 2024, "防护涂层委托开发", "涂层；委托开发", "某装备企业（演示）",
     "为装备舱体开发防护涂层并提供施工指导。"),
    (Kind.EQUIPMENT, 2020, "万能材料试验机与高低温箱", "拉伸；高低温", "100 kN，-70–300 ℃",
     "可按 GB/T 528 做弹性体拉伸试验。"),
)  # fmt: skip
MACHINES: tuple[Told, ...] = (
    (Kind.PAPER, 2024, "基于多角度光源的石英制品表面缺陷在线检测", "机器视觉；缺陷检测；石英", "自动化装备（演示）",
     "针对透明石英制品反光强、划痕和气泡难以区分的问题，设计六方位分时光源和轻量分割网络，在线速度 0.8 m/s，"
     "漏检率 0.3%，误检率 1.1%。"),
    (Kind.PATENT, 2023, "一种工业机器人三维视觉引导抓取系统", "3D视觉；机器人；抓取", "东岭大学（演示）",
     "结构光相机与机械臂手眼标定一体化，散乱工件抓取节拍 2.6 秒，定位误差小于 0.3 mm，可在强反光金属件上使用。"),
    (Kind.PAPER, 2022, "瓦楞纸板横切机伺服同步与机架振动抑制", "横切机；伺服；振动", "轻工机械（演示）",
     "建立刀辊—机架耦合模型，用电子凸轮和前馈补偿把设计车速提高到 280 m/min，切断误差控制在 ±0.8 mm，"
     "机架一阶固有频率提高 34%。"),
    (Kind.RESULT, 2024, "热态铸铁管壁厚在线测量装置", "测厚；高温；铸铁管", "",
     "激光测距与水冷保护结合，在 900 ℃ 管体上连续测量壁厚，精度 ±0.15 mm，已在一条离心铸造线试用三个月。"),
    (Kind.PAPER, 2023, "面向柔性产线的超高速伺服输送系统控制", "伺服；输送；物联网", "控制工程应用（演示）",
     "提出分布式伺服驱动的多动子输送方案，最高速度 4 m/s，定位重复精度 ±0.05 mm，通过 OPC UA 接入工厂物联网。"),
    (Kind.PROJECT, 2024, "实验室无人巡检机器人关键技术", "巡检；机器人；实验室", "市科技计划（演示）",
     "研制可自主乘梯、识别仪表读数和危化品泄漏的巡检机器人，连续无故障运行 720 小时。"),
    (Kind.PATENT, 2022, "一种压裂柱塞泵故障预警方法", "柱塞泵；状态监测；预警", "东岭大学（演示）",
     "采集泵头振动、缸内压力和润滑油温，用时频特征与迁移学习识别阀漏和盘根失效，提前 6 小时预警，准确率 92%。"),
    (Kind.PAPER, 2021, "Learning-based visual inspection with few defective samples", "visual inspection; few-shot",
     "Machine Vision Letters (demo)",
     "A normalising-flow detector is trained on normal images only; with five labelled defects its AUROC on three "
     "industrial data sets rises from 0.91 to 0.96."),
    (Kind.EQUIPMENT, 2021, "机器视觉综合实验平台", "机器视觉；实验平台", "4 轴，200 万像素",
     "可搭建明场、暗场和结构光检测方案。"),
)  # fmt: skip
ENERGY: tuple[Told, ...] = (
    (Kind.PAPER, 2024, "全钒液流电池非氟离子传导膜的选择性调控", "钒电池；离子膜；储能", "储能科学（演示）",
     "用磺化聚醚醚酮与纳米片复合制备离子膜，钒离子渗透降低一个数量级，200 mA/cm² 下能量效率 83%，循环 1000 "
     "次容量衰减 9%。"),
    (Kind.PATENT, 2023, "一种液相法制备磷酸铁锂正极材料的方法", "磷酸铁锂；液相法；正极", "海岱能源研究院（演示）",
     "以水热法一步合成亚微米磷酸铁锂，碳包覆均匀，0.1C 放电比容量 161 mAh/g，压实密度 2.55 g/cm³，废水回用率 90%。"),
    (Kind.PAPER, 2023, "火电机组深度调峰下低负荷稳燃与水动力安全", "调峰；超临界；低负荷", "热力发电研究（演示）",
     "以 660 MW 超临界机组为对象，给出 20% 负荷下的燃烧器投运方式和水冷壁壁温安全边界，最低技术出力由 30% 降到 20%。"),
    (Kind.RESULT, 2025, "短时高频储能电池系统", "储能；高功率；循环寿命", "",
     "面向调频的高功率电池系统，10C 充放循环 2 万次容量保持 85%，响应时间 100 ms，完成 500 kW 示范。"),
    (Kind.PAPER, 2022, "蒸发冷凝水中氨的汽提—吸收浓缩工艺", "含氨废水；提氨；节能", "化工环保（演示）",
     "采用热泵汽提与两级吸收，氨氮由 1800 mg/L 降到 12 mg/L，吨水蒸汽耗量 72 kg，得到 18% 氨水可直接回用。"),
    (Kind.PATENT, 2022, "一种稀土镁合金储氢材料及其制备方法", "储氢；镁合金；稀土", "海岱能源研究院（演示）",
     "加入镧铈混合稀土并快速凝固，储氢量 6.2 wt%，280 ℃ 下 5 分钟放氢 90%，循环 500 次容量保持 93%。"),
    (Kind.PROJECT, 2023, "钢渣矿渣复合微粉高值利用", "钢渣；矿渣；超细粉", "省重点研发计划（演示）",
     "研究激发剂与粉磨工艺，使钢渣掺量 40% 的复合微粉 28 天活性指数达到 97%，建成 30 万吨示范线。"),
    (Kind.PAPER, 2021, "一体化生物膜反应器治理城市黑臭水体", "水处理；黑臭水体；生物膜", "环境工程实践（演示）",
     "集装箱式一体化设备处理规模 500 t/d，出水氨氮低于 2 mg/L、透明度大于 40 cm，吨水电耗 0.38 kWh。"),
    (Kind.PAPER, 2024, "Low-load flame stability of ammonia co-firing", "ammonia; co-firing; NOx",
     "Clean Energy (demo)",
     "Staged injection of up to 20 % ammonia keeps the flame stable at 25 % load with NOx below 50 mg/m³."),
)  # fmt: skip
DESIGN: tuple[Told, ...] = (
    (Kind.RESULT, 2024, "横切机整机结构优化与外观设计", "横切机；结构优化；外观", "",
     "对机架、刀辊支承和罩壳做拓扑优化，整机减重 12%，满速振动烈度由 7.1 降到 3.2 mm/s，完成两代外观设计并出口。"),
    (Kind.PATENT, 2023, "一种低噪声离心风机叶轮", "风机；气动噪声；叶轮", "度行智能装备（演示）有限公司",
     "仿生锯齿尾缘与不等距叶片组合，整机噪声由 52 dB(A) 降到 45 dB(A)，风量下降不超过 2%，适合家电。"),
    (Kind.PAPER, 2022, "压缩机定子铝线嵌线过程的张力控制", "电机；定子；嵌线", "电机制造（演示）",
     "铝线比铜线易断易伤，提出分段张力控制和导针结构，断线率由 1.8% 降到 0.2%，节拍 9 秒，绝缘耐压合格率 99.7%。"),
    (Kind.CONTRACT, 2023, "风机降噪改造技术服务", "风机；降噪", "某家电企业（演示）",
     "对两款空调风机做流场仿真、样件试制和整机测试。"),
    (Kind.PROJECT, 2024, "氢基竖炉炉顶布料与密封装备", "氢冶金；竖炉；装备", "企业自立（演示）",
     "完成炉顶布料器和密封阀设计，耐温 600 ℃、泄漏率小于 0.1%，进入工业试验。"),
    (Kind.PATENT, 2024, "一种齿轨列车受流器", "齿轨；供电；受流", "度行智能装备（演示）有限公司",
     "两级弹性悬挂和自适应压力调节，在 250‰ 坡道和雨雪条件下离线率小于 0.5%。"),
    (Kind.EQUIPMENT, 2022, "半消声室与风量测试台", "噪声；风量", "本底 18 dB(A)", "可按 GB/T 4214 和 GB/T 1236 测试。"),
)  # fmt: skip
PUBLIC = (Kind.PAPER, Kind.PATENT)
READINESS = {2024: 7, 2025: 8}


def enter_works(cast: Cast) -> None:
    for (leader, team), told in zip(cast.teams, (POLYMERS, MACHINES, ENERGY, DESIGN), strict=True):
        for kind, year, title, keywords, venue, abstract in told:
            more: dict[str, Any] = {}
            if kind == Kind.RESULT:
                more["trl"] = READINESS[year]
            if kind == Kind.CONTRACT:
                more["amount"] = Decimal("260000.00")
            add_work(
                team,
                kind=kind,
                title=title,
                abstract=abstract,
                keywords=[word.strip() for word in keywords.replace(";", "；").split("；")],
                year=year,
                authors=f"{leader.name}；课题组（演示）" if kind in PUBLIC else "",
                venue=venue,
                visibility=Visibility.PUBLIC if kind in PUBLIC else Visibility.MATCHING,
                by=leader,
                **more,
            )
