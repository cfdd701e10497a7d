"""Results as documents, and a failure as a letter."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest

from conformance.http.credentials import Credentials, Secrets
from conformance.http.exchange import Exchange, Request, Response, WireFault
from conformance.judgement.verdict import ERROR, FAIL, Result, Step, judged
from conformance.judgement.wording import Violation
from conformance.planning.cases import Case
from conformance.session.record import LETTER_BOUND, Recorder

from .benches import Told, answer, bench_over, examination, refusal

CASE = "PARAMETER_REQUIRED/addAddress/Line1/absent"
OWNER = examination().profile.vault["owner"]


def recorder(url: str = "http://127.0.0.1:8080") -> Recorder:
    run = examination()
    return Recorder(run.contract, Secrets(run.profile.vault), url, "pytest --target-url http://127.0.0.1:8080")


def result_of(response: Response, case: str = CASE, **changes: Any) -> Result:
    """The result of a case whose answer is given."""
    asked = examination().cases[case]
    bench = bench_over(Told(lambda request: response))
    request = replace(bench.request(asked.template, asked), **changes)
    steps = [Step("the request", Exchange(request, response))]
    return judged(asked, bench.contract, bench.judge.violations(asked.expected, steps[0].exchange), steps)


WRONG = refusal("PARAMETER_REQUIRED", "Something is missing.", "City", status=422)


def test_a_letter_says_rule_request_violations_answer_and_how_to_see_it_again() -> None:
    letter = recorder().letter(result_of(WRONG))
    lines = letter.split("\n")
    assert lines[0] == CASE
    parts = ["status.allowed (must, stated; errors page, HTTP Status Codes)", "code.PARAMETER_REQUIRED (must, stated;",
             "Sent (the request)", "Wrong", "Received", "See it again"]  # fmt: skip
    places = [next(i for i, line in enumerate(lines) if line.startswith(part)) for part in parts]
    assert places == sorted(places)
    sent = lines[places[2] : places[3]]
    assert f"    POST /v2/Accounts/{examination().profile.facts['account']}/Addresses" in sent
    assert "    credentials: the owner's" in sent and '      "City": "Canberra",' in sent
    received = lines[places[4] : places[5]]
    assert "    422" in received and '        "ErrorCode": "PARAMETER_REQUIRED",' in received
    assert lines[-2].startswith("    curl ")
    assert lines[-1] == f"    pytest --target-url http://127.0.0.1:8080 -k {CASE}"


def test_each_violation_has_its_pointer_and_what_was_expected_before_what_came() -> None:
    result = result_of(WRONG)
    lines = recorder().letter(result).split("\n")
    assert len(result.violations) == 5
    for each in result.violations:
        at = lines.index(f"    {each.pointer}  [{each.requirement}]")
        assert lines[at + 1] == f"        expected  {each.expected}"
        assert lines[at + 2] == f"        received  {each.actual}"


def test_a_requirement_is_told_once_with_its_sentence() -> None:
    letter = recorder().letter(result_of(WRONG))
    sentence = examination().contract.requirements["code.PARAMETER_REQUIRED"].sentence
    assert letter.count(sentence) == 1


def test_an_assumed_constraint_is_said_to_be_assumed() -> None:
    case = "ONE_OF_SEVERAL_PARAMETERS_REQUIRED/configureNumber/body/none-of-them"
    assert "it is assumed" in recorder().letter(result_of(WRONG, case))
    assert "it is assumed" not in recorder().letter(result_of(WRONG))


def test_an_answer_is_cut_at_two_kibibytes() -> None:
    body = b'{"a": "' + b"x" * 100_000 + b'"}'
    letter = recorder().letter(result_of(Response(404, "", (("content-type", "application/json"),), body)))
    assert LETTER_BOUND == 2048
    # A body as large as this is not kept whole, so no more is said of its size.
    assert re.search(r"\.\.\. cut; (more than \d+ bytes|\d+ bytes in all)", letter)
    assert LETTER_BOUND - 100 < letter.count("x") < LETTER_BOUND + 500
    assert len(letter) < 8000


def test_an_answer_without_a_body_is_said_to_have_none() -> None:
    assert "    (no body)" in recorder().letter(result_of(Response(404)))


HOSTILE = "\x1b[2J\x1b]0;title\x07\r\n\x9b31m\u202e\u2028\x00"


@pytest.mark.parametrize(
    "response",
    [
        refusal(f"CODE{HOSTILE}", HOSTILE, HOSTILE, status=418),
        Response(404, HOSTILE, (("content-type", f"text/html{HOSTILE}"), ("x-odd", HOSTILE)), HOSTILE.encode()),
        Response(404, "", (), HOSTILE.encode("utf-16")),
        Response(302, "", (("location", HOSTILE),)),
    ],
)
def test_nothing_in_a_letter_can_command_a_terminal(response: Response) -> None:
    letter = recorder().letter(result_of(response))
    assert [c for c in letter if c != "\n" and not c.isprintable()] == []


def test_a_line_end_in_an_answer_makes_no_line_of_the_letter() -> None:
    letter = recorder().letter(result_of(refusal("X\n    /status  [status.500]", "No.", "Line1")))
    assert "\n    /status  [status.500]" not in letter


def test_a_letter_names_the_exchange_that_is_wrong_and_those_beside_it() -> None:
    result = result_of(WRONG)
    beside = Step("read back", Exchange(Request("GET", "/v2/elsewhere"), answer(200, {})))
    violation = Violation("state.unchanged", "state", "/body/x", "as before", "changed", 1)
    found = replace(result, steps=(*result.steps, beside), violations=(violation,))
    letter = recorder().letter(found)
    assert "Sent (read back)" in letter and "    GET /v2/elsewhere" in letter
    assert "Sent beside it\n    the request: POST /v2/Accounts/" in letter and letter.count("-> 422") == 1


def test_no_answer_at_all_is_told_in_the_words_of_the_wire() -> None:
    case = examination().cases[CASE]
    step = Step("the request", Exchange(Request("GET", "/"), None, WireFault("reset", "It was closed.")))
    document = recorder().document(Result(case, ERROR, steps=(step,), reason="the request: It was closed."), "node")
    assert document["exchanges"][0]["fault"] == {"kind": "reset", "message": "It was closed."}
    assert document["letter"] == "" and document["verdict"] == "error"


def test_a_seed_is_told_with_the_line_that_draws_it_again() -> None:
    result = replace(result_of(WRONG), seed=99)
    letter = recorder().letter(result)
    assert "--hypothesis-seed=99" in letter and "    seed 99" in letter


# Secrets


def forms_of(secret: str) -> list[str]:
    return [secret, base64.b64encode(secret.encode()).decode().rstrip("="), secret.replace("-", "%2D"), secret[:-1]]


def test_no_credentials_stand_in_a_document() -> None:
    pair = f"{OWNER.username}:{OWNER.password}"
    echoed = base64.b64encode(pair.encode()).decode()
    response = answer(
        418,
        {
            "ResponseStatus": {
                "ErrorCode": OWNER.password,
                "Message": f"{pair} {echoed}",
                "Errors": [{"FieldName": OWNER.password}],
            }
        },
        (("content-type", "application/json"), ("x-echo", f"Basic {echoed}"), ("location", f"/?p={OWNER.password}")),
    )
    result = result_of(response, target=f"/v2/x?token={OWNER.password}", body=OWNER.password.encode())
    document = recorder().document(replace(result, reason=OWNER.password), "node")
    text = json.dumps(document, ensure_ascii=False)
    for secret in (OWNER.password, echoed, echoed.rstrip("=")):
        assert secret not in text
    assert "[redacted]" in document["letter"] and "$CONFORMANCE_PASSWORD" in document["letter"]


def test_a_secret_is_not_shown_in_half_where_an_answer_is_cut() -> None:
    body = b"x" * (LETTER_BOUND - 7) + OWNER.password.encode() + b"y" * 9000
    letter = recorder().letter(result_of(Response(404, "", (), body)))
    assert OWNER.password[:7] not in letter


# The curl line


class Echo(BaseHTTPRequestHandler):
    """Keeps what it was sent."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, dict[str, str], bytes]]

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # What stood in the request line, byte by byte.
        target = self.requestline.split(" ", 1)[1].rsplit(" ", 1)[0]
        self.seen.append((self.command, target, {k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def echo() -> Iterator[tuple[str, list[Any]]]:
    seen: list[Any] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Kept", (Echo,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/base", seen
    server.shutdown()
    thread.join()
    server.server_close()


def requests() -> Iterator[Any]:
    json_type = (("Content-Type", "application/json"), ("Accept", "application/json"))
    yield pytest.param(Request("GET", "/v2/Numbers/61491570156", (("Accept", "application/json"),)), id="read")
    yield pytest.param(
        Request("POST", "/v2/x", json_type, b'{"a":"it\'s $HOME `x` \\\\ \\"q\\" !"}'), id="shell-characters"
    )
    yield pytest.param(
        Request("POST", "/v2/x", json_type, '{"a":"\u0660\U0001f600\r\n\t\x07"}'.encode()), id="controls"
    )
    yield pytest.param(Request("POST", "/v2/x", json_type, b'{"a":"\xff\xfe"}'), id="no-utf-8")
    yield pytest.param(Request("POST", "/v2/x", json_type, b"@/etc/hostname"), id="at-sign")
    yield pytest.param(Request("POST", "/v2/x", (), b"{}"), id="no-media-type")
    yield pytest.param(Request("DELETE", "/v2/Addresses/D1"), id="remove")
    yield pytest.param(Request("GET", "/v2/x?a[]=1&b={c}&d=%C3%A9", credentials="nobody"), id="brackets")
    yield pytest.param(Request("GET", "/v2/a/../b/./c//d", credentials="nobody"), id="dots")
    yield pytest.param(Request("GET", "/v2/\xc3\xa9", credentials="nobody"), id="raw-octets")
    yield pytest.param(Request("GET", "/v2/x", (("Accept", ""), ("X-Empty", ""))), id="empty-fields")
    yield pytest.param(Request("GET", "/v2/x", (("Accept", "text/html;q=0.9, */*"),)), id="accept")
    yield pytest.param(Request("HEAD", "/v2/x"), id="head")
    yield pytest.param(Request("GET", "/v2/x", (("Content-Type", "application/json"),), b"{}"), id="read-with-a-body")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="there is no curl here, or no bash")
@pytest.mark.parametrize("request_", list(requests()))
def test_the_curl_line_sends_the_same_request_again(request_: Request, echo: tuple[str, list[Any]]) -> None:
    url, seen = echo
    seen.clear()
    line = recorder(url).curl(request_)
    assert "\n" not in line and line.isprintable() and OWNER.password not in line
    environment = {**os.environ, "CONFORMANCE_USERNAME": "somebody", "CONFORMANCE_PASSWORD": "a: b$c"}
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=20, env=environment)
    assert done.returncode == 0, done.stderr
    assert "400" in done.stdout.split("\n")[0]
    [(method, target, fields, body)] = seen
    assert (method, body) == (request_.method, request_.body)
    # Octets beyond ASCII are percent-encoded by curl, which no line can keep it from.
    assert target == "/base" + quote(request_.target, safe="/?&=%[]{}.*", encoding="latin-1").lower() or (
        target == "/base" + request_.target
    )
    basic = "Basic " + base64.b64encode(b"somebody:a: b$c").decode()
    assert fields.get("authorization") == (basic if request_.credentials == "owner" else None)
    ours = {name.lower(): value for name, value in request_.headers}
    for name in ("accept", "content-type", *ours):
        assert fields.get(name) == ours.get(name), name


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
@pytest.mark.parametrize(
    ("given", "name", "sent"),
    [
        (Credentials("", "secret-token", "bearer"), "owner", "Authorization: Bearer mine"),
        (Credentials("", "secret-token", "bearer"), "owner:wrong-password", "Authorization: Bearer mine-spoilt"),
        (Credentials("", "secret-token", "bearer"), "limited", "Authorization: Bearer of less"),
        (Credentials("", "secret-token", "header", "X-API-Key"), "owner", "X-API-Key: mine"),
        (Credentials("", "secret-token", "header", "X-`id`$HOME"), "owner", "X-`id`$HOME: mine"),
    ],
)
def test_the_curl_line_of_a_letter_sends_a_token_as_the_target_takes_it(
    given: Credentials, name: str, sent: str
) -> None:
    run = examination()
    secrets = Secrets({"owner": given, "limited": given})
    letter = Recorder(run.contract, secrets, "http://127.0.0.1:8080", "pytest").letter(
        result_of(WRONG, credentials=name)
    )
    line = next(each.strip() for each in letter.split("\n") if each.startswith("    curl "))
    assert "secret-token" not in letter and " -u " not in line and "$CONFORMANCE_TOKEN" in line
    program = f"curl() {{ printf '%s\\n' \"$@\"; }}\n{line}"
    variables = {**os.environ, "CONFORMANCE_TOKEN": "mine", "CONFORMANCE_TOKEN_LIMITED": "of less"}
    done = subprocess.run(["bash", "-c", program], env=variables, capture_output=True, text=True, check=True)
    words = done.stdout.split("\n")
    assert words[words.index("-H") + 1] == sent


def test_the_curl_line_has_the_fields_of_the_profile_and_not_their_secrets() -> None:
    run = examination()
    headers = (("X-Tenant", "blue"), ("X-Api-Key", "hush-hush"), ("Accept", "text/plain"))
    made = Recorder(
        run.contract, Secrets(run.profile.vault, headers), "http://127.0.0.1:8080", "pytest", headers=headers
    )
    letter = made.letter(result_of(WRONG))
    line = next(each.strip() for each in letter.split("\n") if each.startswith("    curl "))
    assert "-H 'X-Tenant: blue'" in line and "X-Api-Key: " in line and "hush-hush" not in letter
    assert "text/plain" not in line  # what a request says by itself is not said for it


def test_the_curl_line_says_where_it_cuts_a_body() -> None:
    line = recorder().curl(Request("POST", "/x", (), b"y" * 5000))
    assert (
        line.endswith("  # the body is cut: 5000 bytes in all")
        and "y" * LETTER_BOUND in line
        and "y" * (LETTER_BOUND + 1) not in line
    )


@pytest.mark.parametrize(
    ("credentials", "shown"),
    [
        ("owner", '-u "$CONFORMANCE_USERNAME:$CONFORMANCE_PASSWORD"'),
        ("owner:wrong-password", '-u "$CONFORMANCE_USERNAME:$CONFORMANCE_PASSWORD-spoilt"'),
        ("limited", '-u "$CONFORMANCE_USERNAME_LIMITED:$CONFORMANCE_PASSWORD_LIMITED"'),
    ],
)
def test_the_curl_line_takes_its_credentials_from_the_environment(credentials: str, shown: str) -> None:
    assert shown in recorder().curl(Request("GET", "/x", credentials=credentials))


# Documents


def test_a_document_can_be_written_as_json_whatever_came(odd: bytes = b"\xff\x00\xed\xa0\x80") -> None:
    document = recorder().document(result_of(Response(404, "", (), odd)), "node")
    assert base64.b64decode(document["exchanges"][0]["response"]["body"]["text"]) == odd
    json.loads(json.dumps(document))


def test_a_long_answer_is_cut_in_a_document_as_well() -> None:
    document = recorder().document(result_of(Response(404, "", (), b"x" * 200_000)), "node")
    kept = document["exchanges"][0]["response"]
    assert len(kept["body"]["text"]) == 65536 and kept["truncated"] is True


def test_what_is_right_has_no_letter() -> None:
    result = result_of(refusal("PARAMETER_REQUIRED", "Please give Line1.", "Line1"))
    document = recorder().document(result, "node")
    assert (document["verdict"], document["letter"], document["curl"]) == ("pass", "", "")
    assert document["rerun"].endswith(f"-k {CASE}")


def test_a_document_names_what_its_case_asks() -> None:
    case: Case = examination().cases[CASE]
    document = recorder().document(Result(case, FAIL), "node")
    assert document["requirements"] == case.requirements
    assert (document["operation"], document["parameter"], document["safety"]) == ("addAddress", "Line1", "write")
    assert document["error_codes"] == ("PARAMETER_REQUIRED",)
