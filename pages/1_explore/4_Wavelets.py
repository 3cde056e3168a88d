"""Wavelets: a picture as 4^n bands, what a patch changes in them, and the picture back."""

from patchdrive.ui import packets, parts, pictures
from patchdrive.ui.frame import fragment, sides

opened = pictures.choose()


@fragment
def body() -> None:
    """Knobs on the left; bands, the reach of a patch, or the picture rebuilt on the right."""
    left, right = sides(3.2)
    with left:
        choice = packets.choose(opened)
    with right:
        view = parts.tab("wavelets_view", packets.BANDS, packets.REACH, packets.REBUILT)
        result = packets.split(opened, choice, view)
        if view == packets.BANDS:
            packets.bands(result, choice)
        elif view == packets.REACH:
            packets.reach(result, choice)
        else:
            packets.rebuilt(result, choice)


body()
