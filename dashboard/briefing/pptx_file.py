"""The briefing as five slides (PPT 简报): title, overview, handling, main problems, suggestions. Text and tables stay editable."""

import io
from collections.abc import Iterable

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as PresentationType
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from dashboard.briefing.document import Briefing, Heading, Paragraph, Picture, TableBlock, plain_text
from dashboard.briefing.docx_file import clean
from etl.model.text import Text

WIDE, HIGH, RIM = 13.333, 7.5, 0.6
INK, SOFT, ACCENT, PALE = RGBColor(0x1D, 0x27, 0x33), RGBColor(0x5A, 0x66, 0x75), RGBColor(0x1F, 0x4E, 0x79), RGBColor(0xEE, 0xF2, 0xF6)
FONTS = {"zh": "微软雅黑", "en": "Calibri"}
MORE = Text("其余 {n} 条见 Word 版。", "{n} more in the Word file.")
ITEMS, TOP = 6, 8
ROW_HIGH = 0.38


def pptx_bytes(briefing: Briefing) -> bytes:
    """The file."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    sections = _sections(briefing)
    _title(deck, briefing)
    for number, (title, blocks) in enumerate(sections[:4], start=2):
        slide = _slide(deck, briefing, title, number)
        (_overview, _handling, _hot, _advice)[number - 2](slide, briefing, blocks)
    core = deck.core_properties
    facts = dict(briefing.about)
    core.title, core.author, core.keywords = clean(briefing.title)[:250], clean(facts.get("exported_by", ""))[:250], facts.get("build", "")
    core.comments = clean("\n".join(f"{key}: {value}" for key, value in briefing.about))[:250]
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


Blocks = list[Heading | Paragraph | TableBlock | Picture]


def _sections(briefing: Briefing) -> list[tuple[str, Blocks]]:
    """The first-level headings with what stands below them."""
    found: list[tuple[str, Blocks]] = []
    for block in briefing.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found.append((block.text, []))
        elif found and isinstance(block, Heading | Paragraph | TableBlock | Picture):
            found[-1][1].append(block)
    return found


def _title(deck: PresentationType, briefing: Briefing) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    _bar(slide, 0, 0, WIDE, 0.28)
    _text(slide, briefing, [briefing.title], 1.0, 2.3, WIDE - 2, 1.3, 40, bold=True, align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.BOTTOM)
    _text(slide, briefing, [briefing.subtitle.strip("（）")], 1.0, 3.75, WIDE - 2, 0.7, 24, align=PP_ALIGN.CENTER, colour=SOFT)
    lines = [briefing.sender, "　　".join(briefing.stamp), briefing.header]
    _text(slide, briefing, lines, 1.0, 5.3, WIDE - 2, 1.4, 16, align=PP_ALIGN.CENTER, colour=SOFT)


def _slide(deck: PresentationType, briefing: Briefing, title: str, number: int) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    _bar(slide, 0, 0, 0.28, 1.05)
    _text(slide, briefing, [title], RIM, 0.28, WIDE - 2 * RIM, 0.7, 28, bold=True, anchor=MSO_ANCHOR.MIDDLE)
    mark = f"　{briefing.mark}" if briefing.mark else ""
    _text(slide, briefing, [f"{briefing.title}　{briefing.subtitle.strip('（）')}　{briefing.header}{mark}"], RIM, HIGH - 0.45, WIDE - 2.2, 0.35, 10.5, colour=SOFT)
    _text(slide, briefing, [str(number)], WIDE - 1.4, HIGH - 0.45, 0.8, 0.35, 10.5, colour=SOFT, align=PP_ALIGN.RIGHT)
    return slide


def _overview(slide: Slide, briefing: Briefing, blocks: Blocks) -> None:
    wide = (WIDE - 2 * RIM - 0.6) / 4
    for at, (label, told) in enumerate(briefing.tiles):
        left = RIM + at * (wide + 0.2)
        _bar(slide, left, 1.3, wide, 1.25, PALE)
        _text(slide, briefing, [told], left, 1.33, wide, 0.75, 32, bold=True, align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE, colour=ACCENT)
        _text(slide, briefing, [label], left, 2.05, wide, 0.42, 15, align=PP_ALIGN.CENTER, colour=SOFT)
    has_picture = _picture(slide, briefing, blocks, "trend", RIM, 2.85, 6.9, 3.9)
    left = RIM + 7.2 if has_picture else RIM
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and block.look == "body"]
    _text(slide, briefing, texts[:4], left, 2.8, WIDE - RIM - left, 4.1, 15 if briefing.lang == "zh" else 13, space=7)


def _handling(slide: Slide, briefing: Briefing, blocks: Blocks) -> None:
    """The figures across the slide; below them the chart, large enough to be read from afar, and what is said."""
    table = next((block for block in blocks if isinstance(block, TableBlock)), None)
    top = 1.3
    if table is not None:
        _table(slide, briefing, table.heads, [[plain_text(cell) for cell in row] for row in table.rows], table.wide, RIM, top, WIDE - 2 * RIM)
        top += ROW_HIGH * (len(table.rows) + 1) + 0.25
    has_picture = _picture(slide, briefing, blocks, "rates", RIM, top, 6.7, HIGH - 0.5 - top)
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and block.look == "body"]
    left = RIM + 7.0 if has_picture else RIM
    _text(slide, briefing, texts[1:] if len(texts) > 1 else texts, left, top, WIDE - RIM - left, HIGH - 0.5 - top, 15 if briefing.lang == "zh" else 14, space=8)


def _hot(slide: Slide, briefing: Briefing, blocks: Blocks) -> None:
    everything = [block for block in briefing.blocks if isinstance(block, Picture)]
    has_map = _picture(slide, briefing, everything, "map", RIM, 1.25, 6.5, 3.85)
    left = RIM + 6.7 if has_map else RIM
    table = next((block for block in blocks if isinstance(block, TableBlock)), None)
    if table is not None:
        _table(slide, briefing, table.heads, [[plain_text(cell) for cell in row] for row in table.rows[:TOP]], table.wide, left, 1.35, WIDE - RIM - left)
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and block.look == "body"]
    _text(slide, briefing, texts[1:] if table is not None else texts, RIM, 5.35, WIDE - 2 * RIM, 1.6, 18 if briefing.lang == "zh" else 15, space=7)


def _advice(slide: Slide, briefing: Briefing, blocks: Blocks) -> None:
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and block.look == "body"]
    shown = texts[: ITEMS + 1]
    if len(texts) > len(shown):
        shown.append(MORE.to(briefing.lang).format(n=len(texts) - len(shown)))
    _text(slide, briefing, shown, RIM, 1.3, WIDE - 2 * RIM, 5.5, 18 if briefing.lang == "zh" else 15, space=9)


def _picture(slide: Slide, briefing: Briefing, blocks: Iterable[object], key: str, left: float, top: float, wide: float, high: float) -> bool:
    found = next((block for block in blocks if isinstance(block, Picture) and block.id == key), None)
    if found is None:
        return False
    ratio = found.height_cm / found.width_cm
    width = min(wide, (high - 0.35) / ratio)
    shape = slide.shapes.add_picture(io.BytesIO(found.png), Inches(left), Inches(top), Inches(width))
    shape._element.find(f".//{qn('p:cNvPr')}").set("descr", clean(found.alt))
    _text(slide, briefing, [found.title], left, top + width * ratio, width, 0.35, 12, align=PP_ALIGN.CENTER, colour=SOFT)
    return True


def _table(slide: Slide, briefing: Briefing, heads: tuple[str, ...], rows: list[list[str]], shares: tuple[float, ...], left: float, top: float, wide: float) -> None:
    frame = slide.shapes.add_table(len(rows) + 1, len(heads), Inches(left), Inches(top), Inches(wide), Inches(ROW_HIGH * (len(rows) + 1)))
    table = frame.table
    table.horz_banding = False
    for at, share in enumerate(shares):
        table.columns[at].width = Emu(int(Inches(wide) * share / sum(shares)))
    for line, texts in enumerate([list(heads), *rows]):
        table.rows[line].height = Inches(ROW_HIGH)
        for at, text in enumerate(texts):
            cell = table.cell(line, at)
            cell.margin_left = cell.margin_right = Inches(0.05)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = ACCENT if line == 0 else PALE if line % 2 else RGBColor(255, 255, 255)
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.LEFT if at == 0 else PP_ALIGN.CENTER if line == 0 else PP_ALIGN.RIGHT
            _run(paragraph, clean(text), briefing.lang, 12 if briefing.lang == "zh" else 11, line == 0, RGBColor(255, 255, 255) if line == 0 else INK)


def _bar(slide: Slide, left: float, top: float, wide: float, high: float, colour: RGBColor = ACCENT) -> None:
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(wide), Inches(high))
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour
    shape.line.fill.background()
    shape.shadow.inherit = False


def _text(
    slide: Slide, briefing: Briefing, texts: list[str], left: float, top: float, wide: float, high: float, size: float, *, bold: bool = False,
    align: PP_ALIGN = PP_ALIGN.LEFT, anchor: MSO_ANCHOR = MSO_ANCHOR.TOP, colour: RGBColor = INK, space: float = 3,
) -> None:  # fmt: skip
    """A box of paragraphs, in letters small enough for what is to stand there."""
    frame = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(wide), Inches(high)).text_frame
    frame.word_wrap, frame.vertical_anchor = True, anchor
    frame.margin_left = frame.margin_right = Inches(0.02)
    size = fitting(texts, size, wide, high, space)
    for at, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_after = align, Pt(space)
        _run(paragraph, clean(text), briefing.lang, size, bold, colour)


def fitting(texts: list[str], size: float, wide: float, high: float, space: float) -> float:
    """The largest size up to `size` at which the texts fit the box, not below 9 points."""
    while size > 9:
        per_line = max(wide * 72 / size * 2, 4)
        lines = sum(-(-sum(2 if ord(char) > 0x2E7F else 1.08 for char in text) // per_line) or 1 for text in texts)
        if lines * size * 1.25 + len(texts) * space <= high * 72:
            return size
        size -= 0.5
    return size


def _run(paragraph, text: str, lang: str, size: float, bold: bool, colour: RGBColor) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, colour, FONTS[lang]
    properties = run._r.get_or_add_rPr()
    east = properties.makeelement(qn("a:ea"), {"typeface": FONTS["zh"]})
    properties.append(east)


