"""Names as LaTeX: g_Na and m_inf become symbols with subscripts, Greek is Greek."""

GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
    *("omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"),
)
WORDS = {"inf": r"\infty", "\u221e": r"\infty"}


def latex_name(name: str) -> str:
    """A name as LaTeX: `g_Na` is g with the subscript Na, `tau_m` a Greek letter with one."""
    head, *rest = name.replace("\u221e", "_\u221e").strip("_").split("_")
    below = [part for part in rest if part]
    if not below and len(head) > 1 and head[-1].isdigit() and head.rstrip("0123456789"):
        letters = head.rstrip("0123456789")
        head, below = letters, [head[len(letters) :]]
    text = letter(head or name.replace("_", r"\_"))
    if not below:
        return text
    return f"{text}_{{{','.join(subscript(part) for part in below)}}}"


def letter(head: str) -> str:
    if head in GREEK:
        return f"\\{head}"
    return WORDS.get(head, head if len(head) == 1 else rf"\mathrm{{{head}}}")


def subscript(part: str) -> str:
    if part in GREEK:
        return f"\\{part}"
    return WORDS.get(part, part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}")
