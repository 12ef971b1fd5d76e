"""Official papers as docx: the page, letters and lines of GB/T 9704, and the head and foot of a 简报.

The same words make the same bytes: a reprint can be laid beside the first one.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

TITLE, BODY, HEADING, SUBHEADING, PLAIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
_INSTEAD = {
    TITLE: "小标宋;华文中宋;STZhongsong;宋体;Noto Serif CJK SC",
    BODY: "仿宋;FangSong;华文仿宋;STFangsong;宋体;Noto Serif CJK SC",
    HEADING: "SimHei;Noto Sans CJK SC",
    SUBHEADING: "楷体;KaiTi;华文楷体;STKaiti;宋体;Noto Serif CJK SC",
    PLAIN: "SimSun;Noto Serif CJK SC",
}
"""What a machine without the prescribed letters takes, in this order."""
SIZE_2, SIZE_3, SIZE_4 = Pt(22), Pt(16), Pt(14)
"""二号, 三号, 四号."""
_RED = RGBColor(0xE0, 0x00, 0x00)
_LINE = Pt(28.95)
_WIDTH = Mm(156)
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """The head of a 简报: its name, which number it is, who issues it and when."""

    name: str
    number: str
    issuer: str
    day: str


def new_paper(made_at: datetime, title: str) -> Docx:
    """Give an empty A4 page with the margins of the standard and page numbers."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(foot, "— ", PLAIN, SIZE_4)
    _page_number(foot)
    _write(foot, " —", PLAIN, SIZE_4)
    properties = paper.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "", ""
    properties.created = properties.modified = made_at.replace(tzinfo=None, microsecond=0)
    return paper


def _page_number(paragraph: Paragraph) -> None:
    run = paragraph.add_run()
    run.font.size = SIZE_4
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = words
        run._r.append(element)  # noqa: SLF001 -- python-docx has no fields of its own


def _write(
    paragraph: Paragraph, words: str, letters: str, size: Pt, *, color: RGBColor | None = None
) -> None:
    run = paragraph.add_run(words)
    run.font.name, run.font.size = letters, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), letters)  # noqa: SLF001
    if color is not None:
        run.font.color.rgb = color


def _paragraph(paper: Docx, words: str, letters: str, size: Pt, **more: RGBColor) -> Paragraph:
    paragraph = paper.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    _write(paragraph, words, letters, size, **more)
    return paragraph


def title(paper: Docx, words: str) -> None:
    paragraph = _paragraph(paper, words, TITLE, SIZE_2)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(16)
    paragraph.paragraph_format.line_spacing = Pt(34)


def heading(paper: Docx, words: str) -> None:
    _indented(_paragraph(paper, words, HEADING, SIZE_3))


def text(paper: Docx, words: str) -> None:
    _indented(_paragraph(paper, words, BODY, SIZE_3))


def signed(paper: Docx, who: str, day: str) -> None:
    """Put who speaks and the day below, at the right."""
    for words in (who, day):
        paragraph = _paragraph(paper, words, BODY, SIZE_3)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(32)


def picture(paper: Docx, image: bytes, caption: str = "") -> None:
    """Put a picture in the middle, with what it shows below it."""
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run().add_picture(io.BytesIO(image), width=Mm(110 if caption else 150))
    if caption:
        paragraph.paragraph_format.keep_with_next = True
        below = _paragraph(paper, caption, SUBHEADING, SIZE_4)
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _indented(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.first_line_indent = Pt(32)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def masthead(paper: Docx, head: Masthead) -> None:
    """Write the red head of a 简报 above its red line."""
    name = _paragraph(paper, head.name, TITLE, Pt(48), color=_RED)
    name.alignment = WD_ALIGN_PARAGRAPH.CENTER
    name.paragraph_format.line_spacing = Pt(64)
    number = _paragraph(paper, head.number, BODY, SIZE_3)
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = _paragraph(paper, f"{head.issuer}\t{head.day}", BODY, SIZE_3)
    line.paragraph_format.tab_stops.add_tab_stop(_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    _border(line, "bottom", "E00000", 18)
    line.paragraph_format.space_after = Pt(24)


def copies(paper: Docx, lines: Sequence[str]) -> None:
    """Write whom it goes to (报, 送, 发) between lines, at the end."""
    for place, words in enumerate(lines):
        paragraph = _paragraph(paper, words, BODY, SIZE_4)
        if place == 0:
            paragraph.paragraph_format.space_before = Pt(24)
            _border(paragraph, "top", "000000", 8)
        if place == len(lines) - 1:
            _border(paragraph, "bottom", "000000", 8)


def _border(paragraph: Paragraph, side: str, color: str, eighths: int) -> None:
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 -- python-docx draws no lines
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def grid(paper: Docx, rows: Sequence[Sequence[str]], widths: Sequence[int], *, headed: bool = False) -> None:
    """Write a table with lines; `headed` makes its first row a heading that every page repeats."""
    table: Table = paper.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for place, values in enumerate(rows):
        row = table.rows[place]
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            _write(paragraph, value, HEADING if headed and place == 0 else BODY, Pt(12))
        if headed and place == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def finished(paper: Docx) -> bytes:
    """Give the file: with the letters to fall back to, and nothing in it that depends on the moment."""
    raw, out = io.BytesIO(), io.BytesIO()
    paper.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = _fonts() if name == "word/fontTable.xml" else made.read(name)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, content)
    return out.getvalue()


def _fonts() -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for name, instead in _INSTEAD.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()
