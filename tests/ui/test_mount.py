"""The viewer on a page: what arrives in the browser's message, without a browser."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from patchdrive.viewer.packing import unpack


def page(values=None, selected=None, picture=None):
    import numpy as np

    from patchdrive.figures.layers import Mask, Raster
    from patchdrive.figures.looks import dressed, look_knobs
    from patchdrive.images import MemoryImage
    from patchdrive.ui import live
    from patchdrive.ui.store import store
    from patchdrive.ui.viewer import Screen, Turning, viewer

    image = MemoryImage(np.zeros((600, 800, 3), np.uint8))
    knobs = look_knobs("saliency", Raster)
    found = live.values(knobs)
    layers = [
        Raster("saliency", np.zeros((6, 8), np.uint8), (600, 800)),
        Mask("edges", np.zeros((600, 800), np.uint8)),
    ]
    viewer(
        dressed(layers, found),
        image,
        store().put(image),
        turning=Turning(knobs, (), found),
        screen=Screen(selected=selected),
    )


def opened(parameters=None, **words):
    app = AppTest.from_function(page, kwargs=words)
    for name, value in (parameters or {}).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def sent(app):
    return unpack(app.get("bidi_component")[0].proto.bytes)


def test_the_message_holds_the_payload():
    header, arrays = sent(opened())
    assert len(header["source"]["url"].removeprefix("patchdrive/tile/")) == 32
    assert (header["source"]["size"], header["source"]["levels"]) == ([600, 800], 2)
    assert (arrays[f"{header['layers'][0]['digest']}/codes"] == np.zeros((6, 8))).all()


def test_a_second_message_leaves_out_what_the_browser_holds():
    app = opened()
    first, _ = sent(app)
    app.run()
    header, arrays = sent(app)
    assert arrays == {}
    assert header["digest"] == first["digest"]


def test_masks_go_to_the_store_and_only_their_address_travels():
    header, arrays = sent(opened())
    mask = header["layers"][1]
    assert len(mask["url"].removeprefix("patchdrive/tile/")) == 32
    assert not any(name.startswith(mask["digest"]) for name in arrays)


def test_the_scripts_do_not_travel_with_each_message():
    assert len(opened().get("bidi_component")[0].proto.js_content) < 1500


def test_the_link_sets_looks_and_the_page_the_selection():
    header, _ = sent(opened({"saliency_opacity": "0.2"}, selected=4))
    assert header["values"]["saliency_opacity"] == 0.2
    assert header["selected"] == 4


def test_a_senseless_look_in_the_link_is_left_out():
    app = opened({"saliency_opacity": "much"})  # the menu around a page tells it
    assert sent(app)[0]["values"]["saliency_opacity"] == 0.5


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"saliency_opacity": 0.3}, {"saliency_opacity": 0.3}),
        ({"saliency_opacity": 7, "saliency_low": 0.5}, {"saliency_low": 0.5}),
        ({"saliency_visible": "yes", "rm": "-rf"}, {"saliency_visible": True}),
        ({"saliency_colormap": ["turbo"]}, {}),
    ],
)
def test_what_the_browser_turns_is_checked_as_a_link_is(changes, held):
    app = opened({"saliency_opacity": "0.5"})

    def turned(changes):
        from patchdrive.figures.layers import Raster
        from patchdrive.figures.looks import look_knobs
        from patchdrive.ui import live

        live.turn(changes, look_knobs("saliency", Raster))

    other = AppTest.from_function(turned, kwargs={"changes": changes}).run()
    assert not other.exception
    found = other.session_state.get("live values", {})
    assert found == held
    assert app.query_params["saliency_opacity"]


def test_where_no_route_is_reached_picture_and_scripts_come_with_the_message():
    app = AppTest.from_function(page)
    app.session_state["the browser reaches no routes"] = True
    app.run()
    assert not app.exception
    header, arrays = sent(app)
    assert header["source"]["url"] == ""
    assert arrays[f"{header['source']['picture']}/picture"].tobytes().startswith(b"\xff\xd8")
    assert len(app.get("bidi_component")[0].proto.js_content) > 20_000
