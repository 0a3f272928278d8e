"""``python -m sealing`` from keys to an opened bid, with files only; and it imports nothing of ours."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

import sealing
from sealing import keyfile
from sealing.__main__ import main
from sealing.canonical import from_base64, to_base64
from sealing.rule import Opener, rule_bytes

PHRASE = "a phrase of enough characters"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("CAIPING_PASSPHRASE", PHRASE)
    monkeypatch.setattr(keyfile.make_key_file, "__kwdefaults__", keyfile.make_key_file.__kwdefaults__ | {"rounds": keyfile.LEAST_ROUNDS})


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def run(line: str, code: int = 0) -> dict:
        assert main(line.split()) == code, capsys.readouterr()
        return json.loads(capsys.readouterr().out or "{}")

    return run


@pytest.fixture
def sealed(run, tmp_path):
    """Three openers, their rule, a bid of one file."""
    openers = []
    for n, org in ((1, "buyer"), (2, "agent"), (3, "supervisor")):
        run(f"key --holder opener{n} --out key{n}.json")
        made = run(f"tender-key --key key{n}.json --out tender{n}.json --tender cp-1 --n {n}")
        keys = {"all": from_base64(made["keys"]["all"], 65, "")}
        openers.append(Opener(n, org, org, from_base64(made["identity"], 65, ""), keys, from_base64(made["sig"], 64, "")))
    Path("rule.json").write_bytes(rule_bytes("cp-1", 1, ["all"], openers, [[1, 2], [1, 3], [2, 3]], False))
    run("key --holder bidder --out bidder.json")
    Path("offer.pdf").write_bytes(b"%PDF our offer" * 1000)
    return run("seal --rule rule.json --key bidder.json --org agency-7 --out sealed offer.pdf")


def test_sealed_by_one_command_and_opened_by_two_openers(run, sealed):
    opened = run("open --rule rule.json --sealed sealed --out opened --opener 1 key1.json tender1.json --opener 3 key3.json tender3.json")

    assert Path("opened/offer.pdf").read_bytes() == b"%PDF our offer" * 1000
    assert (opened["org"], opened["files"][0]["name"]) == ("agency-7", "offer.pdf")
    assert run("accept --rule rule.json --key key1.json")["fingerprint"] == sealed["fingerprint"]


def test_one_opener_opens_nothing_and_the_recovery_file_does(run, sealed):
    run("open --rule rule.json --sealed sealed --out opened --opener 1 key1.json tender1.json", code=1)
    run("open --rule rule.json --sealed sealed --out again --recovery sealed/recovery.json")

    assert not Path("opened").exists()
    assert Path("again/offer.pdf").exists()


def test_a_bid_whose_manifest_was_swapped_is_not_opened(run, sealed):
    manifest = Path("sealed/manifest.json")
    manifest.write_bytes(manifest.read_bytes().replace(b"agency-7", b"agency-8"))

    assert "不" in run("open --rule rule.json --sealed sealed --out opened --recovery sealed/recovery.json", code=1)["why"]


def test_drill_blame_and_wrong_use(run, sealed):
    assert run("drill --key key1.json --tender-key tender1.json")["holds"]
    run("drill --key key1.json --tender-key tender2.json", code=1)
    Path("shares.json").write_text(json.dumps({"1": to_base64(bytes(32)), "2": to_base64(bytes(32))}))
    assert run("blame --rule rule.json --sealed sealed --shares shares.json", code=1)["fault"] in {"disclose", "absent"}
    run("drill --key absent.json --tender-key tender1.json", code=2)
    run("key --holder again --out key1.json", code=2)


def test_it_imports_nothing_of_ours_and_only_cryptography():
    allowed = {"sealing", "cryptography", *sys.stdlib_module_names}
    for file in Path(sealing.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                assert {name.split(".")[0] for name in names} <= allowed, (file.name, names)
