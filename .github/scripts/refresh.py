"""Run notebooks in place and store their outputs: those named, or every one in nbs/.

Cells that nbdev would not evaluate, slow ones among them, keep the outputs they have. Progress bars show while they run and are not stored.
"""
import re, sys
from pathlib import Path
import nbformat
from nbclient import NotebookClient

SKIP = re.compile(r"^\s*#\|\s*(eval:\s*false|slow)\s*$", re.M | re.I)

def notebooks(): return sorted(p for p in Path("nbs").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)

def skipped(src): return bool(SKIP.search(src)) or "nbdev_export(" in src

def is_bar(out): # its last stroke is a line feed of its own
    return out.output_type == "stream" and out.name == "stderr" and ("\r" in out.text or not out.text.strip())

def refresh(path):
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code" and skipped(cell.source):
            cell.metadata.setdefault("tags", []).append("skip-execution")
    NotebookClient(nb, timeout=600, skip_cells_with_tag="skip-execution",
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell in nb.cells:
        if cell.cell_type == "code": cell.outputs = [o for o in cell.outputs if not is_bar(o)]
        tags = cell.metadata.get("tags", [])
        if "skip-execution" in tags: tags.remove("skip-execution")
        if "tags" in cell.metadata and not cell.metadata.tags: del cell.metadata["tags"]
    nbformat.write(nb, path)

if __name__ == "__main__":
    for p in sys.argv[1:] or notebooks(): refresh(Path(p))
