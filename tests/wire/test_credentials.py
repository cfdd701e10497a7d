"""Credentials go out as their names say, wrong ones cannot be read as right ones, and none is ever written."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conformance.errors import ConfigurationError
from conformance.http.credentials import Credentials, Secrets, authorization, spoilable, spoilings
from conformance.http.redaction import REDACTED
from conformance.http.spoiling import BASIC_WAYS

OWNER = Credentials("AC0123abc", "Geheim-9/+?&\xe9x")
TOKEN = Credentials("", "eyJhbGciOi.J9abc-_Z", scheme="bearer")
KEY = Credentials("", "k3y-Of-Mine", scheme="header", header_name="X-API-Key")
VAULT = {"owner": OWNER, "limited": TOKEN, "key": KEY}

texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def readings(value: str) -> set[str]:
    """Every `user:password` that some lenient decoder might see in an Authorization value."""
    scheme, _, rest = value.partition(" ")
    found = {rest} if scheme.lower() == "basic" else set()
    for text in (rest, value) if scheme.lower() == "basic" else ():
        kept = re.sub("[^A-Za-z0-9+/]", "", text.translate(str.maketrans("-_", "+/")))
        if len(kept) % 4 == 1:
            kept = kept[:-1]
        found.add(base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("utf-8", "replace"))
    return {each.strip() for each in found} | {each.strip() + ":" for each in found if ":" not in each}


def test_right_credentials() -> None:
    assert authorization(VAULT, "owner") == (("Authorization", f"Basic {b64(f'{OWNER.username}:{OWNER.password}')}"),)
    assert authorization(VAULT, "limited") == (("Authorization", f"Bearer {TOKEN.password}"),)
    assert authorization(VAULT, "key") == (("X-API-Key", KEY.password),)
    assert authorization(VAULT, "nobody") == authorization({}, "nobody") == ()


def test_the_ways_of_spoiling_basic_credentials() -> None:
    vault = {"owner": Credentials("Ab1", "Cd-2")}
    got = {way: authorization(vault, f"owner:{way}")[0][1] for way in spoilings(vault["owner"])}
    wrong_password = base64.b64decode(got.pop("wrong-password")[6:]).decode()
    wrong_user = base64.b64decode(got.pop("wrong-user")[6:]).decode()
    assert re.fullmatch("Ab1:[A-Z][a-z]-[0-9]", wrong_password) and wrong_password != "Ab1:Cd-2"
    assert re.fullmatch("[A-Z][a-z][0-9]:Cd-2", wrong_user) and wrong_user != "Ab1:Cd-2"
    assert got == {
        "password-and-more": f"Basic {b64('Ab1:Cd-2x')}",
        "password-cut": f"Basic {b64('Ab1:Cd-')}",
        "password-case": f"Basic {b64('Ab1:cD-2')}",
        "empty-password": f"Basic {b64('Ab1:')}",
        "user-and-more": f"Basic {b64('Ab1x:Cd-2')}",
        "empty-user": f"Basic {b64(':Cd-2')}",
        "swapped": f"Basic {b64('Cd-2:Ab1')}",
        "no-colon": f"Basic {b64('Ab1')}",
        "not-base64": "Basic !not*base64!",
        "nothing": "Basic",
        "other-scheme": f"Bearer {b64('Ab1:Cd-2')}",
        "digest-scheme": f'Digest username="Ab1", realm="none", nonce="0", uri="/", response="{"0" * 32}"',
        "plain": "Basic Ab1:Cd-2",
        "twice-encoded": f"Basic {b64(b64('Ab1:Cd-2'))}",
    }


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(texts.filter(lambda text: ":" not in text), texts)
def test_no_spoilt_basic_credentials_can_be_read_as_the_right_ones(user: str, password: str) -> None:
    assume((user + password).strip())
    right = Credentials(user, password)
    pair = f"{user}:{password}".strip()
    assert pair in readings(right.header[1])
    for way in spoilings(right):
        ((name, value),) = authorization({"owner": right}, f"owner:{way}")
        assert name == "Authorization"
        assert value != right.header[1]
        value.encode("latin-1")
        assert "\r" not in value and "\n" not in value
        if way != "plain":  # whose decodings are right only where the text is its own Base64
            assert pair not in readings(value), way


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12))
def test_no_spoilt_token_is_the_right_one(token: str) -> None:
    assume(token.strip("="))
    for right in (Credentials("", token, "bearer"), Credentials("", token, "header", "X-Key")):
        for way in spoilings(right):
            ((_, value),) = authorization({"owner": right}, f"owner:{way}")
            start = "Bearer " if right.scheme == "bearer" else ""
            assert value.rstrip("=") != f"{start}{token}".rstrip("=")


@pytest.mark.parametrize("right", VAULT.values())
def test_there_are_ways_for_each_scheme(right: Credentials) -> None:
    ways = set(spoilings(right))
    assert {"wrong-password", "password-cut", "password-case", "password-and-more", "nothing"} <= ways
    assert ("swapped" in ways) is (right.scheme == "basic")


def test_what_cannot_be_spoilt_says_so() -> None:
    digits = Credentials("1", "2345")
    assert not spoilable(digits, "password-case")
    assert not spoilable(Credentials("u", ""), "empty-password")
    assert not spoilable(Credentials("u", ""), "wrong-password")
    assert not spoilable(Credentials("same", "same"), "swapped")
    assert not spoilable(Credentials("", "abc="), "empty-user")
    assert not spoilable(Credentials("", "abc=", "bearer"), "password-cut")
    with pytest.raises(ValueError, match="password-case"):
        authorization({"owner": digits}, "owner:password-case")
    for name in ("limited", "limited:nothing", "owner:unheard-of", "other"):
        with pytest.raises(LookupError):
            authorization({"owner": digits}, name)


def test_each_way_for_basic_has_sense_for_ordinary_credentials() -> None:
    assert set(spoilings(OWNER)) == set(BASIC_WAYS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "a:b", "password": "x"},
        {"username": "a", "password": "x\r\nX-Injected: 1"},
        {"username": "a\n", "password": "x"},
        {"username": "", "password": ""},
        {"username": " ", "password": " "},
        {"username": "", "password": "", "scheme": "bearer"},
        {"username": "", "password": "=", "scheme": "bearer"},
        {"username": "", "password": " x", "scheme": "bearer"},
        {"username": "", "password": "\xe9", "scheme": "header"},
        {"username": "", "password": "x", "scheme": "header", "header_name": "X Key"},
        {"username": "", "password": "x", "scheme": "digest"},
    ],
)
def test_credentials_that_cannot_be_sent_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Credentials(**wrong)
    assert str(caught.value).endswith(".")


def test_no_secret_is_shown() -> None:
    assert OWNER.password not in repr(OWNER)


def forms(secret: str) -> dict[str, str]:
    return {
        "plain": secret,
        "URL": quote(secret, safe=""),
        "URL, lower case": re.sub("%..", lambda match: match[0].lower(), quote(secret, safe="")),
        "form": quote_plus(secret),
        "JSON": json.dumps(secret),
        "JSON in UTF-8": json.dumps(secret, ensure_ascii=False),
        "JSON with slashes escaped": json.dumps(secret).replace("/", "\\/"),
        "HTML": html.escape(secret),
        "Python": repr(secret),
        "Base64": b64(secret),
        "as Latin-1": secret.encode().decode("latin-1"),
    }


@pytest.mark.parametrize("right", VAULT.values(), ids=str)
@pytest.mark.parametrize("form", list(forms("")))
def test_each_form_of_a_secret_is_redacted(right: Credentials, form: str) -> None:
    secrets = Secrets(VAULT)
    text = f"before {forms(right.password)[form]} after"
    redacted = secrets.redact(text)
    assert REDACTED in redacted and redacted.startswith("before ") and redacted.endswith(" after")
    assert right.password[2:-2] not in redacted
    assert secrets.redact_bytes(text.encode()) == redacted.encode()


def test_all_that_is_sent_is_redacted_when_it_is_echoed() -> None:
    secrets = Secrets(VAULT)
    for name, right in VAULT.items():
        for way in ("", *spoilings(right)):
            value = authorization(VAULT, f"{name}:{way}" if way else name)[0][1]
            for echo in (value, json.dumps(value), quote(value), html.escape(value)):
                redacted = secrets.redact(f"<{echo}>")
                assert right.password not in redacted
                for part in re.findall("[A-Za-z0-9+/]{12,}", redacted):
                    assert right.password.encode() not in base64.b64decode(part + "=" * (-len(part) % 4)), way


@pytest.mark.parametrize("around", ["", "a", "ab", "abc", '{"x":"'])
def test_a_secret_inside_longer_base64_is_redacted(around: str) -> None:
    redacted = Secrets(VAULT).redact(b64(f"{around}{KEY.password} and more"))
    assert REDACTED in redacted


def test_a_text_without_secrets_stays_as_it_is() -> None:
    secrets = Secrets(VAULT)
    text = json.dumps({"ResponseStatus": {"ErrorCode": "PARAMETER_REQUIRED", "Message": "Line1 is missing."}}) * 20
    assert secrets.redact(text) is text
    assert secrets.redact_bytes(text.encode()) == text.encode()


def test_very_short_passwords_do_not_shred_the_text() -> None:
    secrets = Secrets({"owner": Credentials("me", "in")})
    text = "GET /in HTTP/1.1\r\nX-Key: in\r\nX-In: begin\r\n\r\nin the main"
    assert secrets.redact(text) == text.replace("X-Key: in", f"X-Key: {REDACTED}")
    assert secrets.redact_bytes(text.encode()) == secrets.redact(text).encode()
    assert secrets.redact_headers((("X-Key", "in"), ("X", "main"))) == (("X-Key", REDACTED), ("X", "main"))
    assert b64("me:in") not in secrets.redact(f"Authorization: Basic {b64('me:in')}")


def test_an_empty_vault_redacts_nothing() -> None:
    for vault in ({}, {"owner": Credentials("me", "")}):
        assert Secrets(vault).redact("Authorization: Basic abc") == "Authorization: Basic abc"
