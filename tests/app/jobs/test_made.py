"""A report is typeset once, however often and by however many at once it is asked for."""

from __future__ import annotations

import os
import threading
import time
from datetime import date

import pytest

from app.jobs.made import KEPT, Made
from reports.document import Document


def a_document(title: str = "评估报告") -> Document:
    return Document(title, "示范评估中心", date(2025, 3, 10), ())


class Press:
    """A typesetter that counts."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.breaks = False

    def __call__(self, document: Document) -> bytes:
        time.sleep(0.05)
        self.made.append(document.title)
        if self.breaks:
            raise RuntimeError("no ink")
        return f"%PDF {document.title}".encode()


@pytest.fixture
def press() -> Press:
    return Press()


@pytest.fixture
def made(tmp_path, press) -> Made:
    return Made(tmp_path / "made", press)


def test_the_same_document_is_made_once_and_another_anew(made, press):
    first = made.pdf(a_document())

    assert made.pdf(a_document()) == first
    assert made.pdf(a_document("另一份")) != first
    assert press.made == ["评估报告", "另一份"]


def test_two_who_ask_at_once_wait_for_one_making(made, press):
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda: got.append(made.pdf(a_document()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 4
    assert len(set(got)) == 1
    assert press.made == ["评估报告"]


def test_what_could_not_be_made_is_tried_again_and_not_kept(made, press):
    press.breaks = True
    with pytest.raises(RuntimeError):
        made.pdf(a_document())
    press.breaks = False

    assert made.pdf(a_document()) == "%PDF 评估报告".encode()


@pytest.mark.parametrize(("seconds", "left"), [(-60, 2), (60, 1)])
def test_what_nobody_asks_for_any_more_goes(made, tmp_path, seconds, left):
    made.pdf(a_document())
    [old] = (tmp_path / "made").glob("*.pdf")
    then = time.time() - KEPT.total_seconds() - seconds
    os.utime(old, (then, then))
    made.pdf(a_document("另一份"))

    assert len(list((tmp_path / "made").glob("*.pdf"))) == left
