"""Every block of code on a page runs, and prints what the page says."""

import pytest
from matplotlib import pyplot
from pages import agree, blocks, run_page
from rooms import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_CODE = [page for page in PAGES if any(blocks(page))]


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.stem)
def test_the_code_of_a_page(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    try:
        run_page(page, tmp_path)
    finally:
        pyplot.close("all")


def test_the_tutorial_and_the_readme_have_code():
    assert {"README", "tutorial"} <= {page.stem for page in WITH_CODE}


@pytest.mark.parametrize(
    "printed, shown, agrees",
    [
        ("14.573950643", "14.574", True),
        ("14.573950643", "14.5739", False),
        ("7 spikes", "8 spikes", False),
        ("[ 1.0  2.5\n 3.25]", "[1.0 2.5 3.1]", False),
        ("[ 1.0  2.5\n  3.25]", "[ 1.0 2.5 3.3]", True),
        ("1213 nodes, 7 spikes", "... nodes, 7 spikes", True),
        ("1.8501e-09", "1.9e-09", True),
        ("V' = -x", "V' = - x", False),
        ("wrote run.pdf", "wrote run.png", False),
    ],
)
def test_what_agrees(printed, shown, agrees):
    assert agree(printed, shown) is agrees
