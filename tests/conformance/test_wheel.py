"""What is shipped is tested: the built wheel, in a fresh environment, from an empty folder."""

import json
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tenure.bundled import bundled_names

ROOT = Path(__file__).resolve().parents[2]

# One worker runs them all, so that the environment is made once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command, cwd=ROOT):
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation"]
    run(*pip, "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("tenure-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """The `bin` folder of a virtual environment with the core lock and the wheel, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [
        scripts / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-qq",
        "--only-binary",
        ":all:",
    ]
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock")
    run(*pip, "--no-deps", wheel)
    return scripts


def test_the_wheel_holds_the_contracts_the_grammar_and_the_error_pages(wheel):
    shipped = set(ZipFile(wheel).namelist())
    package = ROOT / "engine" / "tenure"
    wanted = {
        f"tenure/{path.relative_to(package).as_posix()}"
        for pattern in ("*.py", "*.lark", "diagnostics/pages/*.md", "py.typed")
        for path in package.rglob(pattern)
    } | {f"tenure/_contracts/{deal.parent.name}/deal.md" for deal in ROOT.glob("contracts/*/deal.md")}
    assert "tenure/_contracts/microsoft_openai/deal.md" in wanted
    assert sorted(wanted - shipped) == []
    assert [name for name in shipped if "__pycache__" in name] == []


def test_a_question_is_answered_from_an_empty_folder(environment, tmp_path):
    who = [environment / "tenure", "who", "microsoft_openai", "--at", "2031-06-01", "--format", "json"]
    out = run(*who, "--holder", "Microsoft", "--act", "use", "--object", "GPT-5", cwd=tmp_path)
    (position,) = json.loads(out)["positions"]
    assert (position["status"], position["until"]) == ("held", "2033-01-01T00:00:00-08:00")


@pytest.mark.parametrize("name", bundled_names())
def test_each_contract_is_good_or_says_which_extra_it_needs(environment, tmp_path, name):
    done = subprocess.run(
        [environment / "tenure", "test", name],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode == 2:
        assert "TEN510" in done.stderr
        assert "install the extra `tenure[calendars]`" in done.stderr
    else:
        assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_package_lies_outside_the_checkout(environment, tmp_path):
    where = run(environment / "python", "-c", "import tenure; print(tenure.__file__)", cwd=tmp_path)
    assert ROOT not in Path(where.strip()).resolve().parents
