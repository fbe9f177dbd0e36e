from configparser import ConfigParser
import re
import shlex
import setuptools
from setuptools.command.sdist import sdist

# All settings live in settings.ini; edit there, not here.
config = ConfigParser(delimiters=["="])
config.read("settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]

keys = "version description keywords author author_email".split()
for key in keys + "lib_name user branch license status min_python audience language".split():
    assert key in cfg, f"missing expected setting: {key}"

licenses = {
    "apache2": ("Apache-2.0", "OSI Approved :: Apache Software License"),
    "mit": ("MIT", "OSI Approved :: MIT License"),
    "bsd3": ("BSD-3-Clause", "OSI Approved :: BSD License"),
}
statuses = ["1 - Planning", "2 - Pre-Alpha", "3 - Alpha", "4 - Beta",
            "5 - Production/Stable", "6 - Mature", "7 - Inactive"]
# Outside the repository the README's relative links and pictures need an address
pages = f"https://github.com/{cfg['user']}/{cfg['repo']}/raw/{cfg['branch']}/nbs/"
readme = open("README.md", encoding="utf-8").read()
readme = re.sub(r"(!\[[^\]]*\]\()nbs/", r"\g<1>" + pages, readme).replace("](nbs/", "](" + pages.replace("/raw/", "/blob/"))

versions = "3.11 3.12 3.13".split()
lic, lic_classifier = licenses[cfg["license"].lower()]

class Sdist(sdist):
    "An sdist that carries settings.ini, which this file reads"
    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, [*files, "settings.ini"])


setuptools.setup(
    cmdclass={"sdist": Sdist},
    name=cfg["lib_name"],
    license=lic,
    classifiers=[
        f"Development Status :: {statuses[int(cfg['status']) - 1]}",
        f"Intended Audience :: {cfg['audience'].title()}",
        f"Natural Language :: {cfg['language'].title()}",
    ] + [f"Programming Language :: Python :: {v}" for v in versions[versions.index(cfg["min_python"]):]],
    url=cfg["git_url"],
    packages=setuptools.find_packages(include=[cfg["lib_name"], cfg["lib_name"] + ".*"]),
    package_data={cfg["lib_name"]: ["py.typed"]},
    install_requires=shlex.split(cfg.get("requirements", "")),
    extras_require={"dev": shlex.split(cfg.get("dev_requirements", ""))},
    python_requires=">=" + cfg["min_python"],
    long_description=readme,
    long_description_content_type="text/markdown",
    project_urls={"Documentation": cfg["doc_host"] + cfg["doc_baseurl"]},
    zip_safe=False,
    entry_points={"nbdev": [f"{cfg['lib_path']}={cfg['lib_path']}._modidx:d"]},
    **{k: cfg[k] for k in keys},
)
