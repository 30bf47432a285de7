"""The briefing as a Word file (Word 通报): A4 in the form of an official document, everything editable, fonts named with what may stand in."""

import io
from datetime import datetime

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph

from dashboard.briefing.document import Briefing, Heading, PageBreak, Paragraph, Picture, TableBlock, plain_text
from dashboard.briefing.docx_look import LOOKS, Look, border, field, page, rule_below, shade, style_all

TEXT_CM = 15.6
TOGETHER = 12  # rows of a table that stays on one page


def docx_bytes(briefing: Briefing) -> bytes:
    """The file. Texts are plain runs: no field, link or macro can come from a name."""
    document = Document()
    look = LOOKS[briefing.lang]
    style_all(document, look, briefing.lang)
    page(document)
    _header_and_footer(document, briefing, look)
    _properties(document, briefing)
    _add(document, "AtlasTitle", briefing.title)
    _add(document, "AtlasSubtitle", briefing.subtitle)
    stamp = _add(document, "AtlasStamp", "\t".join(briefing.stamp))
    stamp.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_CM), WD_TAB_ALIGNMENT.RIGHT)
    rule_below(stamp)
    is_annex = False
    for block in briefing.blocks:
        if isinstance(block, PageBreak):
            for added in document.paragraphs[-2:]:  # the signature never stands on a page alone
                added.paragraph_format.keep_with_next = True
            _signature(document, briefing)
            is_annex = True
        elif isinstance(block, Heading):
            added = _add(document, f"AtlasHeading{block.level}", block.text)
            if is_annex:
                is_annex = False
                added.paragraph_format.page_break_before = True
        elif isinstance(block, Paragraph):
            _add(document, "AtlasBody" if block.look == "body" else "AtlasNote", block.text)
        elif isinstance(block, TableBlock):
            _table(document, block)
        else:
            _picture(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n" or (ord(char) >= 32 and not 0xD800 <= ord(char) <= 0xDFFF and ord(char) not in (0xFFFE, 0xFFFF)))


def _add(document: DocumentType, style: str, text: str) -> DocxParagraph:
    return document.add_paragraph(clean(text), style=style)


def _signature(document: DocumentType, briefing: Briefing) -> None:
    """Unit and day at the right, as under every notice."""
    for text in (briefing.sender, briefing.day):
        _add(document, "AtlasSignature", text)


def _table(document: DocumentType, block: TableBlock) -> None:
    if block.title:
        _add(document, "AtlasTableTitle", block.title)
    table = document.add_table(rows=1, cols=len(block.heads))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    border(table)
    widths = [Cm(TEXT_CM * share / sum(block.wide)) for share in block.wide]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _cells(table.rows[0], block.heads, widths, block.first, is_head=True)
    head = table.rows[0]._tr.get_or_add_trPr()
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head.append(repeated)
    for row in block.rows:
        _cells(table.add_row(), tuple(plain_text(cell) for cell in row), widths, block.first)
    if len(table.rows) <= TOGETHER:
        for row in table.rows[:-1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
    _add(document, "AtlasNote", block.note)


def _cells(row, texts: tuple[str, ...], widths: list, first: int, is_head: bool = False) -> None:
    for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = widths[at]
        paragraph = cell.paragraphs[0]
        paragraph.style = "AtlasTableHead" if is_head else "AtlasTable"
        paragraph.add_run(clean(text))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_head else WD_ALIGN_PARAGRAPH.LEFT if at < first else WD_ALIGN_PARAGRAPH.RIGHT
        if is_head:
            shade(cell, "E7EBF0")


def _picture(document: DocumentType, block: Picture) -> None:
    paragraph = _add(document, "AtlasPicture", "")
    shape = paragraph.add_run().add_picture(io.BytesIO(block.png), width=Cm(block.width_cm))
    shape._inline.docPr.set("descr", clean(block.alt))
    _add(document, "AtlasCaption", block.title)


def _header_and_footer(document: DocumentType, briefing: Briefing, look: Look) -> None:
    """Header at the left; page number — 1 — outside: right on odd pages, left on even ones."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    texts = briefing.header + (f"　{briefing.mark}" if briefing.mark else "")
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.style = "AtlasHeader"
        paragraph.text = clean(texts)
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = "AtlasPage"
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(look.body_pt)
        paragraph.add_run("— ")
        field(paragraph, "PAGE")
        paragraph.add_run(" —")


def _properties(document: DocumentType, briefing: Briefing) -> None:
    core = document.core_properties
    facts = dict(briefing.about)
    core.title, core.subject = clean(briefing.title)[:250], clean(briefing.subtitle)[:250]
    core.author = core.last_modified_by = clean(facts.get("exported_by", ""))[:250]
    core.comments = clean("\n".join(f"{key}: {value}" for key, value in briefing.about))[:250]
    core.keywords, core.language = facts.get("build", ""), "zh-CN" if briefing.lang == "zh" else "en-GB"
    core.created = core.modified = datetime.now()
