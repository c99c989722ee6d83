"""A real compiler's fixed point: C programs of ours, compiled for ARM and run by `qemu-arm`.

`Machine(names, mode)` writes a C function for each operation, compiles them into one program and
applies them to arrays of bit patterns. Debian's packages gcc-arm-linux-gnueabi,
libc6-dev-armel-cross and qemu-user provide the tools; `missing()` names those that aren't there.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
from rheobase.hardware.spinnaker.operations import Operation, operation

TOOLS = {
    "arm-linux-gnueabi-gcc": "gcc-arm-linux-gnueabi and libc6-dev-armel-cross",
    "qemu-arm": "qemu-user",
}
FLAGS = ["-O2", "-march=armv5te", "-static", "-fno-strict-aliasing"]
SIGNS = dict(add="+", sub="-", mul="*", div="/", shl="<<", shr=">>")

HEAD = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
typedef void operation(const void *, const void *, void *, uint32_t);
"""
FUNCTION = """
static void f{number}(const void *left, const void *right, void *result, uint32_t n) {{
    const {left} *x = left; const {right} *y = right; {result} *z = result;
    for (uint32_t i = 0; i < n; i++) {{ {left} a = x[i]; {right} b = y[i]; z[i] = {expression}; }}
}}
"""
MAIN = """
int main(void) {
    static const struct { operation *f; unsigned left, right, result; } table[] = { %s };
    uint32_t head[2];
    while (fread(head, 4, 2, stdin) == 2) {
        uint32_t n = head[1];
        void *a = malloc(8 * n), *b = calloc(n, 8), *c = malloc(8 * n);
        if (fread(a, table[head[0]].left, n, stdin) != n) return 1;
        if (fread(b, table[head[0]].right, n, stdin) != n) return 1;
        table[head[0]].f(a, b, c, n);
        fwrite(c, table[head[0]].result, n, stdout);
        free(a); free(b); free(c);
    }
    return 0;
}
"""


def missing() -> str:
    """The Debian packages to install before this machine runs, or nothing."""
    return ", ".join(package for tool, package in TOOLS.items() if shutil.which(tool) is None)


def expression(what: Operation) -> str:
    """The operation in C; a and b are its operands."""
    sat = f"_Sat {what.left.c_type}"
    if what.verb == "to":
        goal = ("_Sat " if what.saturating else "") + what.result.c_type
        return f"({goal}) a"
    if what.verb == "neg":
        return f"-({sat}) a" if what.saturating else "-a"
    if what.verb == "cmp":
        signs = ("<", "<=", "==", ">=", ">", "!=")
        return " | ".join(f"(a {sign} b) << {i}" for i, sign in enumerate(signs))
    if what.verb in ("shl", "shr"):
        count = f"(b & {what.left.bits - 1})"
        return f"(({sat}) a) << {count}" if what.saturating else f"a {SIGNS[what.verb]} {count}"
    if what.saturating:
        return f"({sat}) a {SIGNS[what.verb]} ({sat}) b"
    return f"a {SIGNS[what.verb]} b"


class Machine:
    """Operations by name, compiled for ARM; `apply` as in `rb.spinnaker`."""

    def __init__(self, names: list[str], folder: Path, mode: str = "arm"):
        self.operations = {name: (i, operation(name)) for i, name in enumerate(names)}
        self.program = folder / f"operations_{mode}"
        source = folder / f"operations_{mode}.c"
        source.write_text(self.text(), encoding="ascii")
        command = ["arm-linux-gnueabi-gcc", *FLAGS, f"-m{mode}", str(source), "-o"]
        subprocess.run([*command, str(self.program)], check=True, timeout=120)

    def text(self) -> str:
        functions, table = [], []
        for number, what in self.operations.values():
            right = what.right or what.left
            functions.append(
                FUNCTION.format(
                    number=number,
                    left=what.left.c_type,
                    right=right.c_type,
                    result=what.result.c_type,
                    expression=expression(what),
                )
            )
            sizes = [form.bits // 8 for form in (what.left, right, what.result)]
            table.append(f"{{f{number}, {', '.join(map(str, sizes))}}}")
        return HEAD + "".join(functions) + MAIN % ", ".join(table)

    def apply(self, cases: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
        """The results by name, of operand arrays (a, b) by name, in one run."""
        stream = []
        for name, (a, b) in cases.items():
            number, what = self.operations[name]
            right = what.right or what.left
            stream.append(np.array([number, a.size], dtype="<u4").tobytes())
            stream.append(a.astype(what.left.dtype).tobytes())
            stream.append(b.astype(right.dtype).tobytes())
        done = subprocess.run(
            ["qemu-arm", str(self.program)],
            input=b"".join(stream),
            capture_output=True,
            check=True,
            timeout=120,
        )
        results, at = {}, 0
        for name, (a, _) in cases.items():
            what = self.operations[name][1]
            size = a.size * what.result.bits // 8
            results[name] = np.frombuffer(done.stdout[at : at + size], what.result.dtype)
            at += size
        return results
