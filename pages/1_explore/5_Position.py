"""Position: where do tokens know from where they are?"""

from patchdrive.ui import parts, pictures, placing, shuffling
from patchdrive.ui.frame import fragment, sides

opened = pictures.choose()
MODELS = ("vit-learned", "vit-none", "vit-lgp", "vit-lgp-circular", "vit-summary-circular")


@fragment
def body() -> None:
    """A scene and a patch on the left, who tells the patches apart on the right."""
    left, right = sides(2.6)
    with left:
        settings = placing.settings()
        names = shuffling.models("position_models", MODELS)
    if not names:
        shuffling.none_chosen()
        return
    seen = placing.scene(opened.image, settings, names)
    with left:
        settings = placing.patch(seen, settings)
    with right:
        placing.maps(seen, settings, names)
        tab = parts.tab("position_tab", "Probe", "Gate", "Accuracy", "Claims")
        if tab == "Probe":
            placing.probes(names)
        elif tab == "Gate":
            placing.gates(names)
        elif tab == "Accuracy":
            placing.accuracies(names)
        else:
            placing.parameters()


body()
