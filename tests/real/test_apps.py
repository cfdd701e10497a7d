"""Applications of four frameworks as targets, served for the length of a run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from conformance.errors import ConfigurationError
from conformance.putting import serving

from .running import ROOT, command, environment, run

#: The library's API on each framework: what it answers is the same, how it comes to it is not.
COMMON = f"""
import sys, json
sys.path.insert(0, {str(ROOT / "docs" / "examples" / "library")!r})
from server import Library, Problem
library = Library()
def respond(method, target, card, body):
    try:
        status, document = library.answer(method, target, card, body)
        return status, "application/json", b"" if document is None else json.dumps(document).encode()
    except Problem as problem:
        document = {{"type": "https://library.example/problems/" + problem.kind, "title": problem.kind,
                    "status": problem.status, "detail": problem.detail}}
        if problem.member:
            document["errors"] = [{{"pointer": "#/" + problem.member}}]
        return problem.status, "application/problem+json", json.dumps(document).encode()
"""
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
STARLETTE = """
async def anything(request: Request) -> Response:
    target = request.url.path + ("?" + request.url.query if request.url.query else "")
    status, kind, body = respond(request.method, target, request.headers.get("x-library-card"), await request.body())
    return Response(body, status, {"Content-Type": kind})
"""
APPS = {
    "fastapi": f"""
from fastapi import FastAPI, Request, Response
app = FastAPI()
{STARLETTE}
app.api_route("/{{path:path}}", methods={METHODS})(anything)
""",
    "starlette": f"""
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
{STARLETTE}
app = Starlette(routes=[Route("/{{path:path}}", anything, methods={METHODS})])
""",
    "flask": f"""
from flask import Flask, request, Response
def create():
    app = Flask(__name__)
    @app.route("/", defaults={{"path": ""}}, methods={METHODS}, provide_automatic_options=False)
    @app.route("/<path:path>", methods={METHODS}, provide_automatic_options=False)
    def anything(path):
        target = request.full_path.rstrip("?")
        status, kind, body = respond(request.method, target, request.headers.get("X-Library-Card"), request.get_data())
        return Response(body, status, content_type=kind)
    return app
""",
    "django": """
import django
from django.conf import settings
settings.configure(SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], APPEND_SLASH=False, MIDDLEWARE=[])
django.setup()
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path
def anything(request):
    card = request.headers.get("X-Library-Card")
    status, kind, body = respond(request.method, request.get_full_path(), card, request.body)
    return HttpResponse(body, status=status, content_type=kind)
urlpatterns = [re_path(r"", anything)]
app, asgi = get_wsgi_application(), get_asgi_application()
""",
}
LIBRARY = ROOT / "docs" / "examples" / "library"
OPTIONS = (
    f"--target-contract={LIBRARY / 'contract'}", f"--target-spec={LIBRARY / 'openapi.yaml'}",
    f"--target-profile={LIBRARY / 'profile.toml'}", "-q",
)  # fmt: skip


@pytest.mark.parametrize(
    ("framework", "attribute"),
    [("fastapi", "app"), ("starlette", "app"), ("flask", "create"), ("django", "app"), ("django", "asgi")],
)
def test_an_application_is_examined(tmp_path: Path, framework: str, attribute: str) -> None:
    pytest.importorskip(framework)
    (tmp_path / "library_app.py").write_text(COMMON + APPS[framework], "utf-8")
    # What the frameworks do to odd paths is theirs: the chapters about codes are what an application answers for.
    found = run(tmp_path, f"--target-app=library_app:{attribute}", *OPTIONS, "-k", "codes or credentials or controls",
                cwd=tmp_path)  # fmt: skip
    assert found.status == 0, found.output[-3000:]
    assert not _running(tmp_path)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "nowhere:app", "No module named 'nowhere'"),
        ("", "broken:app", "has no attribute 'app'"),
        ("app = 5", "broken:app", "it cannot be called"),
        ("def app(): return 5", "broken:app", "gives no application"),
        ("def app(): raise OSError('no\\ndatabase')", "broken:app", "calling app failed: OSError: no database"),
        ("import nothing_of_the_kind", "broken:app", "No module named 'nothing_of_the_kind'"),
        ("def (", "broken:app", "importing broken failed: SyntaxError"),
        ("1 / 0", "broken:app", "importing broken failed: ZeroDivisionError"),
        ("raise SystemExit(3)", "broken:app", "importing broken failed: SystemExit"),
        ("import os; os._exit(3)", "broken:app", "it ended without a word"),
        ("", "broken", "write it as MODULE:ATTR"),
    ],
)
def test_what_is_no_application_is_said_in_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str, said: str
) -> None:
    (tmp_path / "broken.py").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as error:
        serving.application(name)
    assert said in str(error.value) and "\n" not in str(error.value) and name in str(error.value)


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_a_run_without_its_application_ends_with_4(tmp_path: Path, options: tuple[str, ...]) -> None:
    found = run(tmp_path, "--target-app=nowhere:app", *OPTIONS, *options, cwd=tmp_path)
    assert found.status == 4, found.output
    assert "No module named 'nowhere'" in found.output and "Traceback" not in found.output


def test_an_application_that_never_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sleeping.py").write_text("import time\ntime.sleep(60)\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serving, "PATIENCE", 0.5)
    with pytest.raises(ConfigurationError, match="it did not listen in time"):
        serving.application("sleeping:app")
    assert not _running(tmp_path)


def test_an_application_that_dies_is_no_failure_of_the_contract(tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text("import os\ndef app(environ, start_response):\n    os._exit(1)\n", "utf-8")
    found = run(tmp_path, "--target-app=dying:app", *OPTIONS, cwd=tmp_path)
    assert found.status == 6 and "cannot be examined" in found.output


def test_an_interrupted_run_ends_the_application(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        COMMON + "import time\n" + APPS["flask"].replace("target =", "time.sleep(0.02); target =")
    )
    running = subprocess.Popen(command("--target-app=slow:create", *OPTIONS), cwd=tmp_path, env=environment(),
                               text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
    until = time.monotonic() + 20
    while not _running(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert _running(tmp_path)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    output, _ = running.communicate(timeout=30)
    assert running.returncode == 2 and "Traceback" not in output, output
    assert not _running(tmp_path)


def _running(folder: Path) -> list[str]:
    """Processes that serve an application in this folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
            here = os.readlink(each / "cwd") == str(folder)
        except OSError:
            continue
        if here and any(re.fullmatch(rb"conformance\.putting\.serve_app", word) for word in words):
            found.append(each.name)
    return found
