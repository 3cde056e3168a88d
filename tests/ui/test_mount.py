"""The viewer on a page: what arrives in the browser's message, without a browser."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.viewer.payload import unpack


def page(opacity=None, selected=None):
    import numpy as np

    from patchdrive.figures.layers import Mask, Raster
    from patchdrive.ui.viewer import viewer

    layers = [
        Raster("saliency", np.zeros((6, 8), np.uint8), (600, 800)),
        Mask("edges", np.zeros((600, 800), np.uint8)),
    ]
    viewer(layers, image_key="k" * 32, size=(600, 800), opacity=opacity, selected=selected)


def message(**words):
    app = AppTest.from_function(page, kwargs=words).run()
    assert not app.exception
    return app.get("bidi_component")[0].proto


@pytest.mark.parametrize("turn", [1, 2])
def test_the_message_holds_the_payload(turn):
    header, arrays = unpack(message().bytes)
    assert header["source"]["url"] == f"patchdrive/tile/{'k' * 32}"
    assert (header["source"]["size"], header["source"]["levels"]) == ([600, 800], 2)
    assert (arrays["0.values"] == np.zeros((6, 8))).all()


def test_masks_go_to_the_store_and_only_their_address_travels():
    header, arrays = unpack(message().bytes)
    mask = header["layers"][1]
    assert len(mask["url"].removeprefix("patchdrive/tile/")) == 32
    assert not any(name.startswith("1.") for name in arrays)


def test_the_scripts_do_not_travel_with_each_message():
    assert len(message().js_content) < 1500


def test_the_page_sets_opacity_and_selection():
    header, _ = unpack(message(opacity={"saliency": 0.2}, selected=4).bytes)
    assert header["layers"][0]["opacity"] == 0.2
    assert header["selected"] == 4
