"""How the modules hang together: what may import what, and that none of them knows the contract by heart."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import conformance
from conformance.data import SCHEMAS
from conformance.inputs.documents import read

from .benches import examination

PACKAGE = Path(conformance.__file__).parent
#: Parts of the package that are no part of the engine.
APART = ("reference", "liars", "suite")
ENGINE = sorted(p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in (*APART, "_data"))
#: The packages, lowest first: each may import those before it.
LAYERS = ("http", "inputs", "planning", "judgement", "putting", "drawn", "chapters", "report", "session")
#: Modules that may know pytest.
OF_PYTEST = {"plugin", "items", "quick", "run", "termination", "options", "pytest_fixtures"}
#: The clauses of a rule, and words of any letter, which happen to be words of the contract too.
ORDINARY = {"Message", "Received"}
#: How many there are of something, by module: not statuses.
COUNTS = {"fuzz": {400}, "requestlines": {500}}
#: Modules that may open a socket: one to talk to a target, one to serve an application that is to be one.
OF_SOCKETS = {"wire", "connection", "tls", "serve_app"}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in ENGINE}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, late: bool = False, typing: bool = False) -> set[str]:
    """The modules that a module imports; `late`: by its functions as well; `typing`: for annotations as well."""
    found: set[str] = set()

    def look(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not late:
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test) and not typing:
                continue
            if isinstance(child, ast.Import):
                found.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = "." * child.level + (child.module or "")
                assert child.level == 0 or path.parent.name in APART, f"{path.name}: {base}"
                for alias in child.names:
                    whole = f"{base}.{alias.name}"
                    found.add(whole if whole in MODULES else base)
            look(child)

    look(tree(path))
    return found


def ours(path: Path, **which: bool) -> set[str]:
    return {name for name in imports(path, **which) if name in MODULES}


def roots(path: Path) -> set[str]:
    """The packages that a module imports anywhere in it."""
    return {name.split(".")[0] for name in imports(path, late=True, typing=False)}


def test_imports_go_in_one_direction() -> None:
    graph = {name: ours(path) - {name, "conformance"} for name, path in MODULES.items()}
    try:
        assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)
    except CycleError as error:
        pytest.fail("these import each other: " + " <- ".join(error.args[1]))


def layer_of(name: str) -> int:
    """The place of a module among the packages; what stands beside them is data below all, or a command above all."""
    if name.removeprefix("conformance.") in ("conformance", "data", "errors"):
        return -1
    package = name.split(".")[1]
    return LAYERS.index(package) if package in LAYERS else len(LAYERS)


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_no_package_imports_one_above_it(path: Path) -> None:
    own = layer_of(name_of(path))
    assert [name for name in ours(path, typing=True) if layer_of(name) > own] == []


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_only_the_plugin_knows_pytest(path: Path) -> None:
    known = {"pytest", "_pytest"} & roots(path)
    assert not known or path.stem in OF_PYTEST


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_only_the_wire_opens_sockets(path: Path) -> None:
    network = {"socket", "ssl", "http", "requests", "httpx", "urllib3", "asyncio", "uvicorn", "werkzeug"}
    found = network & roots(path)
    assert not found or path.stem in OF_SOCKETS | {"fuzz_drawing"}, found
    if "socket" in found:
        assert path.stem in OF_SOCKETS


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith("conformance.judgement.")])
def test_judging_is_pure(name: str) -> None:
    seen: set[str] = set()
    todo = [name]
    while todo:
        path = MODULES[todo.pop()]
        if path.stem in seen:
            continue
        seen.add(path.stem)
        todo += ours(path)
        assert not {"time", "socket", "random", "pytest", "os", "secrets", "datetime"} & imports(path, late=True), path


def test_judging_reads_no_file_but_those_of_the_contract() -> None:
    for path in (PACKAGE / "judgement").glob("*.py"):
        text = path.read_text()
        assert "open(" not in text and "read_text" not in text and "Path" not in text


@pytest.mark.parametrize("path", sorted((PACKAGE / "reference").rglob("*.py")), ids=lambda path: path.stem)
def test_the_reference_target_shares_nothing_with_the_engine(path: Path) -> None:
    # Its command serves liars as well, which are reference targets with one thing changed.
    allowed = ("conformance.reference", *(["conformance.liars"] if path.stem == "__main__" else []))
    for name in imports(path, late=True, typing=True):
        assert not name.startswith("conformance") or name.startswith(allowed), name
    assert not re.search(r"(?<!components/)schemas/|fixtures/", " ".join(literals(path)))


#: But those that put them to the engine.
LIARS = [path for path in sorted((PACKAGE / "liars").rglob("*.py")) if path.stem not in ("matrix", "peace")]


@pytest.mark.parametrize("path", LIARS, ids=lambda path: path.stem)
def test_liars_rest_on_the_reference_target_alone(path: Path) -> None:
    allowed = ("conformance.reference", "conformance.liars")
    for name in imports(path, late=True, typing=True):
        assert not name.startswith("conformance") or name.startswith(allowed), name


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_the_engine_knows_neither_the_reference_target_nor_liars(path: Path) -> None:
    assert not {
        n for n in imports(path, late=True, typing=True) if n.startswith(("conformance.reference", "conformance.liars"))
    }


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_no_type_is_named_like_a_test(path: Path) -> None:
    assert not [
        node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
    ]


# What stands in the engine as a literal


def docstrings(node: ast.Module) -> set[int]:
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and each.body:
            first = each.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def literals(path: Path) -> Iterator[str]:
    """Every text in a module that is no docstring, pieces of formatted ones among them."""
    told = docstrings(tree(path))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in told:
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")


def numbers(path: Path) -> Iterator[tuple[int, int]]:
    """Each whole number in a module, and its line, but for bounds of ranges and of slices."""
    bounds: set[int] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare) and all(
            isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops
        ):
            bounds.update(id(each) for each in [node.left, *node.comparators])
        if isinstance(node, ast.Slice):
            bounds.update(id(each) for each in ast.walk(node))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and type(node.value) is int and id(node) not in bounds:
            yield node.value, node.lineno


@cache
def names_of_the_contract() -> tuple[frozenset[str], frozenset[str]]:
    """Names that may stand nowhere in a text of the engine, and words that may be no whole text of it."""
    run = examination()
    anywhere = set(run.contract.rules) | set(run.surface.operations)
    anywhere |= {
        part for o in run.surface.operations.values() for part in o.path.split("/") if len(part) > 2 and "{" not in part
    }
    words = {p.name for o in run.surface.operations.values() for p in o.parameters}
    vocabularies = {str(p.trait("x-vocabulary")) for o in run.surface.operations.values() for p in o.parameters}
    known = {str(w) for o in run.surface.operations.values() for p in o.parameters for w in p.trait("enum") or ()}
    resources = {str(p.trait("x-resource")) for o in run.surface.operations.values() for p in o.parameters}
    words |= (vocabularies | known | resources) - {"None"}
    anywhere |= {word for word in words if re.search(r"_|[a-z][A-Z]", word)}
    return frozenset(anywhere), frozenset(words - ORDINARY)


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_no_name_of_the_contract_stands_in_the_engine(path: Path) -> None:
    anywhere, words = names_of_the_contract()
    assert len(anywhere) > 60 and len(words) > 60
    pattern = re.compile("(?<![A-Za-z0-9_])(" + "|".join(map(re.escape, sorted(anywhere))) + ")(?![A-Za-z0-9_])")
    found = [text for text in literals(path) if text in words or pattern.search(text)]
    assert found == []
    if path.parent.name != "report":
        assert not set(examination().contract.requirements) & set(literals(path))


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_no_status_of_the_contract_stands_in_the_engine(path: Path) -> None:
    statuses = read(SCHEMAS / "contract.json")["statuses"]
    known = {*statuses["allowed"], *statuses["again"], *statuses["beforeTheApi"]}
    known -= COUNTS.get(path.stem, set())
    assert [(number, line) for number, line in numbers(path) if number in known] == []
    assert not [text for text in literals(path) if text in set(map(str, known))]


def test_the_plugin_loads_nothing_heavy() -> None:
    heavy = ("jsonschema_rs", "httptools", "hypothesis", "schemathesis", "jsonschema", "uvicorn", "yaml", "requests")
    program = f"import sys, conformance.plugin; print([n for n in {heavy!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
