"""A real browser, for pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from absent import absent
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

DESK = {"width": 1100, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        absent("chromium is not here; Debian has it in the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def is_fault(message: ConsoleMessage) -> bool:
    """Whether the browser tells of something wrong, which a refusal that the page expects is not."""
    refused = message.text.startswith("Failed to load resource: the server responded with a status of 4")
    return message.type == "error" and not refused


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test when a script of it fails, or its policy stops something."""
    context = browser.new_context(viewport=DESK, accept_downloads=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    yield page
    context.close()
    assert faults == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which knows the rules of accessibility."""
    folder = Path(os.environ.get("ABCGEN_NODE_MODULES", "node_modules"))
    script = folder / "axe-core" / "axe.min.js"
    if not script.is_file():
        absent("axe-core is not here: npm install axe-core, and set ABCGEN_NODE_MODULES to node_modules")
    return script.read_text("utf-8")
