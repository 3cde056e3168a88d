"""The routes: native pixels, guarded addresses, headers for keeping."""

import io

import numpy as np
import PIL.Image
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import config

from patchdrive.images import open_image
from patchdrive.images.memory import MemoryImage
from patchdrive.ops.crops import crop
from patchdrive.ui.encoded import Encoded
from patchdrive.ui.parts import crop_url
from patchdrive.ui.routes import routes
from patchdrive.ui.store import store
from patchdrive.viewer import scripts
from tests.images import pyramid_file
from tests.images.virtual import VirtualImage

HUGE = "9" * 5000


def smooth(height, width):
    """A picture that JPEG keeps well."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 100 * np.sin(y / 60 + i) * np.cos(x / 80) for i in range(3)]
    return np.stack(waves, axis=-1).astype(np.uint8)


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=routes()))


@pytest.fixture(scope="module")
def image():
    return MemoryImage(smooth(700, 1100))


@pytest.fixture(scope="module")
def key(image):
    return store().put(image)


def decoded(response):
    assert response.status_code == 200, response.text
    return np.asarray(PIL.Image.open(io.BytesIO(response.content)))


def refused(response, status=404):
    """A plain answer that no browser keeps."""
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["cache-control"] == "no-store"
    return response.text


def test_a_tile_is_the_picture_s_own_pixels(client, key, image):
    tile = decoded(client.get(f"/patchdrive/tile/{key}/0/1/0?q=png"))
    assert (tile == image.pixels[:512, 512:1024]).all()


def test_tiles_at_the_border_are_cut(client, key):
    assert decoded(client.get(f"/patchdrive/tile/{key}/0/2/1")).shape == (188, 76, 3)
    assert decoded(client.get(f"/patchdrive/tile/{key}/2/0/0")).shape == (175, 275, 3)


def test_jpeg_tiles_come_close_and_may_be_kept_for_ever(client, key, image):
    response = client.get(f"/patchdrive/tile/{key}/0/0/0")
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert response.headers["x-content-type-options"] == "nosniff"
    difference = decoded(response).astype(int) - image.pixels[:512, :512]
    assert abs(difference).mean() < 3


OUTSIDE = ["3/0/0", "0/3/0", "0/0/2", "0/-1/0", "-1/0/0", "999999999/0/0", "0/999999999/999999999"]
NO_NUMBERS = ["a/0/0", "0/1.0/0", "0/0/-0x1", f"{HUGE}/0/0", f"0/{HUGE}/0", "0/٣/0"]


@pytest.mark.parametrize("place", [*OUTSIDE, *NO_NUMBERS])
def test_a_tile_that_is_not_there_is_refused(client, key, place):
    assert refused(client.get(f"/patchdrive/tile/{key}/{place}")) == "no such tile"


@pytest.mark.parametrize("bad", ["0" * 32, "x", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", HUGE])
def test_unknown_keys_are_refused(client, bad):
    assert client.get(f"/patchdrive/tile/{bad}/0/0/0").status_code == 404
    assert client.get(f"/patchdrive/crop/{bad}/0/0/9/9").status_code == 404


def test_an_evicted_picture_is_refused_in_words(client):
    gone = store().put(MemoryImage(smooth(9, 9)))
    store().drop(gone)
    for place in (f"tile/{gone}/0/0/0", f"crop/{gone}/0/0/9/9"):
        assert "open it again" in refused(client.get(f"/patchdrive/{place}"), 410)


def test_a_picture_whose_file_has_gone_is_refused_in_words(client, tmp_path):
    pyramid_file.write_picture(tmp_path / "harbour.tif", smooth(600, 700))
    key = store().put(open_image(tmp_path / "harbour.tif"))
    decoded(client.get(f"/patchdrive/tile/{key}/0/0/0"))
    (tmp_path / "harbour.tif").unlink()
    for place in (f"tile/{key}/0/1/0", f"crop/{key}/0/0/9/9"):
        assert "harbour.tif can no longer be read" in refused(
            client.get(f"/patchdrive/{place}"), 410
        )


def test_a_picture_that_can_be_opened_again_is(client):
    image = MemoryImage(smooth(30, 40))
    key = store().put(image, reopen=lambda: MemoryImage(smooth(30, 40)))
    store().drop(key)
    tile = decoded(client.get(f"/patchdrive/tile/{key}/0/0/0?q=png"))
    assert (tile == image.pixels).all()


def test_two_sessions_with_one_picture_have_addresses_of_their_own(client):
    pixels = smooth(30, 40)
    first, second = (store().put(MemoryImage(pixels), owner=owner) for owner in ("ann", "bob"))
    assert first != second
    tiles = [client.get(f"/patchdrive/tile/{key}/0/0/0").content for key in (first, second)]
    assert tiles[0] == tiles[1]
    store().drop(first)
    refused(client.get(f"/patchdrive/tile/{first}/0/0/0"), 410)
    assert client.get(f"/patchdrive/tile/{second}/0/0/0").status_code == 200


def test_a_tile_asked_for_again_is_the_same(client, key):
    for query in ("", "?q=png", "?q=jpeg"):
        url = f"/patchdrive/tile/{key}/1/0/0{query}"
        assert client.get(url).content == client.get(url).content
    assert client.get(f"/patchdrive/tile/{key}/1/0/0?q=gif").headers["content-type"] == "image/jpeg"


def test_kept_tiles_are_bounded_by_bytes_and_the_longest_unused_goes():
    kept = Encoded(100)
    names = [("k", 0, n, 0, "png") for n in range(4)]
    for name in names[:3]:
        kept.put(name, bytes(30))
    assert kept.get(names[0]) == bytes(30)
    kept.put(names[3], bytes(30))
    kept.put(("k", 1, 0, 0, "png"), bytes(101))
    assert [kept.get(name) is not None for name in names] == [True, False, True, True]
    assert kept.get(("k", 1, 0, 0, "png")) is None, "it alone is too large"
    assert kept.nbytes == 90


def test_what_a_proxy_says_about_itself_changes_nothing(client, key):
    url = f"/patchdrive/tile/{key}/0/0/0"
    told = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/lab",
        "X-Original-URL": "/etc/passwd",
    }
    plain, forwarded = client.get(url), client.get(url, headers=told)
    assert forwarded.status_code == 200
    assert forwarded.content == plain.content
    assert dict(forwarded.headers) == dict(plain.headers)


@pytest.mark.parametrize("size", [(100_000, 100_000), (1, 1), (1, 5000), (5000, 1), (7, 4001)])
def test_a_picture_larger_than_memory_is_served_at_every_level(client, size):
    image = VirtualImage(size)
    key = store().put(image)
    for level in range(image.levels(512)):
        height, width = (-(-side >> level) for side in size)
        far = (height - 1) // 512, (width - 1) // 512
        for y, x in {(0, 0), far}:
            tile = decoded(client.get(f"/patchdrive/tile/{key}/{level}/{x}/{y}?q=png"))
            box = min(512, height - 512 * y), min(512, width - 512 * x)
            assert (tile == image.region(512 * y, 512 * x, *box, level)).all()
        y, x = far
        refused(client.get(f"/patchdrive/tile/{key}/{level}/{x + 1}/{y}"))
        refused(client.get(f"/patchdrive/tile/{key}/{level}/{x}/{y + 1}"))
    assert tile.shape[:2] == (height, width), "one tile holds the last level"
    refused(client.get(f"/patchdrive/tile/{key}/{image.levels(512)}/0/0"))


def test_a_window_at_the_far_corner_of_a_gigapixel_is_native(client):
    image = VirtualImage((100_000, 100_000))
    key = store().put(image)
    window = decoded(client.get(f"/patchdrive/crop/{key}/99900/99900/100/100"))
    assert (window == image.region(99_900, 99_900, 100, 100)).all()


def test_a_mask_comes_in_its_colour_with_alpha(client):
    values = np.zeros((600, 520), np.uint8)
    values[100, 7] = 255
    mask = store().put_mask("mask of one point", values)
    response = client.get(f"/patchdrive/tile/{mask}/0/0/0?c=ff8000")
    assert response.headers["content-type"] == "image/png"
    tile = np.asarray(PIL.Image.open(io.BytesIO(response.content)).convert("RGBA"))
    assert tile.shape == (512, 512, 4)
    assert (tile[..., :3] == [255, 128, 0]).all()
    assert (tile[..., 3] == values[:512, :512]).all()
    assert "rrggbb" in refused(client.get(f"/patchdrive/tile/{mask}/0/0/0?c=red"))


def test_a_mask_has_no_crops(client):
    mask = store().put_mask("a mask", np.zeros((9, 9), np.uint8))
    refused(client.get(f"/patchdrive/crop/{mask}/0/0/4/4"))


@pytest.mark.parametrize(
    "box",
    [
        (100, 200, 64, 64),
        (-30, -20, 64, 48),
        (690, 1090, 32, 32),
        (-10, 500, 512, 40),
        (-500, -500, 16, 16),
        (5000, 40, 3, 5),
        (0, 0, 1, 1),
    ],
)
def test_a_crop_is_native_and_repeats_the_border(client, key, image, box):
    y0, x0, h, w = box
    response = client.get(f"/patchdrive/crop/{key}/{y0}/{x0}/{h}/{w}")
    assert response.headers["content-type"] == "image/png"
    reach = 6000
    padded = np.pad(image.pixels[..., 0], reach, mode="edge")
    truth = padded[reach + y0 :, reach + x0 :][:h, :w]
    assert (decoded(response)[..., 0] == truth).all()


def test_large_crops_are_jpeg(client, key):
    response = client.get(f"/patchdrive/crop/{key}/0/0/600/900")
    assert response.headers["content-type"] == "image/jpeg"
    assert decoded(response).shape == (600, 900, 3)


@pytest.mark.parametrize(
    "window", ["0/0/0/9", "0/0/9/-9", "0/0/2049/9", f"0/{HUGE}/9/9", "0/a/9/9", "--1/0/9/9"]
)
def test_a_window_without_bounds_is_refused(client, key, window):
    refused(client.get(f"/patchdrive/crop/{key}/{window}"))


@pytest.mark.parametrize(("name", "kind"), [("main.js", "javascript"), ("viewer.css", "css")])
def test_scripts_come_with_their_type(client, name, kind):
    response = client.get(f"/patchdrive/scripts/{scripts.version()}/{name}")
    assert response.status_code == 200
    assert response.headers["content-type"] == f"text/{kind}; charset=utf-8"
    assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["mount.py", "nothing.js", "..%2fmount.py", "%2e%2e", "main.js%00", "..\\mount.py"]
)
def test_nothing_but_the_scripts_is_served(client, name):
    assert client.get(f"/patchdrive/scripts/{scripts.version()}/{name}").status_code == 404


def test_scripts_of_another_version_are_refused(client):
    refused(client.get("/patchdrive/scripts/0123456789abcdef/main.js"))


def test_the_scripts_import_only_one_another():
    names = scripts.scripts()
    for name, (_, content) in names.items():
        for line in content.decode().splitlines():
            if line.startswith("import"):
                assert line.split('"')[1].removeprefix("./") in names, f"{name}: {line}"


def test_the_routes_follow_the_base_path():
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "/lab/")
    try:
        assert all(route.path.startswith("/lab/patchdrive/") for route in routes())
    finally:
        config.set_option("server.baseUrlPath", before)


@pytest.mark.parametrize("border", ["slide", "reflect", "replicate", "zero"])
@pytest.mark.parametrize("shape", [(60, 90), (20, 30)])
def test_the_gallery_shows_the_very_pixels_of_the_patches(client, border, shape):
    rng = np.random.default_rng(0)
    small = MemoryImage(rng.integers(0, 256, (*shape, 3)).astype(np.uint8))
    key = store().put(small)
    yx = np.array([[0, 0], [shape[0] - 1, shape[1] - 1], [shape[0] // 2, 1], [10, 15]])
    patches, boxes = crop(small.pixels, yx, 24, border)
    for patch, box in zip(patches, boxes.tolist(), strict=True):
        assert (decoded(client.get("/" + crop_url(key, box, border))) == patch).all()


def test_an_unknown_border_rule_is_refused(client, key):
    assert "replicate" in refused(client.get(f"/patchdrive/crop/{key}/0/0/9/9?b=mirror"))
