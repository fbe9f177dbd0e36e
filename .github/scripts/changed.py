"""The pages that a change reaches.

`changed.py [REF]`          names them: pages that differ from REF (HEAD, if none is named), and pages that import, directly or through other
                            modules, a module that differs or whose page does. `import torch_parametrize` imports the whole package
`changed.py [REF] --run`    runs them with `pytest --nbval`; options after it go to pytest
`changed.py --check`        whether every import of the package, in pages and modules, names a module that there is
"""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "torch_parametrize"
IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^#\n]*))|import[ \t]+([\w.]+))", re.M)
FOR_ALL = {"nbs/conftest.py", "nbs/nbval.cfg", "settings.ini"}


def module(name):
    "File of a module of the package, if it has it"
    path = name.replace(".", "/")
    return next((p for p in (f"{path}/__init__.py", f"{path}.py") if (ROOT / p).exists()), None)


def imports(source, home=""):
    "Files that `source` imports from the package, and `None` for a name that is none; programs within strings count. `home` is its package"
    for base, several, some, whole in IMPORT.findall(source):
        if base.startswith("."):
            up = len(base) - len(base.lstrip(".")) - 1
            base = ".".join(home.split(".")[:len(home.split(".")) - up] + [p for p in [base.lstrip(".")] if p])
        if (base or whole).partition(".")[0] != PACKAGE: continue
        inner = [module(f"{base}.{n.split()[0]}") for n in (several or some).split(",") if n.strip()] if base else []
        yield from filter(None, inner)
        if not all(inner) or whole: yield module(base or whole)


def graph():
    "What each module and each page imports, and the module that each page writes"
    reads, writes = {}, {}
    for p in (ROOT / PACKAGE).rglob("*.py"):
        if p.name != "_modidx.py": reads[p.relative_to(ROOT).as_posix()] = set(imports(p.read_text(encoding="utf-8"), ".".join(p.parent.relative_to(ROOT).parts)))
    for p in (ROOT / "nbs").rglob("*.ipynb"):
        if ".ipynb_checkpoints" in p.parts: continue
        source = "\n".join("".join(c["source"]) for c in json.loads(p.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code")
        reads[name := p.relative_to(ROOT).as_posix()] = set(imports(source))
        if m := re.search(r"^#\|\s*default_exp\s+(\S+)", source, re.M): writes[name] = module(f"{PACKAGE}.{m[1].removesuffix('.__init__')}")
    return reads, writes


def reached(changed, reads, writes):
    "Pages that differ, or import what does"
    if changed & FOR_ALL: return sorted(n for n in reads if n.endswith(".ipynb"))
    touched, size = changed | {writes[c] for c in changed & writes.keys()}, -1
    while size != len(touched): size, touched = len(touched), touched | {n for n, files in reads.items() if files & touched}
    return sorted(n for n in touched & reads.keys() if n.endswith(".ipynb"))


if __name__ == "__main__":
    args, (reads, writes) = sys.argv[1:], graph()
    if "--check" in args: sys.exit("\n".join(f"{n} imports what {PACKAGE} does not have" for n, files in sorted(reads.items()) if None in files) or 0)
    git = lambda *a: subprocess.run(["git", *a], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    ref = args.pop(0) if args and not args[0].startswith("-") else "HEAD"
    pages = reached({*git("diff", "--name-only", ref), *git("ls-files", "--others", "--exclude-standard")}, reads, writes)
    print("\n".join(pages))
    if args[:1] == ["--run"] and pages: sys.exit(subprocess.run([Path(sys.executable).with_name("pytest"), "--nbval", *pages, *args[1:]], cwd=ROOT).returncode)
