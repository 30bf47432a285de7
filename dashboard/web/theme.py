"""Colours and type (配色与字体). Party red is the header bar only and never means a value."""

FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", sans-serif'
INK = "#1c2430"
BRAND = "#9f1b1f"
ACCENT = "#1f5fa8"

THEME: dict[str, object] = {
    "theme.base": "light",
    "theme.primaryColor": ACCENT,
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f4f6f9",
    "theme.textColor": INK,
    "theme.linkColor": ACCENT,
    "theme.borderColor": "#d9dfe7",
    "theme.font": FONT,
    "theme.headingFont": FONT,
    "theme.codeFont": '"Noto Sans Mono CJK SC", Consolas, monospace',
    "theme.baseFontSize": 15,
    "theme.baseRadius": "4px",
    "theme.buttonRadius": "4px",
    "theme.showWidgetBorder": True,
    "theme.dataframeBorderColor": "#e3e8ee",
    "theme.dataframeHeaderBackgroundColor": "#f4f6f9",
}
