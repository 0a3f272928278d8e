"""The tree keeps its promises: one concept per module, the law's time and money exact, pages without inline code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, PURE, ROOT, files, parsed, place, sources

LONGEST_MODULE = 450


def test_no_module_is_longer_than_one_concept() -> None:
    long = {
        place(path): lines
        for path in files(".py")
        if "migrations/versions" not in path.as_posix()
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }

    assert long == {}


def test_no_room_is_without_a_name_of_its_own() -> None:
    nameless = re.compile(r"^(utils?|helpers?|common|misc)(\.py)?$")

    assert [place(path) for path in files() if any(map(nameless.match, path.relative_to(ROOT).parts))] == []


def test_every_folder_of_the_product_is_a_package_that_the_import_contracts_can_see() -> None:
    folders = {path.parent for path in sources(*PRODUCT)}

    assert [place(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_nothing_is_left_for_later() -> None:
    # Spelt in pieces, so that this file does not find itself.
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|raise NotImpl" + r"emented")
    found = [
        place(path, number)
        for path in files(".py", ".html", ".js", ".css", ".toml", ".cfg", ".md", ".sh")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if later.search(line)
    ]

    assert found == []


def test_no_registry_address_is_recorded() -> None:
    """A lock or a page that names a host breaks behind the next firewall."""
    registries = ("py" + "pi", "python" + "hosted", "npm" + "js", "deb" + r"ian\.org", "jsdelivr", "unpkg", "cdn")
    host = re.compile(rf"https?://[^\s)\"']*({'|'.join(registries)})")
    suffixes = (".py", ".html", ".js", ".css", ".toml", ".cfg", ".md", ".lock", ".txt", ".json", ".yaml")
    found = [
        place(path, number)
        for path in files(*suffixes)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if host.search(line)
    ]

    assert found == []


# --- time, money, points --------------------------------------------------------------------------------------------

READS_A_CLOCK = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCKS = {"datetime", "date", "time", "dt"}


def judged_without_a_clock() -> list[Path]:
    """The pure core, and in the shell everything that decides or asks: time is an argument there."""
    shell = [path for path in sources("app") if path.name in ("services.py", "queries.py", "models.py", "line.py")]
    return [*sources(*PURE, "reports"), *shell]


def clock_readings(tree: ast.AST) -> list[int]:
    """Lines that call ``datetime.now()``, ``date.today()``, ``time.time()`` and the like, under any import form."""
    from_imports = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if alias.name in READS_A_CLOCK
    }
    lines = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in from_imports:
            lines.append(node.lineno)
        if isinstance(called, ast.Attribute) and called.attr in READS_A_CLOCK:
            owner = called.value
            if getattr(owner, "attr", getattr(owner, "id", "")) in CLOCKS:
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(SHANGHAI)",
        "date.today()",
        "datetime.datetime.utcnow()",
        "time.time()",
        "from time import time\ntime()",
    ],
)
def test_a_clock_reading_is_recognised_in_every_form(source: str) -> None:
    assert clock_readings(ast.parse(source))


def test_time_is_an_argument_of_every_rule_service_query_and_report() -> None:
    """民法典 第二百零一条 and every deadline: judged at a stated moment, so that an audit years later can repeat it."""
    assert [place(path, line) for path in judged_without_a_clock() for line in clock_readings(parsed(path))] == []


def floats(tree: ast.AST) -> list[int]:
    """Lines with a float literal or a ``float(...)`` call; an annotation that refuses floats is fine."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]


@pytest.mark.parametrize("source", ["price * 0.1", "float(points)"])
def test_a_float_is_recognised(source: str) -> None:
    assert floats(ast.parse(source)) == [1]


def test_no_float_touches_money_or_points() -> None:
    """0.1 + 0.2 is not 0.3 in floats: the core counts in whole fen 分 and exact fractions.

    Statistics of agreement describe marks and enter no score: nothing below them may import them (import contracts).
    """
    exact = [path for path in sources(*PURE) if "rubric/agreement/" not in path.as_posix()]
    assert [place(path, line) for path in exact for line in floats(parsed(path))] == []


# --- pages ----------------------------------------------------------------------------------------------------------

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    # A block of data (JSON-LD) is never executed, whatever a Content-Security-Policy says.
    "a script without src": re.compile(r"<script\b(?![^>]*(\bsrc\s*=|application/ld\+json))", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"(href|action)\s*=\s*[\"']?javascript:", re.IGNORECASE),
    "another host": re.compile(r"<(script|link|img|iframe)\b[^>]*(src|href)\s*=\s*[\"']?(https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize(
    ("what", "html"),
    [
        ("a style attribute", '<p class="a" style="color:red">'),
        ("a style element", "<style>"),
        ("a script without src", "<script>alert(1)</script>"),
        ("an event attribute", '<a href="#" onclick="f()">'),
        ("a javascript: address", '<a href="javascript:f()">'),
        ("another host", '<script src="//elsewhere.example/a.js">'),
    ],
)
def test_inline_code_is_recognised(what: str, html: str) -> None:
    assert INLINE[what].search(html)


def test_pages_hold_no_inline_code() -> None:
    """The Content-Security-Policy is ``default-src 'self'``: what is inline would not run."""
    found = []
    for path in files(".html", under="templates"):
        if "print" in path.relative_to(ROOT / "templates").parts:
            continue  # paper has no browser and no policy: a report carries its own sheet
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [f"{place(path)}: {what}" for what, pattern in INLINE.items() if pattern.search(text)]

    assert found == []
