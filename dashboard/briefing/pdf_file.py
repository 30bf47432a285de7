"""The briefing as PDF (PDF 通报): the same content set by Typst. Words travel as data, so no name can become markup."""

import json
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

from dashboard.briefing.document import Briefing, Heading, PageBreak, Paragraph, Picture, TableBlock, plain_text
from dashboard.parts.print_style import Face, find_face, need_face
from etl.model.errors import AtlasError

TEMPLATE = Path(__file__).with_name("briefing.typ")
LATIN = "Libertinus Serif"  # comes with Typst


@dataclass(frozen=True, slots=True)
class Faces:
    """The font families of the document, each with what stands in."""

    sans: Face
    serif: Face
    fang: Face
    kai: Face

    def families(self) -> dict[str, list[str]]:
        found = {name: getattr(self, name).family for name in ("sans", "serif", "fang", "kai")}
        return {name: [family] if name == "sans" else [LATIN, family] for name, family in found.items()}


def faces(named: str = "") -> Faces:
    """Fonts found on the system. AtlasError with what to install when there is no Chinese one."""
    sans = need_face("sans", named)
    serif = find_face("serif", named) or sans
    return Faces(sans, serif, find_face("fang", named) or serif, find_face("kai", named) or serif)


@lru_cache(maxsize=4)
def _fonts(paths: tuple[str, ...]) -> typst.Fonts:
    """Only the folders of the fonts used, read once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(paths))


def pdf_bytes(briefing: Briefing, named: str = "", room: Path | None = None) -> bytes:
    """The file. `room` is where the work may lie meanwhile."""
    return _compiled(briefing, named, room, "pdf")[0]


def page_images(briefing: Briefing, named: str = "", ppi: int = 80) -> list[bytes]:
    """The pages as PNG, to look at."""
    return _compiled(briefing, named, None, "png", ppi)


def _compiled(briefing: Briefing, named: str, room: Path | None, kind: str, ppi: int = 80) -> list[bytes]:
    found = faces(named)
    with tempfile.TemporaryDirectory(dir=room, prefix="briefing-") as folder:
        root = Path(folder)
        (root / "main.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "data.json").write_text(json.dumps(_data(briefing, found, root), ensure_ascii=False), "utf-8")
        paths = tuple(dict.fromkeys(str(Path(face.path).parent) for face in (found.sans, found.serif, found.fang, found.kai)))
        try:
            made = typst.Compiler(root=root, font_paths=_fonts(paths)).compile(root / "main.typ", format=kind, ppi=ppi)  # type: ignore[arg-type]
        except typst.TypstError as error:
            raise AtlasError("PDF 没有生成成功，请先用 Word 版。", "The PDF could not be made; use the Word file.") from error
    return made if isinstance(made, list) else [made or b""]


def _data(briefing: Briefing, found: Faces, root: Path) -> dict[str, object]:
    facts = dict(briefing.about)
    return {
        "lang": briefing.lang, "title": briefing.title, "subtitle": briefing.subtitle, "stamp": list(briefing.stamp), "sender": briefing.sender, "day": briefing.day,
        "header": briefing.header, "mark": briefing.mark, "fonts": found.families(), "author": facts.get("exported_by", ""), "build": facts.get("build", ""),
        "about": "\n".join(f"{key}: {value}" for key, value in briefing.about), "blocks": [_block(block, at, root) for at, block in enumerate(briefing.blocks)],
    }  # fmt: skip


def _block(block: object, at: int, root: Path) -> dict[str, object]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": block.look, "text": block.text}
    if isinstance(block, TableBlock):
        rows = [[plain_text(cell) for cell in row] for row in block.rows]
        return {"kind": "table", "title": block.title, "heads": list(block.heads), "rows": rows, "wide": list(block.wide), "first": block.first, "note": block.note}
    if isinstance(block, Picture):
        name = f"picture{at}.png"
        (root / name).write_bytes(block.png)
        return {"kind": "picture", "file": name, "width": block.width_cm, "title": block.title, "alt": block.alt}
    assert isinstance(block, PageBreak)
    return {"kind": "break"}
