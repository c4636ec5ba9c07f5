"""Take the picture of the review page for the README: `python docs/picture.py` writes `docs/report.png`.

It needs playwright (`pip install playwright`) and Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = "003_51f81007d69e9251.txt"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()


def main() -> None:
    """Clean the samples, open their report at one document, and save what the browser shows."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("Chromium is missing. Install it: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="clean-picture-") as folder, sync_playwright() as playwright:
        for command in (["run", "raw", folder, "-q"], ["report", "--out", folder]):
            subprocess.run(  # noqa: S603 - our own command
                [sys.executable, "-m", "clean", *command],
                cwd=ROOT,
                check=True,
                capture_output=True,
            )
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(f"{Path(folder, '.clean', 'report', 'index.html').as_uri()}#view=document&doc={PAGE}")
        page.wait_for_selector("ins, del")
        for _ in range(4):
            page.keyboard.press("j")
        page.screenshot(path=Path(__file__).with_name("report.png"))
        browser.close()


if __name__ == "__main__":
    main()
