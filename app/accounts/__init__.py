"""Accounts 账户: organisations, people, in which role they act, and how they come in."""

from app.accounts.actor import Actor

__all__ = ["Actor"]
