"""Plain text 纯文本: what arrives holds no characters that no page can show and no database can keep.

Control characters come with texts pasted from PDF and office files; PostgreSQL refuses the first of them outright. They
are left out before anybody reads a form or a question. An address with one in it leads nowhere.
"""

from __future__ import annotations

import re
from functools import cached_property

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class PlainRequest(Request):
    """A request whose form and query hold plain text."""

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__:
            super()._load_form_data()
            self.__dict__["form"] = _plain(self.__dict__["form"])

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _plain(super().args)


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: a number that a row may have. What is longer is not found."""

    regex = "[0-9]{1,18}"


def init_app(app: Flask) -> None:
    app.request_class = PlainRequest
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_odd_address)


def refuse_odd_address() -> None:
    if _UNPRINTABLE.search(request.path):
        raise NotFound


def number(text: str | int | None) -> int:
    """The number that a field, a button or an address sent; 0, which no row has, for anything else."""
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0


def _plain(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    pairs = [(_UNPRINTABLE.sub("", name), _UNPRINTABLE.sub("", text)) for name, text in sent.items(multi=True)]
    return ImmutableMultiDict(pairs)
