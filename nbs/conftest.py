"""Make nbval run these notebooks the way nbdev sees them, the longest first, and on kernels that start fast.

nbval knows neither nbdev's directives nor its cleaned notebooks: by itself it runs cells marked
`#| eval: false`, and it rejects every cell whose execution count `nbdev_clean` has removed.
"""
import os
import re
import sys
import time
from importlib.metadata import version
from multiprocessing import forkserver, get_context
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import local_provisioner
from nbdev.config import get_config
from nbval import kernel, plugin
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell

HERE = Path(__file__).parent
DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*\|[ \t]*([\w-]+)[ \t]*:?[ \t]*(.*?)[ \t]*$", re.M)
SKIP_EXEC = re.compile(r"^(?:skip_exec|-\s*skip_exec):\s*true\s*$", re.M | re.I)
# Pages that take longest come first, so that several workers end together; the others by their number of cells
LONGEST = "integration distributed compiled compile tutorial fine_tuning testing catalogue spectral_norm parallel conformance vectors factors soak adapters subspaces lipschitz_critic benchmark definite orthonormal_maps orthogonal".split()
os.environ.setdefault("OMP_NUM_THREADS", "1")  # the kernels' too: workers share the cores, and stored digits are of one thread
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")  # else each page that compiles starts processes, and these import torch


def pytest_addoption(parser):
    parser.addoption("--nb-flags", default="", help="space separated nbdev test flags to run as well")


def _stored_here():
    "Whether the stored outputs come from this Python and this PyTorch"
    python, torch = get_config(path=HERE.parent).outputs_of.split()
    return [*map(str, sys.version_info[:2])] == python.split(".") and version("torch").partition("+")[0] == torch


def pytest_report_header(config):
    if config.option.nbval and not _stored_here(): return "outputs are not compared: they are stored from Python {} and PyTorch {}".format(*get_config(path=HERE.parent).outputs_of.split())


def pytest_configure(config):
    if not (config.option.nbval or config.option.nbval_lax): return
    if not _stored_here(): config.option.nbval_lax = True  # elsewhere the assertions count, not what is printed
    config.option.nbval_current_env = True  # the kernel of this interpreter, whatever is registered
    if config.option.nbval_sanitize_with is None:
        config.option.nbval_sanitize_with = str(HERE / "nbval.cfg")
    if getattr(config.option, "dist", None) == "load":  # pytest -n: a notebook's cells share one kernel
        config.option.dist = "loadfile"
    config.option.loadscopereorder = False  # the order is that of `pytest_collection_modifyitems`
    RunningKernel.execute_cell_input = _execute
    plugin.coalesce_streams = _merge_without_bars
    if sys.platform != "linux": return
    local_provisioner.launch_kernel = _Forked
    BlockingKernelClient.wait_for_ready = lambda self, timeout=None: None  # it ends with 0.2 s of silence; nbval asks the kernel itself
    kernel.pformat = str  # of each message, for a log that nobody asked for
    KernelManager._async_wait.__defaults__ = (.005,)  # seconds between two looks at whether a kernel has ended
    if shared := getattr(config, "workerinput", {}).get("server"):
        vars(SERVER).update(shared, _forkserver_alive_fd=os.open(os.devnull, os.O_RDONLY), ensure_running=lambda: None)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):  # a worker of pytest -n, before it starts
    if sys.platform != "linux": return
    SERVER.set_forkserver_preload(COMMON + MANY)
    SERVER.ensure_running()
    node.workerinput["server"] = {k: v for k, v in vars(SERVER).items() if k in ("_forkserver_address", "_forkserver_authkey")}
    node.gateway.remote_exec("import sys; sys.modules['rfc3987_syntax'] = None").waitclose()  # seconds of grammars, to check addresses that no notebook has


# Every page has a process of its own. It is forked from one that has imported what all pages need, which saves seconds a page. Where workers
# run many pages, one such process serves all, and it has imported more: the compiler, as the first step of any optimizer does, what
# forward-mode derivatives load, and what draws
COMMON = ["torch", "ipykernel.kernelapp", "ipykernel.debugger", "nbdev.showdoc", "torch_parametrize"]
MANY = """torch._inductor.compile_fx torch._decomp.decompositions_for_jvp torch.distributed.fsdp torch.distributed.tensor.experimental torch.export._trace torch.utils.benchmark
sympy.physics.units onnxruntime onnxscript.function_libs.torch_lib.ops matplotlib.pyplot sklearn.datasets sklearn.decomposition""".split()
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else what the kernel debugs with has something to say
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as a kernel sets it, too late for what is imported before
SERVER = forkserver._forkserver
KERNEL = """
import os, sys
os.chdir(cwd)
os.environ.clear()
os.environ.update(env)
sys.path[:], sys.argv = path, argv
for fd in (1, 2): os.dup2(os.open(os.devnull, os.O_WRONLY), fd)
from ipykernel.kernelapp import IPKernelApp
from multiprocessing.forkserver import _forkserver
os.close(_forkserver._forkserver_alive_fd)  # the server ends with the tests, and a kernel with the server
_forkserver.__init__()
app = IPKernelApp.instance(parent_handle=os.getppid())
app.initialize([*argv[1:], "--HistoryManager.enabled=False"])  # what was typed goes to no database
os.setsid()  # says, too, that the kernel listens
app.start()
"""


class _Forked:
    "What jupyter_client asks of a `Popen`, of a forked kernel"
    server = get_context("forkserver" if sys.platform == "linux" else "spawn")
    stdin = stdout = stderr = None

    def __init__(self, cmd, env=None, cwd=None, **_):
        SERVER.set_forkserver_preload(COMMON)
        argv = cmd[cmd.index("ipykernel_launcher"):]
        names = dict(argv=argv, cwd=cwd or os.getcwd(), env=dict(env or os.environ), path=[p for p in sys.path if p and p != str(HERE)])
        self.process = self.server.Process(target=exec, args=(KERNEL, names))
        with patch.dict(sys.modules, __main__=ModuleType("__main__")): self.process.start()  # else the child would import pytest
        self.pid = self.process.pid
        while self.poll() is None and os.getpgid(self.pid) != self.pid: time.sleep(.005)  # it listens, and signals go to its group

    def poll(self): return self.process.exitcode
    def wait(self, timeout=None): self.process.join(timeout); return self.poll()
    def send_signal(self, signum): os.kill(self.pid, signum)
    def terminate(self): self.process.terminate()
    def kill(self): self.process.kill()


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


def _longest_first(item):
    name = re.sub(r"^\d+\w?_", "", item.path.stem)
    return LONGEST.index(name) if name in LONGEST else len(LONGEST), -len(getattr(item.parent, "nb", {}).get("cells", "")), str(item.path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    flags = set(get_config(path=HERE.parent).tst_flags.split()) - set(config.getoption("--nb-flags").split())
    items.sort(key=_longest_first)  # cells of a page keep their order
    for item in items:
        if not isinstance(item, IPyNbCell): continue
        nb = item.parent.nb
        front = "\n".join(c.source for c in nb.cells if c.cell_type != "code")[:2000]
        why = "skip_exec" if SKIP_EXEC.search(front) else _why_skip(item.cell, flags)
        if why: item.add_marker(pytest.mark.skip(reason=why))
        elif item.cell.execution_count is None: item.cell.execution_count = 0  # cleaned, not unrun
