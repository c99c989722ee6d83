"""Where the engines keep what: the places in the arrays that Python and the kernels share."""

# the parts of a model, in the order of the addresses of a system
PARTS = (
    *("field", "jacobian", "margin", "reset", "refractory"),
    *("noise", "noise_slope", "margin_noise", "shot_rate", "shot_jump"),
)

# clock: real numbers that live from one call of the march to the next
(
    TIME,  # the time reached, and what it lacks to the exact time (below its last bit)
    TIME_LOW,
    STEP,  # the next step to try, signed; 0 when the integration (re)starts
    ERROR_OLD,  # the error of the last accepted step, for the step control
    STEP_OLD,  # its length (Radau)
    ERROR,  # the error of the last attempt
    FIRST_STEP,  # settings: 0 for a step found by the engine; the longest step
    MAX_STEP,
    MARGIN,  # of the reset at the present state
    RELEASE,  # the end of the refractory time, in two parts like the time
    RELEASE_LOW,
    LAST_EVENT,
    GROWTH,  # by what the next step may be longer than the last: nothing after a rejected one
) = range(13)

# count: integers likewise
(
    QUOTA,  # steps that this call may try
    ACCEPTED,
    REJECTED,
    EVALUATIONS,  # of the field, those of ordinary Dormand-Prince steps excepted
    NODES,  # filled so far in the storage of this call
    SPIKES,  # filled so far in the storage of this call
    DUE,  # 1 where a reset was located
    HELD,  # 1 during the refractory time
    STALLED,  # events that followed at once upon another
    GRID,  # the point of the grid that was reached, and the last one (fixed steps)
    GRID_LAST,
    EVERY,  # grid points from one stored node to the next
    EDGE,  # the next stop that is a grid point
    CURVED,  # 1 where the margin contains t or is not affine in the states
    HALVED,  # how often the present step was halved for that
    ENOUGH,  # spikes after which the march ends (0: never)
) = range(16)
SIZE = 16

# kinds: what led to a node, as bits
HELD_STEP, RESET_JUMP, RADAU_STEP, SHOT_JUMP = 1, 2, 4, 8

# how a call ends
PAUSED, ARRIVED, COLLAPSED, NOT_FINITE, TOO_MANY_EVENTS, NOT_A_PAUSE = range(6)
NOT_A_RATE, TOO_MANY_ARRIVALS, NOT_A_MARGIN = 6, 7, 8

# rows of the work array k: 0..15 stages, 16..22 the dense output
DENSE, WORK_ROWS = 16, 24
ROOM = 128  # nodes and spikes that one turn of the loop may store
ARRIVALS = 400  # of Poisson sources in one step, at most; two nodes each
