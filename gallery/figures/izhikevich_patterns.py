"""The named firing patterns of Izhikevich's neuron of 2003."""

import numpy as np
from matplotlib.axes import Axes

from ... import Trajectory, simulate
from ...models import izhikevich
from ..plot_trajectory import plot_trajectory
from ..registry import Facts
from ..style import BLACK, GREY, MILLIMETRE, TWO_COLUMNS, HouseFigure, new_figure

TITLE = "Izhikevich's patterns"
CAPTION = """
One equation, seven kinds of neurons: the potential (black) under steps of current (grey). Regular
spiking cells slow down at once, fast spiking ones go on at a high rate; intrinsic bursters begin
with a burst, chattering cells repeat theirs. A thalamo-cortical cell fires steadily from rest, but
with a burst when it is released from hyperpolarisation. A resonator rests until a pulse switches it
to firing.
"""
SOURCE = """
E. M. Izhikevich, IEEE Trans. Neural Netw. 14 (2003) 1569-1572, figure 2. Counts and times of
spikes: scipy's DOP853 at 1e-12 with the resets located by its events.
"""
# Regime, title, drive, its label, spikes until END, the time of the last one.
STEP = "10*heaviside(t - 20)"
PATTERNS = (
    ("regular spiking", "RS, regular spiking", STEP, "$I$ = 10", 8, 309.55413362),
    ("intrinsically bursting", "IB, intrinsically bursting", STEP, "$I$ = 10", 12, 315.96776562),
    ("chattering", "CH, chattering", STEP, "$I$ = 10", 28, 276.70091674),
    ("fast spiking", "FS, fast spiking", STEP, "$I$ = 10", 42, 318.59314012),
    ("low-threshold spiking", "LTS, low-threshold spiking", STEP, "$I$ = 10", 26, 316.92616541),
    ("thalamo-cortical", "TC, from rest", "2*heaviside(t - 20)", "$I$ = 2", 17, 307.83363431),
    (
        "thalamo-cortical",
        "TC, released",
        "-10*heaviside(120 - t)",
        "$I$ = −10, then 0",
        4,
        167.59586459,
    ),
    (
        "resonator",
        "RZ, resonator",
        "0.2*heaviside(t - 20) + 2*heaviside(t - 100)*heaviside(105 - t)",
        "$I$ = 0.2, pulse of 2",
        6,
        314.88049246,
    ),
)
END = 320.0


def draw() -> tuple[HouseFigure, Facts]:
    figure = new_figure(TWO_COLUMNS, 80 * MILLIMETRE)
    axes = figure.subplots(2, 4, sharex=True, sharey=True)
    facts: dict[str, float] = {}
    for ax, (regime, title, drive, label, _, _) in zip(axes.flat, PATTERNS, strict=True):
        model = izhikevich(regime)
        if title == "TC, released":
            # The start from which the reference was computed.
            model = model.replace(v=-64.4, u=-16.1)
        run = simulate(model, until=END, tolerance=1e-11, drive=dict(I=drive))
        plot_trajectory(run, "v", ax=ax, color=BLACK)
        ax.lines[-1].set_linewidth(0.6)
        draw_current(ax, run, label)
        ax.set_title(title, fontsize=7, pad=2)
        ax.set(xlabel="", ylabel="")
        facts[f"{title}: spikes"] = len(run.spikes)
        facts[f"{title}: last spike (ms)"] = float(run.spikes[-1])
        if title.startswith(("RS", "FS")):
            gaps = np.diff(run.spikes)
            facts[f"{title}: last gap over the shortest"] = float(gaps[-1] / gaps.min())
    for ax in axes.flat:
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.tick_params(length=0, labelleft=False, labelbottom=False)
        ax.set(xlim=(0, END), ylim=(-146, 36))
    draw_scale(axes[1, 2])
    return figure, facts


def draw_current(ax: Axes, run: Trajectory, label: str) -> None:
    """The current as a line below the potential, all steps at one height."""
    times = np.sort(np.concatenate([run.t, np.nextafter(run.t[1:], 0)]))
    current = run(times, "I")
    ax.plot(times, -125 + 18 * current / np.abs(current).max(), color=GREY, linewidth=0.9)
    ax.text(END, -105, label, color="#555555", fontsize=6.5, ha="right", va="bottom")


def draw_scale(ax: Axes) -> None:
    """A bar for time and one for the potential, in place of axes."""
    ax.plot([215, 315, 315], [-35, -35, 5], color=BLACK, linewidth=1)
    ax.text(265, -38, "100 ms", ha="center", va="top", fontsize=6.5)
    ax.text(309, -15, "40 mV", ha="right", va="center", fontsize=6.5)


def check(facts: Facts) -> None:
    for _, title, _, _, count, last in PATTERNS:
        assert facts[f"{title}: spikes"] == count, title
        assert abs(facts[f"{title}: last spike (ms)"] - last) < 1e-6, title
