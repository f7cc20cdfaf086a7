"""The house stands: imports run downwards only, each room uses what it may, nothing heavy loads early."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "abcgen"

#: Floor and allowed third-party packages of every room. A room may import rooms on lower floors only.
ROOMS: dict[str, tuple[int, set[str]]] = {
    "errors": (0, set()),
    "encodings": (0, set()),
    "files": (0, set()),
    "lazy": (0, set()),
    "resources": (0, set()),
    "templates": (0, {"jinja2"}),
    "plots": (0, {"matplotlib"}),
    "plain": (0, set()),
    "notation": (0, set()),
    "corpus": (
        1,
        {"datasets", "pyarrow", "huggingface_hub", "datasketch", "numpy", "matplotlib", "safetensors"},
    ),
    "tokenization": (1, {"datasets", "tokenizers", "yaml"}),
    "scores": (1, {"fontTools", "midirenderer", "music21", "numpy", "py_mini_racer", "soundfile", "typst"}),
    "models": (2, {"torch", "transformers", "numpy", "safetensors", "huggingface_hub", "onnxruntime"}),
    "generation": (3, {"torch", "transformers", "numpy", "accelerate"}),
    "evaluation": (4, {"torch", "transformers", "numpy"}),
    "training": (
        5,
        {
            "torch",
            "transformers",
            "numpy",
            "accelerate",
            "datasets",
            "yaml",
            "tqdm",
            "matplotlib",
            "safetensors",
        },
    ),
    "app": (6, {"fastapi", "h11", "platformdirs", "starlette", "uvicorn"}),
    "hub": (6, {"datasets", "huggingface_hub", "packaging", "yaml"}),
    "cli": (7, {"click"}),
}
#: On the ground floor: who may use whom.
GROUND = {
    "errors": {"notation"},
    "encodings": set(),
    "files": {"errors", "encodings"},
    "lazy": set(),
    "resources": {"errors"},
    "templates": {"errors", "resources"},
    "plots": set(),
    "plain": {"errors"},
    "notation": {"errors", "notation"},
}


def imported(path: Path) -> set[str]:
    """Every absolute module name that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files() -> list[Path]:
    return sorted(
        p for p in PACKAGE.rglob("*.py") if "vendor" not in p.parts and p.parent != PACKAGE / "data"
    )


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path)
    if room in {"__init__", "__main__"}:
        return
    floor, allowed = ROOMS[room]
    for name in imported(path):
        top = name.split(".")[0]
        if top == "abcgen":
            other = name.split(".")[1] if "." in name else ""
            if other not in ROOMS:
                continue  # the version, or a name that the package itself hands on
            lower = ROOMS[other][0] < floor
            same = other == room or (floor == 0 and other in GROUND[room])
            assert lower or same, f"{room} may not import {other}"
        else:
            assert top in sys.stdlib_module_names or top in allowed, f"{room} may not import {top}"


def test_every_room_is_in_the_plan() -> None:
    assert {room_of(path) for path in files()} - {"__init__", "__main__", "data"} == set(ROOMS)


@pytest.mark.parametrize("code", ["import abcgen", "import abcgen.cli"])
def test_nothing_heavy_loads_early(code: str) -> None:
    heavy = "{'torch', 'transformers', 'music21', 'datasets', 'numpy', 'tokenizers', 'accelerate'}"
    command = f"import sys; {code}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_runs_without_heavy_imports() -> None:
    command = (
        "import sys; from abcgen.cli import run; code = run(['--help']); "
        "sys.exit(code or bool({'torch', 'music21', 'transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", command], capture_output=True, check=False).returncode == 0


def test_no_python_shadows_the_datasets_package() -> None:
    assert not list((ROOT / "datasets").rglob("*.py"))
    assert not list((ROOT / "tokenizer").rglob("*.py"))
    command = "import datasets, pathlib; print(pathlib.Path(datasets.__file__).parent.parent.name)"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "site-packages"


def test_modules_stay_readable() -> None:
    long = {
        str(p.relative_to(PACKAGE)): n for p in files() if (n := len(p.read_text("utf-8").splitlines())) > 500
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(p) for p in files() if p.stat().st_size and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert silent == []
