"""Code lists of the register as tables of words, each with the standard it is taken from.

Of a long standard only the groups that neighbourhoods use are here; a code of it that is not is refused, not guessed.
"""

from collections.abc import Mapping

from core_db.foundation.recorded import Codes

_ETHNIC_GROUPS = (
    "汉族 Han|蒙古族 Mongol|回族 Hui|藏族 Tibetan|维吾尔族 Uygur|苗族 Miao|彝族 Yi|壮族 Zhuang|"
    "布依族 Bouyei|朝鲜族 Korean|满族 Manchu|侗族 Dong|瑶族 Yao|白族 Bai|土家族 Tujia|哈尼族 Hani|"
    "哈萨克族 Kazak|傣族 Dai|黎族 Li|傈僳族 Lisu|佤族 Va|畲族 She|高山族 Gaoshan|拉祜族 Lahu|"
    "水族 Sui|东乡族 Dongxiang|纳西族 Naxi|景颇族 Jingpo|柯尔克孜族 Kirgiz|土族 Tu|达斡尔族 Daur|"
    "仫佬族 Mulao|羌族 Qiang|布朗族 Blang|撒拉族 Salar|毛南族 Maonan|仡佬族 Gelao|锡伯族 Xibe|"
    "阿昌族 Achang|普米族 Pumi|塔吉克族 Tajik|怒族 Nu|乌孜别克族 Uzbek|俄罗斯族 Russ|鄂温克族 Ewenki|"
    "德昂族 De'ang|保安族 Bonan|裕固族 Yugur|京族 Gin|塔塔尔族 Tatar|独龙族 Derung|鄂伦春族 Oroqen|"
    "赫哲族 Hezhen|门巴族 Monba|珞巴族 Lhoba|基诺族 Jino"
)
#: GB/T 3304-1991, names of nationalities: 01 to 56 in its order, and the two that are none of them.
ETHNIC_GROUPS: Codes = {
    f"{number:02d}": (pair.split(" ")[0], pair.split(" ")[1])
    for number, pair in enumerate(_ETHNIC_GROUPS.split("|"), start=1)
} | {"97": ("其他", "other"), "98": ("外国血统中国籍", "Chinese citizen of foreign descent")}

#: GB/T 2261.2-2003, marital status.
MARITAL_STATUS: Codes = {
    "10": ("未婚", "single"),
    "20": ("已婚", "married"),
    "21": ("初婚", "married once"),
    "22": ("再婚", "married again"),
    "23": ("复婚", "married to the same again"),
    "30": ("丧偶", "widowed"),
    "40": ("离婚", "divorced"),
    "90": ("未说明", "not stated"),
}

#: GB/T 4762-1984, political affiliation; the codes that domain data of neighbourhoods hold.
POLITICAL_STATUS: Codes = {
    "01": ("中共党员", "member of the Communist Party"),
    "02": ("中共预备党员", "probationary member of the Communist Party"),
    "03": ("共青团员", "member of the Youth League"),
    "04": ("民革会员", "member of the RCCK"),
    "05": ("民盟盟员", "member of the China Democratic League"),
    "06": ("民建会员", "member of the CNDCA"),
    "07": ("民进会员", "member of the CAPD"),
    "08": ("农工党党员", "member of the CPWDP"),
    "09": ("致公党党员", "member of the Zhi Gong Party"),
    "10": ("九三学社社员", "member of the Jiusan Society"),
    "11": ("台盟盟员", "member of the TDSGL"),
    "12": ("无党派民主人士", "without party affiliation, by invitation"),
    "13": ("群众", "no affiliation"),
}

#: GB/T 4658-2006, educational levels: its groups.
EDUCATION: Codes = {
    "10": ("研究生", "postgraduate"),
    "20": ("大学本科", "bachelor"),
    "30": ("大学专科", "college"),
    "40": ("中等职业教育", "vocational secondary school"),
    "60": ("普通高中", "senior secondary school"),
    "70": ("初中", "junior secondary school"),
    "80": ("小学", "primary school"),
    "90": ("其他", "other"),
}

#: What people write instead of the words of the lists; the code is that of the word it stands for.
ALSO_WRITTEN: Mapping[str, str] = {
    "党员": "中共党员", "预备党员": "中共预备党员", "团员": "共青团员", "离异": "离婚", "硕士": "研究生",
    "硕士研究生": "研究生", "博士": "研究生", "博士研究生": "研究生", "本科": "大学本科", "大本": "大学本科",
    "专科": "大学专科", "大专": "大学专科", "中专": "中等职业教育", "职高": "中等职业教育", "技校": "中等职业教育",
    "高中": "普通高中",
}  # fmt: skip

#: GB/T 6565-2015, occupations: its large classes.
OCCUPATIONS: Codes = {
    "10000": ("党政机关、群众团体和企事业单位负责人", "leaders of offices, organisations and firms"),
    "20000": ("专业技术人员", "professionals"),
    "30000": ("办事人员和有关人员", "clerks"),
    "40000": ("社会生产服务和生活服务人员", "service workers"),
    "50000": ("农、林、牧、渔业生产人员", "farming, forestry and fishery"),
    "60000": ("生产制造及有关人员", "manufacturing"),
    "70000": ("军人", "armed forces"),
    "80000": ("不便分类的其他从业人员", "other occupations"),
}

#: What a number stands on. Told by the number itself (GB 11643 and what was built after it); the law of each:
#: 居民身份证法; 港澳台居民居住证申领发放办法 (2018); 外国人永久居留身份证 (second edition, 2023).
ID_KINDS: Codes = {
    "resident_card": ("居民身份证", "resident identity card"),
    "hmt_permit": ("港澳台居民居住证", "residence permit for people of Hong Kong, Macao and Taiwan"),
    "foreigner_card": ("外国人永久居留身份证", "foreigner's permanent residence card"),
    "hmt_pass": ("港澳台居民来往内地通行证", "travel permit of Hong Kong, Macao or Taiwan people"),
    "passport": ("护照", "passport"),
    "household_register": ("户口簿", "household register"),
}

#: On what somebody from elsewhere lives here. The law of each: 居住证暂行条例 (2015) and 上海市居住证管理办法 (2017);
#: 港澳台居民居住证申领发放办法 (2018); 出境入境管理法 art. 39 and 47. GB/T 31000 has the first two and “other” of them.
PERMITS: Codes = {
    "residence_permit": ("居住证", "residence permit"),
    "temporary": ("临时居住登记", "temporary residence registration"),
    "hmt_permit": ("港澳台居民居住证", "residence permit for people of Hong Kong, Macao and Taiwan"),
    "foreigner_card": ("外国人永久居留身份证", "foreigner's permanent residence card"),
    "foreigner_permit": ("外国人居留许可", "foreigner's residence permit"),
    "foreigner_stay": ("境外人员住宿登记", "registration of accommodation for people from abroad"),
    "none": ("没有办", "none applied for"),
    "other": ("其他证件", "other"),
}
#: What tables of other systems write instead, among it their codes.
PERMITS_ALSO: Mapping[str, str] = {
    "01": "居住证", "02": "临时居住登记", "99": "其他证件", "暂住证": "临时居住登记", "临时居住证": "临时居住登记",
    "上海市居住证": "居住证", "上海市临时居住证": "临时居住登记", "居住登记": "临时居住登记",
    "港澳台居住证": "港澳台居民居住证", "永久居留证": "外国人永久居留身份证",
    "外国人永久居留证": "外国人永久居留身份证", "居留许可": "外国人居留许可", "临时住宿登记": "境外人员住宿登记",
    "无": "没有办", "未办": "没有办", "未办理": "没有办", "其他": "其他证件", "其它": "其他证件",
}  # fmt: skip

#: GB/T 31000-2015, reasons for coming (流入原因).
CAME_FOR: Codes = {
    "01": ("务工", "employment"),
    "02": ("务农", "farming"),
    "03": ("经商", "business"),
    "04": ("学习培训", "study or training"),
    "05": ("婚嫁", "marriage"),
    "06": ("随迁", "moved with the family"),
    "07": ("治病疗养", "medical care"),
    "08": ("投亲靠友", "joining relatives or friends"),
    "09": ("工作调动", "transfer of work"),
    "99": ("其他事由", "other"),
}
CAME_FOR_ALSO: Mapping[str, str] = {
    "打工": "务工", "工作": "务工", "就业": "务工", "做生意": "经商", "个体经营": "经商", "读书": "学习培训",
    "求学": "学习培训", "上学": "学习培训", "学习": "学习培训", "借读培训": "学习培训", "结婚": "婚嫁",
    "婚姻嫁娶": "婚嫁", "随迁亲属": "随迁", "随迁家属": "随迁", "随迁子女": "随迁", "看病": "治病疗养",
    "就医": "治病疗养", "投靠亲友": "投亲靠友", "探亲访友": "投亲靠友", "探亲": "投亲靠友", "带孙辈": "投亲靠友",
    "调动": "工作调动", "人才引进": "工作调动", "其他": "其他事由", "其它": "其他事由",
}  # fmt: skip

#: What an organisation is by law (domain of the base data), beside the office it holds towards cases.
ORGANISATION_FORMS: Codes = {
    "organ": ("机关事业单位", "public body"),
    "enterprise": ("企业", "enterprise"),
    "sole_trader": ("个体工商户", "sole trader"),
    "social": ("社会组织", "social organisation"),
    "party": ("两新党组织", "party organisation of the new sectors"),
    "property": ("物业服务企业", "property firm"),
    "owners": ("业主委员会", "owners' committee"),
}
