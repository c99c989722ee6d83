"""The register of the library: a new model is one file here and one line below.

The file's name is the factory's; its `REGIMES` are the names that the factory takes, the default
first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from .shape import matching

if TYPE_CHECKING:
    from ..dynamics.model import Model

FACTORIES = (
    "hodgkin_huxley",
    "morris_lecar",
    "sodium_potassium",
    "wang_buzsaki",
    "fitzhugh_nagumo",
    "hindmarsh_rose",
    "van_der_pol",
    "leaky",
    "quadratic",
    "exponential",
    "adaptive_exponential",
    "izhikevich",
    "theta",
    "linear_adaptation",
    "jansen_rit",
    "wilson_cowan",
    "kuramoto_ott_antonsen",
    "lorenz",
    "lorenz_84",
    "rossler",
    "lotka_volterra",
    "henon",
    "logistic",
    "normal_form",
)
# Factories of whole networks, which are no Models and stand apart from the catalog.
NETWORKS = ("brunel",)


@dataclass(frozen=True)
class Entry:
    """One model of the library: its names, and what its default regime holds."""

    name: str
    title: str
    factory: "Callable[..., Model]"
    regimes: tuple[str, ...]
    states: tuple[str, ...]
    parameters: tuple[str, ...]
    natural: tuple[str, tuple[float, float]]
    reference: str

    def model(self, regime: str | None = None) -> "Model":
        """The model in a regime, the default one if none is named."""
        return self.factory(self.regimes[0] if regime is None else regime)

    def __repr__(self) -> str:
        parameter, (low, high) = self.natural
        return (
            f"{self.name}: {self.title}\n"
            f"  regimes     {', '.join(self.regimes)}\n"
            f"  states      {' '.join(self.states)}\n"
            f"  parameters  {' '.join(self.parameters)}\n"
            f"  natural     {parameter} from {low:g} to {high:g}\n"
            f"  reference   {self.reference}"
        )


@cache
def entry(file: str) -> Entry:
    """The entry of a factory, read from its file and its default model."""
    module = import_module(f".{file}", __package__)
    factory = getattr(module, file)
    regimes = tuple(module.REGIMES)
    model = factory(regimes[0])
    return Entry(
        name=file.replace("_", "-"),
        title=model.name,
        factory=factory,
        regimes=regimes,
        states=model.states,
        parameters=tuple(model.parameters),
        natural=model.natural,
        reference=model.reference,
    )


def catalog() -> list[Entry]:
    """Every model of the library, neurons first."""
    return [entry(file) for file in FACTORIES]


def named(name: str) -> "Model":
    """The model called `library` or `library:regime`; hyphens and underscores alike.

    >>> named("morris-lecar:snic").parameters["phi"]
    0.067
    """
    model, _, regime = name.partition(":")
    known = [file.replace("_", "-") for file in FACTORIES]
    file = matching(model.strip(), known, "a model of the library").replace("-", "_")
    return entry(file).model(regime.strip() or None)
