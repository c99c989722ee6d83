"""Who fires when: a dot a spike, population above population, the rates below."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.networks.network_run import NetworkRun, SpikeList
from .style import BLUE, CYCLE, MILLIMETRE, ONE_COLUMN, VERMILION, house_style, shown_figure

HEIGHT = 70 * MILLIMETRE
MOST = 50_000  # dots; with more, neurons are left out
COLORS = (BLUE, VERMILION, *CYCLE[2:])


def plot_raster(
    run: NetworkRun,
    populations: str | Sequence[str] | None = None,
    *,
    ax: Axes | None = None,
    between: tuple[float, float] | None = None,
    rates: float | bool | None = None,
    most: int = MOST,
    colors: Mapping[str, str] | None = None,
) -> Any:
    """Draw the spikes of a network's run, a row a neuron, and below them the populations' rates.

    Returns the Axes of the raster; without `ax`, a NumPy array of both Axes if rates are drawn.

    populations
        one name or several, from below; all, if not given
    between
        the part of time that is shown
    rates
        the width of the bins in which rates are drawn below the raster; True for 200 bins; without
        `ax` that is the default, False leaves them out
    most
        where there are more spikes than this, only every k-th neuron is drawn, and the label of the
        axis says so
    colors
        of the populations

    >>> import rheobase as rb
    >>> cells = rb.Population(rb.models.leaky(), 20, parameters=dict(I="uniform(1.5, 2)"))
    >>> run = rb.Network(dict(cells=cells)).simulate(100, step=0.1)
    >>> axes = rb.plot_raster(run)
    >>> axes[0].get_ylabel()
    'neuron'
    """
    if not isinstance(run, NetworkRun):
        raise InvalidArgument(f"plot_raster draws what Network.simulate returns, not {run!r}")
    names = _names(run, populations)
    begin, end = _span(run, between)
    shades = {name: COLORS[i % len(COLORS)] for i, name in enumerate(names)} | dict(colors or {})
    with house_style():
        if ax is not None:
            if rates:
                raise InvalidArgument(
                    "with ax= there is room for the raster only: leave out rates="
                )
            return _raster(ax, run, names, (begin, end), most, shades, labelled=True)
        if rates is False:
            ax = shown_figure(ONE_COLUMN, HEIGHT).subplots()
            return _raster(ax, run, names, (begin, end), most, shades, labelled=True)
        width = (end - begin) / 200 if rates is None or rates is True else float(rates)
        figure = shown_figure(ONE_COLUMN, HEIGHT)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        _raster(above, run, names, (begin, end), most, shades, labelled=False)
        _rates(below, run, names, (begin, end), max(width, run.step), shades)
        figure.align_ylabels([above, below])
        return np.array([above, below])


def _names(run: NetworkRun, populations: str | Sequence[str] | None) -> list[str]:
    if populations is None:
        return list(run.raster)
    names = [populations] if isinstance(populations, str) else list(populations)
    for name in names:
        if name not in run.raster:
            raise UnknownName(name, "a population of this run", run.raster)
    return names


def _span(run: NetworkRun, between: tuple[float, float] | None) -> tuple[float, float]:
    if between is None:
        return 0.0, run.until
    begin, end = (float(edge) for edge in between)
    if not 0 <= begin < end <= run.until:
        raise InvalidArgument(
            f"between=({begin:g}, {end:g}) must rise and lie in the run's time, 0 to {run.until:g}"
        )
    return begin, end


def _within(spikes: SpikeList, span: tuple[float, float]) -> SpikeList:
    inside = (spikes.times >= span[0]) & (spikes.times <= span[1])
    return SpikeList(spikes.times[inside], spikes.neurons[inside])


def _raster(
    ax: Axes,
    run: NetworkRun,
    names: list[str],
    span: tuple[float, float],
    most: int,
    colors: Mapping[str, str],
    labelled: bool,
) -> Axes:
    shown = {name: _within(run.raster[name], span) for name in names}
    total = sum(len(spikes.times) for spikes in shown.values())
    every = max(1, -(-total // max(1, most)))
    rows = sum(run.sizes[name] for name in names) / every
    height = 72 * ax.bbox.height / ax.figure.dpi
    size = min(6.0, max(1.2, 1.8 * height / max(rows, 1)))  # a dot is half as wide as its marker
    first, middles = 0, []
    for name, (times, who) in shown.items():
        keep = who % every == 0
        style: dict[str, Any] = dict(linestyle="none", markersize=size, markeredgewidth=0)
        ax.plot(
            times[keep],
            first + who[keep],
            marker=".",
            color=colors[name],
            rasterized=True,
            label=name,
            **style,
        )
        middles.append(first + (run.sizes[name] - 1) / 2)
        first += run.sizes[name]
        if name != names[-1]:
            ax.axhline(first - 0.5, color="black", linewidth=0.4)
    ax.set(xlim=span, ylim=(-0.5, first - 0.5))
    ax.set_ylabel("neuron" if every == 1 else f"neuron (one in {every})")
    if len(names) > 1:
        side = ax.secondary_yaxis("right")
        font, places = _apart(middles, first, height)
        side.set_yticks(places, names, fontsize=font)
        for label, name in zip(side.get_yticklabels(), names, strict=True):
            label.set_color(colors[name])
        side.tick_params(length=0)
        side.spines["right"].set_visible(False)
    if labelled:
        ax.set_xlabel(_time(run))
    return ax


def _apart(middles: list[float], rows: int, height: float) -> tuple[float, list[float]]:
    """The size of the names, and rows for them as near to the middles of their populations as
    names that don't overprint can stand."""
    font = min(float(rcParams["font.size"]), height / (1.2 * len(middles)))
    gap = 1.2 * font * rows / height
    places, least = [], gap / 2 - 0.5
    for place in middles:
        places.append(max(place, least))
        least = places[-1] + gap
    most = rows - 0.5 - gap / 2
    for i in reversed(range(len(places))):
        places[i] = min(places[i], most)
        most = places[i] - gap
    return font, places


def _rates(
    ax: Axes,
    run: NetworkRun,
    names: list[str],
    span: tuple[float, float],
    width: float,
    colors: Mapping[str, str],
) -> None:
    found = run.rates_in(width)
    seconds = {"ms": 1000.0, "s": 1.0}.get(run.time_unit or "")
    edges = np.append(found.t - width / 2, found.t[-1] + width / 2)
    for name in names:
        ax.stairs(
            found[name] * (seconds or 1.0), edges, color=colors[name], linewidth=0.7, baseline=None
        )
    unit = "Hz" if seconds else "1/time"
    ax.set(xlim=span, ylabel=f"rate ({unit})", xlabel=_time(run))
    ax.set_ylim(bottom=0)


def _time(run: NetworkRun) -> str:
    return f"time ({run.time_unit})" if run.time_unit else "time"
