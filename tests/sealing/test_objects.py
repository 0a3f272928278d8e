"""Rules, key files, checkpoints, receipts: what is lawful is read, everything else is refused with the reason."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sealing import keyfile, note, receipt
from sealing.canonical import MOST, Malformed, decode, encode, from_base64
from sealing.merkle import inclusion_proof, leaf_hash, root_of
from sealing.note import Checkpoint
from sealing.package import Entry, Index, name_fault, read_index, unpack
from sealing.rule import accept, accepted, read_rule
from sealing.suite import DoesNotOpen
from tests.sealing.making import SUITE, TWO_OF_THREE, a_rule, private, the_rule_bytes

# --- one spelling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":null}', b'{"a":1e3}', b'{"a":9007199254740992}', b'[1]', b'"a"',
        b'{"a":"\\u91c7"}', b'\xef\xbb\xbf{}', b'{"a":NaN}', b'{"a":-0}', b"{", b'{"a":"\\ud800"}', '{"采":1}'.encode(),
        b'{"a":' + b"[" * 99 + b"]" * 99 + b"}", b'{"a":' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_can_be_spelt_otherwise_is_not_read(raw):
    with pytest.raises(Malformed):
        decode(raw)


JSON = st.recursive(
    st.booleans() | st.integers(-MOST, MOST) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet="abz_9", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(alphabet="abcxyz_", max_size=5), JSON, max_size=5))
def test_what_is_written_is_read_again_as_it_was(value):
    raw = encode(value)

    assert decode(raw) == value
    assert encode(decode(raw)) == raw


def test_base64_has_one_spelling_too():
    assert from_base64("AA==", 1, "x") == b"\0"
    for text in ("AB==", "AA", "AA==\n", "A A=", "采", 5):
        with pytest.raises(Malformed):
            from_base64(text, 1, "x")


# --- the rule -----------------------------------------------------------------------------------------------------------


def test_the_fingerprint_is_130_bits_of_the_rules_hash_and_differs_for_every_rule():
    rule, other = a_rule(), a_rule(window_minutes=31)

    assert len(rule.fingerprint.replace(" ", "")) == 26
    assert rule.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("openers", "groups", "but", "why"),
    [
        (3, [[1]], {}, "不同单位的两人以上"),
        (4, [[1, 4]], {}, "不同单位的两人以上"),
        (3, [[2, 1]], {}, "编号不合规"),
        (3, [[1, 9]], {}, "编号不合规"),
        (3, [[1, 2], [1, 2]], {}, "不得重复"),
        (3, [[0, 1, 2]], {}, "投标人份额"),
        (3, TWO_OF_THREE, {"bidder_half": True}, "投标人份额"),
        (3, TWO_OF_THREE, {"envelopes": ["price"]}, "信封须为"),
        (3, TWO_OF_THREE, {"window_minutes": 4}, "解密时限"),
        (1, [[1]], {}, "开启人须有"),
    ],
)
def test_a_rule_that_lets_one_house_open_alone_is_no_rule(openers, groups, but, why):
    with pytest.raises(Malformed, match=why):
        read_rule(the_rule_bytes(openers, groups, **but))


def test_a_key_that_its_opener_did_not_sign_is_refused():
    """What stops a server from slipping in a key of its own."""
    value = json.loads(the_rule_bytes())
    value["openers"][0]["keys"]["all"] = value["openers"][0]["identity"]
    with pytest.raises(Malformed, match="没有本人签名"):
        read_rule(encode(value))


def test_an_opener_accepts_these_bytes_and_no_others():
    raw, other = the_rule_bytes(), the_rule_bytes(window_minutes=31)
    signature = accept(SUITE, private(1), raw)

    assert accepted(SUITE, SUITE.point_of(private(1)), raw, signature)
    assert not accepted(SUITE, SUITE.point_of(private(1)), other, signature)
    assert not accepted(SUITE, SUITE.point_of(private(2)), raw, signature)


# --- key files ----------------------------------------------------------------------------------------------------------

PHRASE = "六个词 抽出来 的口令 长一些 好"
KEY_FILE = keyfile.make_key_file("采购人", PHRASE, "2025-01-02T09:00:00Z", rounds=keyfile.LEAST_ROUNDS)


def test_a_key_file_opens_by_its_phrase_however_the_keyboard_spells_it():
    keys = keyfile.unlock(KEY_FILE, PHRASE.replace(" ", "\u3000"))

    assert (keys.holder, len(keys.ring)) == ("采购人", 32)
    assert len(KEY_FILE) < 1100
    assert len(keyfile.fingerprint(keys.identity).replace(" ", "")) == 20


@pytest.mark.parametrize("change", [lambda v: v | {"holder": "别人"}, lambda v: v | {"made_at": "2026"}])
def test_another_phrase_or_a_changed_file_opens_nothing(change):
    with pytest.raises(DoesNotOpen):
        keyfile.unlock(KEY_FILE, PHRASE + "x")
    with pytest.raises(DoesNotOpen):
        keyfile.unlock(encode(change(decode(KEY_FILE))), PHRASE)


@pytest.mark.parametrize(("rounds", "taken"), [(599_999, False), (600_000, True), (20_000_001, False)])
def test_too_few_rounds_are_weak_and_too_many_are_a_trap(rounds, taken):
    value = decode(KEY_FILE)
    changed = encode(value | {"kdf": value["kdf"] | {"iterations": rounds}})
    if taken:
        assert keyfile.unlock(changed, PHRASE)
    else:
        with pytest.raises(Malformed, match="轮数"):
            keyfile.unlock(changed, PHRASE)


def test_thirteen_characters_are_too_few():
    with pytest.raises(Malformed, match="14"):
        keyfile.make_key_file("x", "1234567890123", "now", rounds=keyfile.LEAST_ROUNDS)


def test_a_tender_key_opens_with_its_ring_for_its_tender_alone():
    keys = keyfile.Keys("采购人", private(1), bytes(32))
    made = keyfile.make_tender_key(keys, "cp-1", 1, "all")

    assert SUITE.point_of(keyfile.unwrap(keys, made.raw)) == made.point
    for change in ({"tender": "cp-2"}, {"tender_version": 2}, {"envelope": "price"}):
        with pytest.raises(DoesNotOpen):
            keyfile.unwrap(keys, encode(decode(made.raw) | change))
    with pytest.raises(DoesNotOpen):
        keyfile.unwrap(keyfile.Keys("x", private(1), bytes([1]) * 32), made.raw)


# --- checkpoints and receipts -------------------------------------------------------------------------------------------

LOG, RECEIPTS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
LOG_PUBLIC, RECEIPT_PUBLIC = (key.public_key().public_bytes_raw() for key in (LOG, RECEIPTS))
ORIGIN = "caiping.example.cn/log"


def a_receipt(**but: object) -> bytes:
    facts = {
        "v": 1, "kind": "accepted", "reason": "", "submission": "a" * 64, "manifests": ["b" * 64], "sm3": [], "received_at": 999, "db_at": 1000,
        "deadline": 1000, "sealed_by": "browser", "signature_kind": "device", "entry": '{"idx":3}', "leaf_index": 3,
        "key_id": receipt.receipt_key_id(RECEIPT_PUBLIC),
    } | but  # fmt: skip
    return receipt.receipt_bytes(facts)


def the_file(raw: bytes, entries: int = 9, at: int = 3) -> bytes:
    leaves = [leaf_hash(b'{"idx":%d}' % n) for n in range(entries)]
    checkpoint = note.signed(Checkpoint(ORIGIN, entries, root_of(leaves)), LOG)
    return receipt.file_bytes(raw, receipt.sign_receipt(raw, RECEIPTS), inclusion_proof(leaves, at), checkpoint)


def verify(file: bytes) -> receipt.Verified:
    return receipt.verify_file(file, RECEIPT_PUBLIC, ORIGIN, LOG_PUBLIC)


def test_a_receipt_is_verified_offline_down_to_the_checkpoint():
    assert verify(the_file(a_receipt())).logged
    raw = a_receipt()
    assert not verify(receipt.file_bytes(raw, receipt.sign_receipt(raw, RECEIPTS))).logged


@pytest.mark.parametrize(("received", "holds"), [(999, True), (1000, False), (1001, False)])
def test_what_came_at_the_deadline_came_late(received, holds):
    """财政部令第87号 第三十三条: 截止时间后送达的, 应当拒收; equal is late."""
    raw = a_receipt(received_at=received)
    if holds:
        assert verify(the_file(raw)).receipt.kind is receipt.Kind.ACCEPTED
    else:
        with pytest.raises(Malformed, match="截止时间"):
            verify(the_file(raw))
    assert verify(the_file(a_receipt(received_at=received, kind="refused", reason="late"))).receipt.reason == "late"


def test_a_receipt_for_another_line_or_of_another_key_does_not_hold():
    with pytest.raises(Malformed, match="不在检查点"):
        verify(the_file(a_receipt(leaf_index=4)))
    with pytest.raises(Malformed, match="不在检查点"):
        verify(the_file(a_receipt(entry='{"idx":4}')))
    with pytest.raises(Malformed, match="签名无效"):
        receipt.verify_file(the_file(a_receipt()), LOG_PUBLIC, ORIGIN, LOG_PUBLIC)
    with pytest.raises(Malformed, match="不是这把密钥"):
        receipt.verify_file(the_file(a_receipt()), RECEIPT_PUBLIC, ORIGIN, RECEIPT_PUBLIC)


@settings(max_examples=300)
@given(st.data())
def test_one_bit_anywhere_in_a_checkpoint_or_a_receipt_is_found(data):
    file = bytearray(the_file(a_receipt()))
    bit = data.draw(st.integers(0, len(file) * 8 - 1))
    file[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, ValueError)):
        verify(bytes(file))


@pytest.mark.parametrize("origin", ["", "a b", "a\nb", "a+b"])
def test_an_origin_is_one_word(origin):
    with pytest.raises(Malformed):
        note.signed(Checkpoint(origin, 1, bytes(32)), LOG)


# --- packages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../x.pdf", "a/b", "a\\b", ".x", "", "a\nb", "e\u0301", "长" * 67, "a\u202eb"])
def test_names_that_could_lead_elsewhere_are_refused(name):
    assert name_fault(name)
    with pytest.raises(Malformed):
        read_index(encode({"files": [{"name": name, "role": "r", "type": "t", "size": 1}], "made_by": "x"}))


def test_a_package_with_words_in_its_padding_or_two_files_of_one_name_is_refused():
    listed = Index((Entry("a", "r", "t", 3),), "x").encoded()
    stream = b"CPBID1\n\0" + len(listed).to_bytes(4, "big") + listed + b"abc"
    padded = stream + bytes(96 - len(stream)) if len(stream) < 96 else stream
    assert len(stream) > 60

    with pytest.raises(Malformed):
        unpack(padded[:-1] + b"x" if padded != stream else stream + b"x")
    for broken in (b"", b"XXXX", stream[:11], stream[:-1], b"CPBID1\n\0" + b"\xff" * 8):
        with pytest.raises(Malformed):
            unpack(broken)
    with pytest.raises(Malformed, match="重复"):
        read_index(encode({"files": 2 * [{"name": "a", "role": "r", "type": "t", "size": 1}], "made_by": "x"}))
