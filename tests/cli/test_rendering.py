"""Diagnostics for people, for grep, and as JSON."""

from itertools import pairwise

from tenure.diagnostics import Diagnostic, Label, Place
from tenure.diagnostics.pages import codes, page, title
from tenure.diagnostics.render import as_json, human, plain, printable, tally

TEXT = "one\n  Tenat may use x\nthree\n"


def finding(file, **more):
    place = Place(str(file), 2, 3, 2, 8)
    return Diagnostic("TEN201", "`Tenat` is not declared", place=place, help="did you mean `Tenant`?", **more)


def test_people_see_the_line_and_a_caret(tmp_path):
    file = tmp_path / "deal.md"
    file.write_text(TEXT, encoding="utf-8")
    assert human([finding(file)]).splitlines() == [
        "error[TEN201]: `Tenat` is not declared",
        f" --> {file}:2:3",
        "  |",
        "2 |   Tenat may use x",
        "  |   ^^^^^",
        "  = help: did you mean `Tenant`?",
        "",
        "1 error; `tenure explain TEN201` says more",
    ]


def test_labels_point_at_other_places(tmp_path):
    file = tmp_path / "deal.md"
    file.write_text(TEXT, encoding="utf-8")
    label = Label(Place(str(file), 3, 1, 3, 6), "declared here")
    assert "  | ^^^^^ declared here" in human([finding(file, labels=(label,))])
    assert f"  note: {file}:3:1: declared here" in plain([finding(file, labels=(label,))])


def test_colours_only_on_request(tmp_path):
    assert "\x1b[" not in human([finding(tmp_path / "missing")])
    assert "\x1b[1;31merror[TEN201]" in human([finding(tmp_path / "missing")], color=True)


def test_long_lines_are_cut_around_the_caret(tmp_path):
    file = tmp_path / "long"
    file.write_text("x" * 5000 + "HERE" + "y" * 5000, encoding="utf-8")
    shown = human([Diagnostic("TEN101", "odd", place=Place(str(file), 1, 5001, 1, 5005))]).splitlines()
    assert max(map(len, shown)) < 130
    line, mark = next((a, b) for a, b in pairwise(shown) if "HERE" in a)
    assert line[mark.index("^") : mark.rindex("^") + 1] == "HERE"


def test_plain_is_one_line_a_finding():
    assert plain([finding("deal.md")]) == (
        "deal.md:2:3: error[TEN201]: `Tenat` is not declared\n  help: did you mean `Tenant`?"
    )


def test_nothing_steers_the_terminal():
    assert printable("a\x1b[2Jb\nc\ud800") == "a\\x1b[2Jb\\nc\\ud800"
    assert "\x1b" not in plain([Diagnostic("TEN101", "odd \x1b[31m")])


def test_json_has_every_field():
    (value,) = as_json([finding("deal.md")])
    assert value["place"] == {"file": "deal.md", "line": 2, "column": 3, "end_line": 2, "end_column": 8}
    assert value["labels"] == ()


def test_tally_counts_by_severity():
    notes = [
        Diagnostic("TEN101", "a", severity="warning"),
        Diagnostic("TEN101", "b"),
        Diagnostic("TEN101", "c"),
    ]
    assert tally(notes) == "2 errors, 1 warning"
    assert tally([]) == human([]) == ""


def test_pages_are_found_by_code_in_any_spelling():
    assert page("ten620") == page("620") == page("TEN620")
    assert title(page("TEN620")) == "a command that cannot be understood"
    assert page("TEN999") is None
    assert page("../pages/TEN620") is None
    assert "TEN620" in codes()
