"""Bundled contracts are found in a checkout and, when shipped, inside the package."""

from pathlib import Path

from tenure import bundled

ROOT = Path(__file__).resolve().parents[2]


def deal(folder, name):
    (folder / name).mkdir(parents=True)
    (folder / name / "deal.md").write_text("# a deal\n", encoding="utf-8")


def test_a_checkout_has_its_contracts_at_the_top():
    assert bundled.contracts_root() == ROOT / "contracts"


def test_shipped_contracts_come_first(tmp_path, monkeypatch):
    deal(tmp_path / "tenure" / "_contracts", "shipped")
    deal(tmp_path / "contracts", "elsewhere")
    monkeypatch.setattr(bundled, "_PACKAGE", tmp_path / "tenure")
    assert bundled.bundled_names() == ("shipped",)


def test_names_are_sorted_and_only_folders_with_a_deal_count(tmp_path, monkeypatch):
    for name in ("lease", "annuity"):
        deal(tmp_path / "contracts", name)
    (tmp_path / "contracts" / "notes").mkdir()
    monkeypatch.setattr(bundled, "_PACKAGE", tmp_path / "engine" / "tenure")
    assert bundled.bundled_names() == ("annuity", "lease")
