"""The real thing: C programs of ours with `_Accum`, compiled for ARM and run under qemu-arm."""

import arm_machine
import numpy as np
import pytest
import rheobase as rb
from operands import operands
from rheobase.hardware.spinnaker.definition import MODES
from rheobase.hardware.spinnaker.operations import names, operation

pytestmark = pytest.mark.skipif(
    bool(arm_machine.missing()),
    reason=f"needs the Debian packages {arm_machine.missing()} (a compiler for ARM, qemu-arm)",
)
MACHINE = [name for name in names() if not name.startswith("x_")]
ROWS = 500


@pytest.fixture(scope="module", params=MODES)
def machine(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("arm")
    return request.param, arm_machine.Machine(MACHINE, folder, request.param)


def test_fresh_operands_give_the_machine_s_bits(machine):
    """All operators and conversions of all types: the same operands on the machine and here."""
    mode, compiled = machine
    rng = np.random.default_rng()
    seed = int(rng.integers(1 << 63))
    rng = np.random.default_rng(seed)
    cases = {}
    for name in MACHINE:
        a, b = operands(rng, operation(name), ROWS)
        cases[name] = (a, a if b is None else b)
    wrong = {}
    for name, found in compiled.apply(cases).items():
        a, b = cases[name]
        ours = rb.spinnaker.apply(name, a, b if operation(name).right else None, mode=mode)
        if not np.array_equal(ours, found):
            at = int(np.argmax(ours != found))
            wrong[name] = [hex(word) for word in (a[at], b[at], found[at], ours[at])]
    assert not wrong, f"seed {seed}: operands, the machine's result, ours"
