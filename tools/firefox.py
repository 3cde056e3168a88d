"""Firefox as it comes, driven by WebDriver BiDi: no other program stands between.

    with firefox() as browser:
        tab = browser.open(address, 1400, 900)
        tab.wait("deep('.viewer')?.dataset.missing === '0'")
        tab.press("ArrowRight")

Firefox speaks BiDi by itself. The packages that speak it from Python want geckodriver beside it
(Selenium), a browser of their own build (Playwright), or are asynchronous and a hundred times what
is needed here; so this is a small client over a WebSocket. Scripts in the page may call
`deep(selector)`: the first element in document order that matches, those in shadow roots included.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
PATIENCE_S = 30
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
# The code points by which WebDriver names keys that write nothing.
KEYS = {
    "Backspace": "\ue003", "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008",
    "Control": "\ue009", "Alt": "\ue00a", "Escape": "\ue00c", "End": "\ue010", "Home": "\ue011",
    "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
    "Delete": "\ue017",
}  # fmt: skip
DEEP = """() => {
  const all = (selector, root) => [...root.querySelectorAll("*")].flatMap((element) => [
    ...(element.matches(selector) ? [element] : []),
    ...(element.shadowRoot ? all(selector, element.shadowRoot) : []),
  ]);
  window.deep = (selector) => all(selector, document)[0] ?? null;
}"""
WAIT = """new Promise((resolve) => {
  const end = performance.now() + %d;
  const look = () => {
    if (%s) resolve(true);
    else if (performance.now() > end) resolve(false);
    else setTimeout(look, 20);
  };
  look();
})"""


class BrowserError(RuntimeError):
    """What the browser could not do, in its words."""


def executable() -> str | None:
    """The browser named by PATCHDRIVE_FIREFOX, else the first of the usual names on the path."""
    named = os.environ.get("PATCHDRIVE_FIREFOX")
    return next(
        (found for name in ([named] if named else NAMES) if (found := shutil.which(name))), None
    )


@contextmanager
def firefox(*, dark: bool = False) -> Iterator[Firefox]:
    """Run Firefox without a window, with an empty profile; it ends with the block.

    dark  pages are told that the reader prefers dark colours
    """
    path = executable()
    if path is None:
        raise FileNotFoundError("no Firefox found: install one or set PATCHDRIVE_FIREFOX")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chosen = {**PREFERENCES, "layout.css.prefers-color-scheme.content-override": 1 - dark}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in chosen.items()]
        Path(profile, "user.js").write_text("".join(lines), encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--profile", profile]
        command += ["--remote-debugging-port", "0"]
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                address = _address(process, Path(profile, "WebDriverBiDiServer.json"), log)
                with dial(address) as line:
                    yield Firefox(line)
            finally:
                process.terminate()
                process.wait(20)


@contextmanager
def dial(address: str) -> Iterator[ClientConnection]:
    """A line to a browser that sends nothing by itself; it ends with the block.

    The usual keepalive ping comes from a thread of its own and draws from `random`, wherever the
    caller's random numbers stand; a browser on the same machine needs none.
    """
    with connect(address, max_size=None, proxy=None, compression=None, ping_interval=None) as line:
        yield line


def _address(process: subprocess.Popen[bytes], written: Path, log: IO[bytes]) -> str:
    """Where the browser listens: it writes a file once it does."""
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError, ValueError):  # not there yet, or half of it
            told = json.loads(written.read_text(encoding="utf-8"))
            return f"ws://{told['ws_host']}:{told['ws_port']}/session"
        time.sleep(0.02)  # no event tells that a foreign process listens
    log.seek(0)
    raise BrowserError(f"Firefox did not start:\n{log.read().decode(errors='replace')}")


class Firefox:
    """A running browser."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._sent = 0
        self._tabs: dict[str, Tab] = {}
        told = self.call("session.new", capabilities={})
        self.version = str(told["capabilities"]["browserVersion"])
        self.call("session.subscribe", events=["log.entryAdded", "network.responseCompleted"])
        self.call("script.addPreloadScript", functionDeclaration=DEEP)

    def call(self, method: str, **params: Any) -> Any:
        """One command of the protocol, answered; BrowserError where the browser refuses it."""
        self._sent += 1
        self._line.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            answer = json.loads(self._line.recv(timeout=2 * PATIENCE_S))
            if answer["type"] == "event":
                self._hear(answer["method"], answer["params"])
            elif answer["id"] == self._sent:
                if answer["type"] == "error":
                    raise BrowserError(f"{method}: {answer['error']}: {answer['message']}")
                return answer["result"]

    def open(self, url: str, width: int = 1000, height: int = 800, scale: float = 1) -> Tab:
        """A tab of this size in CSS pixels that shares no storage with any other.

        scale  the device's pixels to a CSS pixel
        """
        user = self.call("browser.createUserContext")["userContext"]
        name = self.call("browsingContext.create", type="tab", userContext=user)["context"]
        tab = self._tabs[name] = Tab(self, name, user)
        view = {"width": width, "height": height}
        self.call(
            "browsingContext.setViewport", context=name, viewport=view, devicePixelRatio=scale
        )
        tab.goto(url)
        return tab

    def _hear(self, event: str, params: dict[str, Any]) -> None:
        if event == "log.entryAdded" and params["level"] == "error":
            if tab := self._tabs.get(params["source"].get("context")):
                tab.errors.append(params["text"])
        elif event == "network.responseCompleted":
            tab, answer = self._tabs.get(params["context"]), params["response"]
            if tab and answer["status"] >= 400:
                tab.failed.append(answer["url"])


class Tab:
    """One page.

    errors  what the page complained about: console errors and uncaught exceptions
    failed  addresses that were answered with an error
    """

    def __init__(self, browser: Firefox, name: str, user: str) -> None:
        self.browser, self.name, self.user = browser, name, user
        self.errors: list[str] = []
        self.failed: list[str] = []

    def goto(self, url: str) -> None:
        """Show another page; returns when it has loaded."""
        self.browser.call("browsingContext.navigate", context=self.name, url=url, wait="complete")

    def close(self) -> None:
        """Close the tab and forget what it stored."""
        self.browser.call("browser.removeUserContext", userContext=self.user)

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression as JSON; a promise is awaited."""
        expression = f"(async () => JSON.stringify([await ({script})]))()"
        told = self.browser.call(
            "script.evaluate",
            expression=expression,
            target={"context": self.name},
            awaitPromise=True,
            userActivation=True,
        )
        if told["type"] == "exception":
            raise BrowserError(f"{told['exceptionDetails']['text']} in {script}")
        return json.loads(told["result"]["value"])[0]

    def wait(self, predicate: str, patience_s: float = PATIENCE_S) -> None:
        """Until a JavaScript expression is true; TimeoutError where it does not become so."""
        if not self.evaluate(WAIT % (1000 * patience_s, predicate)):
            raise TimeoutError(f"still not so after {patience_s} s: {predicate}")

    def press(self, *keys: str) -> None:
        """Keys one after the other: characters, or names as KEYS has them."""
        codes = [KEYS.get(key, key) for key in keys]
        actions = [{"type": t, "value": code} for code in codes for t in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": actions})

    def move(self, x: float, y: float) -> None:
        """The mouse to a place in CSS pixels of the window."""
        self._mouse(_to(x, y))

    def click(self, x: float, y: float, times: int = 1) -> None:
        """Click there, or twice for a double click."""
        self._mouse(_to(x, y), *([DOWN, UP] * times))

    def drag(self, *places: tuple[float, float]) -> None:
        """Press at the first place, move over the others, and let go at the last."""
        self._mouse(_to(*places[0]), DOWN, *(_to(*place) for place in places[1:]), UP)

    def wheel(self, x: float, y: float, turn: int) -> None:
        """Turn the wheel over a place by CSS pixels, towards the hand where that is positive."""
        scroll = {"type": "scroll", "x": round(x), "y": round(y), "deltaX": 0, "deltaY": turn}
        self._act({"type": "wheel", "id": "wheel", "actions": [scroll]})

    def screenshot(self) -> bytes:
        """What the window shows, as PNG."""
        told = self.browser.call("browsingContext.captureScreenshot", context=self.name)
        return base64.b64decode(told["data"])

    def _mouse(self, *actions: dict[str, Any]) -> None:
        self._act({"type": "pointer", "id": "mouse", "actions": list(actions)})

    def _act(self, source: dict[str, Any]) -> None:
        self.browser.call("input.performActions", context=self.name, actions=[source])


DOWN = {"type": "pointerDown", "button": 0}
UP = {"type": "pointerUp", "button": 0}


def _to(x: float, y: float) -> dict[str, Any]:
    return {"type": "pointerMove", "x": round(x), "y": round(y)}
