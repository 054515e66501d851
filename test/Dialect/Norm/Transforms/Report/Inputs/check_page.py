#!/usr/bin/env python3
"""Looks at the page of norm-report in headless Chromium.

usage: check_page.py RMSNORM_OPT CHROMIUM MODULE FOLDER

Writes the page of MODULE, runs scripts in copies of it, and leaves
screenshots at desktop and phone width in FOLDER.
"""
import html
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import zlib


class Browser:
    def __init__(self, chromium, folder):
        self.folder = folder
        self.command = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
        ]

    def run(self, page, *options, fragment="", size="1280,900"):
        done = subprocess.run(
            [*self.command, f"--window-size={size}", *options, page.as_uri() + fragment],
            capture_output=True,
            timeout=240,
            check=True,
        )
        return done.stdout.decode()

    def evaluate(self, page, script, **kwargs):
        """What `script`, the body of a function, returns at the end of `page`."""
        copy = self.folder / "script.html"
        copy.write_text(
            page.read_text().replace(
                "</body>",
                "<output id='answer'></output><script>document.getElementById('answer')"
                ".textContent = (function() {" + script + "})();</script></body>",
            )
        )
        dom = self.run(copy, "--dump-dom", **kwargs)
        answer = re.search(r'<output id="answer">(.*?)</output>', dom, re.DOTALL)
        return html.unescape(answer[1])


VISIBLE = """
  const names = items.filter(i => !i.hidden && i.offsetParent).map(i =>
    i.querySelector(".badge").textContent.replace(/.*norm\\./, ""));
  return shown.textContent + ", visible: " + names.join(" ");
"""


def is_blank(path):
    """True when all pixels of a PNG are the same."""
    data, at, packed = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    return len(packed) < 2000 or len(set(zlib.decompress(packed))) < 16


def main():
    tool, chromium, module, folder = sys.argv[1:]
    folder = pathlib.Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    browser = Browser(chromium, folder)

    def report(source, name):
        page = folder / name
        subprocess.run(
            [tool, source, "-o", "/dev/null",
             f"--pass-pipeline=builtin.module(norm-report{{html={page}}})"],
            check=True,
        )  # fmt: skip
        return page

    page = report(module, "page.html")
    print("all:", browser.evaluate(page, VISIBLE))
    for name, query in (
        ("one", "near-miss"),
        ("function", "RMS%3Cnorm"),
        ("none", "no-such-thing"),
    ):
        print(f"{name}:", browser.evaluate(page, VISIBLE, fragment=f"#q={query}"))
    type_in = "filter.value = 'rms arg1'; filter.dispatchEvent(new Event('input'));"
    print("typed:", browser.evaluate(page, type_in + "return shown.textContent + ', ' + location.hash"))
    choose = "kind.value = 'missed'; kind.dispatchEvent(new Event('change'));"
    print("kind:", browser.evaluate(page, choose + VISIBLE))
    # The toggle event comes later, so it is sent by hand here.
    expand = """
      document.getElementById("open").click();
      for (const fold of document.querySelectorAll("details"))
        fold.dispatchEvent(new Event("toggle"));
      const after = document.querySelector("pre.After");
    """
    print(
        "expanded:",
        browser.evaluate(
            page,
            expand + "return document.querySelectorAll('details[open]').length + ' open, highlighted '"
            " + [...after.querySelectorAll('.v, .o')].slice(0, 3).map(e => e.textContent).join(' ')",
        ),
    )
    print(
        "text is kept:",
        browser.evaluate(
            page,
            "const text = () => [...document.querySelectorAll('pre')].map(p => p.textContent).join();"
            "const before = text();" + expand + "return before === text();",
        ),
    )
    print(
        "slash focuses the filter:",
        browser.evaluate(
            page,
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}));"
            "return document.activeElement === filter;",
        ),
    )
    for name, size in (("desktop.png", (1280, 900)), ("phone.png", (390, 844))):
        image = folder / name
        browser.run(page, f"--screenshot={image}", size=f"{size[0]},{size[1]}")
        width, height = struct.unpack(">II", image.read_bytes()[16:24])
        print(f"{name}: {width} x {height},", "blank" if is_blank(image) else "not blank")
    # A window has a least width that is more than a phone's; a frame has not.
    frame = folder / "frame.html"
    content = html.escape(page.read_text(), quote=True)
    frame.write_text(
        f"<!DOCTYPE html><body><iframe width=390 height=844 srcdoc=\"{content}\"></iframe></body>"
    )
    print(
        browser.evaluate(
            frame,
            "addEventListener('load', () => {"
            "  const page = document.querySelector('iframe').contentDocument;"
            "  page.getElementById('open').click();"
            "  const {clientWidth, scrollWidth} = page.documentElement;"
            "  document.getElementById('answer').textContent = page.querySelectorAll("
            "    'details[open]').length + ' open, phone is ' + clientWidth + ' wide, content '"
            "    + scrollWidth;"
            "});",
        )
    )

    # Many norms: copies of the functions, under other names.
    text = pathlib.Path(module).read_text()
    functions = text[text.index("  func.func") : text.index("  func.func @nothing")]
    many = folder / "many.mlir"
    with many.open("w") as file:
        for index in range(1000):
            file.write(re.sub(r'@("?)(rms|near)', rf"@\g<1>f{index}_\2", functions))
    page = report(str(many), "many.html")
    shown = browser.evaluate(page, "return shown.textContent", fragment="#q=f999_rms")
    print("1000 norms:", shown)


if __name__ == "__main__":
    sys.exit(main())
