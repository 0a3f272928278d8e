"""What the architecture tests look at: the files of the product, found by walking (an archive has no git)."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from kernel.lifecycle import Lifecycle

ROOT = Path(__file__).resolve().parent.parent.parent

PURE = ("kernel", "law", "rubric", "procurement", "evaluation")
PRODUCT = (*PURE, "sealing", "reports", "app")

_NOT_OURS = {"var", "build", "node_modules", "__pycache__"}


def _ours(folder: str) -> bool:
    generated = folder in _NOT_OURS or folder.endswith(".egg-info")
    return not generated and (folder == ".ci" or not folder.startswith("."))


def files(*suffixes: str, under: str = ".") -> Iterator[Path]:
    """Our own files with one of ``suffixes`` (all when none is given), sorted; nothing hidden, nothing generated."""
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = sorted(filter(_ours, folders))
        for name in sorted(names):
            if not suffixes or name.endswith(suffixes):
                yield Path(folder, name)


def sources(*packages: str) -> Iterator[Path]:
    """The Python files of ``packages``."""
    for package in packages:
        yield from files(".py", under=package)


def place(path: Path, line: int | None = None) -> str:
    """``path:line`` relative to the root, as a failing test prints it."""
    where = path.relative_to(ROOT).as_posix()
    return where if line is None else f"{where}:{line}"


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def pure_modules() -> tuple[ModuleType, ...]:
    """Every module of the pure core, imported: what an audit of the law would read."""
    found = []
    for name in PURE:
        package = importlib.import_module(name)
        found.append(package)
        found.extend(
            importlib.import_module(each.name)
            for each in pkgutil.walk_packages(package.__path__, f"{name}.")
            if not each.name.endswith(".__main__")
        )
    return tuple(found)


def lifecycles() -> list[Lifecycle]:
    """Every Lifecycle table of the pure core, once each."""
    values = (value for module in pure_modules() for value in vars(module).values())
    return list({id(value): value for value in values if isinstance(value, Lifecycle)}.values())
