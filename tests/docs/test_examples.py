"""Every example in the docs and the README is executed (see tests/README.md for the kinds of block)."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sybil import Document, Example, Region
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.myst.lexers import DirectiveLexer

from tenure import rete

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    # Error pages lie in the docs only as a built copy.
    if path.is_file() and not {"_build", "errors"} & set(path.parts)
]
#: Pages whose examples need an extra, and what says that it is missing.
NEEDS = {"rules.md": rete.missing}
TENURE = [
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'tenure'; from tenure.cli import main; sys.exit(main())",
]


def commands(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output that is written below it."""
    command, output = "", []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, tidy("\n".join(output))
            command, output = line.removeprefix("$ "), []
        elif command.endswith("\\"):
            command = command.removesuffix("\\") + line.strip()
        else:
            output.append(line)
    assert command, "a console block begins with `$ `"
    yield command, tidy("\n".join(output))


def tidy(text: str) -> str:
    """Without trailing blanks, which editors remove."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")


class Shell:
    """Runs console blocks one after the other; remembers the last exit code."""

    def __init__(self) -> None:
        self.status = 0

    def run(self, command: str) -> str:
        match shlex.split(command):
            case ["echo", "$?"]:
                return str(self.status)
            case ["cat", file]:
                return Path(file).read_text(encoding="utf-8")
            case ["tenure", *arguments]:
                return self.tenure(arguments)
        raise AssertionError(f"`{command}` cannot be run in the docs: use an `sh` block")

    def tenure(self, arguments: list[str]) -> str:
        plain = os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "110", "PYTHONUTF8": "1"}
        done = subprocess.run(
            [*TENURE, *arguments],
            env=plain,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        self.status = done.returncode
        return done.stdout

    def __call__(self, example: Example) -> str | None:
        for command, expected in commands(example.parsed):
            got = tidy(self.run(command))
            if got != expected:
                return (
                    f"$ {command}\n--- the docs say\n{expected}\n--- tenure says (exit {self.status})\n{got}"
                )
        return None


def write_file(example: Example) -> None:
    name, text = example.parsed
    target = Path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def captioned_files(document: Document) -> Iterable[Region]:
    for found in DirectiveLexer("code-block")(document):
        caption = found.lexemes["options"].get("caption")
        if caption:
            yield Region(found.start, found.end, (caption, found.lexemes["source"]), write_file)


def run_page(path: Path) -> int:
    """Execute a page in the current folder and count its examples."""
    parsers = PythonCodeBlockParser(), CodeBlockParser("console", Shell()), captioned_files
    examples = list(Document.parse(str(path), *parsers))
    for example in examples:
        example.evaluate()
    return len(examples)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_examples(page, tmp_path, monkeypatch):
    lacking = NEEDS.get(page.name, lambda: None)()
    if lacking is not None:
        pytest.skip(lacking)
    monkeypatch.chdir(tmp_path)
    run_page(page)


GOOD = """
````{code-block} markdown
:caption: loan/deal.md

```tenure
contract loan
```
````

```console
$ cat \\
  loan/deal.md
```tenure
contract loan
```
$ echo $?
0
```

```python
one = 1
```

```python
>>> one + 1
2
```
""".replace("```console", "~~~console").replace("0\n```", "0\n~~~")


def page_of(folder, text):
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_runner_counts_true_examples(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_page(page_of(tmp_path, GOOD)) == 4


@pytest.mark.parametrize(("true", "false"), [("$?\n0", "$?\n1"), ("+ 1\n2", "+ 1\n3"), ("$ cat", "$ rm")])
def test_the_runner_finds_false_examples(true, false, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError):
        run_page(page_of(tmp_path, GOOD.replace(true, false)))
