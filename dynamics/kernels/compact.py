"""How the engines keep the wait for their compilation short.

Left to itself, LLVM turns each short loop over the components of a state into several loops of
vector code, inlines it into its callers and there does so again. That takes a third of the time
of compiling, and gains nothing for a model of a few equations.
"""

from numba import types
from numba.extending import intrinsic


@intrinsic
def compact(typingctx):
    """Have the function in which this stands compiled for size, and not inlined."""

    def generate(context, builder, signature, values):
        for attribute in ("noinline", "optsize"):
            builder.function.attributes.add(attribute)
        return context.get_dummy_value()

    return types.void(), generate
