"""Sentences that mark the data as invented."""

from etl.model.text import Text

NOTE = Text(
    "示范数据：锦屏市为虚构城市，全部单元、工单、单位与数字均由程序生成，与任何真实地方、单位、个人无关。",
    "Demonstration data: the city of Jinping is fictional; every unit, case, organisation and number is generated and refers to no real place, "
    "organisation or person.",
)
