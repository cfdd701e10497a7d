from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from conformance.report import annotations, badge, certificate, pageindex, summary, terminal, text
from conformance.report.baseline import Baseline, compare
from conformance.report.junit import Known

from .samples import HOSTILE, hostile, mixed, passing, result, run, wrong_status

RUNS = {
    "conformant": (run(), passing()),
    "not-conformant": (run(), [*mixed(), hostile()]),
    "incomplete": (run(), [*passing(), result("NAME_INVALID/op9/Name/sign", "untested")]),
    "interrupted": (run(interrupted=True, left_over=["address \x1b[31mA1"]), passing(2)),
    "nothing": (run(), []),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_summary_holds_no_markup_of_the_target(name):
    written = summary.render(*RUNS[name])
    html = MarkdownIt("commonmark").enable("table").render(written)
    assert "<script>" not in html.replace("&lt;script&gt;", "")
    assert "\x1b" not in written
    assert "\u202e" not in written
    # A row of a table has as many cells as its head: no bar of the target's has broken it.
    for table in re.findall(r"<table>.*?</table>", html, re.S):
        rows = [len(re.findall("<t[hd][ >]", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.S)]
        assert len(set(rows)) == 1


def test_the_summary_says_verdict_findings_and_what_to_add():
    written = summary.render(run(), [*mixed(), *passing()])
    assert written.startswith("## ❌ Example 4.2: not conformant")
    assert "`THING_NOT_FOUND/op0/Thing/unknown`" in written
    assert "add to the profile: [facts] number = ..." in written
    assert "Not allowed: purchases, messages." in written


def test_the_summary_of_a_large_run_stays_small():
    many = [wrong_status(f"THING_NOT_FOUND/op{each}/P/v", 400 + each % 90) for each in range(5000)]
    assert len(summary.render(run(), many).encode()) < 50_000


def test_the_summary_says_what_changed():
    known = Baseline("last.xml", "junit", {"THING_NOT_FOUND/op0/Thing/unknown": Known("pass")})
    written = summary.render(run(), mixed(), compare(known, mixed()))
    assert "### Against `last.xml`" in written
    assert "newly broken: `THING_NOT_FOUND/op0/Thing/unknown`" in written


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("width", [40, 120])
def test_the_terminal_gets_printable_lines(name, width):
    for line in terminal.render(*RUNS[name], width=width):
        assert line.text.isprintable(), line


def test_a_long_list_of_what_is_left_over_is_cut() -> None:
    lines = [line.text for line in terminal.render(run(left_over=[f"Address {n}" for n in range(99)]), passing(2))]
    shown = [line for line in lines if line.startswith("  Address")]
    assert 5 < len(shown) < 20 and f"… and {99 - len(shown)} more, which the certificate lists" in lines


def test_the_terminal_says_the_verdict_last():
    lines = [each.text for each in terminal.render(run(), [*mixed(), *passing()])]
    assert "Example: not conformant, 1 finding and 1 of advice" in lines
    assert any(each.startswith("11 of 14 cases tested") or each.startswith("10 of 14") for each in lines[-3:])
    assert any("status: expected 400" in each for each in lines)


def test_an_interrupted_run_says_how_much_of_it_is_lacking():
    left = run(interrupted=True, planned=3450)
    said = "The run was interrupted: 3,444 of 3,450 cases were not run."
    assert said in summary.render(left, passing(6))
    assert said in [each.text for each in terminal.render(left, passing(6))]
    # How many a selection has is not known.
    assert "The run was interrupted. Only" in summary.render({**left, "selected": True}, passing(6))


def test_a_target_without_a_name_is_called_by_its_address():
    nameless = run(target={"name": "", "version": "", "url": "http://127.0.0.1:8080/`v2`"})
    assert summary.render(nameless, passing()).startswith("## ✅ `` http://127.0.0.1:8080/`v2` ``: conformant")
    assert pageindex.build(nameless, passing(), None, 10)["name"] == "http://127.0.0.1:8080/`v2`"


def test_progress():
    line = terminal.progress(
        case="NAME_INVALID/op0/Name/sign", cases=(50, 200), codes=(3, 23), requests=400, elapsed=10.0, width=200
    )
    assert line == "50/200 cases  3/23 codes  40 req/s  30.0 s left  NAME_INVALID/op0/Name/sign"
    assert (
        text.width_of(terminal.progress(case="x" * 99, cases=(0, 0), codes=(0, 0), requests=0, elapsed=0, width=40))
        == 40
    )


@pytest.mark.parametrize(("seconds", "said"), [(4.21, "4.2 s"), (200, "3 min 20 s"), (3900, "1 h 5 min")])
def test_durations(seconds, said):
    assert terminal.duration(seconds) == said


@pytest.mark.parametrize("name", RUNS)
def test_annotations_are_one_command_a_line(name):
    lines = annotations.render(*RUNS[name]).splitlines()
    assert all(re.fullmatch(r"::(error|warning|notice) title=[^:,\x00-\x1f]*::[^\x00-\x1f]*", each) for each in lines)
    assert lines[-1].startswith("::notice")
    assert "\n::error" not in annotations.command("error", "a\n::error::b")


def test_annotations_escape():
    assert annotations.command("error", "1%\r\n", "a:b,c") == "::error title=a%3Ab%2Cc::1%25\\r%0A"


@pytest.mark.parametrize("name", RUNS)
def test_the_badge(name):
    found = certificate.build(*RUNS[name])
    endpoint = badge.endpoint(found)
    assert endpoint["schemaVersion"] == 1
    assert endpoint["message"].startswith(found["verdict"])
    image = ET.fromstring(badge.svg(found, 'a <b> & "c"'))
    texts = [each.text for each in image.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ['a <b> & "c"', endpoint["message"]]


def test_text_is_made_harmless():
    assert text.printable("a\x1b[1m\u202e\nb") == "a\\x1b[1m\\u202e\\nb"
    assert text.whole("\ud83d\ude00 \ud800") == "😀 \ufffd"
    text.dumps({"x": HOSTILE}).encode("utf-8")
    assert text.code("a`b|c", cell=True) == "``a`b\\|c``"
    assert text.cut_bytes("ééé", 3) == ("é", 6)
    assert text.fit("日本語", 5) == "日本…"


def test_every_line_to_add_stands_there():
    lines = [f"[facts] fact{n} = ..." for n in range(30)]
    lacking = [{**result(f"NAME_INVALID/op0/Name/{n}", "untested"), "reason": each} for n, each in enumerate(lines)]
    shown = "\n".join(each.text for each in terminal.render(run(), lacking))
    assert all(each in shown for each in lines)
