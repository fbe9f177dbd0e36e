"""Look at the site and at JupyterLab in Chromium, as a reader does.

`browser.py site [PAGE...]`  pages of _docs, on a phone and on a desk, light and dark: no errors in the console, no request that fails or goes
                             to another server, nothing wider than its place, formulas and pictures there; and, for half of the pages dark on
                             a phone and for half light on a desk, what axe-core asks of accessible pages, contrast among it. The menu opens
                             on a phone, and the search finds `cached`
`browser.py lab [PAGE...]`   JupyterLab, by the README's command: the front page opens, and on each page, of a copy (the one on inspection, if
                             none is named), `Restart Kernel and Run All Cells…` leaves every cell run, and no error

`--shots FOLDER` keeps pictures. $CHROMIUM names the browser: playwright is told which, and downloads none.
"""
import argparse
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import asynccontextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

from playwright.async_api import Error, async_playwright

import gates

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "_docs"
AXE = Path(find_spec("axe_playwright_python").origin).with_name("axe.min.js") # the package's own module would be of no more use
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
TABS = 3

CHECKS = r"""
([dark]) => {
  const bad = [], main = document.querySelector('main'), all = s => [...document.querySelectorAll(s)], view = document.documentElement.clientWidth;
  const name = e => `${e.tagName.toLowerCase()} "${e.textContent.trim().slice(0, 40)}"`, edge = main.getBoundingClientRect().right + 1;
  const scrolls = e => { for (; e && e != document.body; e = e.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)) return true; };
  const over = (e, right, left) => { const r = e.getBoundingClientRect(); return r.width && (r.right > right || r.left < left) && e.checkVisibility() && !scrolls(e.parentElement); };
  if (document.documentElement.scrollWidth > view) bad.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${view}`);
  for (const e of all('main *:not(pre *, .katex *)')) if (over(e, edge, -Infinity)) { bad.push(`${name(e)} reaches over the edge`); break; }
  for (const e of all('a, button, input, summary')) if (over(e, view + 1, -1)) bad.push(`${name(e)} is outside of the window`);
  for (const e of all('img')) if (!e.complete || !e.naturalWidth) bad.push(`a broken picture: ${e.src.slice(0, 80)}`);
  for (const e of all('main img')) if (e.getBoundingClientRect().right > edge) bad.push(`a picture is wider than its place: ${e.alt.slice(0, 60)}`);
  for (const e of all('main img')) if (!e.alt.trim()) bad.push(`a picture without a text: ${e.src.slice(0, 40)}`);
  // Lines are dark, on nothing: something light has to be behind them
  for (const e of all('main img')) if (dark && !/^rgb\(2[3-5]\d, 2[3-5]\d, 2[3-5]\d\)$/.test(getComputedStyle(e).backgroundColor)) bad.push('a picture has nothing light behind it');
  // The underscores of a name are seen above the line under a link
  for (const e of all('main a:has(> code)')) if (parseFloat(getComputedStyle(e).textUnderlineOffset) < 3) bad.push(`the line under ${name(e)} hides its underscores`);
  for (const e of all('.math')) if (!e.querySelector('.katex') || e.querySelector('.katex-error')) bad.push(`a formula is not set: ${e.textContent.slice(0, 60)}`);
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  for (let n; n = walk.nextNode();) if (!n.parentElement.closest('code, pre, .katex, script, style') && /\]\([^\s)]+\)|\\\(|\\\[|\$[^$\s][^$]*\$|\$\$/.test(n.data)) bad.push(`a link or a formula is not set: ${n.data.trim().slice(0, 60)}`);
  return [[...new Set(bad)], []];
}
"""
# What axe-core finds. Its time goes by the size of the page and by what it looks at: two tokens of each kind stay, and of each style two texts are asked for their
# contrast, on the first page that has it
ACCESSIBLE = r"""
async ([, seen]) => {
  const few = {}, first = (key, e) => (few[key] ??= []).length < 2 && few[key].push(e);
  for (const e of document.querySelectorAll('.katex, pre span:not(:has(span))')) if (!first(e.className, e)) e.remove();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), styles = {}, known = new Set(seen);
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$|^transparent$/.test(c)) return c; } };
  for (let n; n = texts.nextNode();) if (n.data.trim() && !n.parentElement.closest('script, style, .katex') && n.parentElement.checkVisibility()) {
    const e = n.parentElement, s = getComputedStyle(e);
    const style = [s.color, behind(e), s.fontSize, s.fontWeight, s.opacity, e.closest('[class]')?.className, e.parentElement.className].join();
    if (!known.has(style) && first(style, e)) (styles.include ??= []).push(e);
  }
  const run = async (where, options) => (await axe.run(where, {resultTypes: ['violations'], preload: false, ...options})).violations;
  const found = styles.include ? await run(styles, {runOnly: ['color-contrast']}) : [];
  // A block of code that scrolls takes no focus here
  found.push(...await run(document, {runOnly: ['wcag2a', 'wcag2aa'], rules: {'color-contrast': {enabled: false}, 'scrollable-region-focusable': {enabled: false}}}));
  return [found.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 100)} ${n.any.map(a => a.message).join(' ')}`)), Object.keys(few)];
}
"""


@asynccontextmanager
async def chromium():
    names = os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"
    path = next((p for n in names if n and (p := shutil.which(n))), None) or sys.exit("no Chromium: `apt-get install chromium`, or name one in $CHROMIUM")
    # Names resolve to nothing: a page that needs another server fails here
    args = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
    async with async_playwright() as p:
        browser = await p.chromium.launch(executable_path=path, args=args)
        yield await browser.new_context(reduced_motion="reduce")
        await browser.close()


async def new_tab(context):
    "A tab, and the list of what goes wrong in it"
    tab, bad = await context.new_page(), []
    tab.on("console", lambda m: bad.append(f"console: {m.text}") if m.type in ("error", "assert") else None)
    tab.on("pageerror", lambda e: bad.append(f"exception: {e}"))
    tab.on("requestfailed", lambda r: bad.append(f"asks for {r.url}, and fails: {r.failure}"))
    tab.on("response", lambda r: bad.append(f"{r.status} for {r.url}") if r.status >= 400 else None)
    return tab, bad


async def looked_at(tab, url, page, shots, seen, accessible=(("phone", "dark"), ("desk", "light"))):
    "What a look at one page of the site finds; axe-core, whose time is the longest, looks at it as `accessible` says. `seen` are the styles of earlier pages, by look"
    found = {}
    await tab.goto(f"{url}{page}.html")
    await tab.evaluate("document.fonts.ready")
    async def look(size, theme, script, shot):
        await tab.set_viewport_size(dict(zip(("width", "height"), SIZES[size])))
        await tab.emulate_media(color_scheme=theme)
        await tab.wait_for_function(f"document.documentElement.classList.contains('quarto-dark') == {json.dumps(theme == 'dark')}", polling=20)
        styles = seen.setdefault((size, theme), set())
        bad, new = await tab.evaluate(script, [theme == "dark", [*styles]])
        styles.update(new)
        for b in bad: found.setdefault(b, []).append(f"{size}, {theme}")
        if shot: await tab.screenshot(path=shots / f"{page.replace('/', '-')}-{size}-{theme}.png", full_page=True)
    # Each change lays the page out anew: one at a time, and the last look is that of axe-core
    (size, theme), other = accessible[0], dict(phone="desk", desk="phone", light="dark", dark="light")
    for at in (other[size], theme), (other[size], other[theme]), (size, other[theme]), (size, theme): await look(*at, CHECKS, shots)
    await tab.add_script_tag(path=AXE)
    for size, theme in accessible: await look(size, theme, ACCESSIBLE, None)
    return [f"{b} ({'; '.join(where)})" for b, where in found.items()]


async def used(tab, url, size):
    "What a use of the menu and of the search finds"
    bad = []
    await tab.set_viewport_size(dict(zip(("width", "height"), SIZES[size])))
    await tab.goto(f"{url}index.html")
    if size == "phone":
        await tab.click(".quarto-secondary-nav .quarto-btn-toggle")
        for link in (last := tab.locator("#quarto-sidebar a:visible").last), tab.locator("#quarto-sidebar a:visible").first: await link.click(trial=True) # in reach
        await tab.reload()
        await tab.click(".navbar-toggler")
    await tab.fill("input[type=search]", "cached")
    first = tab.locator(".search-result").first
    await first.wait_for()
    box = await tab.locator(".smalldocs-search-results").bounding_box()
    if box["x"] < -1 or box["x"] + box["width"] > SIZES[size][0] + 1: bad.append("the results of the search are outside of the window")
    await first.click()
    await tab.wait_for_url(lambda u: "index.html" not in u)
    if "cached" not in await tab.inner_text("main"): bad.append(f"the search for `cached` leads to {tab.url}, which does not have it")
    return bad


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_): pass


async def site(pages, shots):
    if not (DOCS / "index.html").exists(): sys.exit("no site in _docs: run `python .github/scripts/site.py docs`")
    named, pages = bool(pages), pages or sorted(p.relative_to(DOCS).with_suffix("").as_posix() for p in DOCS.rglob("*.html"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=DOCS))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url, jobs, bad, seen = f"http://127.0.0.1:{server.server_address[1]}/", [*pages, *SIZES][::-1], [], {}
    async def work():
        tab, trouble = await new_tab(context)
        while jobs:
            trouble.clear()
            job = jobs.pop()
            # Pages share one template: without names, each has one of the two looks of axe-core
            looks = (("phone", "dark"), ("desk", "light"))[slice(None) if named or job in SIZES else slice(k := pages.index(job) % 2, k + 1)]
            try: found = await (used(tab, url, job) if job in SIZES else looked_at(tab, url, job, shots, seen, looks))
            except Error as e: found = [str(e)]
            bad.extend(f"{job}: {b}" for b in dict.fromkeys(trouble + found))
    async with chromium() as context: await asyncio.gather(*[work() for _ in range(TABS)])
    return bad, f"{len(pages)} pages at two widths in two themes"


NOTEBOOK = "globalThis.jupyterapp?.shell?.currentWidget"
CELLS = f"[...{NOTEBOOK}.content.model.cells].filter(c => c.type == 'code' && c.sharedModel.source.trim())"
ERRORS = f"{CELLS}.flatMap(c => c.outputs.toJSON()).filter(o => o.output_type == 'error').map(o => o.ename + ': ' + o.evalue)"


async def lab(pages, shots):
    bad, nbs = [], ROOT / "nbs"
    pages = pages or [p.relative_to(nbs).with_suffix("").as_posix() for p in nbs.rglob("*_inspect*.ipynb") if "checkpoints" not in p.name]
    command = re.search(r"\.venv/bin/(jupyter lab \S+)", (ROOT / "README.md").read_text(encoding="utf-8")) or sys.exit("the README has no command that opens JupyterLab")
    with tempfile.TemporaryDirectory() as tmp:
        gates.copy(Path(tmp))
        opened = Path(tmp) / "opened" # the address that JupyterLab asks a browser to open
        server = subprocess.Popen([Path(sys.executable).with_name("jupyter"), *command[1].split()[1:], "--allow-root", "--port=0", "--LabApp.expose_app_in_browser=True"],
                                  cwd=tmp, env={**os.environ, "BROWSER": f"sh -c 'echo $0 >{opened}' %s"}, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(180):
                if server.poll() is None and not (opened.exists() and opened.read_text().strip()): await asyncio.sleep(.5)
            if not opened.exists(): return ["JupyterLab did not start"], ""
            async with chromium() as context:
                tab = await context.new_page()
                tab.on("dialog", lambda d: d.accept())
                await tab.goto(opened.read_text().strip())
                for page in ["index", *pages]:
                    if page != "index": await tab.goto(f"{tab.url.partition('/tree')[0]}/tree/{page}.ipynb")
                    await tab.wait_for_function(f"{NOTEBOOK}?.context?.path?.endsWith('{page}.ipynb') && {NOTEBOOK}.sessionContext.session?.kernel?.status == 'idle'", timeout=90_000)
                    if page == "index": continue # seen to open
                    for menu in (".lm-MenuBar-itemLabel >> text=Run", ".lm-Menu-itemLabel >> text=Restart Kernel and Run All Cells…", ".jp-Dialog button.jp-mod-accept"): await tab.click(menu)
                    await tab.wait_for_function(f"{CELLS}.every(c => c.executionCount && c.executionState != 'running') || {ERRORS}.length", timeout=600_000)
                    bad += [f"{page}: {e}" for e in await tab.evaluate(ERRORS)]
                    if shots: await tab.screenshot(path=shots / f"lab-{page.replace('/', '-')}.png")
        finally:
            server.terminate()
            server.wait()
    return bad, f"JupyterLab ran {', '.join(pages)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("site", "lab"))
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--shots", type=Path)
    args = parser.parse_args()
    bad, seen = asyncio.run(dict(site=site, lab=lab)[args.what](args.pages, args.shots))
    sys.exit("\n".join(bad)) if bad else print(seen)
