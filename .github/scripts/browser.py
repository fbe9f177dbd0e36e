"""Look at the site and at JupyterLab in Chromium, as a reader does.

`browser.py site [PAGE...]`  pages of _docs, on a phone and on a desk, light and dark: no errors in the console, nothing from other
                             servers, no dead links, no broken pictures, formulas set, nothing wider than its place, text that
                             stands out from what is behind it; the menu opens, and the search finds `cached`
`browser.py lab [PAGE...]`   JupyterLab, by the README's command: the front page opens, and on a copy of each page (07_inspect, if
                             none is named) `Restart Kernel and Run All Cells…` leaves every cell run, and no error

`--shots FOLDER` keeps pictures. $CHROMIUM names the browser. No driver is needed: Chromium is spoken to in its own protocol.
"""
import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import websocket

import gates

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "_docs"
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
THEMES = "light", "dark"
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync
--disable-component-update --disable-dev-shm-usage --hide-scrollbars --remote-debugging-port=0""".split()
# Names resolve to nothing: a page that needs another server fails here
FLAGS.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost")


def chromium():
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)): return path
    sys.exit("no Chromium: `apt-get install chromium`, or name one in $CHROMIUM")


class Browser:
    "A Chromium of its own, with an empty profile"
    def __enter__(self):
        self.profile = tempfile.mkdtemp()
        command = [chromium(), *FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = Path(self.profile) / "DevToolsActivePort"
        wait(lambda: port.exists() and len(port.read_text().split()) == 2, 60, "Chromium to start")
        number, path = port.read_text().split()
        self.socket = websocket.create_connection(f"ws://127.0.0.1:{number}{path}", timeout=60, suppress_origin=True)
        self.count, self.events = 0, []
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, session=None, **params):
        "Ask Chromium; what happens meanwhile goes to `events`"
        number = self.put(method, session, params)
        while (got := json.loads(self.socket.recv())).get("id") != number:
            self.events.append(got)
            # "Leave this page?" would wait for somebody
            if got.get("method") == "Page.javascriptDialogOpening": self.put("Page.handleJavaScriptDialog", got["sessionId"], {"accept": True})
        if "error" in got: raise RuntimeError(f"{method}: {got['error']['message']}")
        return got["result"]

    def put(self, method, session, params):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params} | ({"sessionId": session} if session else {})))
        return self.count

    def tab(self): return Tab(self)


class Tab:
    "One page of the browser"
    def __init__(self, browser):
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.browser = browser
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"): self.send(f"{domain}.enable")

    def send(self, method, **params): return self.browser.send(method, self.session, **params)

    def js(self, code):
        "Value of a JavaScript expression; a promise is awaited"
        got = self.send("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in got: raise RuntimeError(got["exceptionDetails"].get("exception", {}).get("description", "error in the page"))
        return got["result"].get("value")

    def look(self, size, theme):
        width, height = SIZES[size]
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": theme}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    def goto(self, url):
        self.browser.events.clear()
        self.send("Page.navigate", url=url)
        wait(lambda: self.js(f"location.href.startsWith({json.dumps(url.partition('#')[0])}) && document.readyState") == "complete", 60, url)

    def click(self, selector, text=""):
        "Click what a reader would: the first visible element that matches and holds `text`"
        find = f"""(() => {{ const e = [...document.querySelectorAll({json.dumps(selector)})]
            .find(e => e.textContent.includes({json.dumps(text)}) && e.checkVisibility());
            if (!e) return null; e.scrollIntoView({{block: 'nearest'}}); const r = e.getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2]; }})()"""
        x, y = wait(lambda: self.js(find), 30, f"{selector} {text}".strip())
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"): self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def shot(self, path, whole=True):
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"clip": {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000), "scale": 1}, "captureBeyondViewport": True}
        data = self.send("Page.captureScreenshot", format="png", **(clip if whole else {}))["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))

    def trouble(self):
        "Errors in the console, requests that failed, and requests to other servers, since the last `goto`"
        bad = []
        for e in self.browser.events:
            kind, p = e.get("method"), e.get("params", {})
            if kind == "Runtime.exceptionThrown": bad.append(f"exception: {p['exceptionDetails'].get('exception', {}).get('description') or p['exceptionDetails']['text']}")
            if kind == "Runtime.consoleAPICalled" and p["type"] in ("error", "assert"):
                bad.append("console: " + " ".join(str(a.get("value", a.get("description", ""))) for a in p["args"]))
            if kind == "Log.entryAdded" and p["entry"]["level"] == "error": bad.append(f"console: {p['entry']['text']} {p['entry'].get('url', '')}".rstrip())
            if kind == "Network.responseReceived" and p["response"]["status"] >= 400: bad.append(f"{p['response']['status']} for {p['response']['url']}")
            if kind == "Network.requestWillBeSent":
                url = urlsplit(p["request"]["url"])
                if url.scheme in ("http", "https", "ws", "wss") and url.hostname not in ("127.0.0.1", "localhost"): bad.append(f"asks {url.hostname} for {url.path}")
        return list(dict.fromkeys(bad))


def wait(ready, seconds, what):
    "The first true value of `ready()`"
    end = time.monotonic() + seconds
    while not (value := ready()):
        if time.monotonic() > end: raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(.05)
    return value


CHECKS = r"""
(dark => {
  const bad = [], main = document.querySelector('main'), all = (s, root = document) => [...root.querySelectorAll(s)];
  const name = e => (e.tagName.toLowerCase() + (typeof e.className == 'string' && e.className ? '.' + e.className.trim().split(/\s+/).join('.') : '')
                     + ' "' + e.textContent.trim().replace(/\s+/g, ' ').slice(0, 40) + '"');
  const shown = e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});

  // Nothing is wider than its place; what scrolls by itself is as wide as it likes
  const view = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > view) bad.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${view}`);
  const scrolls = e => { for (; e && e != document.body; e = e.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX)) return true; };
  const edge = main.getBoundingClientRect().right + 1;
  for (const e of all('main *:not(pre *, .katex *)')) {
    if (!shown(e)) continue;
    const r = e.getBoundingClientRect();
    if (r.width && r.right > edge && !scrolls(e.parentElement)) { bad.push(`${name(e)} reaches ${Math.round(r.right - edge)} px over the edge`); break; }
  }
  for (const e of all('a, button, input, summary')) {
    const r = e.getBoundingClientRect();
    if (shown(e) && r.width && (r.right > view + 1 || r.left < -1) && !scrolls(e)) bad.push(`${name(e)} is outside of the window`);
  }

  for (const e of all('img')) if (!e.complete || !e.naturalWidth) bad.push(`a broken picture: ${e.src.slice(0, 80)}`);
  for (const e of all('main img')) if (e.getBoundingClientRect().right > edge) bad.push(`a picture is wider than its place: ${e.alt.slice(0, 60)}`);
  for (const e of all('main img')) if (!e.alt.trim()) bad.push(`a picture without a text: ${e.src.slice(0, 40)}`);

  // Formulas are set
  for (const e of all('.math')) if (!e.querySelector('.katex')) bad.push(`a formula is not set: ${e.textContent.slice(0, 60)}`);
  for (const e of all('.katex-error')) bad.push(`a formula has an error: ${e.title || e.textContent}`);
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let n; n = walk.nextNode();) if (n.data.trim() && shown(n.parentElement)) texts.push(n);
  for (const n of texts) if (!n.parentElement.closest('code, pre, .katex') && /\]\([^\s)]+\)/.test(n.data)) bad.push(`a link is not set: ${n.data.trim().slice(0, 60)}`);
  for (const n of texts) if (!n.parentElement.closest('code, pre, .katex') && /\\\(|\\\[|\$[^$\s][^$]*\$|\$\$/.test(n.data)) bad.push(`a formula is not set: ${n.data.trim().slice(0, 60)}`);

  // Text stands out from what is behind it: the ratio of WCAG, where a large letter needs less
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true}), seen = new Map();
  const rgba = c => {
    if (!seen.has(c)) { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); seen.set(c, [...canvas.getImageData(0, 0, 1, 1).data].map(v => v/255)); }
    return seen.get(c);
  };
  const over = (a, b) => [0, 1, 2].map(i => a[i]*a[3] + b[i]*(1 - a[3])).concat(1);
  const places = new Map(); // what is behind an element, and how opaque it is
  const place = e => {
    if (!e) return [[1, 1, 1, 1], 1];
    if (!places.has(e)) { const [back, opacity] = place(e.parentElement), s = getComputedStyle(e); places.set(e, [over(rgba(s.backgroundColor), back), opacity*s.opacity]); }
    return places.get(e);
  };
  const light = c => { const [r, g, b] = c.map(v => v <= .04045 ? v/12.92 : ((v + .055)/1.055)**2.4); return .2126*r + .7152*g + .0722*b; };
  const told = new Set();
  const all_texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; n = all_texts.nextNode();) {
    const e = n.parentElement;
    if (!n.data.trim()) continue;
    const s = getComputedStyle(e), [back, opacity] = place(e), color = rgba(s.color).slice(), key = [s.color, back, opacity, s.fontSize, s.fontWeight].join();
    if (told.has(key) || e.closest('script, style, .katex-mathml') || !shown(e)) continue;
    told.add(key);
    color[3] *= opacity;
    const [a, b] = [light(over(color, back)), light(back)].sort((x, y) => y - x), ratio = (a + .05)/(b + .05);
    const large = parseFloat(s.fontSize) >= 24 || parseFloat(s.fontSize) >= 18.66 && s.fontWeight >= 600;
    if (ratio < (large ? 3 : 4.5)) bad.push(`contrast ${ratio.toFixed(1)}: ${name(e)}`);
  }
  // A picture with dark lines on nothing needs something light behind it
  for (const e of all('main img')) if (light(place(e)[0]) < .8) bad.push('a picture has nothing light behind it');
  if (light(place(document.body)[0]) < .5 != dark) bad.push('the page has the wrong theme');
  return [...new Set(bad)];
})(%d == 1)
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_): pass


def serve(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/"


def settled(tab, theme="light"):
    "Wait for styles, formulas and fonts"
    tab.js(f"""(async () => {{
        const pause = ms => new Promise(done => setTimeout(done, ms)), end = Date.now() + 5000;
        await document.fonts.ready;
        do await pause(80); while (document.documentElement.classList.contains('quarto-dark') != {json.dumps(theme == "dark")} && Date.now() < end);
    }})()""")


def search(tab, size, bad):
    "Type `cached`, as a reader would, and follow the first thing found"
    if size == "phone":
        tab.click(".navbar-toggler")
        wait(lambda: tab.js("document.querySelector('#navbarCollapse').classList.contains('show')"), 10, "the menu of the navbar")
    tab.click("input[type=search]")
    tab.send("Input.insertText", text="cached")
    try: wait(lambda: tab.js("document.querySelectorAll('.search-result').length"), 10, "results")
    except TimeoutError: return bad.append("the search finds nothing for `cached`")
    off = tab.js("(() => { const r = document.querySelector('.smalldocs-search-results').getBoundingClientRect(); return r.left < -1 || r.right > innerWidth + 1 })()")
    if off: bad.append("the results of the search are outside of the window")
    first = tab.js("document.querySelector('.search-result').href")
    tab.click(".search-result")
    wait(lambda: tab.js("location.href") == first, 10, "the page that was found")
    wait(lambda: tab.js("document.readyState") == "complete", 30, "the page that was found")
    if not tab.js("document.querySelector('main').textContent.includes('cached')"): bad.append(f"the search for `cached` leads to {first}, which does not have it")


def menu(tab, bad):
    "On a phone the sidebar is behind a button"
    tab.click(".quarto-secondary-nav .quarto-btn-toggle")
    inside = """(() => {
        const side = document.querySelector('#quarto-sidebar'), r = side.querySelector('a').getBoundingClientRect();
        const last = [...side.querySelectorAll('a')].pop();
        last.scrollIntoView({block: 'nearest'});
        const end = last.getBoundingClientRect();
        side.scrollTo(0, 0);
        return r.left >= 0 && r.right <= innerWidth && r.top >= document.querySelector('#quarto-header').getBoundingClientRect().bottom && end.bottom <= innerHeight + 1;
    })()"""
    try: wait(lambda: tab.js(inside), 10, "the sidebar")
    except TimeoutError: bad.append("the sidebar does not open on a phone, or not all of it is in reach")


def site(pages, shots):
    if not (DOCS / "index.html").exists(): sys.exit("no site in _docs: run `python .github/scripts/site.py docs`")
    pages = pages or sorted(p.stem for p in DOCS.glob("*.html"))
    server, url = serve(DOCS)
    bad, anchors, links = [], {}, []
    with Browser() as browser:
        tab = browser.tab()
        for page in pages:
            found = {}
            tab.look("phone", "light")
            try: tab.goto(f"{url}{page}.html")
            except TimeoutError as e: bad.append(f"{page}: {e}"); continue
            for size in SIZES:
                for theme in THEMES:
                    tab.look(size, theme)
                    settled(tab, theme)
                    for b in tab.js(CHECKS % (theme == "dark")): found.setdefault(b, []).append(f"{size}, {theme}")
                    if shots: tab.shot(shots / f"{page}-{size}-{theme}.png")
            trouble = [f"{b} ({'; '.join(where)})" for b, where in found.items()] + tab.trouble()
            anchors[page] = set(tab.js("[...document.querySelectorAll('[id], a[name]')].map(e => e.id || e.name)"))
            links += [(page, l) for l in tab.js("[...new Set([...document.querySelectorAll('a[href]')].map(e => e.href))]") if l.startswith(url)]
            bad += [f"{page}: {b}" for b in trouble]
        for page, link in links:
            path, _, anchor = link.removeprefix(url).partition("#")
            target = (path or "index.html").removesuffix(".html")
            if not (DOCS / unquote(path or "index.html")).exists(): bad.append(f"{page}: {link.removeprefix(url)} leads to no page")
            elif anchor and target in anchors and unquote(anchor) not in anchors[target]: bad.append(f"{page}: {link.removeprefix(url)} leads to no place")
        for size in SIZES:
            tab.look(size, "light")
            tab.goto(f"{url}index.html")
            settled(tab)
            found = []
            if size == "phone": menu(tab, found)
            if shots and size == "phone": tab.shot(shots / "menu.png", whole=False)
            tab.goto(f"{url}index.html?search")
            settled(tab)
            search(tab, size, found)
            bad += [f"{size}: {b}" for b in found + tab.trouble()]
    server.shutdown()
    return bad, f"{len(pages)} pages at {len(SIZES)} widths in {len(THEMES)} themes"


SETTINGS = {"notification": {"fetchNews": "false", "doNotDisturbMode": True, "checkForUpdates": False}}
CODE = "[...jupyterapp.shell.currentWidget.content.model.cells].filter(c => c.type == 'code' && c.sharedModel.source.trim())"
# Run, or stopped by an error: nothing is under way, and every cell has its number unless one failed
DONE = f"""(() => {{
    const cells = {CODE}, panel = jupyterapp.shell.currentWidget;
    const failed = cells.some(c => c.outputs.toJSON().some(o => o.output_type == 'error'));
    return panel.sessionContext.session?.kernel?.status == 'idle' && !cells.some(c => c.executionState == 'running') && (failed || cells.every(c => c.executionCount));
}})()"""


class Lab:
    "JupyterLab on a copy of the repository, started by the README's own command, and the address it asked a browser to open"
    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp())
        (repo := self.folder / "repo").mkdir()
        gates.copy(repo)
        self.nbs = repo / "nbs"
        config, opened = self.folder / "config", self.folder / "opened"
        settings = self.folder / "settings" / "@jupyterlab" / "apputils-extension"
        for path in (config, settings): path.mkdir(parents=True)
        for name, value in SETTINGS.items(): (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(value))
        (config / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True, "port": 0, "ip": "127.0.0.1"}}))
        (config / "jupyter_lab_config.json").write_text(json.dumps({"LabApp": {"expose_app_in_browser": True}}))
        browser = self.folder / "browser"
        browser.write_text(f'#!/bin/sh\nprintf %s "$1" >"{opened}.part" && mv "{opened}.part" "{opened}"\n')
        browser.chmod(0o755)
        kinds = {"JUPYTER_CONFIG_DIR": config, "JUPYTERLAB_SETTINGS_DIR": self.folder / "settings",
                 **{f"JUPYTER_{k}_DIR": self.folder / k.lower() for k in ("DATA", "RUNTIME")}, "JUPYTERLAB_WORKSPACES_DIR": self.folder / "workspaces"}
        command = re.search(r"\.venv/bin/(jupyter lab \S+)", (ROOT / "README.md").read_text(encoding="utf-8"))
        if not command: sys.exit("the README has no command that opens JupyterLab")
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen([Path(sys.executable).with_name("jupyter"), *command[1].split()[1:]], cwd=repo, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, env={**os.environ, **{k: str(v) for k, v in kinds.items()}, "BROWSER": f"{browser} %s"})
        try: wait(lambda: opened.exists() or self.process.poll() is not None, 90, "JupyterLab to start")
        finally:
            if not opened.exists(): print((self.folder / "log").read_text(), file=sys.stderr)
        if not opened.exists(): sys.exit("JupyterLab did not start")
        self.opened = opened.read_text()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def ready(tab, page):
    "Wait until the notebook `page` is in front of the reader, with a kernel"
    front = f"globalThis.jupyterapp?.shell?.currentWidget?.context?.path?.endsWith({json.dumps(page + '.ipynb')})"
    wait(lambda: tab.js(front), 90, f"JupyterLab to show {page}")
    wait(lambda: tab.js("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status == 'idle'"), 90, f"a kernel for {page}")


def run_all(tab, page):
    "`Restart Kernel and Run All Cells…` from the menu, as a reader does it, and then saved"
    tab.click(".lm-MenuBar-itemLabel", "Run")
    tab.click(".lm-Menu-itemLabel", "Restart Kernel and Run All Cells…")
    tab.click(".jp-Dialog button.jp-mod-accept")
    wait(lambda: tab.js(f"{CODE}.some(c => c.executionCount)"), 120, f"{page} to start")
    wait(lambda: tab.js(DONE), 1500, f"{page} to run")
    tab.click(".lm-MenuBar-itemLabel", "File")
    tab.click(".lm-Menu-itemLabel", "Save Notebook")
    wait(lambda: not tab.js("jupyterapp.shell.currentWidget.context.model.dirty"), 60, f"{page} to be saved")


def failures(path):
    "Cells of a saved notebook that did not run, or ended in an error"
    for i, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip(): continue
        if not cell["execution_count"]: yield f"cell {i} did not run"
        for o in cell["outputs"]:
            if o["output_type"] == "error": yield f"cell {i}: {o['ename']}: {o['evalue']}"


def picture(tab, theme, path):
    "The whole notebook, in a window as tall as it is"
    outer = "document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer')"
    tab.js(f"jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme.title()}'}})")
    for _ in range(2): # what comes into sight may be taller than it was thought to be
        height = tab.js(f"{outer}.scrollHeight") + 150
        tab.send("Emulation.setDeviceMetricsOverride", width=1280, height=min(height, 12000), deviceScaleFactor=1, mobile=False)
        tab.js(f"{outer}.scrollTo(0, 0)")
        time.sleep(1.5)
    tab.shot(path, whole=False)
    tab.look("desk", "light")


def lab(pages, shots):
    bad, told = [], []
    with Lab() as server, Browser() as browser:
        tab = browser.tab()
        tab.look("desk", "light")
        tab.send("Page.navigate", url=server.opened)
        ready(tab, "index")
        root = tab.js("location.href").partition("/lab")[0]
        for page in pages or ["07_inspect"]:
            start = time.monotonic()
            tab.goto(f"{root}/lab/tree/{page}.ipynb")
            try:
                ready(tab, page)
                run_all(tab, page)
            except TimeoutError as e: bad.append(f"{page}: {e}")
            bad += [f"{page}: {b}" for b in failures(server.nbs / f"{page}.ipynb")]
            told.append(f"{page} ({time.monotonic() - start:.0f} s)")
            if shots: print(told[-1], flush=True)
            for theme in THEMES if shots else (): picture(tab, theme, shots / f"lab-{page}-{theme}.png")
    return bad, "JupyterLab ran " + ", ".join(told)


WHAT = dict(site=site, lab=lab)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--shots", type=Path)
    args = parser.parse_args()
    bad, seen = WHAT[args.what](args.pages, args.shots)
    if bad: sys.exit("\n".join(bad))
    print(seen)
