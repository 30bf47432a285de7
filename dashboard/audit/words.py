"""Words of the audit page (审计日志)."""

from dashboard.view.run import Run
from etl.model.text import Text

WORDS: dict[str, Text] = {
    "account": Text("账号", "Account"),
    "action": Text("操作", "Action"),
    "page": Text("页面", "Page"),
    "days": Text("起止日期", "Dates"),
    "all": Text("全部", "All"),
    "no": Text("序号", "No."),
    "at": Text("时间", "Time"),
    "role": Text("角色", "Role"),
    "unit": Text("单元", "Unit"),
    "filters": Text("筛选指纹", "Filters"),
    "rows": Text("行数", "Rows"),
    "detail": Text("说明", "Detail"),
    "none": Text("这些条件下没有记录。", "No rows match."),
    "found": Text("共 {n} 条，第 {first}–{last} 条，新的在前", "{n} rows, {first}–{last} shown, newest first"),
    "cut": Text("日志较长，只读了最新的 {n} 条；请缩小日期范围。", "The log is long: only its newest {n} rows were read; choose fewer days."),
    "newer": Text("← 更新的", "← Newer"),
    "older": Text("更早的 →", "Older →"),
    "check": Text("检查日志链", "Check the chain"),
    "checking": Text("正在逐行核对……", "Reading every row …"),
    "intact": Text("日志完整：{n} 条，自 {first} 至 {last}，签名与前后衔接全部相符。", "The log is intact: {n} rows from {first} to {last}, every signature and link holds."),
    "broken": Text("日志有问题：{where}，{reason}。此前 {n} 条完好。", "The log is damaged: {where}, {reason}. The {n} rows before are intact."),
    "line": Text("{file} 第 {line} 行", "{file} line {line}"),
    "export": Text("导出 CSV", "Export CSV"),
    "ready": Text("下载 {name}（{n} 行）", "Download {name} ({n} rows)"),
    "note": Text(
        "日志只增不改，每行带上一行的签名；筛选条件只存指纹，不存内容。保存期不少于 6 个月。",
        "The log is only ever added to, each row signed over the one before; of filters only a fingerprint is kept. Kept six months at least.",
    ),
    "why_page": Text("这个角色不能打开此页", "this role may not open the page"),
    "why_unit": Text("没有这个单元，或在辖区之外", "no such unit, or outside the area"),
    "door_sign-in": Text("登录", "Sign-in"),
    "door_sign-out": Text("退出", "Sign-out"),
    "door_export": Text("导出文件", "Export file"),
    "door_evidence": Text("依据", "Evidence"),
    "file": Text("审计日志", "audit-log"),
    # accounts that are nobody's: the log and its file keep the key
    "account_machine": Text("本机", "this machine"),
    "account_public": Text("公众", "the public"),
    "account_system": Text("系统", "the system"),
}


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the reader's language."""
    return WORDS[key].format(**values).to(run.lang)
