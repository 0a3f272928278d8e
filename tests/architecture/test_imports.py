"""The import contracts of setup.cfg: they cover the whole product, name what exists, and bite."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, ROOT, sources


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over the packages under ``root``, in a process of its own, since it imports what it reads."""
    linter = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-P", "-c", linter, "--config", "setup.cfg", "--no-cache"],
        cwd=root, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_every_package_of_the_product_is_under_the_contracts() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "demo"}

    assert packages == set(PRODUCT) == set(contracts()["importlinter"]["root_packages"].split())


def test_the_contracts_hold() -> None:
    run = lint(ROOT)

    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


PLANTED = {
    # module that breaks the contract, what it imports, and the sentence that must object
    ("kernel.money", "flask"): "The core knows no web, no database and no renderer",
    ("procurement.bid", "evaluation.scheme"): "Each storey stands on the ones below",
    ("procurement.supplier", "procurement.scoring"): "A stage of the procedure may look back, never ahead",
    ("procurement.desk.answer", "procurement.desk.clock"): "The desk: each answer on its own",
    ("sealing.canonical", "kernel.canonical"): "Each storey stands on the ones below",
    ("sealing.merkle", "sealing.bid"): "Sealing, from one spelling of JSON",
    ("evaluation.subject", "evaluation.result"): "From subject to result, one way",
    ("rubric.rule", "rubric.aggregation"): "From criterion to grade, one way",
    ("reports.workbook", "rubric.sheet"): "Renderers know documents, not subjects",
    ("reports.fonts", "sqlalchemy"): "A report is made from facts, never from a request or a table",
    ("app.web", "app.procurement.bids.models"): "Floors of the shell",
    ("app.messages.letters", "app.messages.mail"): "A message is written knowing no provider",
    ("app.procurement.suppliers.models", "app.procurement.tenders.models"): "Procurement rooms follow the procedure",
    ("app.evaluation.schemes.models", "app.evaluation.sheets.models"): "Evaluation rooms follow the evaluation",
    ("app.procurement.tenders.models", "app.procurement.tenders.views"): "Inside a room: views over forms",
    ("app.procurement.tenders.services", "flask"): "A service runs the same from browser",
    ("app.procurement.tenders.views", "openpyxl"): "Only reports/ touches WeasyPrint, openpyxl and pygal",
    ("app.cli", "app.procurement.tenders.models"): "Outside the procurement wing, ask queries, not tables",
    ("app.disclosure", "app.evaluation.results.models"): "Outside the evaluation wing, ask queries, not tables",
}


@pytest.fixture(scope="module")
def objections(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the product in which every contract is broken once."""
    root = tmp_path_factory.mktemp("broken")
    shutil.copy(ROOT / "setup.cfg", root)
    for source in sources(*PRODUCT):
        copy = root / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    for module, imported in PLANTED:
        path = root / f"{module.replace('.', '/')}.py"
        path = path if path.exists() else root / module.replace(".", "/") / "__init__.py"
        assert path.exists(), f"{module} has moved: plant its violation elsewhere"
        path.write_text(path.read_text(encoding="utf-8") + f"\nimport {imported}\n", encoding="utf-8")

    run = lint(root)

    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


def test_every_contract_has_its_planted_violation() -> None:
    names = [section["name"] for title, section in contracts().items() if title.startswith("importlinter:contract:")]

    assert [name for name in names if not any(name.startswith(planted) for planted in PLANTED.values())] == []


@pytest.mark.parametrize("violation", PLANTED, ids=lambda pair: " -> ".join(pair))
def test_a_forbidden_import_is_caught_by_the_contract_that_forbids_it(
    objections: str, violation: tuple[str, str]
) -> None:
    contract = PLANTED[violation]
    details = objections.split("Broken contracts", 1)[1]
    headings = [section["name"] for title, section in contracts().items() if title.startswith("importlinter:contract:")]
    [heading] = [name for name in headings if name.startswith(contract)]
    said = details.split(f"{heading}\n---", 1)[1]
    ends = [at for name in headings if (at := said.find(f"\n{name}\n---")) >= 0]
    said = said[: min(ends)] if ends else said

    module, imported = violation
    assert module in said
    assert imported in said
