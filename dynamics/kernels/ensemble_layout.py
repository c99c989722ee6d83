"""Where the ensemble kernel keeps what: rows of a block's flat buffer, one number a member each.

A block holds WIDTH members, a group GROUP of them that were taken out of their block to be treated
inside a step. Both have FIXED rows of their own and then, in the same order, rows of states (X),
of the states at the begin of the step (OLD), of parameters and of normal random numbers.
"""

WIDTH = 64
GROUP = 4
FIXED = 8

# rows of a block
(
    CODE,  # why a member was given up, 0 if it was not
    COUNT,  # its spikes, and the times of the first and the last
    FIRST,
    LAST,
    MARGIN,  # of the spike level, at the end of the step
    RELEASE,  # the end of the refractory time, FREE without one; or the margin before
    BIT,  # the member's bit, an integer
) = range(7)
FREE = -1e300

# rows of a group
(
    OFFSET,  # from the begin of the step, where this part of it begins
    LENGTH,  # of this part
    MOVING,  # 0 where states are held
    BEFORE,  # the margin at the begin and at the end of this part, and its slopes there
    AFTER,
    SLOPE_BEFORE,
    SLOPE_AFTER,
    PAUSE,  # the refractory time of a spike
) = range(8)

# rows of a group's work space
WHOLE, THETA, LOW, HIGH, SEEKING, ACTIVE, HELD, END, RESETS, DUE = range(10)
THETA_OLD, MARGIN_OLD = 10, 11
WORK_ROWS = 12

# clock: integers that live from one call to the next, and settings
(
    BLOCK,  # the next block, and its next step
    STEP,
    SPIKES,  # filled so far in the storage of spikes
    QUOTA,  # steps of blocks that this call may take
    LAST_STEP,
    EVERY,  # steps from one stored node to the next, 0 for none
    TRACED,  # the first row that is stored beside the states, and how many
    TRACED_ROWS,
    KEEP,  # spikes of one member that are stored
    OBSERVED_FROM,  # the first point of the grid that is observed
    STATES,  # of the model; rows of a group beyond the FIXED ones; sources of noise
    GROUP_ROWS,
    SOURCES,
) = range(13)
CLOCK_SIZE = 13

# span: times
BEGIN, STEP_LENGTH, UNTIL, AFTER_TIME, LEVEL = range(5)

# how a call ends
ARRIVED, PAUSED, FULL = range(3)

# codes of members
GOOD, NOT_FINITE, TOO_MANY_EVENTS, NOT_A_PAUSE = range(4)
NOT_A_MARGIN = NOT_A_PAUSE

MANY = 100  # resets of one member within one step; more are an endless row
ROOM = WIDTH * (MANY + 2)  # spikes that one step may store
