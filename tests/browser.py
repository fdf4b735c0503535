"""A headless Chromium with a stepper in it, and a JupyterLab: what the tests of the page click, press and read."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen
from xml.etree import ElementTree

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PATIENCE = 60.0  # seconds that a server or a page may take; none usually does

# What a reader can see and hear of a stepper, read in one go.
READ = """root => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...root.querySelectorAll(selector)].filter(shown);
  const text = (selector) => all(selector).map((e) => e.textContent).join(" ").trim();
  const lines = (group) => [...group.querySelectorAll("text")].map((t) => t.textContent);
  const rows = (selector) => all(selector + " tr").map((row) => [...row.children].map((cell) => cell.textContent));
  const nodes = [...root.querySelectorAll(".node[aria-label]")];
  return {
    boxes: Object.fromEntries(nodes.map((g) => [g.getAttribute("aria-label").split(": ")[0], lines(g)])),
    marks: nodes.flatMap((g) => ["gives", "receives", "wrong"].filter((c) => g.classList.contains(c))
      .map((c) => [c, g.getAttribute("aria-label").split(": ")[0]])),
    arrows: [...root.querySelectorAll(".edge")].map((g) => lines(g)[0] ?? ""),
    carries: [...root.querySelectorAll(".edge")].flatMap((g, k) => (g.classList.contains("carries") ? [k] : [])),
    formula: [...root.querySelectorAll(".formula math")].map((m) => m.textContent),
    ledger: rows(".ledger"), verdict: rows(".verdict"),
    heard: text(".heard"), said: text(".said"), mistake: text(".whatif p"), question: text(".quiz > span:first-child"),
    score: text(".quiz .count"), count: text(".bar .count"),
  };
}"""
# Every text and spoken text of the page that is not hidden.
TEXTS = """root => {
  const all = [root, ...root.querySelectorAll("*")].filter((e) => e.checkVisibility({ visibilityProperty: true }));
  const own = (e) => [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data);
  const spoken = ["aria-label", "aria-valuetext", "aria-description", "title", "alt", "placeholder", "value"];
  return all.filter((e) => !e.matches("script, style"))
    .flatMap((e) => [...own(e), ...spoken.map((name) => e.getAttribute(name) ?? ""), e.value ?? ""]).map(String);
}"""


def shown(x: float, digits: int = 6) -> str:
    """A number as a reader meets it: rounded by Python, with a real minus and powers of ten."""
    mantissa, _, exponent = f"{x + 0.0:.{digits}g}".replace("inf", "∞").partition("e")
    power = f"·10{str(int(exponent)).translate(SUPERSCRIPTS)}" if exponent else ""
    return mantissa.replace("-", "−") + power


def wait_until(holds: Callable[[], Any], what: str) -> Any:
    """What `holds` returns as soon as that is true."""
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {PATIENCE:.0f} seconds")
        time.sleep(0.05)
    return found


def picture_of(html: str) -> ElementTree.Element:
    """The image that a stepper has without scripts."""
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert found, "no picture in the page"
    return ElementTree.fromstring(b64decode(found[1]))


def arrow_ids(html: str) -> list[str]:
    """The ids of the arrows in the order of the picture; the page itself has none."""
    groups = picture_of(html).iter("{http://www.w3.org/2000/svg}g")
    return [group.attrib["id"] for group in groups if group.get("class", "").startswith("edge")]


class Player:
    """One stepper on a page."""

    def __init__(self, page: Any, number: int = 0) -> None:
        self.page = page
        self.root = page.locator(".autograd-stepper").nth(number)

    def read(self) -> dict[str, Any]:
        """What it shows now."""
        return dict(self.root.evaluate(READ))

    def texts(self) -> list[str]:
        """All that can be seen or heard."""
        return list(self.root.evaluate(TEXTS))

    def press(self, *keys: str) -> None:
        """Press keys, with the focus on it."""
        self.root.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> Any:
        """A button by the start of its name."""
        return self.root.get_by_role("button", name=re.compile(rf"^{re.escape(name)}"))

    def node(self, name: str) -> Any:
        """The box of a node."""
        return self.root.locator(f'.node[aria-label^="{name}: "]')

    def choose(self, label: str, value: str) -> None:
        """Choose an entry of a list."""
        self.root.get_by_label(label).select_option(value)

    def answer(self, text: str) -> str:
        """Answer the quiz; what it says to that."""
        self.root.get_by_label("Your answer").fill(text)
        self.page.keyboard.press("Enter")
        return str(self.read()["said"])

    def frames(self) -> Iterator[dict[str, Any]]:
        """What it shows in each frame, by the arrow key."""
        self.press("Home")
        _, last = self.read()["count"].split(" / ")
        for k in range(int(last) + 1):
            if k:
                self.press("ArrowRight")
            yield self.read()


class Pages:
    """Opens pages from which no request gets out; gathers the requests, errors and dialogs there were."""

    def __init__(self, browser: Any, allowed: str = "file://") -> None:
        self.browser, self.allowed = browser, allowed
        self.requests: list[str] = []
        self.troubles: list[str] = []

    @contextmanager
    def open(self, url: str, **options: Any) -> Iterator[Any]:
        """A page in a context of its own."""
        with self.browser.new_context(**options) as context:
            context.route("**/*", self._guard)
            page = context.new_page()
            page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
            page.on("console", lambda message: message.type == "error" and self.troubles.append(message.text))
            page.on("dialog", self._refuse)
            page.goto(url)
            yield page

    def _guard(self, route: Any) -> None:
        self.requests.append(route.request.url)
        if route.request.url.startswith(self.allowed):
            route.continue_()
        else:
            route.abort()

    def _refuse(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()


# ---- JupyterLab


class Lab(NamedTuple):
    """A server of JupyterLab, its notebooks in `folder`."""

    url: str
    token: str
    folder: Path

    def page(self, notebook: str) -> str:
        """The address of a notebook."""
        return f"{self.url}lab/tree/{notebook}?token={self.token}&reset"


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """JupyterLab on this machine alone, with settings of its own; should this process die, it soon stops by itself."""
    work, port, token = folder / "notebooks", _free_port(), os.urandom(16).hex()
    work.mkdir()
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": work,
        "ServerApp.open_browser": False,
        "ServerApp.shutdown_no_activity_timeout": 120,
        "MappingKernelManager.cull_idle_timeout": 60,
        "MappingKernelManager.cull_interval": 30,
        "MappingKernelManager.cull_connected": True,
        "IdentityProvider.token": token,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    }
    command = [sys.executable, "-m", "jupyterlab", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, env=_own_home(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            lab = Lab(f"http://127.0.0.1:{port}/", token, work)
            wait_until(lambda: _answers(lab, server, folder / "log"), "JupyterLab's server")
            yield lab
        finally:
            server.terminate()
            try:
                server.wait(10.0)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _own_home(folder: Path) -> Mapping[str, str]:
    """The environment, with nothing of the user's own settings in it."""
    kept = {name: held for name, held in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "XDG_"))}
    homes = ["HOME", "IPYTHONDIR", *(f"JUPYTER_{kind}_DIR" for kind in ("CONFIG", "DATA", "RUNTIME"))]
    homes += ["JUPYTERLAB_WORKSPACES_DIR", "JUPYTERLAB_SETTINGS_DIR"]
    return kept | {name: str(folder / name.lower()) for name in homes}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> bool:
    if server.poll() is not None:
        raise RuntimeError(f"JupyterLab's server ended:\n{log.read_text('utf-8', 'replace')[-2000:]}")
    try:
        with urlopen(f"{lab.url}api/status?token={lab.token}", timeout=5.0) as answer:
            return "started" in json.load(answer)
    except OSError:
        return False
