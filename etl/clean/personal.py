"""What personal data looks like in free text (个人信息的写法): the one home of the patterns.

Every pattern is valid in RE2 (DuckDB) and in Python's `re` with re.ASCII, over text already made half-width by `prose`.
Neither may look ahead or behind, so neighbours are captured and put back; `twice` repeats a pattern whose
neighbour can belong to two finds. A group's gate is a cheap pattern without which none of its patterns can match.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    find: str
    put: str
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    gate: str
    patterns: tuple[Pattern, ...]


# what people put between digits
GAP = r"[ .\-_—·*~]{0,3}"


def _spread(pattern: str, times: int) -> str:
    return GAP.join([pattern] * times)


DIGIT = "[0-9]"
MOBILE = rf"(?:[+(]{{0,2}}(?:00)?86[)]?{GAP}|0)?1{GAP}[3-9]{GAP}{_spread(DIGIT, 9)}"
LANDLINE = r"[(]?0(?:10|2[0-9]|[3-9][0-9]{2})[)]?[ \-—]{0,3}[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?:(?:转|-| - )[0-9]{1,6})?"
MONTH_DAY = rf"(?:0{GAP}[1-9]|1{GAP}[0-2]){GAP}(?:[0-2]{GAP}[0-9]|3{GAP}[01])"
ID18 = rf"[1-9]{GAP}{_spread(DIGIT, 5)}{GAP}(?:1{GAP}9|2{GAP}0){GAP}{_spread(DIGIT, 2)}{GAP}{MONTH_DAY}{GAP}{_spread(DIGIT, 3)}{GAP}[0-9Xx]"
ID15 = rf"[1-9]{GAP}{_spread(DIGIT, 5)}{GAP}{_spread(DIGIT, 2)}{GAP}{MONTH_DAY}{GAP}{_spread(DIGIT, 3)}"
# case numbers begin with the year, cards with 3–9
CARD = r"[3-9][0-9]{3}(?:[ \-]?[0-9]{4}){3}(?:[ \-]?[0-9]{1,3})?"
SPOKEN = "[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}"

CALLED = "电话|手机|座机|固话|联系方式|联系号码|来电号码|致电|拨打|号码|热线|[Tt][Ee][Ll]|[Pp]hone|[Mm]obile"
ACCOUNT = "身份证|证件|护照|银行卡|卡号|账号|帐号|社保号|驾驶证|[Qq][Qq]|扣扣|微信|薇信|[Ww]e[Cc]hat|[Ww]ei[Xx]in|[Vv][Xx]|支付宝"
PROVINCES = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]"
_L = "[A-HJ-NP-Za-hj-np-z]"
_P = "[A-HJ-NP-Za-hj-np-z0-9]"
# at most two letters open a serial: 更新Server is no plate; a serial of four needs 学 or the like behind it
PLATE = (
    rf"{PROVINCES} ?[A-Za-z][ ·•.\-]{{0,3}}(?:[0-9](?: ?{_P}){{4,5}}|{_L} ?[0-9](?: ?{_P}){{3,4}}|{_L}{{2}} ?[0-9](?: ?{_P}){{2,3}}"
    rf"|[0-9](?: ?{_P}){{3}} ?[挂学警港澳领试])"
)

CODES = Group(
    rf"@|[0-9](?:[^一-龥]{{0,4}}[0-9]){{6}}|{SPOKEN}|{ACCOUNT}|{PROVINCES} ?[A-Za-z]",
    (
        Pattern(rf"(^|[^0-9])(?:{ID18}|{MOBILE}|{LANDLINE}|{ID15}|{CARD})($|[^0-9])|{SPOKEN}", r"\1***\2", twice=True),
        # seven digits at least: 12345 and other short public numbers stay
        Pattern(
            rf"({CALLED})([^0-9一-龥]{{0,4}}|[^0-9]{{0,2}}[:：为是 ]{{1,3}})[0-9](?:[ \-—]{{0,2}}[0-9]){{6,11}}"
            rf"|({ACCOUNT})((?:号码|尾号|号|后[四六]位)?[ :：为是]{{0,3}})[A-Za-z0-9_\-]{{5,30}}",
            r"\1\2\3\4***",
        ),
        Pattern(PLATE, "***"),
        Pattern(r"[A-Za-z0-9._%+\-]+ ?@ ?[A-Za-z0-9\-]+(?:[.][A-Za-z0-9\-]+)+", "***"),
    ),
)

HAN_NUMBER = "[一二三四五六七八九十百零〇]{1,4}"
HAN_TENS = "[一二三四五六七八九]?十[一二三四五六七八九]?"
ALNUM = "(?:[A-Za-z]?[0-9]{1,4}[A-Za-z]?|[A-Za-z])"
ROOM_NUMBER = f"(?:{ALNUM}|{HAN_NUMBER})"
BLOCK = r"(?:号?[栋幢]|号楼|座|单元|#楼?)"
ROOM = "(?:号楼|单元|号房|号室|门|楼|层|室|房|户|号|#)"
HOUSES = Group(
    r"[0-9A-Za-z一二三四五六七八九十百零〇] ?(?:[栋幢座室房楼#]|单元|号[楼栋幢房室])|[0-9] ?[-—] ?[0-9]",
    (
        # 3栋2单元1502室, 12号楼3单元5楼, 3#2-501, A座1201, 六栋一单元 … and a year right behind is no room
        Pattern(
            rf"{ROOM_NUMBER} ?{BLOCK}(?:[ ,，\-—]{{0,2}}{ROOM_NUMBER} ?(?:号?[栋幢]|{ROOM}))*(?:[ ,，\-—]{{0,2}}(?:((?:19|20)[0-9]{{2}}年)|[0-9]{{1,2}}(?:-[0-9]{{1,4}}){{1,2}}|[0-9]{{3,4}}(?: ?(?:号房|号室|室|房|号))?))",
            r"*栋*单元*室\1",
        ),
        Pattern(rf"{ROOM_NUMBER} ?{BLOCK}(?:[ ,，\-—]{{0,2}}{ROOM_NUMBER} ?(?:号?[栋幢]|号楼|单元|号房|号室|门|楼|层|室|房))+", "*栋*单元*室"),
        # 5-2-1201, but not 2024-03-05
        Pattern(r"(^|[^0-9\-])[0-9]{1,3} ?[-—] ?[0-9]{1,2} ?[-—] ?[0-9]{3,4}(?:号房|号室|室|房|号)?($|[^0-9\-])", r"\1*-*-*\2", twice=True),
        Pattern(r"(小区|花园|家园|公寓|[苑园城庭府湾郡庄里院])( ?)[0-9]{1,3} ?[-—] ?[0-9]{2,4}($|[^0-9\-年])", r"\1\2*-*\3"),
        # one element alone
        Pattern(
            rf"(?:{ALNUM} ?|{HAN_NUMBER})(号楼|单元)|{ALNUM} ?(号?[栋幢]|#楼?)|[A-Za-z](座)|[0-9]{{1,3}}[A-Za-z]? ?(楼)|{HAN_TENS}(楼)"
            r"|[0-9]{2,5} ?(号房|号室|室|房)",
            r"*\1\2\3\4\5\6",
        ),
        # 一栋楼 and 两幢房屋 are amounts
        Pattern(rf"{HAN_NUMBER}([栋幢])($|[^楼房别建居老高违大小])", r"*\1\2"),
    ),
)

COMMON = "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛阎潘杜戴钟汪姜范姚谭廖邹熊陆郝孔崔邱秦侯邵孟段雷钱汤尹黎乔贺赖龚庞樊殷翟颜倪严牛俞章鲁葛毕聂焦柳邢岳齐梅庄辛管祝霍耿詹欧符翁裴童"
RARE = "何高马程曹许曾余叶田石江夏任方邹姚白龙万史陶武文毛常康顾温易向于安洪兰关池成车冷盛季尤麦涂游谷米左凌柯甘单包屈景覃"
DOUBLE = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|司徒|令狐"
SURNAME = f"(?:{DOUBLE}|[{COMMON}{RARE}])"
SURE = f"(?:{DOUBLE}|[{COMMON}])"
STRONG = "先生|女士|小姐|太太|大爷|大妈|大娘|阿姨|婆婆|奶奶|爷爷|大叔|大姐|大哥|嬢嬢|孃孃"
WEAK = "老师|师傅|老人|同志|居民|业主"
# 周边大妈 is nobody's name, so only these may follow a full one
FULL = "先生|女士|小姐|太太|老师|师傅|同志"
CALLER = "联系人|姓名|反映人|来电人|来访人|投诉人|诉求人|申请人|举报人|当事人|求助人|上报人|报案人|受访人|户主|业主|机主|租客|房东|法人|负责人|经办人"
SAYS = "反映|来电|称|说|家|等|的|在|于|因|表示"
SOMEBODY = f"(?:{SURE}|[何高马程曹许曾余叶田石江夏任方])"
NAMES = Group(
    rf"{SURNAME}(?:{STRONG})|{SURE}(?:{WEAK}|[一-龥]{{1,2}}(?:{FULL}))|(?:{CALLER}) ?[:：]|(?:{CALLER}|我叫|名叫|叫做|本人|我是)[为是叫系 ]?{SURE}|{SOMEBODY}某|[*]{{3}}",
    (
        Pattern(
            rf"({CALLER})( ?[:：] ?)([一-龥])(?:某{{1,2}}|[一-龥]{{1,2}})|({CALLER}|我叫|名叫|叫做)([为是叫系 ]?)({SURE})(?:某{{1,2}}|[一-龥]{{1,2}})"
            # 我是黄兴镇居民 is no name: here the name must end the clause
            rf"|(本人|我是)({SURE})[一-龥]{{1,2}}($|[ ,，。;；:：(*])",
            r"\1\2\3\4\5\6\7\8*\9",
        ),
        Pattern(rf"({SURNAME})(?:{STRONG})|({SURE})(?:{WEAK}|[一-龥]{{1,2}}(?:{FULL}))", r"\1\2*"),
        Pattern(rf"({SURE})某(?:某|[一-龥])?($|[^一-龥]|{SAYS})|({SOMEBODY})某{{1,2}}", r"\1\3*\2"),
        # a name right before a masked phone
        Pattern(rf"({SURE})[一-龥]{{1,2}}([ (（,，、:：]{{0,2}}(?:联系)?(?:电话|手机号码|手机号|手机|号码)?[ :：]{{0,2}}[*]{{3}})", r"\1*\2"),
    ),
)

GROUPS = (CODES, HOUSES, NAMES)

# from here on a place text names a house inside a compound (小区以内的门牌)
INSIDE = (
    rf"{ROOM_NUMBER} ?(?:号?[栋幢]|号楼|单元|#)|[A-Za-z0-9]{{1,3}} ?座|[0-9]{{1,3}}[A-Za-z]? ?[楼层]"
    rf"|{HAN_NUMBER}[楼层]|[0-9]{{2,5}} ?(?:号房|号室|室|房|户)|[0-9]{{1,3}} ?[-—] ?[0-9]{{1,4}}(?: ?[-—] ?[0-9]{{1,4}})*|[0-9]{{3,4}}$"
)
