"""The page in a real browser: what it does, and that nothing in it can do harm."""

from __future__ import annotations

import base64
import json
import re
import time
from urllib.parse import quote

import pytest
from report import samples

from conformance.report import html as page
from conformance.report.baseline import Baseline, compare
from conformance.report.junit import Known

from .conftest import screen

FAILED = "THING_NOT_FOUND/op0/Thing/unknown"


def results():
    more = [samples.wrong_status(f"THING_NOT_FOUND/op{each}/Thing/v{each}") for each in range(9)]
    return [
        *samples.mixed(),
        *samples.passing(),
        *more,
        samples.hostile(),
        samples.wrong_wrapper("NAME_REQUIRED/op3/P/x"),
    ]


@pytest.fixture
def opened(browser, tmp_path):
    """Open the page of some results."""

    def open_page(some=None, run=None, fragment="", comparison=None):
        path = tmp_path / page.NAME
        page.write(path, run or samples.run(), results() if some is None else some, comparison)
        browser.get(path.as_uri() + fragment)
        assert browser.execute_script("return document.documentElement.dataset.ready") == "1"
        return browser

    yield open_page
    log = browser.get_log("browser")
    assert [each["message"] for each in log if each["level"] != "INFO"] == []


def js(browser, text, *arguments):
    return browser.execute_script("return " + text, *arguments)


def rows(browser):
    return js(browser, "[...document.querySelectorAll('#case-list > details')].map((e) => e.dataset.case)")


def press(browser, *keys):
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def test_the_first_screen_says_all_that_matters(opened):
    browser = opened()
    assert browser.find_element("id", "verdict").text == "Not conformant"
    assert "Example 4.2" in browser.title
    for selector in (".picture", ".tested", ".lacks"):
        box = js(browser, "document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", selector)
        assert box["width"] > 200
        assert box["bottom"] < 800
    assert js(browser, "document.querySelectorAll('.picture tbody tr').length") == 4


def test_the_picture_can_be_read_without_colour(opened):
    verdicts = ["pass", "untested", "error", "not applicable"]
    plain = [samples.result(f"{code}/a/b/c", verdict) for code, verdict in zip(samples.CODES, verdicts, strict=True)]
    mixed = samples.wrong_status("NAME_REQUIRED/a/b/e")
    hidden = samples.result(
        "NAME_INVALID/x/b/c", "fail", [samples.violation("code.NAME_INVALID", "ErrorCode", "a", "b")]
    )
    browser = opened([*plain[2:], mixed, hidden, samples.result("NAME_INVALID/y/b/c", "untested")])
    looks = js(
        browser,
        "[...document.querySelectorAll('.picture .cell')]"
        ".map((e) => [e.className, e.querySelector('use').getAttribute('href')])",
    )
    assert len({icon for _, icon in looks}) == len({look for look, _ in looks}) >= 5
    label = js(browser, "document.querySelector('.picture .cell.fail').getAttribute('aria-label')")
    assert re.match(r"\w+, \w+: broken; .* of \d+ cases?$", label)


def test_a_cell_lists_its_cases(opened):
    browser = opened()
    cell = browser.find_element("css selector", "[aria-label^='THING_NOT_FOUND, status']")
    cell.click()
    assert len(rows(browser)) == 10
    assert all(each.startswith("THING_NOT_FOUND/") for each in rows(browser))
    assert js(browser, "document.activeElement.closest('details').dataset.case") == rows(browser)[0]


def test_the_picture_by_keyboard(opened):
    from selenium.webdriver.common.keys import Keys

    browser = opened()
    stops = js(browser, "document.querySelectorAll('.picture [tabindex=\"0\"]').length")
    assert stops == 1
    js(browser, "document.querySelector('.picture [tabindex=\"0\"]').focus()")
    press(browser, Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    assert js(browser, "document.activeElement.getAttribute('aria-label')").startswith("NAME_INVALID, ErrorCode")
    press(browser, Keys.ENTER)
    assert all(each.startswith("NAME_INVALID/") for each in rows(browser))


def test_a_finding_opens_into_the_letter(opened):
    browser = opened()
    first = browser.find_element("css selector", "details.finding")
    assert "10\ncases" in first.text
    first.find_element("css selector", "summary").click()
    text = first.text
    for part in (
        "expected 400",
        "An unsuccessful request",
        "POST /v2/Things?a=1",
        "404",
        "curl -u",
        "pytest '",
        "List 10 cases",
    ):
        assert part in text
    first.find_element("xpath", ".//button[starts-with(., 'List 10')]").click()
    assert len(rows(browser)) == 10


def test_the_curl_line_is_copied(opened):
    browser = opened()
    browser.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    browser.find_element("css selector", "details.finding summary").click()
    button = browser.find_element("css selector", "details.finding .copy button")
    button.click()
    deadline = time.monotonic() + 3
    while button.text != "Copied" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert button.text == "Copied"


CHOOSE = "const s = document.querySelector('[data-name=%s]'); s.value = '%s'; s.dispatchEvent(new Event('change'))"
TYPE = "const s = document.querySelector('input'); s.value = '%s'; s.dispatchEvent(new Event('input'))"


@pytest.mark.parametrize(
    ("action", "number"),
    [
        ("[...document.querySelectorAll('.chip')].find((e) => e.dataset.verdict === 'fail').click()", 12),
        (
            CHOOSE % ("operation", "op3"),
            2,
        ),
        (
            CHOOSE % ("code", "NAME_REQUIRED"),
            5,
        ),
        (
            CHOOSE % ("requirement", "advice.challenge"),
            1,
        ),
        (TYPE % "CREDENTIALS", 1),
        (TYPE % "no such", 0),
    ],
    ids=["verdict", "operation", "code", "requirement", "text", "nothing"],
)
def test_filters(opened, action, number):
    browser = opened()
    browser.execute_script(action)
    assert len(rows(browser)) == number
    assert js(browser, "document.querySelector('.found').textContent").startswith(f"{number} of 25 cases")
    browser.find_element("xpath", "//button[.='Show all']").click()
    assert len(rows(browser)) == 25


def test_everything_by_keyboard(opened):
    from selenium.webdriver.common.keys import Keys

    browser = opened()
    press(browser, "/")
    press(browser, "absent")
    # Two of the results are rows of their own with the same id, as a case that was run again would be.
    assert all("absent" in each for each in rows(browser))
    press(browser, Keys.ESCAPE)
    assert len(rows(browser)) == 25
    press(browser, "f")
    assert js(browser, "document.activeElement.closest('details.finding') !== null")
    press(browser, "j", Keys.ENTER)
    assert js(
        browser, "document.activeElement.parentElement.open && document.activeElement.parentElement.matches('.finding')"
    )
    press(browser, "k")
    assert js(browser, "document.activeElement.parentElement === document.querySelector('.finding')")


@pytest.mark.parametrize("requirement", ["status.allowed", "code.NAME_REQUIRED"])
def test_a_link_to_a_requirement(opened, requirement):
    browser = opened(fragment="#" + requirement)
    top = js(browser, "document.getElementById(arguments[0]).getBoundingClientRect().top", requirement)
    assert 0 <= top < 800
    assert js(
        browser, "getComputedStyle(document.getElementById(arguments[0]).cells[0]).backgroundColor", requirement
    ) not in ("rgba(0, 0, 0, 0)",)


def test_a_link_to_a_case_opens_it(opened):
    browser = opened(fragment="#" + quote(FAILED))
    opened_one = browser.find_element("css selector", f"[data-case='{FAILED}']")
    assert opened_one.get_attribute("open") is not None
    assert "POST /v2/Things" in opened_one.text
    assert 0 <= opened_one.rect["y"] - js(browser, "scrollY") < 800


def test_a_link_to_a_finding_and_a_broken_link(opened):
    browser = opened()
    name = js(browser, "document.querySelectorAll('details.finding')[1].id")
    browser.execute_script("location.hash = arguments[0]", name)
    time.sleep(0.1)
    assert js(browser, "document.getElementById(arguments[0]).open", name)
    for wrong in ("#%", "#index", "#no-such", "#%22%3E"):
        browser.execute_script("location.hash = arguments[0]", wrong)
    time.sleep(0.1)


def test_hostile_bodies_are_text(opened):
    browser = opened([samples.hostile()], samples.run(target={"name": samples.HOSTILE, "url": "javascript:alert(1)"}))
    browser.execute_script(
        "document.querySelectorAll('details').forEach((e) => { e.build && e.build(); e.open = true; })"
    )
    assert js(browser, "document.querySelectorAll('script').length") == 3
    shown = browser.find_element("css selector", "details.finding").text
    assert "</script><script>alert(1)</script>" in shown
    assert "␀␛[31m" in shown
    assert "<U+202E>" in shown
    assert "cut; it has 1,048," in shown
    assert js(browser, "[...document.querySelectorAll('a')].every((e) => e.getAttribute('href').startsWith('#'))")


def test_nothing_is_fetched(opened):
    browser = opened()
    asked = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]
    urls = {
        each["params"]["request"]["url"].split(":")[0]
        for each in asked
        if each["method"] == "Network.requestWillBeSent"
    }
    assert urls <= {"file", "about"}


def test_5000_cases_are_as_quick_as_500_for_each_of_them(browser, tmp_path):
    few, many = tmp_path / "few.html", tmp_path / "many.html"
    write_cases(few, 500)
    write_cases(many, 5000)
    turns = [(opening(browser, few), opening(browser, many)) for _ in range(3)]
    assert min(large for _, large in turns) < 10 * min(small for small, _ in turns)
    assert js(browser, "document.querySelectorAll('*').length") < 6000
    browser.execute_script(TYPE % "v4999")
    assert rows(browser) == ["CODE_8/op13/Parameter39/v4999"]


def write_cases(path, number):
    codes = [f"CODE_{each}" for each in range(23)]
    clauses = [*samples.CLAUSES, "control"]
    body = json.dumps({"Problem": {"text": "x" * 300}})
    many = []
    for each in range(number):
        case = f"{codes[each % 23]}/op{each % 18}/Parameter{each % 40}/v{each}"
        bad = each % 5 == 0
        one = samples.wrong_status(case) if bad else samples.result(case)
        many.append(
            {
                **one,
                "error_codes": [codes[each % 23]],
                "clauses": clauses,
                "exchanges": [samples.exchange(400, body)] * 2,
            }
        )
    page.write(path, samples.run(codes=codes), many)


def opening(browser, path):
    browser.get("about:blank")
    began = time.perf_counter()
    browser.get(path.as_uri())
    while js(browser, "document.documentElement.dataset.ready") != "1":
        assert time.perf_counter() - began < 60
    return time.perf_counter() - began


def test_scrolling_brings_more_cases(opened):
    browser = opened([samples.result(f"NAME_INVALID/op/P/v{each}") for each in range(400)])
    before = len(rows(browser))
    assert before < 400
    for _ in range(8):
        js(browser, "document.querySelector('#cases .more').scrollIntoView()")
        time.sleep(0.1)
    assert len(rows(browser)) == 400


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_it_fits_the_screen_and_can_be_read(opened, dark, width):
    browser = opened()
    screen(browser, width, 800, dark)
    browser.execute_script(
        "document.querySelectorAll('details').forEach((e) => { e.build && e.build(); e.open = true; })"
    )
    assert js(browser, "document.documentElement.scrollWidth") <= width
    poor = js(browser, CONTRAST)
    assert poor == []


#: The texts whose contrast with what is behind them is under 4.5 to 1.
CONTRAST = """(() => {
  const parse = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length === 3 ? [...n, 1] : n; };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.unshift(parse(getComputedStyle(at).backgroundColor));
    return layers.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const linear = (c) => { c /= 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
  const light = (rgb) => { const [r, g, b] = rgb.map(linear); return .2126 * r + .7152 * g + .0722 * b; };
  const found = new Set();
  for (const node of document.querySelectorAll('#page *')) {
    const speaks = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!speaks || !node.checkVisibility()) continue;
    const under = behind(node), text = over(parse(getComputedStyle(node).color), under);
    const [a, b] = [light(under), light(text)].sort((x, y) => y - x);
    const contrast = (a + .05) / (b + .05);
    if (contrast < 4.5) found.add(`${node.tagName}.${node.className}: ${contrast.toFixed(2)}`);
  }
  return [...found];
})()"""


def test_the_names_of_things_are_there_for_all(opened):
    browser = opened()
    nameless = js(
        browser,
        "[...document.querySelectorAll('button, select, input, a, summary')].filter((e) => "
        "!(e.getAttribute('aria-label') || e.textContent.trim())).map((e) => e.outerHTML)",
    )
    assert nameless == []
    ids = js(browser, "[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    assert js(browser, "document.querySelectorAll('h1').length") == 1
    assert js(browser, "document.documentElement.lang") == "en"


def test_on_paper(opened):
    browser = opened()
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    assert pdf.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 14
    # What was opened for the paper is closed again.
    assert js(browser, "document.querySelectorAll('details.finding[open]').length") == 0


@pytest.mark.parametrize(
    ("some", "run", "verdict", "said"),
    [
        (samples.passing(), {}, "Conformant", "Every required case was tested, and none failed."),
        (samples.passing(), {"interrupted": True}, "Incomplete", "The run was interrupted."),
        ([], {}, "Incomplete", "Nothing was tested."),
        ([samples.result("NAME_INVALID/a/b/c", "untested")], {}, "Incomplete", "1 required case not tested."),
    ],
    ids=["conformant", "interrupted", "nothing", "untested"],
)
def test_other_runs(opened, some, run, verdict, said):
    browser = opened(some, samples.run(**run))
    assert browser.find_element("id", "verdict").text == verdict
    assert said in browser.find_element("css selector", "header").text


def test_against_a_baseline(opened):
    known = Baseline("last.xml", "junit", {FAILED: Known("pass"), "NAME_INVALID/gone/a/b": Known("pass")})
    browser = opened(comparison=compare(known, results()))
    text = browser.find_element("id", "changes").text
    assert "newly broken" in text
    assert "no longer tested" in text


def test_a_run_that_was_cut_short_does_not_say_that_everything_was_tested(opened):
    browser = opened(samples.passing(1), samples.run(interrupted=True, planned=3450))
    text = js(browser, "document.body.innerText")
    assert "The run was interrupted: 3,449 of 3,450 cases were not run." in text
    assert "Everything was tested" not in text and "Nothing was left untested" not in text
    assert "Of the cases that were run nothing was left untested." in text
    assert "kept in every case that was run" in text and "or no case of it was run" in text
    assert "Everything was tested." in js(opened(samples.passing(6)), "document.body.innerText")


def test_a_line_to_copy_is_not_broken_at_the_hyphen_of_an_option(opened):
    """Each word keeps to one line of the screen, and the text is what is copied."""
    line = "pytest --target-url http://127.0.0.1:8080 --target-profile profile.toml -k a/b/c/d --hypothesis-seed=1"
    failed = samples.wrong_status(FAILED)
    browser = opened([{**failed, "rerun": line}], fragment="#" + quote(FAILED, safe=""))
    for width in range(320, 1000, 85):
        screen(browser, width)
        words = js(
            browser,
            "[...document.querySelectorAll('#case-list .copy .word')].map((e) => [e.textContent, e.getClientRects().length])",
        )
        assert [height for _, height in words] == [1] * len(words)
        assert line.split() == [word for word, _ in words][-len(line.split()) :]
    texts = js(browser, "[...document.querySelectorAll('#case-list .copy pre')].map((e) => e.textContent)")
    assert texts[-1] == line
