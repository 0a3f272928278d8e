"""``python -m sealing``: seal, open, verify, blame and drill without the product, its database or a network.

Files: a rule as the tender publishes it; a key file; a wrapped tender key; a sealed envelope as a folder with
``manifest.json``, ``submission.json``, ``submission.sig``, ``recovery.json`` and ``chunks/``. Passphrases are asked for, or
read from the variable CAIPING_PASSPHRASE. Answers are JSON on stdout; exit 0 it holds, 1 it does not, 2 wrong use.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import Any, BinaryIO

from sealing import bid, keyfile, merkle, note, receipt
from sealing.blame import Fault, blame
from sealing.canonical import Malformed, from_base64, to_base64
from sealing.context import Context
from sealing.manifest import Manifest, read_manifest, read_submission, submission_bytes, submission_faults
from sealing.package import Entry, Index, name_fault, unpack
from sealing.rule import Rule, accept, read_rule
from sealing.suite import SUITES, DoesNotOpen

BUILD = "caiping-sealing-cli/1"
HOLDS, DOES_NOT_HOLD, WRONG_USE = 0, 1, 2


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = _parser()
    given = parser.parse_args(words)
    try:
        answer = given.run(given)
    except (Malformed, DoesNotOpen) as reason:
        print(json.dumps({"holds": False, "why": str(reason)}, ensure_ascii=False))
        return DOES_NOT_HOLD
    except (OSError, ValueError) as reason:
        print(f"sealing: {reason}", file=sys.stderr)
        return WRONG_USE
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return HOLDS if answer.get("holds", True) else DOES_NOT_HOLD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m sealing", description="密封投标: 密封、开启、核对、归责、演练")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, zh: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=zh, description=zh)
        made.set_defaults(run=run)
        return made

    made = command("key", _key, "制作密钥文件")
    made.add_argument("--holder", required=True)
    made.add_argument("--out", type=Path, required=True)
    made = command("tender-key", _tender_key, "为一个项目制作开启密钥")
    for name in ("--key", "--out"):
        made.add_argument(name, type=Path, required=True)
    made.add_argument("--tender", required=True)
    made.add_argument("--tender-version", type=int, default=1)
    made.add_argument("--envelope", default="all")
    made.add_argument("--n", type=int, required=True, help="开启人编号")
    made = command("accept", _accept, "接受开启规则")
    for name in ("--key", "--rule"):
        made.add_argument(name, type=Path, required=True)
    made = command("seal", _seal, "密封投标文件")
    for name in ("--rule", "--key", "--out"):
        made.add_argument(name, type=Path, required=True)
    for name in ("--org", "--envelope"):
        made.add_argument(name, required=name == "--org", default="all")
    made.add_argument("--bid", default="", help="投标编号; 不给则新生成")
    made.add_argument("--bid-version", type=int, default=1)
    made.add_argument("--replaces", default="")
    made.add_argument("files", type=Path, nargs="+")
    made = command("open", _open, "开启一份密封的投标文件")
    for name in ("--rule", "--sealed", "--out"):
        made.add_argument(name, type=Path, required=True)
    made.add_argument("--opener", nargs=3, action="append", metavar=("N", "KEY", "TENDER_KEY"), default=[])
    made.add_argument("--recovery", type=Path, help="投标人的恢复文件")
    made = command("verify", _verify, "核对回执文件")
    made.add_argument("file", type=Path)
    made.add_argument("--receipt-key", required=True, help="平台回执公钥, base64")
    made.add_argument("--log-key", required=True, help="日志公钥, base64")
    made.add_argument("--origin", required=True)
    made = command("consistency", _consistency, "核对两个检查点之间日志只增未改")
    for name in ("--old", "--new", "--proof"):
        made.add_argument(name, type=Path, required=True)
    made.add_argument("--log-key", required=True)
    made.add_argument("--origin", required=True)
    made = command("blame", _blame, "投标文件打不开, 由谁负责")
    for name in ("--rule", "--sealed", "--shares"):
        made.add_argument(name, type=Path, required=True)
    made.add_argument("--disclosed", type=Path, help="公开的项目私钥 {编号: base64}")
    made = command("drill", _drill, "演练: 给自己写一封信并打开")
    for name in ("--key", "--tender-key"):
        made.add_argument(name, type=Path, required=True)
    return parser


# --- keys ---------------------------------------------------------------------------------------------------------------


def _passphrase(what: str) -> str:
    return os.environ.get("CAIPING_PASSPHRASE") or getpass(f"{what}的口令: ")


def _unlocked(path: Path) -> keyfile.Keys:
    return keyfile.unlock(path.read_bytes(), _passphrase(path.name))


def _write_new(path: Path, raw: bytes) -> None:
    """Never overwrites: a key that is gone is gone."""
    with path.open("xb") as file:
        file.write(raw)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(given: argparse.Namespace) -> dict[str, Any]:
    passphrase = _passphrase(given.out.name)
    raw = keyfile.make_key_file(given.holder, passphrase, _now())
    _write_new(given.out, raw)
    keys = keyfile.unlock(given.out.read_bytes(), passphrase)
    return {"holder": given.holder, "identity": to_base64(keys.identity), "fingerprint": keyfile.fingerprint(keys.identity)}


def _tender_key(given: argparse.Namespace) -> dict[str, Any]:
    keys = _unlocked(given.key)
    made = keyfile.make_tender_key(keys, given.tender, given.tender_version, given.envelope)
    _write_new(given.out, made.raw)
    points = {given.envelope: made.point}
    sig = keyfile.sign_tender_keys(SUITES["P256-1"], keys, given.tender, given.tender_version, given.n, points)
    return {"n": given.n, "identity": to_base64(keys.identity), "keys": {given.envelope: to_base64(made.point)}, "sig": to_base64(sig)}


def _accept(given: argparse.Namespace) -> dict[str, Any]:
    raw = given.rule.read_bytes()
    rule, keys = read_rule(raw), _unlocked(given.key)
    if keys.identity not in {each.identity for each in rule.openers}:
        raise Malformed("规则中没有这把密钥的持有人")
    return {"fingerprint": rule.fingerprint, "acceptance": to_base64(accept(rule.suite, keys.private, raw))}


def _drill(given: argparse.Namespace) -> dict[str, Any]:
    keys, suite = _unlocked(given.key), SUITES["P256-1"]
    private = keyfile.unwrap(keys, given.tender_key.read_bytes())
    share = secrets.token_bytes(32)
    letter = suite.seal_letter(suite.point_of(private), b"caiping/drill/1", share)
    return {"holds": suite.open_letter(private, b"caiping/drill/1", letter) == share, "at": _now(), "holder": keys.holder}


# --- seal and open ------------------------------------------------------------------------------------------------------


def _seal(given: argparse.Namespace) -> dict[str, Any]:
    rule, keys = read_rule(given.rule.read_bytes()), _unlocked(given.key)
    wrong = [f"{path.name}: {fault}" for path in given.files if (fault := name_fault(path.name))]
    if wrong:
        raise Malformed("；".join(wrong))
    index = Index(tuple(Entry(path.name, "bid", "application/octet-stream", path.stat().st_size) for path in given.files), BUILD)
    context = Context(
        rule.suite.name, rule.tender, rule.tender_version, rule.digest.hex(), given.org, given.bid or secrets.token_urlsafe(16),
        given.bid_version, given.envelope,
    )  # fmt: skip
    with contextlib.ExitStack() as stack:

        def files() -> list[BinaryIO]:
            return [stack.enter_context(path.open("rb")) for path in given.files]

        sealed = bid.seal(rule, context, index, files, signer=keys.identity, made_at=_now(), replaces=given.replaces)
        (given.out / "chunks").mkdir(parents=True)
        for number, chunk in enumerate(bid.chunks_again(sealed, index, files)):
            _write_new(given.out / "chunks" / f"{number:06}", chunk)
    submission = submission_bytes([sealed.manifest])
    _write_new(given.out / "manifest.json", sealed.manifest.raw)
    _write_new(given.out / "submission.json", submission)
    _write_new(given.out / "submission.sig", rule.suite.sign(keys.private, "submission/1", submission))
    _write_new(given.out / "recovery.json", sealed.recovery())
    return {
        "fingerprint": rule.fingerprint, "bid": context.bid, "manifest": sealed.manifest.digest, "chunks": sealed.manifest.chunks,
        "length": sealed.manifest.length,
    }  # fmt: skip


def _chunks(folder: Path, count: int) -> Iterator[bytes]:
    for number in range(count):
        yield (folder / "chunks" / f"{number:06}").read_bytes()


def _sealed(given: argparse.Namespace) -> tuple[Rule, Manifest]:
    rule, manifest = read_rule(given.rule.read_bytes()), read_manifest((given.sealed / "manifest.json").read_bytes())
    if len(rule.envelopes) == 1:
        submission = read_submission((given.sealed / "submission.json").read_bytes())
        wrong = submission_faults(submission, (given.sealed / "submission.sig").read_bytes(), [manifest], rule)
        if wrong:
            raise Malformed("；".join(wrong))
    return rule, manifest


def _open(given: argparse.Namespace) -> dict[str, Any]:
    rule, manifest = _sealed(given)
    shares: dict[int, bytes] = {}
    for n, key, tender_key in given.opener:
        private = keyfile.unwrap(_unlocked(Path(key)), Path(tender_key).read_bytes())
        shares[int(n)] = bid.shares_of(manifest, int(n), private)
    chunks = _chunks(given.sealed, manifest.chunks)
    if given.recovery is not None:
        stream = bid.open_with_recovery(manifest, rule, given.recovery.read_bytes(), shares, chunks)
    else:
        stream = bid.open_envelope(manifest, rule, shares, chunks)
    index, files = unpack(b"".join(stream))
    given.out.mkdir(parents=True)
    for file in files:
        _write_new(given.out / file.entry.name, file.text)
    return {"org": manifest.context.org, "made_by": index.made_by, "files": [vars(file.entry) for file in files]}


# --- verify and blame ---------------------------------------------------------------------------------------------------


def _verify(given: argparse.Namespace) -> dict[str, Any]:
    keys = (from_base64(given.receipt_key, 32, "回执公钥"), from_base64(given.log_key, 32, "日志公钥"))
    found = receipt.verify_file(given.file.read_bytes(), keys[0], given.origin, keys[1])
    at = datetime.fromtimestamp(found.receipt.received_at / 1_000_000, UTC).isoformat()
    return {
        "holds": True, "kind": found.receipt.kind.value, "submission": found.receipt.submission, "received_at": at,
        "sealed_by": found.receipt.sealed_by, "logged": found.logged, "leaf_index": found.receipt.leaf_index,
    }  # fmt: skip


def _consistency(given: argparse.Namespace) -> dict[str, Any]:
    public = from_base64(given.log_key, 32, "日志公钥")
    old, new = (note.read_checkpoint(path.read_bytes(), given.origin, public) for path in (given.old, given.new))
    proof = [from_base64(each, 32, "证明") for each in json.loads(given.proof.read_text("utf-8"))]
    holds = merkle.is_consistent(old.size, new.size, old.root, new.root, proof)
    return {"holds": holds, "old": old.size, "new": new.size}


def _blame(given: argparse.Namespace) -> dict[str, Any]:
    rule, manifest = _sealed(given)
    shares = _numbered(given.shares, 32)
    disclosed = _numbered(given.disclosed, None) if given.disclosed else {}
    verdict = blame(manifest, rule, shares, _chunks(given.sealed, manifest.chunks), disclosed)
    holds = verdict.fault is Fault.NOBODY
    return {"holds": holds, "fault": verdict.fault.value, "zh": verdict.fault.zh, "opener": verdict.opener, "why": verdict.why}


def _numbered(path: Path, length: int | None) -> dict[int, bytes]:
    return {int(n): from_base64(text, length, f"开启人 {n}") for n, text in json.loads(path.read_text("utf-8")).items()}


if __name__ == "__main__":
    sys.exit(main())
