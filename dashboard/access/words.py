"""Words of signing in and being refused (登录用语)."""

from etl.model.text import Text

WORDS: dict[str, Text] = {
    "product": Text("网格一张图", "Grid Atlas"),
    "sign_in": Text("登录", "Sign in"),
    "account": Text("账号", "Account"),
    "password": Text("密码", "Password"),
    "or": Text("或", "or"),
    "lock_note": Text("连续输错 {n} 次，账号将锁定 {m} 分钟。", "After {n} wrong attempts the account is locked for {m} minutes."),
    "other_language": Text("English", "中文"),
    "wrong": Text(
        "账号或密码不正确，或尝试次数过多。请核对后重试，或稍后再试。", "Account or password is wrong, or there were too many attempts. Check them, or try again later."
    ),
    "stale_form": Text("页面停留过久，请重新填写。", "The form was open too long; please fill it in again."),
    "out": Text("您已退出登录。", "You are signed out."),
    "ended": Text("登录已到期或账号权限有变更，请重新登录。", "Your session has ended or your rights have changed; please sign in again."),
    "no_right": Text(
        "您已通过统一认证，但账号没有使用本系统的权限。请联系管理员。", "You are known to the provider, but your account has no right to use this system. Ask the administrator."
    ),
    "provider_failed": Text("统一认证没有完成，请重试；如仍失败，请联系管理员。", "Signing in at the provider did not complete. Try again; if it fails again, ask the administrator."),
    "no_way": Text("本服务未配置账号登录。", "This server has no accounts to sign in with."),
    "by_proxy": Text("请从单位的统一入口进入本系统。", "Please enter through your office's portal."),
    "sign_out": Text("退出登录", "Sign out"),
    "sign_out_ask": Text("确定退出登录？", "Sign out now?"),
    "stay": Text("返回", "Back"),
    "refused_title": Text("没有权限", "Not allowed"),
    "refused": Text("您的角色（{role}）不能打开“{page}”。", "Your role ({role}) may not open the page {page}."),
    "refused_note": Text("如工作需要，请联系管理员调整角色。", "If your work needs it, ask the administrator for another role."),
    "you_may": Text("您可以打开", "You may open"),
    "whole": Text("全市", "Whole city"),
}


def word(key: str, lang: str, **values: object) -> str:
    """A word in `lang`, filled in. KeyError for an unknown key."""
    text = WORDS[key].to(lang)
    return text.format(**values) if values else text
