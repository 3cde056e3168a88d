"""What stands between the paragraphs: a tide table, and an engraving with its caption."""

import cv2
import numpy as np
from PIL import Image

from .engraving import engrave
from .sheet import LEADING_PT, SS
from .writer import LISTS, MONTHS

TABLE_PT = 6.9
EDGES = (0, 0.075, 0.15, 0.285, 0.42, 0.555, 0.69, 1.0)  # of the columns, in the measure
REMARKS = (
    "Moon near {S}",
    "Neap tides",
    "Springs",
    "Fair, cold",
    "Fog off {P}",
    "Feast of St. Wenna",
    "Herring in",
    "Rain likely",
    "Halo seen",
    "Quarter day",
    "Swifts depart",
    "Lamps lit early",
    "Gales, then calm",
    "{S} sets late",
)


def clock(minutes):
    """Hours and minutes of the twelve-hour clock."""
    return f"{int(minutes) // 60 % 12 or 12} {int(minutes) % 60:02d}"


def days_of(rng, month):
    """Rows of the table: day, weekday, sun rises, sets, high water twice."""
    # the sun: 2 h 5 min either way, longest days in late June
    year = 2 * np.pi * (MONTHS.index(month) - 2.7) / 12
    up, grow, tide = 125 * np.sin(year), 2.2 * np.cos(year), rng.uniform(0, 700)
    day0 = rng.integers(0, 7)
    for d in range(1, 1 + int(rng.integers(17, 23))):
        tide = (tide + rng.normal(50, 3)) % 745
        sun = clock(358 - up - grow * d), clock(1082 + up + grow * d)
        yield str(d), "SMTWTFS"[(d + day0) % 7], *sun, clock(tide), clock(tide + 373)


def set_remark(sheet, writer, x0, x1, y):
    """A word or two in the last column, where it fits."""
    note = writer.fill(writer.draw("rem", REMARKS))
    if sheet.font("roman", TABLE_PT).getlength(note) < x1 - x0 - 12 * SS:
        kind = "italic" if sheet.rng.random() < 0.3 else "roman"
        sheet.word(x0 + 8 * SS, y, note[0].upper() + note[1:], kind, TABLE_PT)


def draw_table(sheet, writer, x, y, width):
    """A table of figures: days, rising and setting, high water, a remark. Returns the next y."""
    rng, lead = sheet.rng, 8.3 * sheet.px
    month = writer.draw("{M}", MONTHS)
    place = writer.draw("{P}", LISTS["{P}"])
    y += 1.5 * lead
    sheet.centred(x, y, width, f"TIDE TABLE FOR {month.upper()}", "roman", 7.6, 0.10)
    y += 1.1 * lead
    sheet.centred(x, y, width, f"High water at {place}, by the mean clock", "italic", 7.2)
    y += 0.55 * lead
    cols, top = np.array(EDGES) * width + x, y
    sheet.rule(x, y, x + width, y, 1.6)

    def row(cells, kind="roman"):
        for c, text in enumerate(cells):
            sheet.centred(cols[c], y, cols[c + 1] - cols[c], text, kind, TABLE_PT)

    y += lead
    row(("D.", "W.", "Sun r.", "Sun s.", "Morn.", "Even.", "Remarks"), "italic")
    y += 0.4 * lead
    sheet.rule(x, y, x + width, y, 0.7)
    for cells in days_of(rng, month):
        y += lead
        row(cells)
        if rng.random() < 0.6:
            set_remark(sheet, writer, cols[6], cols[7], y)
    y += 0.5 * lead
    sheet.rule(x, y, x + width, y, 1.6)
    for c in range(1, 7):
        sheet.rule(cols[c], top, cols[c], y, 0.6)
    return y + 0.6 * lead


def draw_figure(sheet, writer, x, y, width):
    """Engrave, paste and caption. Returns the next y."""
    plate = engrave(sheet.rng)
    w, h = int(width), int(width * plate.shape[0] / plate.shape[1])
    im, at = cv2.resize(plate, (w, h), interpolation=cv2.INTER_AREA), (int(x), int(y))
    under = np.asarray(sheet.img.crop((*at, at[0] + w, at[1] + h)))
    sheet.img.paste(Image.fromarray(np.maximum(im, under)), at)
    y += h + 1.15 * LEADING_PT * sheet.px
    caption = writer.fill("The light upon {P}, with the {N} passing in") + "."
    sheet.centred(x, y, width, caption, "italic", 7.2)
    return y + 0.6 * LEADING_PT * sheet.px
