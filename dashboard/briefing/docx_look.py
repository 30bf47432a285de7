"""How the Word file looks (公文版式): page, styles and fonts after GB/T 9704, with a substitute named for every font that may be missing."""

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from etl.model.text import Lang

# name → (what stands in, family, pitch): Word takes the first that is installed
FONTS: dict[str, tuple[str, str]] = {
    "方正小标宋简体": ("FZXiaoBiaoSong-B05S;华文中宋;STZhongsong;宋体;SimSun;Noto Serif CJK SC", "roman"),
    "仿宋_GB2312": ("仿宋;FangSong;华文仿宋;STFangsong;宋体;SimSun;Noto Serif CJK SC", "modern"),
    "楷体_GB2312": ("楷体;KaiTi;华文楷体;STKaiti;宋体;SimSun;Noto Serif CJK SC", "modern"),
    "黑体": ("SimHei;微软雅黑;Microsoft YaHei;Noto Sans CJK SC", "modern"),
    "宋体": ("SimSun;华文宋体;STSong;Noto Serif CJK SC", "roman"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes in points; `line` is the fixed line height of the text, `indent` the first line's in characters."""

    body_pt: float
    line: float
    indent: int
    title_pt: float
    latin: str
    small_pt: float


LOOKS: dict[Lang, Look] = {"zh": Look(16, 28, 2, 22, "Times New Roman", 10.5), "en": Look(11.5, 17, 0, 20, "Times New Roman", 9.5)}


def base(document: Document) -> None:
    """The latent defaults python-docx brings are of an English report: one font and no space between paragraphs."""
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)


def style_all(document: Document, look: Look, lang: Lang) -> None:
    """Every style the document uses."""
    base(document)
    _font(document.styles["Normal"], "仿宋_GB2312", look.latin, look.body_pt)
    _language(document, lang)
    body, line = look.body_pt, look.line
    make = _Maker(document, look)
    make("AtlasTitle", "方正小标宋简体", look.title_pt, line=look.title_pt * 1.55, align="center", before=line / 2, after=2)
    make("AtlasSubtitle", "楷体_GB2312", body, align="center", after=4)
    make("AtlasStamp", "仿宋_GB2312", body - 2, after=10, line=line - 4)
    make("AtlasHeading1", "黑体", body, indent=look.indent, keep=True, outline=0, bold=lang == "en", before=0 if lang == "zh" else 8)
    make("AtlasHeading2", "楷体_GB2312", body, indent=look.indent, keep=True, outline=1, bold=lang == "en", before=0 if lang == "zh" else 4)
    # ragged in Chinese: a rate with its parts is one long word, and the line before it would be torn apart
    make("AtlasBody", "仿宋_GB2312", body, indent=look.indent, align="left" if lang == "zh" else "justify", after=0 if lang == "zh" else 4)
    make("AtlasNote", "仿宋_GB2312", look.small_pt, line=look.small_pt * 1.5, after=8)
    make("AtlasTableTitle", "黑体", 12 if lang == "zh" else 10.5, align="center", keep=True, line=22, before=6, bold=lang == "en")
    make("AtlasTable", "宋体", look.small_pt, line=look.small_pt * 1.55)
    make("AtlasTableHead", "黑体", look.small_pt, align="center", line=look.small_pt * 1.55, keep=True, bold=lang == "en")
    make("AtlasPicture", "宋体", body, align="center", keep=True, before=6, line=0)
    make("AtlasCaption", "黑体", 12 if lang == "zh" else 10.5, align="center", line=22, after=8, bold=lang == "en")
    make("AtlasSignature", "仿宋_GB2312", body, align="right", right=look.indent * body, before=0)
    make("AtlasHeader", "宋体", 9, line=12, colour="5A6675")
    make("AtlasPage", "宋体", 14 if lang == "zh" else 11, line=18)
    _substitutes(document)


class _Maker:
    """Makes paragraph styles that share what all have in common."""

    def __init__(self, document: Document, look: Look) -> None:
        self._document, self._look = document, look

    def __call__(
        self, name: str, font: str, size: float, *, line: float | None = None, align: str = "left", indent: int = 0, before: float = 0, after: float = 0, keep: bool = False,
        outline: int | None = None, bold: bool = False, right: float = 0, colour: str = "",
    ) -> None:  # fmt: skip
        style = self._document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self._document.styles["Normal"]
        _font(style, font, self._look.latin, size)
        style.font.bold = bold
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
        shape = style.paragraph_format
        shape.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        shape.keep_with_next, shape.widow_control = keep, True
        height = self._look.line if line is None else line
        if height:
            shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(height)
        if right:
            shape.right_indent = Pt(right)
        properties = style.element.get_or_add_pPr()
        if indent:
            found = properties.get_or_add_ind()
            found.set(qn("w:firstLineChars"), str(indent * 100))
            found.set(qn("w:firstLine"), str(int(indent * size * 20)))
        if outline is not None:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(outline))
            properties.append(level)


def _font(style, east_asia: str, latin: str, size: float) -> None:
    style.font.name, style.font.size = latin, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asia)


def _language(document: Document, lang: Lang) -> None:
    properties = document.styles["Normal"].element.get_or_add_rPr()
    found = OxmlElement("w:lang")
    found.set(qn("w:val"), "en-GB" if lang == "en" else "en-US")
    found.set(qn("w:eastAsia"), "zh-CN")
    properties.append(found)


def _substitutes(document: Document) -> None:
    """The font table: what stands in for each Chinese font, so that a computer without it does not fall back to anything."""
    part = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    root = parse_xml(part.blob)
    for name, (instead, family) in FONTS.items():
        root.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
            )
        )
    part._blob = serialize_part_xml(root)


def page(document: Document) -> None:
    """A4 with the margins of GB/T 9704: 37 mm above, 35 below, 28 left, 26 right."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Cm(2.0), Cm(2.6)


def rule_below(paragraph: Paragraph) -> None:
    """A double line under the head of the document."""
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:bottom w:val="thickThinSmallGap" w:sz="18" w:space="6" w:color="1D2733"/></w:pBdr>')
    )


def border(table: Table) -> None:
    """Thin lines inside, thicker ones above and below, none at the sides."""
    lines = "".join(
        f'<w:{side} w:val="{kind}" w:sz="{size}" w:space="0" w:color="{colour}"/>'
        for side, kind, size, colour in (
            ("top", "single", 10, "1D2733"), ("left", "nil", 0, "auto"), ("bottom", "single", 10, "1D2733"), ("right", "nil", 0, "auto"),
            ("insideH", "single", 4, "9AA5B3"), ("insideV", "single", 4, "9AA5B3"),
        )
    )  # fmt: skip
    table._tbl.tblPr.append(parse_xml(f'<w:tblBorders {nsdecls("w")}>{lines}</w:tblBorders>'))
    table._tbl.tblPr.append(parse_xml(f'<w:tblCellMar {nsdecls("w")}><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'))


def shade(cell: _Cell, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>'))


def field(paragraph: Paragraph, code: str) -> None:
    """A field Word fills in, as PAGE."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)
