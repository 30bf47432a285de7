"""Words of the import desk (导入操作用语)."""

from dashboard.view.run import Run
from etl.model.text import Text

WORDS: dict[str, Text] = {
    "how_to_allow": Text("要在本页直接试运行、导入和回退，请系统管理员在 atlas.toml 中写明：", "To try, load and go back from this page, let the administrator write into atlas.toml:"),
    "here": Text("在这里导入", "Load from here"),
    "folder": Text("把新文件放进服务器上的 {path}，先试运行看拒收了什么，再导入并启用", "put new files into {path} on the server, try them first to see what is refused, then load"),
    "no_file": Text("没有找到 {path}，请先写好这份文件。", "There is no {path}; write it first."),
    "check": Text("试运行（不发布）", "Try (publishes nothing)"),
    "build": Text("导入并启用", "Load and use"),
    "allow_jump": Text("行数比上次差十倍以上也接受", "accept ten times more or fewer rows than last time"),
    "did_check": Text("试运行", "Trial"),
    "did_build": Text("导入", "Load"),
    "did_rollback": Text("回退", "Going back"),
    "state_running": Text("{kind}正在进行……已 {n} 秒", "{kind} under way … {n} s so far"),
    "state_done": Text("{kind}完成，用时 {n} 秒", "{kind} done in {n} s"),
    "state_refused": Text("{kind}没有成功，正在使用的数据没有变", "{kind} did not succeed; the data in use have not changed"),
    "all_lines": Text("全部输出（{n} 行）", "Everything it said ({n} lines)"),
    "by": Text("{who} 于 {at} 发起", "started by {who}, {at}"),
    "back_to": Text("装错了？换回较早的版本", "Loaded the wrong files? An earlier build"),
    "back_line": Text("{at} 入库 · 数据截至 {day} · {n} 行", "built {at} · data to {day} · {n} rows"),
    "back": Text("换回这个版本", "Use this one"),
    "back_sure": Text("确认换回", "Yes, use it"),
}


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the reader's language."""
    return WORDS[key].format(**values).to(run.lang)
