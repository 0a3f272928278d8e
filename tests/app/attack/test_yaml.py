"""Files that want to hurt: every one is refused in Chinese, in no time, and the process is still there afterwards."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from app.procurement.tenders.casefile import read_case_file
from kernel.refusal import BadInput
from rubric.reading import load_yaml

DEEP = ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 50_000, "a: " + "[" * 20_000 + "]" * 20_000]
ODD = [
    'a: "\\0b"', 'a: "\\x07"', 'a: "\\ud800"', "a: b\0c", "a: !!binary aGk=", "a: !!set {x}", "a: !!omap [x: 1]",
    "a: !!timestamp x", "a: !!bool x", "a: !!int x", "a: 2025-99-99", "a: 0x" + "f" * 5000, "a: " + "9" * 5000,
    "a: " + "59:" * 3000 + "59", "? [a]\n: b", "? {a: 1}\n: b", "<<: [1]", "a: 1\n---\nb: 2", "a: 1\na: 2",
    "a: !!python/object/apply:os.system [id]", "a: &x [1]\nb: *x",
]  # fmt: skip
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{c}: &{c} [{','.join(['*' + p] * 9)}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("text", DEEP, ids=["flow sequences", "flow mappings", "block sequences", "keys", "closed"])
def test_a_hundred_thousand_brackets_do_not_kill_the_process(text):
    """PyYAML's composer in C has no end: without a look beforehand this is a segmentation fault."""
    code = (
        "import sys; from rubric.reading import load_yaml; from kernel.refusal import BadInput\n"
        "try: load_yaml(sys.stdin.read())\nexcept BadInput as refusal: print('refused', '过深' in str(refusal))"
    )
    told = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stdout.strip()) == (0, "refused True")


@pytest.mark.parametrize("text", [*DEEP[:2], *ODD, LAUGHS])
@pytest.mark.parametrize("read", [load_yaml, lambda text: read_case_file(text.encode())], ids=["rubric", "case file"])
def test_every_odd_file_is_refused_in_chinese_and_at_once(read, text):
    began = time.perf_counter()
    with pytest.raises(BadInput) as refusal:
        read(text)
    assert time.perf_counter() - began < 5
    assert refusal.value.findings
    for finding in refusal.value.findings:
        assert any("一" <= c <= "鿿" for c in finding.zh)
        assert not any(word in finding.zh for word in ("expected", "found", "could not", "sys.", "NoneType"))
        finding.zh.encode()

