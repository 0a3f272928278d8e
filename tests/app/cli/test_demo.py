"""The demonstration: one tender from notice to standing record; what it ends with, a stranger computes again."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from demo.story import CHAPTERS, Ending, Line, tell

ROOT = Path(__file__).resolve().parents[3]


def told_into(folder: Path) -> tuple[list[Line], Ending]:
    """Tell the story and keep every line."""
    lines: list[Line] = []
    story = tell(folder)
    while True:
        try:
            lines.append(next(story))
        except StopIteration as end:
            return lines, end.value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(folder: Path) -> tuple[list[Line], Ending]:
    return told_into(folder / "once")


def test_every_chapter_is_told_in_order_and_time_never_runs_backwards(first: tuple[list[Line], Ending]) -> None:
    lines, _ = first
    chapters = [CHAPTERS.index(line.chapter) for line in lines]
    assert chapters == sorted(chapters)
    assert set(chapters) == set(range(len(CHAPTERS)))


def test_the_ranking_is_the_one_that_was_computed_apart_from_any_product(first: tuple[list[Line], Ending]) -> None:
    """The reference results of the real tender's first case: 92.03, 91.95, 74.78, 42.32."""
    places = [value for name, value in first[1].table if name.startswith("第") and "名" in name]
    assert [name for name, _ in first[1].table[:4]] == ["第1名 92.03 分", "第2名 91.95 分", "第3名 74.78 分", "第4名 42.32 分"]
    assert "2452483/26650" in places[0]


def test_money_renewal_standing_and_log_end_as_told(first: tuple[list[Line], Ending]) -> None:
    table = dict(first[1].table)
    assert table["第3笔款项"].endswith("已付 ¥2,355,860.00")
    assert "优秀" in table["履约记录"]
    assert "核验完好" in table["透明日志"]


def test_a_stranger_computes_the_same_ranking_from_the_filed_data(first: tuple[list[Line], Ending]) -> None:
    """``flask award rank`` on the published data of the evaluation, without the database."""
    data = first[1].folder / "评审数据.json"
    command = [str(Path(sys.executable).with_name("flask")), "award", "rank", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    [result] = json.loads(done.stdout)
    assert [place["total"] for place in result["ranking"]] == ["92.03", "91.95", "74.78", "42.32"]


def test_telling_it_twice_gives_the_same_documents_byte_for_byte(first: tuple[list[Line], Ending], folder: Path) -> None:
    lines, again = told_into(folder / "twice")
    assert lines == first[0], "the receipts too: each bid with its letter in PDF"
    assert [(path.name, digest) for path, digest in again.files] == [(path.name, digest) for path, digest in first[1].files]
    for path, digest in again.files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_every_bid_carries_its_letter(first: tuple[list[Line], Ending]) -> None:
    """Four bids and one that was replaced: five letters, each kept under its own SHA-256."""
    kept = [path for path in (first[1].folder / "files").rglob("*") if path.is_file()]

    assert len(kept) == 5
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.parent.name + path.name for path in kept)
    assert sum("附投标函" in line.detail for line in first[0]) == 4


def test_the_rare_characters_of_names_are_in_the_papers(first: tuple[list[Line], Ending]) -> None:
    """曹书㛃 evaluates and 许诗龑 scores: a missing glyph would disappear silently."""
    import pypdf

    def text(name: str) -> str:
        reader = pypdf.PdfReader(first[1].folder / name)
        return "".join(page.extract_text() for page in reader.pages)

    assert "曹书㛃" in text("期末绩效评估报告.pdf")
    assert "许诗龑" in text("评标报告.pdf")
