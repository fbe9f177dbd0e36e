"""Make nbval run these notebooks the way nbdev sees them.

nbval knows neither nbdev's directives nor its cleaned notebooks: by itself it runs cells marked
`#| eval: false`, and it rejects every cell whose execution count `nbdev_clean` has removed.
"""
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from nbdev.config import get_config
from nbval import plugin
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell

HERE = Path(__file__).parent
DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*\|[ \t]*([\w-]+)[ \t]*:?[ \t]*(.*?)[ \t]*$", re.M)
SKIP_EXEC = re.compile(r"^(?:skip_exec|-\s*skip_exec):\s*true\s*$", re.M | re.I)


def pytest_addoption(parser):
    parser.addoption("--nb-flags", default="", help="space separated nbdev test flags to run as well")


def _outputs_are_of(python, torch):
    "Whether the stored outputs come from this Python and this PyTorch"
    return get_config(path=HERE.parent).outputs_of.split() == [python, torch]


def _this_pair():
    return f"{sys.version_info[0]}.{sys.version_info[1]}", version("torch").partition("+")[0]


def pytest_report_header(config):
    if config.option.nbval and not _outputs_are_of(*_this_pair()):
        return "outputs are not compared: they are stored from Python {} and PyTorch {}, this is Python {} and PyTorch {}".format(
            *get_config(path=HERE.parent).outputs_of.split(), *_this_pair())


def pytest_configure(config):
    if not (config.option.nbval or config.option.nbval_lax): return
    if not _outputs_are_of(*_this_pair()): config.option.nbval_lax = True  # with another pair the assertions count
    config.option.nbval_current_env = True  # the kernel of this interpreter, whatever is registered
    if config.option.nbval_sanitize_with is None:
        config.option.nbval_sanitize_with = str(HERE / "nbval.cfg")
    if getattr(config.option, "dist", None) == "load":  # pytest -n: a notebook's cells share one kernel
        config.option.dist = "loadfile"
    RunningKernel.execute_cell_input = _execute
    plugin.coalesce_streams = _merge_without_bars


def _execute(self, cell_input, allow_stdin=None):
    # nbval runs cells outside the history, and IPython then misses a trailing ';'
    return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)


_merge = plugin.coalesce_streams


def _merge_without_bars(outputs):
    # A progress bar is for whoever waits: refresh.py stores none, and none is compared
    def is_bar(out): return out.get("name") == "stderr" and ("\r" in out.text or not out.text.strip())
    return _merge([o for o in outputs if not is_bar(o)])


def _why_skip(cell, flags):
    found = {k.lower(): v for k, v in DIRECTIVE.findall(cell.source)}
    if found.get("eval", "").lower() == "false": return "#| eval: false"
    if "nbdev_export(" in cell.source: return "exports the library"
    if hit := flags & found.keys(): return "#| " + hit.pop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    flags = set(get_config(path=HERE.parent).tst_flags.split()) - set(config.getoption("--nb-flags").split())
    for item in items:
        if not isinstance(item, IPyNbCell): continue
        nb = item.parent.nb
        front = "\n".join(c.source for c in nb.cells if c.cell_type != "code")[:2000]
        why = "skip_exec" if SKIP_EXEC.search(front) else _why_skip(item.cell, flags)
        if why: item.add_marker(pytest.mark.skip(reason=why))
        elif item.cell.execution_count is None: item.cell.execution_count = 0  # cleaned, not unrun
