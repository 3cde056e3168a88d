"""The compositor: paragraphs broken into justified lines, columns of headed sections, pages."""

import math

import numpy as np

from .inserts import draw_figure, draw_table
from .sheet import BODY_PT, LEADING_PT, SS, Sheet
from .writer import TOPICS, Writer

DROP_PT = 29.5
OFTEN_DOUBLED = ("the", "of", "and", "in", "at", "is", "with", "for")


def runs_of(text):
    """Words with their face: what stands between asterisks is italic."""
    out, italic = [], False
    for tok in text.split():
        italic = italic or tok.startswith("*")
        out.append((tok.replace("*", ""), "italic" if italic else "roman"))
        italic = italic and not tok.rstrip(".,;").endswith("*")
    return out


def set_initial(sheet, x, y, body):
    """A large initial, its word in capitals. Returns the room it takes from three lines."""
    first = body[0][0]
    sheet.word(x, y + 1.92 * LEADING_PT * sheet.px, first[0], "roman", DROP_PT)
    body[0] = (first[1:].upper(), "roman")
    return sheet.font("roman", DROP_PT).getlength(first[0]) + 0.25 * BODY_PT * sheet.px


def word_to_double(sheet, body, line):
    """Index of a small word that the compositor sets again, once a sheet; None on other lines."""
    if sheet.lines < sheet.double_at or line <= 2:
        return None
    near = range(2, min(len(body), 7))
    return next((i for i in near if body[i][0] in OFTEN_DOUBLED), None)


def set_paragraph(sheet, x, y, bottom, width, body, indent, drop):
    """Break into lines that fit, justify all but the last. Returns the next base line."""
    pt, lead, line = BODY_PT, LEADING_PT * sheet.px, 0
    roman = sheet.font("roman", pt)
    drop_w = set_initial(sheet, x, y, body) if drop else 0
    space = roman.getlength(" ") * 0.86
    while body and y < bottom:
        off = drop_w if drop and line < 3 else indent if line == 0 else 0
        sheet.lines += 1
        twice = word_to_double(sheet, body, line)
        if twice:
            body.insert(twice, body[twice])
            sheet.double_at = math.inf
        ends = np.cumsum([sheet.font(k, pt).getlength(t) + space for t, k in body[:40]]) - space
        k = max(int((ends <= width - off).sum()), 1)
        fill = k < len(body)
        at = sheet.line(x + off, y, body[:k], width - off, pt, justify=fill, keep=not twice)
        if twice:
            end = at[twice + 1] + roman.getlength(body[twice][0])
            y0, y1 = int(y - 0.75 * lead), int(y + 0.25 * lead)
            sheet.flaws.append(("doubled word", [int(at[twice]) - 2, y0, int(end) + 3, y1]))
        body, y, line = body[k:], y + lead, line + 1
    return y


def set_heading(sheet, x, y, width, topic):
    """A centred title, bold or not."""
    again = ", CONTINUED" if topic in sheet.headed else ""
    sheet.headed.add(topic)
    kind = "bold" if sheet.rng.random() < 0.5 else "roman"
    sheet.centred(x, y, width, topic + again, kind, 8.2, 0.12)


def set_column(sheet, writer, x, top, bottom, width, drop, inserts, topics):
    """Fill one column from the top with headed sections; inserts go between paragraphs."""
    rng, lead = sheet.rng, LEADING_PT * sheet.px
    y, paras, topic = top + lead, 0, None
    while y < bottom:
        room = (bottom - y) / lead
        if topic is None or (paras >= 2 and room > 8 and (paras > 2 or rng.random() < 0.5)):
            if topic is not None:
                mid = y + 0.15 * lead
                sheet.rule(x + 0.40 * width, mid, x + 0.60 * width, mid, 1.0)
                y += 1.35 * lead
            topic, paras = topics.pop(0), 0
            topics.append(topic)
            set_heading(sheet, x, y + 0.1 * lead, width, topic)
            y += 1.55 * lead
        if inserts and paras >= 1 and room > 24:
            y = inserts.pop(0)(sheet, writer, x, y - 0.3 * lead, width) + 1.2 * lead
        indent = 1.4 * BODY_PT * sheet.px if paras and not drop else 0
        body = runs_of(writer.paragraph(topic))
        y = set_paragraph(sheet, x, y, bottom, width, body, indent, drop)
        drop, paras = False, paras + 1


def set_head(sheet, left, width, base, title, number, number_left):
    """Running title, page number and the double rule. All in picture pixels."""
    sheet.centred(left * SS, base * SS, width * SS, title, "roman", 8.0, 0.16)
    no = str(number)
    x = left if number_left else left + width - sheet.font("roman", 9).getlength(no) / SS
    sheet.word(x * SS, base * SS, no, "roman", 9.0)
    for down, thick in ((17, 2.2), (22, 0.8)):
        y = (base + down) * SS
        sheet.rule(left * SS, y, (left + width) * SS, y, thick)


def set_page(sheet, writer, p, pages, page_w, number, order):
    """One page of columns; p is 0 for the left one of a spread."""
    cols, gap = (2 if page_w > 1250 else 1), 44
    inner, outer = 0.050 * page_w + 42, 0.048 * page_w + 24
    leftmost = p == 0 and pages == 2
    left = p * page_w + (outer if leftmost else inner)
    width = page_w - inner - outer
    top, bottom = 45 + 118, sheet.h - 45 - 92
    title = ("THE SEAMAN'S AND COUNTRYMAN'S ALMANACK", "WEATHER, TIDES AND STARS")[p]
    set_head(sheet, left, width, top - 44, title, number + p, leftmost)
    cw = (width - gap * (cols - 1)) / cols
    for c in range(cols):
        x = left + c * (cw + gap)
        if c:
            mid = (x - gap / 2) * SS
            sheet.rule(mid, (top - 12) * SS, mid, (bottom + 4) * SS, 0.8)
        inserts = [draw_figure] * ((p, c) == (pages - 1, 0))
        inserts += [draw_table] * ((p, c) == (0, cols - 1))
        frame = (x * SS, (top - 8) * SS, bottom * SS, cw * SS)
        set_column(sheet, writer, *frame, p == 0 and c == 0, inserts, order)
    if p == pages - 1:
        sheet.centred(left * SS, (bottom + 40) * SS, width * SS, "I 3", "roman", 7.0)


def compose(rng, shape):
    """Set all columns of the spread; one page with fewer columns where the picture is small."""
    h, w = shape
    pages = 2 if w >= 2600 else 1
    page_w = int((w * 0.5 if pages == 2 else w * 0.97) * 0.995)
    sheet, writer = Sheet(rng, page_w * pages, h + 90), Writer(rng)
    number = int(rng.integers(30, 190)) * 2 + (pages == 1)  # even pages lie on the left
    topics = list(TOPICS)
    order = [topics[i] for i in rng.permutation(len(topics))]
    sheet.double_at = int(rng.integers(60, 150) * min(1, h * w / 8e6)) + 4
    for p in range(pages):
        set_page(sheet, writer, p, pages, page_w, number, order)
    return sheet, pages, page_w
