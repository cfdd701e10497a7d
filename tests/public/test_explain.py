"""`conformance explain`: every id is explained, and the curl lines do what they say."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.errors import ConfigurationError
from conformance.explain import Explanation
from conformance.judging import violations
from conformance.putting import serving
from conformance.reference.world import ACCOUNT, TOKEN
from conformance.session.examination import Choices, Examination

EXAMINATION = Examination(Choices(seed=0))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    served = serving.reference()
    yield served.url
    served.stop()


def test_every_requirement_code_and_case_is_explained() -> None:
    about = Explanation(EXAMINATION)
    for name in (*EXAMINATION.contract.requirements, *EXAMINATION.contract.rules, *EXAMINATION.cases):
        lines = about.of(name)
        assert lines[0].endswith(name)
        assert not any(TOKEN in line for line in lines)


def test_what_is_told_of_a_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "PARAMETER_REQUIRED/addAddress/Line1/absent", "--target-url", "https://api.example"]) == 0
    text = capsys.readouterr().out
    requirement = EXAMINATION.contract.requirements["code.PARAMETER_REQUIRED"]
    assert requirement.sentence in text and requirement.argument in text
    assert '{"City":"Canberra","CountryCode":"AU"}' in text
    assert "    FieldName  required: Line1\n    Message    names Line1\n" in text
    assert 'curl -sS -i -X POST -u "$CONFORMANCE_USERNAME:$CONFORMANCE_PASSWORD"' in text
    assert "https://api.example/v2/Accounts/" in text


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.parametrize("code", EXAMINATION.contract.rules)
def test_the_curl_line_of_each_code_earns_it(code: str, url: str) -> None:
    lines = Explanation(EXAMINATION, url).of(code)
    line = lines[lines.index("See it") + 1]
    environment = {**os.environ, "CONFORMANCE_USERNAME": ACCOUNT, "CONFORMANCE_PASSWORD": TOKEN}
    command = line.replace("$CONFORMANCE_USERNAME", ACCOUNT).replace("$CONFORMANCE_PASSWORD", TOKEN)
    ended = subprocess.run(shlex.split(command), capture_output=True, check=True, env=environment, timeout=10)
    head, _, body = ended.stdout.partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    headers = dict(each.split(": ", 1) for each in fields)
    assert violations((int(first.split()[1]), headers, body), code=code) == []


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("status.40", "status.400"),
        ("FORBIDEN", "FORBIDDEN"),
        ("PARAMETER_REQUIRED/addAdress/Line1/absent", "PARAMETER_REQUIRED/addAddress/Line1/absent"),
    ],
)
def test_an_unknown_id_names_those_near_it(wrong: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", wrong]) == 4
    said = capsys.readouterr().err
    assert near in said and said.count("\n") == 1


def test_nothing_is_near_to_nonsense() -> None:
    with pytest.raises(ConfigurationError, match=r"^there is no '%'$"):
        Explanation(EXAMINATION).of("%")


def test_another_contract_is_explained_without_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    depots = Path(__file__).parents[1] / "real" / "depots"
    options = [f"--target-contract={depots / 'contract'}", f"--target-spec={depots / 'openapi.yaml'}"]
    assert main(["explain", "too-long/changeParcel/recipient/one-over", *options]) == 0
    said = capsys.readouterr().out
    assert "    pytest --target-spec=" in said and "--target-contract=" in said.split("Run it alone")[1]
