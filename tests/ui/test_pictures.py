"""Whose picture is open: keys of one session, links to another, what can be opened again."""

import numpy as np
import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest

from patchdrive.ui import pictures
from patchdrive.ui.store import store
from tests.images.pictures import noise, saved


def page():
    import streamlit as st

    from patchdrive.ui.pictures import choose

    opened = choose()
    st.session_state["seen"] = opened.key, opened.image


class Session:
    """A fresh session that chooses pictures."""

    def __init__(self, **parameters):
        self.app = AppTest.from_function(page, default_timeout=60)
        for name, value in parameters.items():
            self.app.query_params[name] = value
        self.run(self.app)

    def run(self, widget):
        widget.run()
        assert not self.app.exception
        return self

    @property
    def key(self):
        return self.app.session_state["seen"][0]

    @property
    def image(self):
        return self.app.session_state["seen"][1]

    def upload(self, pixels, name):
        self.app.file_uploader[0].upload(name, saved(pixels, "PNG"), "image/png")
        return self.run(self.app)

    def path(self, text):
        return self.run(self.app.text_input(key="server_path").set_value(text))

    @property
    def link(self):
        found = self.app.query_params["picture"]
        return found[0] if isinstance(found, list) else found

    @property
    def words(self):
        return " ".join(error.value for error in self.app.error)


@pytest.fixture
def pixels():
    return noise(40, 50, seed=int(np.random.default_rng().integers(2**31)))


def test_two_sessions_with_one_picture_never_share_a_key(pixels):
    ann, bob = Session().upload(pixels, "letter to bob.png"), Session().upload(pixels, "mine.png")
    assert ann.key != bob.key
    assert ann.link == f"~{ann.key}"
    assert (ann.image.name, bob.image.name) == ("letter to bob.png", "mine.png")
    assert ann.image.pixels is bob.image.pixels, "the pixels are held once"


def test_one_session_that_opens_a_picture_twice_keeps_its_key(pixels):
    ann = Session().upload(pixels, "a.png")
    first = ann.key
    ann.upload(noise(9, 9), "b.png")
    assert ann.key != first
    assert ann.upload(pixels, "a.png").key == first


def test_one_session_s_two_files_with_equal_pixels_keep_their_own_scale(pixels):
    ann = Session()
    for name, dpi, microns in (("a.tif", 12_700, 2.0), ("b.tif", 25_400, 1.0), ("c.tif", 72, None)):
        data = saved(pixels, "TIFF", dpi=(dpi, dpi))
        ann.app.file_uploader[0].upload(name, data, "image/tiff")
        ann.run(ann.app)
        assert ann.image.name == name
        assert ann.image.microns == (None if microns is None else pytest.approx((microns, microns)))


def test_a_link_opens_the_picture_in_another_session_while_it_is_held(pixels):
    ann = Session().upload(pixels, "a.png")
    guest = Session(picture=ann.link)
    assert guest.key == ann.key
    assert (guest.image.pixels == pixels).all()
    store().drop(ann.key)
    late = Session(picture=ann.link)
    assert "open it again" in late.words
    assert late.key != ann.key


def test_samples_have_one_key_for_all_and_are_opened_again():
    first, second = Session(picture="sky"), Session(picture="sky")
    assert first.key == second.key
    store().drop(first.key)
    assert store().fetch(first.key).digest == first.image.digest
    store().drop(first.key)
    assert Session(picture="sky").key == first.key


def test_a_file_on_the_server_is_opened_again_while_it_is_the_same(tmp_path, monkeypatch, pixels):
    monkeypatch.setenv("PATCHDRIVE_ROOT", str(tmp_path))
    file = tmp_path / "slide.png"
    file.write_bytes(saved(pixels, "PNG"))
    ann, bob = Session().path("slide.png"), Session().path("slide.png")
    assert ann.key != bob.key
    for session in (ann, bob):
        store().drop(session.key)
    assert (Session(picture=ann.link).image.pixels == pixels).all()
    store().drop(ann.key)
    file.write_bytes(saved(noise(3, 3), "PNG"))
    assert store().fetch(ann.key) is None
    assert "open it again" in Session(picture=ann.link).words


def test_a_damaged_upload_offers_what_there_is_of_it():
    pixels, ann = noise(160, 160), Session()
    before = ann.key
    data = saved(pixels, "PNG")
    ann.app.file_uploader[0].upload("cut.png", data[: len(data) // 2], "image/png")
    ann.run(ann.app)
    assert ann.key == before, "the last good picture stays"
    assert ann.words.startswith("cut.png is cut off")
    assert "truncated" not in ann.words, "that is how the library says it"
    ann.run(ann.app.button(key="open_partly").click())
    assert ann.image.name == "cut.png"
    assert (ann.image.pixels[:70] == pixels[:70]).all()
    assert "damaged or cut off" in ann.image.notes[0]
    assert not ann.words
    assert not [one for one in ann.app.button if one.key == "open_partly"]


def test_a_picture_too_large_for_this_server_says_what_may_be_done(monkeypatch):
    monkeypatch.setenv("PATCHDRIVE_MAX_MEGAPIXELS", "0.001")
    ann = Session().upload(noise(40, 50), "big.png")
    assert "limit=" not in ann.words
    assert "open a smaller copy" in ann.words
    assert "PATCHDRIVE_MAX_MEGAPIXELS=1" in ann.words


def test_who_waits_for_a_decoder_is_told_so_and_gets_the_picture(monkeypatch):
    now, told, real = [0.0], [], pictures.open_image

    def slow(source, *, waiting, **how):
        for words in ("waiting for other pictures", "being decoded"):
            for _ in range(20):
                now[0] += 0.1
                waiting(words)
        return real(source, waiting=waiting, **how)

    class Place:
        def __getattr__(self, name):
            return lambda *words: told.append((name, *words))

    monkeypatch.setattr(pictures, "open_image", slow)
    monkeypatch.setattr(pictures.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(pictures.st, "empty", Place)
    wanted = pictures.Wanted(saved(noise(9, 9), "PNG"), "a.png")
    assert pictures._patiently(wanted).size == (9, 9)
    words = [line[1] for line in told if line[0] == "caption"]
    assert len(words) == 4, "once a second"
    assert "a.png is waiting for other pictures: 1 s" in words[0].replace("\\", "")
    assert "being decoded" in words[-1]
    assert told[-1] == ("empty",)


def test_a_run_that_is_ended_while_it_waits_leaves_the_picture_to_the_next(monkeypatch):
    real = pictures.open_image

    def ended(source, *, waiting, **how):
        raise RerunException(RerunData())

    monkeypatch.setattr(pictures, "open_image", ended)
    state = {pictures.WANTED: pictures.Wanted(saved(noise(9, 9), "PNG"), "a.png")}
    monkeypatch.setattr(pictures.st, "session_state", state)
    with pytest.raises(RerunException):
        pictures._open_wanted()
    assert pictures.WANTED in state
    monkeypatch.setattr(pictures, "open_image", real)
    monkeypatch.setattr(pictures, "_show", lambda reference: state.update(shown=reference))
    pictures._open_wanted()
    assert pictures.WANTED not in state
    assert store().get(state["shown"].removeprefix("~")).name == "a.png"


@pytest.mark.parametrize("key", ["", "0" * 32, "../../etc/passwd", "\x00", "~"])
def test_a_made_up_key_opens_nothing(key):
    assert "open it again" in Session(picture=f"~{key}").words
