from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from conformance.report import html as page
from conformance.report import picture

from . import samples
from .samples import CODES, HOSTILE, exchange, hostile, mixed, result, run, violation, wrong_status, wrong_wrapper


class Blocks(HTMLParser):
    """The scripts of a page, as a browser would find them."""

    def __init__(self):
        super().__init__()
        self.scripts, self.tags = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append([dict(attributes), ""])

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "script":
            self.scripts[-1][1] += data


def parts(path):
    reader = Blocks()
    reader.feed(path.read_text("utf-8"))
    return {each[0].get("id", ""): each[1] for each in reader.scripts}


def test_nothing_of_a_target_is_markup(tmp_path):
    path = tmp_path / page.NAME
    page.write(path, run(target={"name": HOSTILE, "url": HOSTILE}), [hostile(), *mixed()])
    found = parts(path)
    assert set(found) == {"index", "block-0", ""}
    (first, *_) = json.loads(found["block-0"])
    assert first["violations"][0]["actual"].startswith("\x00\x1b[31m</script>")
    assert "<script>alert" not in path.read_text("utf-8")


def test_bodies_are_cut(tmp_path):
    path = tmp_path / page.NAME
    page.write(path, run(), [hostile()])
    (one,) = json.loads(parts(path)["block-0"])
    answer = one["exchanges"][0]["answer"]
    assert len(answer["text"].encode()) <= page.BODY
    assert answer["size"] > 1 << 20
    assert path.stat().st_size < 120_000


def test_a_page_needs_nothing_from_elsewhere(tmp_path):
    path = tmp_path / page.NAME
    page.write(path, run(), mixed())
    text = path.read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=\"?https?:", text)
    assert [each.name for each in tmp_path.iterdir()] == [page.NAME]


def test_a_page_that_was_given_up_leaves_nothing(tmp_path):
    writer = page.PageWriter(tmp_path / page.NAME)
    writer.add(hostile())
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def cells(*results, **changes):
    found = picture.picture(run(**changes), results)
    return {
        row["code"]: dict(zip(found["columns"], [each["state"] for each in row["cells"]], strict=True))
        for row in found["rows"]
    }


def test_the_picture_of_what_passed():
    found = cells(result("NAME_INVALID/a/Name/x"))
    assert set(found) == set(CODES)
    assert set(found["NAME_INVALID"].values()) == {"pass"}
    assert set(found["NAME_REQUIRED"].values()) == {"none"}


def test_the_picture_of_a_wrong_status():
    found = cells(wrong_status("THING_NOT_FOUND/a/b/c"))["THING_NOT_FOUND"]
    assert found == {"status": "fail", "ErrorCode": "pass", "FieldName": "pass", "Message": "pass", "state": "pass"}


def test_what_cannot_be_read_is_not_painted_green():
    found = cells(wrong_wrapper("NAME_INVALID/a/b/c"))["NAME_INVALID"]
    assert found == {
        "status": "pass",
        "ErrorCode": "fail",
        "FieldName": "hidden",
        "Message": "hidden",
        "state": "pass",
    }


def test_a_wrong_code_hides_the_clauses_of_the_right_one():
    wrong = result("NAME_INVALID/a/b/c", "fail", [violation("code.NAME_INVALID", "ErrorCode", "NAME_INVALID", "X")])
    found = cells(wrong)["NAME_INVALID"]
    assert (found["ErrorCode"], found["FieldName"], found["Message"]) == ("fail", "hidden", "hidden")


def test_what_was_accepted_carries_no_error_at_all():
    taken = result(
        "NAME_INVALID/a/b/c",
        "fail",
        [violation("code.NAME_INVALID", "status", "a refusal", "200, a success")],
        exchanges=[exchange(200)],
    )
    found = cells(taken)["NAME_INVALID"]
    assert (found["status"], found["ErrorCode"], found["Message"]) == ("fail", "hidden", "hidden")


def test_some_untested_is_partly_tested():
    found = cells(result("NAME_INVALID/a/b/c"), result("NAME_INVALID/a/b/d", "untested"))["NAME_INVALID"]
    assert set(found.values()) == {"partly"}


def test_a_code_of_which_nothing_could_be_asked_is_untested_in_every_clause():
    nothing = result("NAME_INVALID/-/-/nothing-to-ask", "untested", operation=None, clauses=[])
    found = cells(nothing, result("NAME_REQUIRED/a/b/c"))
    assert set(found["NAME_INVALID"].values()) == {"untested"}
    assert set(found["NAME_REQUIRED"].values()) == {"pass"}


def test_the_columns_can_be_given():
    assert list(cells(clauses=["status", "control"])["NAME_INVALID"]) == ["status", "control"]


def test_a_case_counts_for_the_code_that_it_is_named_after():
    both = result("NAME_INVALID/a/b/c", error_codes=["NAME_INVALID", "NAME_REQUIRED"])
    found = cells(both)
    assert set(found["NAME_INVALID"].values()) == {"pass"}
    assert set(found["NAME_REQUIRED"].values()) == {"none"}


def test_the_rule_of_another_allowed_code_is_blamed_on_that_code():
    wrong = [violation("code.NAME_REQUIRED", "FieldName", "b", "x")]
    found = cells(result("NAME_INVALID/a/b/c", "fail", wrong, error_codes=["NAME_INVALID", "NAME_REQUIRED"]))
    assert found["NAME_REQUIRED"]["FieldName"] == "fail"
    assert found["NAME_INVALID"] == {**dict.fromkeys(samples.CLAUSES, "hidden"), "state": "pass"}


def test_advice_does_not_colour_the_picture():
    wrong = [violation("advice.internals", "advice", "a", "b")]
    assert set(cells(result("NAME_INVALID/a/b/c", "advice", wrong))["NAME_INVALID"].values()) == {"pass"}


def test_controls_stand_with_the_codes_of_their_operation():
    refused = [violation("control.accepted", "control", "2xx", "400")]
    controls = [
        result("control.accepted/a/-/base", clauses=["control"]),
        result("control.accepted/b/-/base", "fail", refused, clauses=["control"]),
        result("control.accepted/c/-/base", "untested", clauses=["control"]),
    ]
    found = cells(
        *controls,
        result("NAME_INVALID/a/b/c"),
        result("NAME_REQUIRED/b/b/c"),
        result("THING_NOT_FOUND/c/b/c"),
    )
    assert [row["control"] for row in found.values()] == ["fail", "pass", "untested", "none"]
    assert list(found["NAME_INVALID"])[-2:] == ["control", "state"]
