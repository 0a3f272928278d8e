"""Refusals as pages 拒绝页面: one table from what was raised to what a person reads. Pages leak nothing of the inside."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from kernel.refusal import Refusal, Stale

log = structlog.get_logger()

UNIQUE_VIOLATION = "23505"


@dataclass(frozen=True)
class Page:
    """What a status says: a title, why, and what to do next."""

    title: str
    why: str
    next: str


PAGES = {
    400: Page("请求有误", "提交的内容不完整或已损坏。", "请返回上一页, 刷新后重新填写。"),
    401: Page("请先登录", "您尚未登录, 或登录已失效。", "请登录后重新办理; 刚才的操作没有生效。"),
    403: Page("无权办理", "您现在的身份不能查看或办理此事项。", "如您有多个身份, 请在页面右上角切换身份。"),
    404: Page("未找到", "没有这个页面, 或者它不对您公开。", "请检查网址, 或从待办、公告进入。"),
    405: Page("请求有误", "此页面不接受这种操作。", "请返回上一页重新操作。"),
    409: Page("现在不能办理", "事项所处环节已变化。", "请刷新页面, 查看最新情况。"),
    413: Page("提交的内容过大", "文件或表单超过了允许的大小。", "请压缩或拆分文件后重新上传。"),
    415: Page("文件类型不符", "文件内容不是允许的类型。", "请上传 PDF、PNG、JPEG 或 XLSX 文件。"),
    422: Page("不能办理", "提交的内容不符合要求。", "请按下列说明修改后重新提交。"),
    429: Page("尝试过于频繁", "短时间内失败次数过多。", "请稍候再试。"),
    500: Page("系统出现错误", "这是系统的问题, 不是您的问题; 刚才的操作没有生效。", "请稍后重试; 如仍出现, 请把下面的编号告知管理员。"),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, refuse)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(IntegrityError, overtaken)
    app.register_error_handler(500, broken)


def refuse(refusal: Refusal) -> tuple[str, int]:
    """Our own no: the message, and every finding with its article."""
    return page(refusal.status, refusal.message, refusal)


def expired(_: CSRFError) -> tuple[str, int]:
    return page(400, "页面已过期或不是由本站打开的。")


def http(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Flask's own errors; redirects pass through."""
    status = error.code or 500
    if status < 400:
        return error
    mine = error.description if status == 400 and _is_chinese(error.description) else ""
    return page(status, mine or "")


def overtaken(error: IntegrityError) -> tuple[str, int]:
    """Two made the same row at once, on PostgreSQL, where both may look before either writes. Anything else is our bug."""
    if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
        raise error
    return refuse(Stale())


def broken(_: BaseException) -> tuple[str, int]:
    return page(500)


def page(status: int, why: str = "", refusal: Refusal | None = None) -> tuple[str, int]:
    """The page for ``status``, and the status."""
    words = PAGES.get(status) or PAGES[400 if status < 500 else 500]
    findings = refusal.findings if refusal else ()
    log.info("refused", status=status, endpoint=request.endpoint, refusal=type(refusal).__name__ if refusal else None)
    return render_template("layouts/refusal.html", words=words, status=status, why=why or words.why, findings=findings), status


def _is_chinese(text: str | None) -> bool:
    return bool(text) and any("一" <= c <= "鿿" for c in text or "")
