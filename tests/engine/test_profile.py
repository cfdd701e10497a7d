"""The profile: what it may say, and how a wrong one is told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from conformance.data import FIXTURES, SCHEMAS
from conformance.errors import ConfigurationError
from conformance.http.credentials import Credentials
from conformance.inputs import profile
from conformance.inputs.documents import read
from conformance.session.examination import Choices, Examination

RIGHT = """
[target]
name = "a target"
url = "http://127.0.0.1:1"
[credentials.owner]
username = "somebody"
password = "a secret"
"""
#: What is added to a right profile, the place of the error, and words of it.
WRONG = [
    ("[fact]\nnumber = '1'", "/", "'fact' is not known; did you mean 'facts'?"),
    ("[alow]\nwrites = true", "/", "did you mean 'allow'?"),
    ("[allow]\nwrite = true", "/allow", "'write' is not known; did you mean 'writes'?"),
    ("[allow]\nwrites = 'yes'", "/allow/writes", "'yes'"),
    ("[credentials.limted]\nusername = 'x'", "/credentials", "did you mean 'limited'?"),
    ("[credentials.limited]\nuser = 'x'", "/credentials/limited", ""),
    ("[credentials.limited]\nusername = 'x'", "/credentials/limited", "add password or password_env"),
    ("[credentials.limited]\nusername = 'x'\npassword_env = 'NOT_SET'", "/credentials/limited", "NOT_SET is not set"),
    ("[facts]\nnumbr = '61255501001'", "/facts", "did you mean 'number'?"),
    ("[facts]\nnumber = 61255501001", "/facts/number", ""),
    ("[facts]\nnumber = ''", "/facts/number", ""),
    ("[facts]\nnumber = true", "/facts/number", ""),
    ("[facts]\navailable_numbers = '+61255501001'", "/facts/available_numbers", ""),
    ("[facts]\nserver_error = { path = '/x' }", "/facts/server_error", ""),
    ("[facts]\nlocation = {}", "/facts/location", ""),
    ("[limits.Line1]\nminimum = 3", "/limits/Line1", "did you mean 'min'?"),
    ("[limits.Line1]\nmin = -1", "/limits/Line1/min", ""),
    ("[limits.Line1]\nmin = 5\nmax = 4", "/limits/Line1", "min is greater than max"),
    ("[limits.Line]\nmin = 3", "/limits/Line", "did you mean 'Line"),
    ("[limits.'addAdress.Line1']\nmin = 3", "/limits/addAdress.Line1", "did you mean 'addAddress'?"),
    ("[limits.'addAddress.Line3']\nmin = 3", "/limits/addAddress.Line3", "'Line3' is not known"),
    ("[operations]\nunsuported = []", "/operations", "did you mean 'unsupported'?"),
    ("[operations]\nunsupported = ['getNumbers']", "/operations/unsupported", "did you mean 'getNumber'?"),
    ("[operations]\nforbidden = ['addAdress']", "/operations/forbidden", "did you mean 'addAddress'?"),
    ("[status]\nCOUNTRY_UNAVAILABLE = '403'", "/status/COUNTRY_UNAVAILABLE", ""),
    ("[status]\nCOUNTRY_UNAVALABLE = 403", "/status", "did you mean 'COUNTRY_UNAVAILABLE'?"),
    ("[status]\nCOUNTRY_UNAVAILABLE = 404", "/status/COUNTRY_UNAVAILABLE", "404 is not among 400, 403"),
    ("[http]\ntimout = 5", "/http", "did you mean 'timeout'?"),
    ("[http]\ntimeout = 0", "/http/timeout", ""),
    ("[http]\nconcurrency = 0", "/http/concurrency", ""),
    ("[http]\nrate = 'fast'", "/http/rate", "'fast' is no rate"),
    ("[http]\nrate = '20/fortnight'", "/http/rate", "is no rate"),
    ("[http]\nrate = '-1/s'", "/http/rate", "is no rate"),
    ("[http]\nheaders = { 'X Y' = '1' }", "/http/headers", ""),
    ("[http]\nca_file = 'nowhere.pem'", "/http/ca_file", "there is no file"),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "profile.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Examination(Choices(profile=str(path)))
    return str(caught.value)


def test_what_is_added_to_is_right(tmp_path: Path) -> None:
    assert Examination(Choices(profile=str(written(tmp_path, RIGHT)))).url == "http://127.0.0.1:1"


@pytest.mark.parametrize(("more", "place", "words"), WRONG, ids=[more.replace("\n", " ") for more, _, _ in WRONG])
def test_a_wrong_profile_is_one_error_that_names_file_and_place(
    more: str, place: str, words: str, tmp_path: Path
) -> None:
    path = written(tmp_path, f"{RIGHT}\n{more}\n")
    text = refused(path)
    assert "\n" not in text
    assert text.startswith(f"{path}: at {place}"), text
    assert words in text, text
    assert "a secret" not in text


@pytest.mark.parametrize(
    "more",
    [
        "[http]\ntimout = 5\nrates = 3\n[limits.Line1]\nmaximum = 3\n[alow]\nwrites = true",
        "[facts]\nnumbr = '61255501001'\n[limits.Lien1]\nmax = 3\n[operations]\nunsupported = ['getNumbers', 'getCalls']",
    ],
)
def test_all_names_that_are_not_known_are_told_at_once(more: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"{RIGHT}\n{more}\n")
    lines = refused(path).split("\n")
    assert len(lines) == 4
    assert all(line.startswith(f"{path}: at /") and "is not known" in line for line in lines), lines


@pytest.mark.parametrize("who", ["owner", "limited"])
@pytest.mark.parametrize(
    "more", ["password = ['hunter2']", "username = 7\npassword = 'hunter2'", "token = { a = 'hunter2' }"]
)
def test_an_error_never_shows_a_password(more: str, who: str, tmp_path: Path) -> None:
    text = refused(written(tmp_path, f"[credentials.{who}]\n{more}\n"))
    assert f"at /credentials/{who}" in text
    assert "hunter2" not in text


def test_what_is_no_toml_is_said_to_be_none(tmp_path: Path) -> None:
    path = written(tmp_path, "[target\n")
    text = refused(path)
    assert text.startswith(f"{path}: this is not TOML: ") and "\n" not in text


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_what_is_no_file_is_named(name: str, tmp_path: Path) -> None:
    text = refused(tmp_path / name)
    assert text.startswith(str(tmp_path)) and "\n" not in text


def test_without_a_profile_only_reading_is_allowed() -> None:
    empty = profile.load(None, {})
    assert [empty.permits(safety) for safety in ("read", "write", "purchase", "message")] == [True, False, False, False]
    assert (empty.http.timeout, empty.http.concurrency, empty.http.rate) == (10.0, 4, None)


@pytest.mark.parametrize(
    ("allow", "permitted"),
    [
        ({"writes": True}, ["read", "write"]),
        ({"purchases": True, "messages": True}, ["read"]),
        ({"writes": True, "purchases": True}, ["read", "write", "purchase"]),
        ({"writes": True, "messages": True}, ["read", "write", "message"]),
    ],
)
def test_a_purchase_or_a_message_is_a_write_as_well(allow: dict[str, bool], permitted: list[str]) -> None:
    given = profile.Profile(allow=allow)
    assert [each for each in ("read", "write", "purchase", "message") if given.permits(each)] == permitted


def test_the_environment_gives_credentials_and_wins_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, RIGHT)
    environment = {"CONFORMANCE_USERNAME": "another", "CONFORMANCE_PASSWORD": "word"}
    for given in (path, None):
        assert profile.load(given, environment).vault["owner"] == Credentials("another", "word")


def test_half_of_the_credentials_in_the_environment_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="CONFORMANCE_PASSWORD is not set"):
        profile.load(None, {"CONFORMANCE_USERNAME": "another"})


def test_a_password_comes_from_the_variable_that_the_profile_names(tmp_path: Path) -> None:
    path = written(tmp_path, "[credentials.owner]\nusername = 'x'\npassword_env = 'MINE'\n")
    assert profile.load(path, {"MINE": "word"}).vault["owner"].password == "word"


def test_limited_credentials_that_are_false_are_said_not_to_be_there(tmp_path: Path) -> None:
    loaded = profile.load(written(tmp_path, "[credentials]\nlimited = false\n"), {})
    assert loaded.credentials == {"limited": False} and not loaded.vault


@pytest.mark.parametrize(("text", "rate"), [("20/s", 20.0), ("300/m", 5.0), ("7200/h", 2.0), ("3", 3.0)])
def test_a_rate_is_in_requests_a_second(text: str, rate: float, tmp_path: Path) -> None:
    assert profile.load(written(tmp_path, f"[http]\nrate = '{text}'\n"), {}).http.rate == rate


def test_a_limit_of_one_operation_comes_before_the_general_one() -> None:
    given = profile.Profile(limits={"City": {"min": 2, "max": 9}, "addAddress.City": {"min": 3}})
    assert given.limit("addAddress", "City", "min") == 3
    assert given.limit("addAddress", "City", "max") == 9
    assert given.limit("listAddresses", "City", "min") == 2
    assert given.limit("listAddresses", "City", "min", general=False) is None


def test_the_digest_does_not_depend_on_secrets(tmp_path: Path) -> None:
    digests = {profile.load(written(tmp_path, RIGHT.replace("a secret", word)), {}).digest for word in ("a", "b")}
    assert len(digests) == 1


def test_the_profile_of_the_reference_target_leaves_no_fact_out() -> None:
    document = tomllib.loads((FIXTURES / "reference.toml").read_text(encoding="utf-8"))
    known = read(SCHEMAS / "meta" / "profile.json")
    assert set(document["facts"]) == set(known["properties"]["facts"]["properties"])
