"""The rules of the house that no other tool checks."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "engine" / "tenure"
TEXT = {
    "",
    ".cfg",
    ".ini",
    ".json",
    ".jsonl",
    ".lark",
    ".lock",
    ".md",
    ".py",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}
TOP_LEVEL = {
    *("pyproject.toml", "README.md", "engine", "contracts", "tests", "docs"),
    *("LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "requirements.lock", "requirements-dev.lock"),
    "requirements-rete.lock",
}


def project_files():
    """The files that git has or would add; skips where the project was unpacked without git."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [path for path in map(Path, listing.stdout.split("\0")) if (ROOT / path).is_file()]


def lines_matching(pattern, paths):
    """`file:line: text` of every line that matches."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line, re.IGNORECASE)
    ]


def test_the_top_level_is_fixed():
    tops = {path.parts[0] for path in project_files()}
    assert sorted(top for top in tops - TOP_LEVEL if not top.startswith(".")) == []


@pytest.mark.parametrize("folder", ["engine", "tests", "docs"])
def test_no_source_file_is_over_600_lines(folder):
    sources = [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.lark")]
    lengths = {path.relative_to(ROOT): path.read_text(encoding="utf-8").count("\n") for path in sources}
    assert {str(path): length for path, length in lengths.items() if length > 600} == {}


def test_the_engine_knows_no_particular_deal():
    sources = [path for suffix in ("py", "lark", "md") for path in ENGINE.rglob(f"*.{suffix}")]
    # A wheel built in place would lay the contracts here; they are not the engine.
    sources = [path for path in sources if "_contracts" not in path.parts]
    assert lines_matching(r"openai|microsoft|\bagi\b", sources) == []


def test_nothing_names_a_package_host_or_a_machine():
    # Written in pieces, so that this file does not name them either.
    hosts = "|".join(
        [
            "python" + "hosted",
            r"pypi" + r"\.org",
            r"--(extra-)?index" + "-url",
            "--find" + "-links",
            "--trusted" + "-host",
        ]
    )
    machine = r"file:" + "///|(?<![\\w.])/(work|opt)" + "/"
    texts = [ROOT / path for path in project_files() if path.suffix in TEXT]
    assert lines_matching(f"{hosts}|{machine}", texts) == []


def test_the_lock_files_pin_every_package_by_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        pinned = [entry for entry in entries if entry.strip() and not entry.lstrip().startswith("#")]
        assert pinned
        assert [
            entry for entry in pinned if not re.match(r"[\w.-]+(\[\w+\])?==\S+ .*--hash=sha256:", entry)
        ] == []


def test_the_development_lock_contains_the_core_lock():
    core, dev = (
        set(re.findall(r"^([\w.-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert core - dev == set()
