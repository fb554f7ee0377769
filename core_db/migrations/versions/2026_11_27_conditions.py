"""A case keeps under which condition of its category it was taken, and a condition has a name and an English end."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_27_conditions"
down_revision: Final = "2026_11_28_lists_by_index"
branch_labels = None
depends_on = None

#: Text compared byte by byte on both databases.
PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
LIMITS: Final = sa.table(
    "category_limits",
    *(sa.column(name) for name in ("code", "rank", "condition", "closing_condition", "closing_en")),
)
#: What the conditions that came with the product are called, by class and rank; all others are the usual ones.
CONDITIONS: Final = {
    ("0106", 2): "fallen",
    ("0204", 2): "on_site",
    ("0206", 2): "danger",
    ("0303", 2): "pile",
    ("0306", 2): "carcass",
    ("0308", 2): "fittings",
    ("0402", 2): "danger",
    ("0403", 2): "prune",
    ("0405", 2): "fallen",
    ("0504", 2): "existing",
    ("0605", 2): "moved",
    ("0804", 2): "broken",
    ("0804", 3): "noisy",
    ("0804", 4): "sunk",
    ("0806", 2): "bare_wire",
    ("0807", 2): "sagging",
    ("1104", 2): "urgent",
    ("1106", 2): "abuse",
}
#: The conditions for closing that came with the product, in English.
CLOSING: Final = {
    "岗位到人、门禁可用": "Guards are at their post and the gate works",
    "已清扫并拍照": "Cleaned, with a photo",
    "账目或收费依据已向居民出示": "Accounts or the basis of the fee were shown",
    "使用手续或收支已书面答复": "Procedure or accounts were answered in writing",
    "已联系居民并补上服务": "The resident was contacted and served",
    "已修复或更换并拍照": "Repaired or replaced, with a photo",
    "程序和进度已书面告知": "Procedure and progress were told in writing",
    "人员已安全救出": "Everybody is out and safe",
    "电梯恢复运行": "The lift runs again",
    "已修好，雨后复查不漏": "Repaired and dry after the next rain",
    "已修复，水电恢复": "Repaired, water and power are back",
    "隐患已排除或已围护": "The danger is removed or fenced off",
    "已出具鉴定或处置意见": "An expert opinion or measure was issued",
    "政策和进度已答复": "Policy and progress were answered",
    "垃圾已清并拍照": "Waste removed, with a photo",
    "已清运并冲洗除臭": "Emptied, washed and free of smell",
    "已清运": "Removed",
    "已劝导或查处，现场分类到位": "Those concerned were told or fined and sorting is in order",
    "已清除": "Removed",
    "已清理或消杀": "Removed or treated",
    "通道已清空": "The passage is clear",
    "已保洁或修复": "Cleaned or repaired",
    "已制止，绿化恢复有期限": "It was stopped and a day is set for replanting",
    "已清理或加固": "Removed or secured",
    "已养护或修剪": "Tended or pruned",
    "已清理": "Cleared",
    "已修复或停用围护": "Repaired, or closed and fenced off",
    "水面已清洁": "The water is clean",
    "设施可用": "It can be used",
    "已停工": "Work has stopped",
    "已认定并答复处理意见": "It was assessed and the measure told",
    "已整治": "Put right",
    "施工已停，处理意见已答复": "Work has stopped and the measure was told",
    "已拆除或恢复": "Removed or restored",
    "已制止，装修时间已告知": "It was stopped and the hours were told",
    "车辆已移走": "The vehicle was moved",
    "已摆放整齐": "Put in order",
    "规则或处理意见已答复": "The rule or measure was told",
    "已修复": "Repaired",
    "已复位或修复": "Put back or repaired",
    "已接通或已答复": "Connected, or answered",
    "通道已畅通": "The lane is clear",
    "已劝离并断电": "Removed and unplugged",
    "已修复或更换": "Repaired or replaced",
    "现场已安全": "The place is safe",
    "已查找劝诫，居民已知晓": "Looked into, warned, and the resident was told",
    "已移交公安": "Handed over to the police",
    "已劝导或处置": "The owner was told, or it was dealt with",
    "隐患已排除": "The danger is removed",
    "供应恢复": "Supply is back",
    "已止水并修复": "Stopped and repaired",
    "已疏通": "Cleared",
    "井盖已补好、平稳": "The cover is in place and level",
    "积水已排、塌陷已围护": "Drained, or fenced off",
    "灯已亮": "The light is on",
    "线缆已固定或移除": "Fixed or removed",
    "已修复或已答复": "Repaired, or answered",
    "已停止超时施工": "Work out of hours has stopped",
    "音量已降下": "The noise is down",
    "已劝导，约定了时间": "Those concerned agreed on hours",
    "已整改": "Put right",
    "已制止": "Stopped",
    "灯光已调整": "The light was adjusted",
    "已制止并清洗": "Stopped and washed away",
    "已劝离或规范": "Moved on or regulated",
    "已调解并有记录": "Mediated, on record",
    "已报警或转介，人员安全": "Police or shelter involved, the person is safe",
    "已协调并答复": "Brought together and answered",
    "已调解或告知途径": "Mediated, or shown the way",
    "已劝导并约定": "The owner was told and agreed",
    "已见到本人，平安": "The person was seen and is well",
    "已对接服务": "Put in touch with the service",
    "已受理或告知结果": "Application taken, or result told",
    "已上门了解并告知结果": "Visited, and the result was told",
    "儿童安全，已报告或转介": "The child is safe and it was reported",
    "已答复或转办": "Answered or passed on",
    "已答复或对接": "Answered or put in touch",
    "已书面答复并公开": "Answered in writing and made public",
    "已审议是否列入议题": "It was decided whether it becomes a topic",
    "已办理或告知去处": "Issued, or shown where to go",
    "已答复或安排": "Answered or arranged",
    "已核实并答复": "Looked into and answered",
    "已研究并答复": "Considered and answered",
    "已核查并答复": "Looked into and answered",
    "已核实并书面答复": "Looked into and answered in writing",
    "已归类": "Sorted",
}


def upgrade() -> None:
    # The release before writes its rows without them.
    op.add_column("cases", sa.Column("condition", PLAIN, nullable=True))
    op.add_column("category_limits", sa.Column("condition", PLAIN, nullable=True))
    op.add_column("category_limits", sa.Column("closing_en", sa.String(), nullable=True))
    for (code, rank), name in CONDITIONS.items():
        its = (LIMITS.c.code == code) & (LIMITS.c.rank == rank)
        op.execute(LIMITS.update().where(its).values(condition=name))
    for zh, en in CLOSING.items():
        op.execute(LIMITS.update().where(LIMITS.c.closing_condition == zh).values(closing_en=en))
    # What somebody added himself has a name too, or no case could keep it.
    first = sa.text(
        "UPDATE category_limits SET condition = CASE WHEN rank = (SELECT min(rank) FROM category_limits l "
        "WHERE l.code = category_limits.code) THEN 'default' ELSE 'c' || rank END WHERE condition IS NULL"
    )
    op.execute(first)
