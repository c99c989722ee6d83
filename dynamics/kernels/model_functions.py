"""Calls by address between an ensemble's kernel, which is made for a model, and what is not.

    margins(functions, s, now, level)   AFTER becomes the margin at the states
    leap(...)                           the states become those after a part of the step from OLD,
                                        AFTER the margin there
    slopes(...)                         SLOPE_BEFORE and SLOPE_AFTER: of the margin, at OLD and at
                                        the states
    jump(...)                           OLD becomes the states after a reset, PAUSE the refractory
                                        time, AFTER the margin at OLD

are a model's functions on the flat buffer of a group: `now` is the begin of the step; the part of
it begins OFFSET later and has a LENGTH of its own for each member. `call_at(functions, arguments)`
calls what treats the members that meet a threshold (an EVENT). Since nothing here is inlined, the
files that use it are compiled once for all models, and a kernel without them.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

NAMES = ("margins", "leap", "slopes", "jump")
TREATMENT = len(NAMES)  # the place of what `call_at` calls
REAL, REALS = types.float64, types.CPointer(types.float64)
WHOLE, WHOLES = types.int64, types.CPointer(types.int64)
# met, functions, y, s, work, lanes, block, index, now, h, clock, span, keys, times and members
EVENT = types.void(
    *(WHOLE, WHOLES, REALS, REALS, REALS, WHOLES, WHOLE, WHOLE, REAL, REAL, WHOLES, REALS),
    *(types.CPointer(types.uint64), REALS, WHOLES),
)


def data_of(context, builder, kind, value):
    """The pointer to an array's data."""
    return context.make_array(kind)(context, builder, value).data


def called(context, builder, functions, place, signature, arguments):
    """Call the function whose address stands at this place."""
    where = builder.gep(functions, [ir.Constant(ir.IntType(64), place)])
    function = builder.inttoptr(builder.load(where), signature.as_pointer())
    builder.call(function, arguments)
    return context.get_dummy_value()


def by_address(place):
    """The intrinsic that calls one of a model's functions."""

    @intrinsic
    def call(typing_context, functions, s, now, level):
        def generate(context, builder, signature, values):
            real = ir.DoubleType()
            kind = ir.FunctionType(ir.VoidType(), [real.as_pointer(), real, real])
            addresses = data_of(context, builder, signature.args[0], values[0])
            data = data_of(context, builder, signature.args[1], values[1])
            return called(context, builder, addresses, place, kind, [data, *values[2:]])

        return types.void(functions, s, types.float64, types.float64), generate

    return call


margins, leap, slopes, jump = (by_address(place) for place in range(len(NAMES)))


@intrinsic
def call_at(typing_context, functions, arguments):
    """Call the treatment of events with a tuple of numbers and arrays."""

    def generate(context, builder, signature, values):
        given = []
        for i, kind in enumerate(signature.args[1]):
            value = builder.extract_value(values[1], i)
            if isinstance(kind, types.Array):
                value = data_of(context, builder, kind, value)
            given.append(value)
        kind = ir.FunctionType(ir.VoidType(), [value.type for value in given])
        addresses = data_of(context, builder, signature.args[0], values[0])
        return called(context, builder, addresses, TREATMENT, kind, given)

    return types.void(functions, arguments), generate
