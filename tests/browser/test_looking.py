"""The judges themselves: each fault that they are there for is seen, and what is well made passes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import looking
from tests.browser.hands import Keyboard
from tests.browser.looking import axe, measured, need_axe

Window = Callable[..., Page]

GOOD = '<h1>标题</h1><p>一句话, 其中有<a href="#x">链接</a>, 很短。</p><label>姓名 <input style="height:44px"></label><div id="x"></div>'


def drawn(window: Window, body: str, *, style: str = "", phone: bool = False) -> Page:
    page = window("", phone=phone)
    head = '<title>页</title><meta name="viewport" content="width=device-width, initial-scale=1">'
    page.set_content(f'<!doctype html><html lang="zh-CN"><head>{head}<style>{style}</style></head><body><main>{body}</main></body></html>')
    return page


def test_a_well_made_page_passes(window: Window) -> None:
    assert measured(drawn(window, GOOD), phone=True) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<div style="width:2000px">宽</div>', "wider than the window"),
        ('<p style="font-size:11px">小字</p>', "text of 11.0 px"),
        ('<svg viewBox="0 0 400 40" width="200"><text y="20" font-size="16">图中的字</text></svg>', "text of 8.0 px"),
        ('<button style="width:20px;height:44px">甲</button>', "target of 20 × 44 px"),
        ('<ul style="font-size:14px"><li><a href="/">单独的链接</a></li></ul>', "target of"),
        ('<input type="checkbox" aria-label="选">', "target of"),
        ('<a class="btn-primary" style="display:inline-block;height:30px" href="/">递交投标文件</a>', "main act 30 px high"),
    ],
    ids=["wide", "small", "small in a drawing", "narrow", "lone link", "lone box", "low main act"],
)
def test_each_fault_is_measured(window: Window, body: str, said: str) -> None:
    found = measured(drawn(window, body, style="body { margin: 8px; font-size: 16px }", phone=True), phone=True)

    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<p style="color:#999;background:#fff">看不清</p>', "color-contrast"),
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt"),
        ('<input name="price">', "label"),
        ('<div role="button"></div>', "aria-command-name"),
    ],
    ids=["contrast", "picture", "label", "name"],
)
def test_axe_is_asked_and_what_it_calls_serious_binds(window: Window, body: str, rule: str) -> None:
    need_axe()

    assert rule in {fault.rule for fault in axe(drawn(window, body)) if fault.binding}


def test_advice_does_not_bind(window: Window) -> None:
    need_axe()
    page = drawn(window, "<h1>一</h1><h4>四</h4>")

    assert [(fault.rule, fault.binding) for fault in axe(page, advice=True)] == [("heading-order", False)]
    assert axe(page) == []


def test_without_axe_a_test_is_skipped_aloud_and_fails_on_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "AXE", tmp_path / "axe.min.js")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="axe-core is missing"):
        need_axe()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="axe-core is missing"):
        need_axe()


BUTTONS = "<button>甲</button><button>乙</button><button>丙</button>"


def test_a_keyboard_that_sees_where_it_is_goes_through(window: Window) -> None:
    keys = Keyboard(drawn(window, BUTTONS, style=":focus-visible { outline: 3px solid }"))
    keys.to("丙")

    assert keys.stops == ["button[=] 甲", "button[=] 乙", "button[=] 丙"]


@pytest.mark.parametrize(
    ("style", "body", "said"),
    [
        (":focus { outline: none }", BUTTONS, "one does not see where one is"),
        ("button { outline: 3px solid }", BUTTONS, "one does not see where one is"),
        (":focus { outline: 3px solid } .bar { position: fixed; inset: 0 }", f"{BUTTONS}<div class=bar>盖住</div>", "below something"),
        (":focus { outline: 3px solid }", '<button onkeydown="event.preventDefault()">甲</button><button>丙</button>', "held"),
        (":focus { outline: 3px solid }", "<button>甲</button>", "nowhere"),
    ],
    ids=["no ring", "a ring on everything", "covered", "trapped", "not there"],
)
def test_each_fault_of_focus_is_noticed(window: Window, style: str, body: str, said: str) -> None:
    keys = Keyboard(drawn(window, body, style=style))

    with pytest.raises(AssertionError, match=said):
        keys.to("丙")
