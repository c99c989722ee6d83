"""The house style: nothing global changes, fonts stay text, files are the same bytes every time."""

import matplotlib
import pytest
import rheobase as rb
from rheobase.gallery.style import (
    CYCLE,
    ONE_COLUMN,
    TWO_COLUMNS,
    house_style,
    letter_panels,
    new_figure,
)


@pytest.fixture
def figure():
    with house_style():
        drawn = new_figure()
        ax = drawn.subplots()
        ax.plot([0, 1], [0, 1], label=r"$g_{\mathrm{Na}}$")
        ax.set_xlabel("time (ms)")
        ax.legend()
    return drawn


def test_the_widths_are_those_of_journals():
    assert pytest.approx(85 / 25.4) == ONE_COLUMN
    assert pytest.approx(180 / 25.4) == TWO_COLUMNS


def test_the_global_settings_stay(figure, tmp_path):
    before = dict(matplotlib.rcParams)
    with house_style():
        assert matplotlib.rcParams["pdf.fonttype"] == 42
    figure.savefig(tmp_path / "a.pdf")
    assert dict(matplotlib.rcParams) == before
    assert matplotlib.rcParams["pdf.fonttype"] == 3


def test_pdf_fonts_are_true_type(figure, tmp_path):
    """PDF 32000-1, 9.9: an embedded TrueType program is a FontFile2; Type 3 fonts are drawings."""
    figure.savefig(tmp_path / "a.pdf")
    content = (tmp_path / "a.pdf").read_bytes()
    assert b"/FontFile2" in content
    assert b"/Type3" not in content


def test_svg_holds_text_as_text(figure, tmp_path):
    figure.savefig(tmp_path / "a.svg")
    content = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert ">time (ms)</text>" in content
    assert "DejaVu Sans" in content


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_the_same_figure_gives_the_same_bytes(form, figure, tmp_path):
    figure.savefig(tmp_path / f"a.{form}")
    figure.savefig(tmp_path / "b", format=form)
    assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_size_is_kept(figure, tmp_path):
    from matplotlib.image import imread

    figure.savefig(tmp_path / "a.png", dpi=254)
    assert imread(tmp_path / "a.png").shape[1] == pytest.approx(850, abs=1)


def test_colours_differ_in_lightness_or_hue_for_every_reader():
    """Pairwise distances of the palette as seen without the red cones.

    F. Vienot, H. Brettel and J. D. Mollon, Color Res. Appl. 24 (1999) 243-252.
    """
    import numpy as np
    from matplotlib.colors import to_rgb

    # Linear RGB as a protanope sees it: R' = G' = 0.11238 R + 0.88762 G, B' = B + 0.00401 (R - G).
    seen = []
    for colour in CYCLE:
        r, g, b = (c**2.2 for c in to_rgb(colour))
        both = 0.11238 * r + 0.88762 * g
        seen.append(np.array([both, both, np.clip(b + 0.00401 * (r - g), 0, 1)]) ** (1 / 2.2))
    distances = [np.abs(a - b).max() for i, a in enumerate(seen) for b in seen[:i]]
    assert min(distances) > 0.1


def test_panels_are_lettered(figure):
    with house_style():
        axes = new_figure().subplots(1, 3)
        letter_panels(*axes)
    assert [ax.get_title(loc="left") for ax in axes] == ["A", "B", "C"]


def test_importing_the_package_leaves_matplotlib_alone():
    import subprocess
    import sys

    code = "import sys, rheobase; rheobase.Model; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert callable(rb.plot_trajectory)
