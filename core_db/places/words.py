"""Code lists of estates, buildings and homes in both languages. Where no standard lists them, towns' ledgers do."""

from core_db.foundation.recorded import Codes

ESTATE_KINDS: Codes = {
    "commodity": ("商品房", "commercial housing"),
    "reformed": ("售后公房", "formerly public housing, sold"),
    "public_rental": ("公共租赁住房", "public rental housing"),
    "resettlement": ("动迁安置房", "resettlement housing"),
    "lane": ("里弄、老式住宅", "lane houses"),
    "villa": ("别墅", "detached houses"),
    "village": ("农村宅基地", "village houses"),
    "other": ("其他", "other"),
}
OWNERS_COMMITTEE: Codes = {
    "none": ("没有成立", "none"),
    "preparing": ("正在筹备", "being prepared"),
    "elected": ("已经成立", "elected"),
    "expired": ("任期已满，等待换届", "its term is over"),
}
STRUCTURES: Codes = {
    "brick": ("砖混", "brick and concrete"),
    "frame": ("框架", "concrete frame"),
    "shear_wall": ("剪力墙", "shear walls"),
    "steel": ("钢结构", "steel"),
    "timber": ("砖木", "brick and timber"),
    "other": ("其他", "other"),
}
#: domain: 产权, 公租, 使用权.
OWNERSHIPS: Codes = {
    "property": ("产权", "owned"),
    "public_rental": ("公租", "let by the public"),
    "use_right": ("使用权", "right of use"),
}
USES: Codes = {
    "self_occupied": ("自住", "lived in by its owner"),
    "rented": ("出租", "let"),
    "business": ("商用", "business"),
    "vacant": ("空置", "vacant"),
    "other": ("其他", "other"),
}
YES_NO: Codes = {"yes": ("是", "yes"), "no": ("不是", "no")}
