"""The pages of the law desk 法规服务台. No sign-in; what an address answers is the same for everybody."""

from __future__ import annotations

from app.lawdesk import check_page, pages
from app.lawdesk.place import room

__all__ = ["check_page", "pages", "room"]
