"""Settings 设置: one frozen value, read once from the environment. Refuses to start half-configured."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kernel.period import SHANGHAI

ROOT = Path(__file__).resolve().parent.parent

MEBIBYTE = 1024 * 1024

TRAINING_HOURS = 24 * 365 * 10
"""How long a session lasts where the clock is moved by weeks: nobody is signed out by moving it."""


class HalfConfigured(Exception):
    """设置不完整: the message says in Chinese which variables are missing or wrong, all at once."""


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations.

    now           where the clock starts; None is real time. The demonstration site starts in its own story
    sign_in_hours how long a session lasts
    training      训练模式: a database of its own under var/training, and a clock that the learner moves forward
    file_limit    bytes one uploaded file may have; file_count: how many files may belong to one bid
    proxies       how many trusted reverse proxies stand in front: so many X-Forwarded-For entries are believed
    site_url      where this site is reached, for links in letters; smtp_url, sms_url: "" = that channel is not used
    lease_seconds how long a worker may hold one letter; then it is believed dead, and another takes the letter
    law_seconds   how often a process asks whether something was entered into the law
    """

    secret_key: str
    database_url: str
    root: Path = ROOT
    var: Path = ROOT / "var"
    production: bool = False
    training: bool = False
    https: bool = False
    proxies: int = 0
    now: datetime | None = None
    sign_in_hours: int = 12
    request_limit: int = 64 * MEBIBYTE
    file_limit: int = 50 * MEBIBYTE
    file_count: int = 40
    form_parts: int = 2000
    sqlite_synchronous: str = "FULL"
    csrf: bool = True
    testing: bool = False
    site_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    sms_url: str = ""
    sms_secret: str = ""
    redis_url: str = ""
    lease_seconds: int = 60
    law_seconds: float = 2.0

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment describes. Raises HalfConfigured naming everything that is wrong.

        CAIPING_ENV         development (default) or production
        CAIPING_SECRET_KEY  signs cookies; required in production, made and kept under var/ in development
        DATABASE_URL        postgresql://…; without it SQLite in var/caiping.sqlite3
        CAIPING_VAR         where files of this installation are kept; default var/
        CAIPING_HTTPS       1 or 0; default 1 in production
        CAIPING_PROXIES     number of trusted reverse proxies; default 0
        CAIPING_NOW         ISO time at which a simulated clock starts
        CAIPING_SITE_URL    https://… under which people reach this site: for links in letters
        CAIPING_SMTP_URL    smtps://user:secret@host:465, smtp+starttls://…:587 or smtp://localhost:25
        CAIPING_MAIL_FROM   the sender's address; required with CAIPING_SMTP_URL
        CAIPING_SMS_URL     who sends short messages: gets one signed POST each; CAIPING_SMS_SECRET signs them
        HUEY_REDIS_URL      redis://…: one queue for several machines; without it a file under CAIPING_VAR
        CAIPING_TRAINING    1: training mode, its database in training/ below CAIPING_VAR; never in production
        """
        env = os.environ if environ is None else environ
        wrong: list[str] = []
        mode = env.get("CAIPING_ENV", "development")
        if mode not in ("development", "production"):
            wrong.append("CAIPING_ENV 只能是 development 或 production")
        production = mode == "production"
        var = Path(env.get("CAIPING_VAR") or ROOT / "var")
        training = env.get("CAIPING_TRAINING", "0")
        if training not in ("0", "1"):
            wrong.append("CAIPING_TRAINING 只能是 0 或 1")
        if training == "1":
            var = var / "training"
            if production:
                wrong.append("CAIPING_TRAINING 是训练模式, 生产环境不得设置")
            if env.get("DATABASE_URL"):
                wrong.append("训练模式使用自己的数据库, 不得同时设置 DATABASE_URL")
        secret = env.get("CAIPING_SECRET_KEY", "")
        if production and len(secret) < 32:
            wrong.append("CAIPING_SECRET_KEY 未设置或不足 32 个字符（生产环境必须设置）")
        now = _moment(env.get("CAIPING_NOW", ""), wrong)
        if production and now is not None:
            wrong.append("CAIPING_NOW 是演示用的模拟时钟, 生产环境不得设置")
        proxies = env.get("CAIPING_PROXIES", "0")
        if not proxies.isdecimal():
            wrong.append("CAIPING_PROXIES 须为非负整数")
        https = env.get("CAIPING_HTTPS", "1" if production else "0")
        if https not in ("0", "1"):
            wrong.append("CAIPING_HTTPS 只能是 0 或 1")
        wrong.extend(_unreachable(env, production))
        if wrong:
            raise HalfConfigured("设置不完整, 未启动: " + "；".join(wrong))
        return cls(
            secret_key=secret or _kept_secret(var),
            database_url=_driver(env.get("DATABASE_URL") or f"sqlite:///{var.resolve() / 'caiping.sqlite3'}"),
            var=var,
            production=production,
            training=training == "1",
            sign_in_hours=cls.sign_in_hours if training == "0" else TRAINING_HOURS,
            https=https == "1",
            proxies=int(proxies),
            now=now,
            site_url=env.get("CAIPING_SITE_URL", "").rstrip("/"),
            smtp_url=env.get("CAIPING_SMTP_URL", ""),
            mail_from=env.get("CAIPING_MAIL_FROM", ""),
            sms_url=env.get("CAIPING_SMS_URL", ""),
            sms_secret=env.get("CAIPING_SMS_SECRET", ""),
            redis_url=env.get("HUEY_REDIS_URL", ""),
        )

    def flask_config(self) -> dict[str, Any]:
        """The same settings under the names that Flask and its extensions read."""
        sqlite = self.database_url.startswith("sqlite")
        return {
            "SECRET_KEY": self.secret_key,
            "TESTING": self.testing,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {} if sqlite else {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10},
            "MAX_CONTENT_LENGTH": self.request_limit,
            "MAX_FORM_MEMORY_SIZE": 4 * MEBIBYTE,
            "MAX_FORM_PARTS": self.form_parts,
            "SESSION_COOKIE_NAME": "__Host-caiping" if self.https else "caiping",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_REFRESH_EACH_REQUEST": False,  # a session ends when it said it would
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.https,
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=self.sign_in_hours),
            "WTF_CSRF_ENABLED": self.csrf,
            "WTF_CSRF_CHECK_DEFAULT": False,  # app/web/guard.py checks, after the policy and not before it
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": self.https,
            "WTF_I18N_ENABLED": False,
            "BOOTSTRAP_SERVE_LOCAL": True,
        }


def _unreachable(env: Mapping[str, str], production: bool) -> list[str]:
    """What is wrong with the ways out of the house."""
    wrong = []
    site, smtp, sms = (env.get(f"CAIPING_{name}_URL", "") for name in ("SITE", "SMTP", "SMS"))
    web = ("https://",) if production else ("https://", "http://")
    if site and not site.startswith(web):
        wrong.append(f"CAIPING_SITE_URL 须以 {' 或 '.join(web)} 开头")
    if smtp and not smtp.startswith(("smtp://", "smtps://", "smtp+starttls://")):
        wrong.append("CAIPING_SMTP_URL 须以 smtps://、smtp+starttls:// 或 smtp:// 开头")
    if smtp and "@" not in env.get("CAIPING_MAIL_FROM", ""):
        wrong.append("CAIPING_MAIL_FROM 须为发件人地址（设置了 CAIPING_SMTP_URL 时必填）")
    if sms and not sms.startswith(web):
        wrong.append(f"CAIPING_SMS_URL 须以 {' 或 '.join(web)} 开头")
    if sms and len(env.get("CAIPING_SMS_SECRET", "")) < 16:
        wrong.append("CAIPING_SMS_SECRET 不足 16 个字符（设置了 CAIPING_SMS_URL 时必填）")
    if production and (smtp or sms) and not site:
        wrong.append("CAIPING_SITE_URL 未设置（对外发送消息时必填）")
    redis = env.get("HUEY_REDIS_URL", "")
    if redis and not redis.startswith(("redis://", "rediss://", "unix://")):
        wrong.append("HUEY_REDIS_URL 须以 redis://、rediss:// 或 unix:// 开头")
    return wrong


def _driver(url: str) -> str:
    """``url`` with the driver we ship: psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _moment(text: str, wrong: list[str]) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        wrong.append(f"CAIPING_NOW 无法识别: {text}")
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _kept_secret(var: Path) -> str:
    """The development secret: made at the first start, readable by its owner only, the same ever after."""
    path = var / "secret"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
