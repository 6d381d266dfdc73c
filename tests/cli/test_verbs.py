"""`new`, `check`, `fmt`, `run`, `test` and `explain`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import tenure as library
from tenure.cli import main
from tenure.diagnostics.pages import codes


def test_a_new_contract_passes_its_own_check_and_test(tmp_path, monkeypatch, tenure, valid):
    monkeypatch.chdir(tmp_path)
    made = valid(tenure("new", "my-deal", "--format", "json").json, "new")["created"]
    assert [Path(path).name for path in made] == ["deal.md", "history.jsonl", "README.md"]
    assert tenure("check", "my-deal").code == 0
    assert tenure("fmt", "my-deal", "--check").code == 0
    assert tenure("test", "my-deal").code == 0
    again = tenure("new", "my-deal")
    assert (again.code, "TEN624" in again.err) == (2, True)


def test_check_prints_findings_with_their_place(lease, tenure, valid):
    deal = lease / "deal.md"
    deal.write_text(deal.read_text(encoding="utf-8").replace("for x: flat", "for x: falt"), encoding="utf-8")
    ran = tenure("check", "lease", "--format", "json")
    (finding,) = [d for d in valid(ran.json, "check")["diagnostics"] if d["severity"] == "error"]
    assert ran.code == 2
    assert "falt" in finding["message"]
    assert finding["help"] == "did you mean `flat`?"
    assert (
        finding["place"]["line"]
        == deal.read_text(encoding="utf-8").splitlines().index("    for x: falt, owned by Landlord") + 1
    )


def test_check_reads_the_history_too(lease, tenure):
    (lease / "history.jsonl").write_text("{nonsense\n", encoding="utf-8")
    ran = tenure("check", "lease")
    assert ran.code == 2
    assert "history.jsonl:1:" in ran.out


def test_fmt_changes_the_layout_once(lease, tenure, valid):
    deal = lease / "deal.md"
    deal.write_text(
        deal.read_text(encoding="utf-8").replace("  Tenant may use x", "       Tenant may   use x"),
        encoding="utf-8",
    )
    assert tenure("fmt", "lease", "--check").code == 1
    assert valid(tenure("fmt", "lease", "--format", "json").json, "fmt")["files"][0]["changed"]
    assert tenure("fmt", "lease", "--check").code == 0


@pytest.mark.usefixtures("lease")
def test_run_sums_up(tenure, valid):
    out = tenure("run", "lease", "--at", "2028-01-01").out
    assert "void acts:\n  2026-06-01  e5 ended by Agent: " in out
    assert "breaches:\n  2026-04-02  Tenant: pay i1, USD 900 against L2" in out
    assert "2031-01-01  Tenant may use flat 1 against Landlord: held to not_held" in out
    whole = valid(tenure("run", "lease", "--format", "json").json, "run")
    assert [v["event"] for v in whole["void"]] == ["e5"]
    assert {p["act"] for p in whole["positions"]} >= {"use", "pay"}


@pytest.mark.usefixtures("lease")
def test_scenarios_say_what_was_expected_and_found(tenure, valid):
    ran = tenure("test", "lease")
    assert ran.code == 1
    assert re.search(
        r"pass  lease: as things stand\nFAIL  lease: wrong on purpose\n    \S+deal.md:\d+", ran.out
    )
    assert "expected  held" in ran.out
    assert "found     not_held" in ran.out
    shape = valid(tenure("test", ".", "--format", "json").json, "test")
    assert [s["passed"] for s in shape["contracts"][0]["scenarios"]] == [True, False]


def test_every_code_can_be_explained(tenure, valid):
    listed = valid(tenure("explain", "--format", "json").json, "explain")["codes"]
    assert [entry["code"] for entry in listed] == list(codes())
    assert tenure("explain", "410").out.startswith("# TEN410: ")
    assert valid(tenure("explain", "ten410", "--format", "json").json, "explain")["code"] == "TEN410"
    assert "TEN410" in tenure("explain", "TEN410", "--format", "human").out


def test_help_and_version(tenure):
    assert tenure("--version").out.strip() == library.__version__
    overview = tenure("--help")
    assert overview.code == 0
    for verb in ("new", "check", "fmt", "run", "who", "when", "test", "explain"):
        assert verb in overview.out
        assert tenure(verb, "--help").code == 0


def test_a_closed_pipe_and_an_interrupt_are_no_tracebacks(monkeypatch, tenure):
    for error, code in ((KeyboardInterrupt, 130), (BrokenPipeError, 141)):

        def fail(*_args, error=error, **_options):
            raise error

        monkeypatch.setattr("tenure.cli.running._dispatch", fail)
        monkeypatch.setattr("tenure.cli.running._abandon_stdout", lambda: None)
        ran = tenure("explain")
        assert (ran.code, ran.err) == (code, "")


def test_a_fault_of_ours_is_one_line_unless_debugged(monkeypatch, tenure):
    def fail(*_args, **_options):
        raise RuntimeError("that should not be")

    monkeypatch.setattr("tenure.cli.running._dispatch", fail)
    ran = tenure("explain")
    assert ran.code == 70
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("internal error: RuntimeError: that should not be; please report it")
    assert "Traceback" in tenure("explain", "--debug").err


@pytest.mark.usefixtures("lease")
def test_the_command_runs_as_a_process():
    command = [sys.executable, "-m", "tenure.cli", "who", "lease", "--at", "2028-01-01", "--act", "use"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "flat 1" in done.stdout


@pytest.mark.usefixtures("lease")
def test_the_demo_shows_tables_and_a_timeline(capsys):
    from tenure.cli.demo import main as demo

    assert demo(["lease", "--at", "2028-01-01", "--at", "2031-06-01"]) == 0
    out = capsys.readouterr().out
    assert "Who holds what at 2028-01-01" in out
    assert "█" in out
    assert "▼" in out
    assert max(map(len, out.splitlines())) <= 100
    assert demo(["nowhere"]) == 2


def test_main_takes_words():
    assert main(["explain", "TEN410"]) == 0


def test_the_overview_says_what_each_verb_does(tenure):
    from tenure.cli.app import VERBS

    shown = " ".join(tenure("--help").out.replace("│", " ").split())
    assert [verb for verb, line in VERBS.items() if f"{verb} {line}" not in shown] == []


@pytest.mark.usefixtures("lease")
def test_run_tells_recorded_breaches_from_coming_ones(tenure):
    early = tenure("run", "lease", "--horizon", "2026-03-10").out
    assert early.index("breaches: none") < early.index("breaches to come, if nothing more happens:")
    assert "breaches to come, if nothing more happens: none" in tenure("run", "lease").out
    (breach,) = tenure("run", "lease", "--horizon", "2026-03-10", "--format", "json").json["breaches"]
    assert breach["basis"] == "projected"


@pytest.mark.usefixtures("lease")
def test_powers_that_only_repeat_a_declaration_are_shown_when_asked_for(tenure):
    everything = tenure("who", "lease", "--at", "2028-01-01", "--format", "json").json["positions"]
    assert {p["relation"] for p in everything} == {"liberty", "duty"}
    powers = tenure("who", "lease", "--at", "2028-01-01", "--relation", "power", "--format", "json").json[
        "positions"
    ]
    assert {p["act"] for p in powers} == {"signed", "ended", "waived"}
    run = tenure("run", "lease", "--format", "json").json["positions"]
    assert "power" not in {p["relation"] for p in run}


def test_check_finds_everything_where_the_declarations_are_at_fault(tenure, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rules = (
        "contract c\nzone Mars/Base\nparties A, B\nfact paid(x)\nfact paid(y)\n\nclause P\n  A may usee x\n"
    )
    (tmp_path / "deal.md").write_text(f"```tenure\n{rules}```\n", encoding="utf-8")
    ran = tenure("check", "deal.md", "--format", "json")
    assert ran.code == 2
    assert len({d["code"] for d in ran.json["diagnostics"]}) >= 3


def test_an_unknown_act_in_a_contract_without_actions_is_answered_with_its_events(tenure):
    ran = tenure("who", "licence_portfolio", "--act", "zzzzz")
    assert "help: acts: grant, notice, cure" in ran.err


@pytest.mark.usefixtures("lease")
def test_duties_are_owed_to_and_prohibitions_stand_against(tenure):
    assert "Tenant must pay i1, USD 900 [e4] to Landlord" in tenure("suppose", "lease", "--drop", "e4").out
    dropped = tenure("suppose", "microsoft_openai", "--drop", "T14", "--act", "license_others").out
    assert "OpenAI must not license_others against Microsoft: lengthened" in dropped


def test_a_monthly_duty_does_not_flood_the_summary(tmp_path, tenure, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rent.tenure").write_text(
        "contract rent\nzone UTC\nparties A, B\nfact let\nfact paid\naction pay done by paid\n"
        'clause R A must pay to B for each "day 1 of each month" from let within 3 days\n',
        encoding="utf-8",
    )
    (tmp_path / "rent.jsonl").write_text('{"id": "1", "at": "2026-01-05", "type": "let"}\n', encoding="utf-8")
    ran = tenure("run", "rent.tenure", "rent.jsonl")
    to_come = (
        ran.out.partition("breaches to come, if nothing more happens:\n")[2].partition("\n\n")[0].splitlines()
    )
    assert (len(to_come), to_come[0], to_come[-1]) == (
        13,
        "  2026-02-05  A: pay against R (2026-02-01)",
        "  … and later ones",
    )


def test_an_unknown_verb_is_told_in_a_whole_sentence(tenure):
    ran = tenure("frobnicate")
    assert (ran.code, ran.err) == (
        2,
        "error[TEN620]: unknown command `frobnicate`\n  help: `tenure --help` shows how to ask\n",
    )
