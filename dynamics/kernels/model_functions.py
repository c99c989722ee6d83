"""What a spike inside a step asks of a model, by address: functions on the flat buffer of a group.

    margins(functions, s, now, level)   AFTER becomes the margin at the states
    leap(...)                           the states become those after a part of the step from OLD,
                                        AFTER the margin there
    slopes(...)                         SLOPE_BEFORE and SLOPE_AFTER: of the margin, at OLD and at
                                        the states
    jump(...)                           OLD becomes the states after a reset, PAUSE the refractory
                                        time, AFTER the margin at OLD

`now` is the begin of the step; the part of it begins OFFSET later and has a LENGTH of its own for
each member. By address, so that the files that call them are compiled once for all models.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

NAMES = ("margins", "leap", "slopes", "jump")


def by_address(place):
    """The intrinsic that calls the function at this place of `functions`."""

    @intrinsic
    def call(typing_context, functions, s, now, level):
        def generate(context, builder, signature, values):
            real = ir.DoubleType()
            kind = ir.FunctionType(ir.VoidType(), [real.as_pointer(), real, real])
            address = builder.extract_value(values[0], place)
            function = builder.inttoptr(address, kind.as_pointer())
            data = context.make_array(signature.args[1])(context, builder, values[1]).data
            builder.call(function, [data, values[2], values[3]])
            return context.get_dummy_value()

        return types.void(functions, s, types.float64, types.float64), generate

    return call


margins, leap, slopes, jump = (by_address(place) for place in range(len(NAMES)))
