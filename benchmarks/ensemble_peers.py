"""Brian2 (C++ standalone) and JAX run the ensembles of `ensemble.py`, each as its users would.

This file is run by an interpreter that has them, and answers lines of JSON on its standard input:
{"peer", "case", "neurons", "steps"} with {"seconds", "first"}, where seconds is processor time
without compiling and `first` the end of the first neuron's membrane potential.

    python benchmarks/ensemble_peers.py < questions
"""

import atexit
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache

os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

C, G_NA, G_K, G_L, E_NA, E_K, E_L, DRIVE = 1.0, 120.0, 36.0, 0.3, 50.0, -77.0, -54.4, 10.0
SQUID = """
dV/dt = (I - g_Na*m**3*h*(V - E_Na) - g_K*n**4*(V - E_K) - g_L*(V - E_L))/C/ms : 1
dm/dt = (0.1*(V + 40)/(1 - exp(-(V + 40)/10))*(1 - m) - 4*exp(-(V + 65)/18)*m)/ms : 1
dh/dt = (0.07*exp(-(V + 65)/20)*(1 - h) - 1/(1 + exp(-(V + 35)/10))*h)/ms : 1
dn/dt = (0.01*(V + 55)/(1 - exp(-(V + 55)/10))*(1 - n) - 0.125*exp(-(V + 65)/80)*n)/ms : 1
"""
QUADRATIC = """
dv/dt = (0.04*v**2 + 5*v + 140 - u + I)/ms : 1
du/dt = a*(b*v - u)/ms : 1
"""
GATES = dict(m=0.05293248525724958, h=0.5961207535084603, n=0.3176769140606974)


@cache
def brian2_program(case: str, neurons: int, steps: int) -> str:
    """The folder of the compiled program."""
    import brian2 as b

    folder = tempfile.mkdtemp(prefix="brian2_")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    b.device.reinit()
    b.device.activate()
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = 0
    spread = "-5 + 10*i/(N - 1)"
    if case == "squid":
        b.defaultclock.dt = 0.01 * b.ms
        names = dict(C=C, g_Na=G_NA, g_K=G_K, g_L=G_L, E_Na=E_NA, E_K=E_K, E_L=E_L, I=DRIVE)
        group = b.NeuronGroup(neurons, SQUID, name="neurons", method="rk4", namespace=names)
        group.V = f"-65 + {spread}"
        for name, value in GATES.items():
            setattr(group, name, value)
        net = b.Network(group)
    else:
        b.defaultclock.dt = 0.5 * b.ms
        names = dict(a=0.02, b=0.2, c=-65, d=8, I=10)
        group = b.NeuronGroup(
            neurons,
            QUADRATIC,
            name="neurons",
            method="rk2",
            threshold="v > 30",
            reset="v = c; u += d",
            namespace=names,
        )
        group.v, group.u = f"-65 + {spread}", -14
        net = b.Network(group, b.SpikeMonitor(group))
    net.run(steps * b.defaultclock.dt)
    b.device.build(directory=folder, compile=True, run=False, debug=False)
    return folder


def brian2(case: str, neurons: int, steps: int) -> tuple[float, float]:
    """Processor time of the compiled program: the difference between it and its setting up."""
    import numpy as np

    folder = brian2_program(case, neurons, steps)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    name = "V" if case == "squid" else "v"
    path = next(
        os.path.join(folder, "results", f)
        for f in os.listdir(os.path.join(folder, "results"))
        if f.startswith(f"_array_neurons_{name}_")
    )
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return seconds, float(np.fromfile(path)[0])


@cache
def jax_program(case: str, neurons: int, steps: int):
    import jax
    import jax.numpy as np

    jax.config.update("jax_enable_x64", True)
    start = -65 + np.linspace(-5, 5, neurons)

    def squid(x):
        V, m, h, n = x
        return np.stack(
            [
                (DRIVE - G_NA * m**3 * h * (V - E_NA) - G_K * n**4 * (V - E_K) - G_L * (V - E_L))
                / C,
                0.1 * (V + 40) / (1 - np.exp(-(V + 40) / 10)) * (1 - m)
                - 4 * np.exp(-(V + 65) / 18) * m,
                0.07 * np.exp(-(V + 65) / 20) * (1 - h) - 1 / (1 + np.exp(-(V + 35) / 10)) * h,
                0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10)) * (1 - n)
                - 0.125 * np.exp(-(V + 65) / 80) * n,
            ]
        )

    def rk4(_, x):
        h = 0.01
        a = squid(x)
        b = squid(x + h / 2 * a)
        c = squid(x + h / 2 * b)
        d = squid(x + h * c)
        return x + h / 6 * (a + 2 * b + 2 * c + d)

    def quadratic(x):
        v, u = x
        return np.stack([0.04 * v * v + 5 * v + 140 - u + 10, 0.02 * (0.2 * v - u)])

    def midpoint(_, state):
        x, count = state
        y = x + 0.5 * quadratic(x + 0.25 * quadratic(x))
        fired = y[0] > 30
        y = np.stack([np.where(fired, -65.0, y[0]), np.where(fired, y[1] + 8, y[1])])
        return y, count + fired

    if case == "squid":
        gates = [np.full(neurons, value) for value in GATES.values()]
        begin, step = np.stack([start, *gates]), rk4
    else:
        begin = np.stack([start, np.full(neurons, -14.0)]), np.zeros(neurons, dtype=np.int32)
        step = midpoint
    run = jax.jit(lambda x: jax.lax.fori_loop(0, steps, step, x))
    jax.block_until_ready(run(begin))
    return run, begin


def jax(case: str, neurons: int, steps: int) -> tuple[float, float]:
    import jax

    run, begin = jax_program(case, neurons, steps)
    before = time.process_time()
    end = jax.block_until_ready(run(begin))
    seconds = time.process_time() - before
    return seconds, float((end if case == "squid" else end[0])[0, 0])


def main() -> None:
    peers = {"brian2": brian2, "jax": jax}
    for line in sys.stdin:
        question = json.loads(line)
        peer = peers[question.pop("peer")]
        try:
            seconds, first = peer(**question)
            answer = {"seconds": seconds, "first": first}
        except Exception as error:  # whatever a peer raises is its answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
