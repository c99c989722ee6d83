"""An Ornstein-Uhlenbeck current in the place of a constant one."""

from .errors import InvalidArgument, UnknownName
from .model import Model
from .simulate import finite, positive


def with_ou_current(
    model: Model,
    into: str = "I",
    *,
    mean: float | None = None,
    sigma: float,
    tau: float,
) -> Model:
    """The model with a parameter replaced by an Ornstein-Uhlenbeck process, as a further state.

    Parameters
    ----------
    into
        a parameter of a flow, "I" for instance; it becomes a state of this name,

            dI = (I_mean - I)/I_tau dt + I_sigma sqrt(2/I_tau) dW

        with parameters I_mean, I_sigma, I_tau, which may be varied like any other
    mean
        what the current fluctuates about; the value of the parameter if not given
    sigma, tau
        the standard deviation of the current itself in the long run, in its unit, and the time in
        which its autocorrelation sigma^2 exp(-|s|/tau) falls to 1/e

    The state begins at the mean. A start in the long run's distribution is a number drawn from
    N(mean, sigma^2), another one for each run: ``samples=dict(I=rng.normal(mean, sigma, size=n))``
    in `simulate_ensemble`. During a refractory time that holds all states the current goes on.

    Reference: G. E. Uhlenbeck and L. S. Ornstein, Phys. Rev. 36 (1930) 823-841.

    >>> import rheobase as rb
    >>> cell = rb.with_ou_current(rb.models.hodgkin_huxley(), mean=5, sigma=2, tau=3)
    >>> cell.states[-1], cell.parameters["I_sigma"], dict(cell.noise["I"])
    ('I', 2.0, {'noise of I': 'I_sigma*sqrt(2/I_tau)'})
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"with_ou_current takes a Model, not {model!r}")
    if model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map: an Ornstein-Uhlenbeck current needs a flow")
    if into not in model.parameters:
        raise UnknownName(str(into), f"a parameter of {model.name}", model.parameters)
    names = {part: f"{into}_{part}" for part in ("mean", "sigma", "tau")}
    taken = {*model.parameters, *model.states, *model.definitions}
    if both := sorted(taken & {*names.values()}):
        raise InvalidArgument(f"{both[0]!r} has a meaning in {model.name} already; rename it there")
    centre = model.parameters[into] if mean is None else finite("mean", mean)
    fields = model.to_dict()
    parameters = {name: v for name, v in fields["parameters"].items() if name != into}
    parameters |= {
        names["mean"]: centre,
        names["sigma"]: positive("sigma", sigma),
        names["tau"]: positive("tau", tau),
    }
    fields["text"] += f"\n{into}' = ({names['mean']} - {into})/{names['tau']}"
    fields["parameters"] = parameters
    fields["start"] = {**fields["start"], into: centre}
    fields["noise"][into] = {f"noise of {into}": f"{names['sigma']}*sqrt(2/{names['tau']})"}
    if fields["natural"] is not None and fields["natural"][0] == into:
        fields["natural"][0] = names["mean"]
    if fields["reset"] is not None and not fields["reset"]["hold"]:
        fields["reset"]["hold"] = list(model.states)
    for part, unit in (("mean", into), ("sigma", into)):
        if unit in model.units:
            fields["units"][names[part]] = model.units[unit]
    if model.time_unit:
        fields["units"][names["tau"]] = model.time_unit
    return Model.from_dict(fields)
