"""The briefing on screen (预览): the same sentences and tables as the files, on a sheet of paper."""

from html import escape

from dashboard.briefing.document import Briefing, Heading, PageBreak, Paragraph, Piece, Pieces, Said, TableBlock


def preview_html(briefing: Briefing) -> str:
    """The whole text without pictures. Figures are marked; their origin stands in data attributes, unrounded."""
    body = "".join(_block(block) for block in briefing.blocks)
    stamp = "".join(f"<span>{escape(text)}</span>" for text in briefing.stamp)
    return (
        f'<article class="ga-paper" lang="{"en" if briefing.lang == "en" else "zh-CN"}"><header><h2>{escape(briefing.title)}</h2>'
        f'<p class="ga-paper-sub">{escape(briefing.subtitle)}</p><p class="ga-paper-stamp">{stamp}</p></header>{body}</article>'
    )


def _block(block: object) -> str:
    if isinstance(block, Heading):
        return f'<h3 class="ga-paper-h{block.level}">{escape(block.text)}</h3>'
    if isinstance(block, Paragraph):
        return f'<p class="ga-paper-{block.look}">{pieces_html(block.pieces)}</p>'
    if isinstance(block, TableBlock):
        heads = "".join(f'<th scope="col"{" class=n" if at >= block.first else ""}>{escape(head)}</th>' for at, head in enumerate(block.heads))
        rows = "".join(
            "<tr>" + "".join(f"<td{' class=n' if at >= block.first else ''}>{pieces_html(cell)}</td>" for at, cell in enumerate(row)) + "</tr>" for row in block.rows
        )  # fmt: skip
        title = f'<p class="ga-paper-title">{escape(block.title)}</p>' if block.title else ""
        note = f'<p class="ga-paper-note">{escape(block.note)}</p>' if block.note else ""
        return f'{title}<div class="ga-wide"><table class="ga-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{note}'
    return '<hr class="ga-paper-break">' if isinstance(block, PageBreak) else ""


def pieces_html(pieces: Pieces) -> str:
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return escape(piece)
    if isinstance(piece, Said):
        return f'<b class="ga-said" data-indicator="{escape(piece.indicator)}" data-part="{piece.part}" data-value="{piece.number!r}">{escape(piece.text)}</b>'
    return escape(piece.text)
