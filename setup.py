import re
import shlex
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.sdist import sdist

# All settings live in settings.ini; edit there, not here.
config = ConfigParser(delimiters=["="])
config.read("settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]

tools,torch = shlex.split(cfg["dev_requirements"]),cfg["outputs_of"].split()[1]

STATUSES = "Planning,Pre-Alpha,Alpha,Beta,Production/Stable,Mature,Inactive".split(",")
PYTHONS = "3.11 3.12 3.13".split()
# Outside the repository the README's relative links and pictures need an address
pages = f"https://github.com/{cfg['user']}/{cfg['repo']}/raw/{cfg['branch']}/nbs/"
readme = re.sub(r"(!\[[^\]]*\]\()nbs/", r"\g<1>" + pages, Path("README.md").read_text(encoding="utf-8"))


class Sdist(sdist):
    "An sdist that carries settings.ini, which this file reads"
    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, [*files, "settings.ini"])


setup(
    cmdclass={"sdist": Sdist},
    name=cfg["lib_name"],
    license={"apache2": "Apache-2.0"}[cfg["license"]],
    classifiers=[
        f"Development Status :: {cfg['status']} - {STATUSES[int(cfg['status']) - 1]}",
        f"Intended Audience :: {cfg['audience']}",
        f"Natural Language :: {cfg['language']}",
        *(f"Programming Language :: Python :: {v}" for v in PYTHONS[PYTHONS.index(cfg["min_python"]):]),
    ],
    url=cfg["git_url"],
    packages=find_packages(include=[cfg["lib_name"], cfg["lib_name"] + ".*"]),
    package_data={cfg["lib_name"]: ["py.typed"]},
    install_requires=shlex.split(cfg["requirements"]),
    extras_require={"dev": [*tools, "torch==" + torch], "tools": tools, "slow": shlex.split(cfg["slow_requirements"])},
    python_requires=">=" + cfg["min_python"],
    long_description=readme.replace("](nbs/", "](" + pages.replace("/raw/", "/blob/")),
    long_description_content_type="text/markdown",
    project_urls={"Documentation": cfg["doc_host"] + cfg["doc_baseurl"]},
    zip_safe=False,
    entry_points={"nbdev": [f"{cfg['lib_path']}={cfg['lib_path']}._modidx:d"]},
    **{k: cfg[k] for k in "version description keywords author author_email".split()},
)
