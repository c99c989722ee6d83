"""The model by address: what the engines call when no inlined model has taken this file's place.

A system is a tuple of addresses (0 where the model has no such part), in the order
field, jacobian, margin, reset, refractory, noise, noise_slope, margin_noise, shot_rate, shot_jump.
Each is a C function

    void part(double t, const double* x, const double* p, double* out)

`out` receives n numbers (field: dx/dt; reset: the state after it), n*n row by row (jacobian), a
row for each equation and a column for each source (noise: the amplitudes g_ij; shot_jump: the jumps
at the arrivals of the Poisson sources), sum_l g_lj dg_ik/dx_l by i, then j, then k (noise_slope), a
number for each source (shot_rate), or one number (margin, refractory). The margin m is negative
below the threshold of the reset, which is due when it becomes >= 0; margin_noise is
c_i = sum_j g_ij s_j, and then sum_j s_j^2, where s_j = sum_i dm/dx_i g_ij.

Here each part is an intrinsic, `field(system, t, x, p, out)`, that costs no compilation of its own.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .layout import PARTS


def part(index):
    """The intrinsic that calls the function at one place of the system."""

    @intrinsic
    def call(typingctx, system, t, x, p, out):
        def generate(context, builder, signature, values):
            real, pointer = ir.DoubleType(), ir.DoubleType().as_pointer()
            kind = ir.FunctionType(ir.VoidType(), [real, pointer, pointer, pointer])
            address = builder.extract_value(values[0], index)
            function = builder.inttoptr(address, kind.as_pointer())
            data = [
                context.make_array(array)(context, builder, value).data
                for array, value in zip(signature.args[2:], values[2:], strict=True)
            ]
            builder.call(function, [values[1], *data])
            return context.get_dummy_value()

        return types.void(system, types.float64, x, p, out), generate

    return call


every = [part(index) for index in range(len(PARTS))]
field, jacobian, margin, reset, refractory = every[:5]
noise, noise_slope, margin_noise, shot_rate, shot_jump = every[5:]
