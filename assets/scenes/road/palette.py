"""Plain materials by name."""

from ..blender.graph import plain
from ..blender.plants import grained


def palette():
    """Plain materials: colour, roughness, metal, clear coat."""
    table = dict(
        steel=((0.42, 0.43, 0.44), 0.4, 1.0),
        zinc=((0.30, 0.31, 0.32), 0.6, 0.5),
        grey=((0.35, 0.36, 0.37), 0.6),
        white=((0.72, 0.72, 0.70), 0.5),
        red=((0.50, 0.012, 0.016), 0.45),
        black=((0.012, 0.012, 0.013), 0.55),
        glass=((0.012, 0.015, 0.017), 0.04, 0.0, 0.6),
        yellow=((0.72, 0.52, 0.02), 0.5),
        amber=((0.80, 0.36, 0.03), 0.25),
        tyre=((0.020, 0.020, 0.021), 0.8),
        rim=((0.42, 0.43, 0.45), 0.35, 0.9),
        tail=((0.36, 0.008, 0.008), 0.15, 0.0, 1.0),
        lamp=((0.68, 0.70, 0.72), 0.1, 0.3, 1.0),
        plate=((0.74, 0.74, 0.70), 0.4),
        jacket=((0.62, 0.60, 0.04), 0.7),
        trousers=((0.03, 0.04, 0.08), 0.8),
        skin=((0.48, 0.28, 0.20), 0.6),
        fur=((0.17, 0.095, 0.048), 0.9),
        card=((0.36, 0.25, 0.14), 0.85),
    )
    mats = {name: plain(name, *look) for name, look in table.items()}
    mats["wood"] = grained("wood", (0.055, 0.045, 0.036), (0.17, 0.14, 0.11), 16.0, (1, 1, 0.05))
    return mats
