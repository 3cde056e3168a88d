"""The routes of a running app: a thousand tiles at once, visitors who leave, a proxy in front."""

import asyncio
import io
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from urllib.parse import urlsplit

import numpy as np
import PIL.Image
import pytest

from tools.app import app

SIDE = 5120  # pixels: ten tiles a side
REQUESTS = 1000
APP = '''
"""Routes over one picture; what was made is counted."""
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.images import tiles
from patchdrive.images.memory import MemoryImage
from patchdrive.ui import routes
from patchdrive.ui.store import store

app = st.App(__file__, routes=routes.routes())
here = Path(__file__).parent

if get_script_run_ctx(suppress_warning=True) is None:
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    pixels = np.stack([y // 20, x // 20, (x + y) // 40], -1).astype(np.uint8)
    encode, made = tiles.encode, []

    def counting(pixels, form="jpeg"):
        made.append(form)
        (here / "made").write_text(str(len(made)))
        return encode(pixels, form)

    tiles.encode = counting
    (here / "made").write_text("0")
    (here / "key").write_text(store().put(MemoryImage(pixels)))
else:
    st.write("a page")
'''


def run(coroutine):
    """Run it in a thread of its own: in this one the browser's driver may have a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def written(folder):
    (folder / "app.py").write_text(APP.replace("SIDE", str(SIDE)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return written(tmp_path_factory.mktemp("serving"))


@pytest.fixture(scope="module")
def address(folder):
    with app(folder / "app.py") as address:
        yield address


@pytest.fixture
def tile(folder, address):
    """The path of the picture's tiles."""
    return f"/patchdrive/tile/{(folder / 'key').read_text()}"


async def ask(address, path):
    """Status, media type and bytes of one answer, over a connection of its own."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n".encode()
    )
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    lines = head.decode().lower().split("\r\n")
    kind = next((line for line in lines if line.startswith("content-type:")), ":")
    return int(lines[0].split()[1]), kind.split(":")[1].partition(";")[0].strip(), body


def decoded(data):
    return np.asarray(PIL.Image.open(io.BytesIO(data)))


def test_a_thousand_tiles_at_once_all_come_and_the_page_is_not_starved(address, tile):
    places = list(product(range(10), range(10)))
    forms = ["", "?q=png", *(f"?n={n}" for n in range(8))]
    paths = [f"{tile}/0/{x}/{y}{form}" for form in forms for y, x in places]
    assert len(paths) == REQUESTS
    beats, done = [], asyncio.Event()

    async def pulse(loop):
        while not done.is_set():
            start = loop.time()
            # The page's own file is read in the pool of threads that all of Streamlit shares.
            for path, expected in (("/_stcore/health", "text/plain"), ("/", "text/html")):
                status, kind, body = await ask(address, path)
                assert (status, kind) == (200, expected)
                assert body
            beats.append(loop.time() - start)

    async def storm():
        loop = asyncio.get_running_loop()
        start = loop.time()
        health = asyncio.create_task(pulse(loop))
        answers = await asyncio.gather(*(ask(address, path) for path in paths))
        took = loop.time() - start
        done.set()
        await health
        return answers, took

    answers, took = run(storm())
    assert {status for status, _, _ in answers} == {200}
    assert {kind for _, kind, _ in answers} == {"image/jpeg", "image/png"}
    for path, (_, kind, body) in zip(paths[100:200], answers[100:200], strict=True):
        x, y = (int(part) for part in path.partition("?")[0].split("/")[-2:])
        assert kind == "image/png"
        corner = [512 * y // 20 % 256, 512 * x // 20 % 256, 512 * (x + y) // 40 % 256]
        assert decoded(body)[0, 0].tolist() == corner, "each its own tile"
    # Only set against the whole: how long that takes says nothing but how busy the machine is.
    assert len(beats) >= 5
    assert np.median(beats) < took / 4


def test_tiles_that_nobody_waits_for_are_not_made(address, folder, tile):
    async def leave():
        place = urlsplit(address)
        writers = []
        for n in range(600):
            _, writer = await asyncio.open_connection(place.hostname, place.port)
            path = f"{tile.replace('tile', 'crop')}/{n}/0/512/512"
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
            writers.append(writer)
        await asyncio.gather(*(writer.drain() for writer in writers))
        for writer in writers:
            writer.transport.abort()
        # Served in the order of asking: this one comes when all before it are done with.
        return await ask(address, f"{tile.replace('tile', 'crop')}/9/9/512/512")

    before = int((folder / "made").read_text())
    status, _, _ = run(leave())
    assert status == 200
    made = int((folder / "made").read_text()) - before
    assert made < 600


@contextmanager
def proxy(target, prefix):
    """A reverse proxy that serves an app below a prefix and tells so, as nginx would be set up."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if not self.path.startswith(prefix):
                self.send_error(404)
                return
            told = {"X-Forwarded-Prefix": prefix, "X-Forwarded-Proto": "https"}
            told |= {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "lab.example"}
            asked = urllib.request.Request(target + self.path.removeprefix(prefix), headers=told)
            try:
                answer = urllib.request.urlopen(asked, timeout=60)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                body = answer.read()
                self.send_response(answer.status)
                for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options", "Location"):
                    if name in answer.headers:
                        self.send_header(name, answer.headers[name])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{prefix}"
        server.shutdown()


def fetched(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.status, answer.headers, answer.read()


def test_tiles_come_through_a_proxy_with_a_prefix(address, tile):
    with proxy(address, "/lab/viewer") as outside:
        status, headers, body = fetched(f"{outside}{tile}/0/3/2?q=png")
        assert (status, headers["Content-Type"]) == (200, "image/png")
        assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert body == fetched(f"{address}{tile}/0/3/2?q=png")[2]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetched(f"{outside}{tile}/0/30/2")


def test_tiles_come_below_a_base_path_behind_a_proxy(tmp_path):
    folder = written(tmp_path)
    with app(folder / "app.py", "--server.baseUrlPath", "lab") as address:
        tile = f"/patchdrive/tile/{(folder / 'key').read_text()}/0/1/1"
        with proxy(f"{address}/lab", "/outside/lab") as outside:
            assert fetched(f"{outside}{tile}")[1]["Content-Type"] == "image/jpeg"
        assert fetched(f"{address}/lab{tile}")[1]["Content-Type"] == "image/jpeg"
