"""The scale of the scanner: everything in the section is laid out in micrometres."""

UM_PER_PX = 0.5  # a 20x objective


def px(um):
    """Pixels that so many micrometres take."""
    return um / UM_PER_PX
