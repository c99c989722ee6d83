"""The numbers of Radau IIA of order 5: nodes, eigenvalues, transformation, error, polynomial.

The nodes are the zeros of the Radau polynomial with 1, and everything follows from them. The
inverse of the Runge-Kutta matrix has a real and two complex eigenvalues, mu and a +- ib; T brings
it to the blocks [mu] and [[a, b], [-b, a]] of BLOCKS. With Z the increments of the three stages,
TI Z are the transformed ones, f + E Z / h the error before it is filtered, and P Z the coefficients
of the collocation polynomial in powers of theta.

Reference: E. Hairer & G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer
1996, section IV.8; the columns of T, normed as there, are eigenvectors found with 40 digits.
"""

import numpy as np

ROOT = 6.0**0.5
C = np.array([(4 - ROOT) / 10, (4 + ROOT) / 10, 1.0])
_mu = 3 + 3 ** (2 / 3) - 3 ** (1 / 3)
_a, _b = 3 + 0.5 * (3 ** (1 / 3) - 3 ** (2 / 3)), 0.5 * (3 ** (5 / 6) + 3 ** (7 / 6))
BLOCKS = np.array([[_mu, 0.0, 0.0], [0.0, _a, _b], [0.0, -_b, _a]])
T = np.array(
    [
        [
            0.094438762488975241487490079506417,
            -0.1412552950209542084279903838078,
            0.030029194105147424491861117089054,
        ],
        [
            0.2502131229653333113765090675125,
            0.20412935229379993199599081029834,
            -0.38294211275726193779543823359987,
        ],
        [1.0, 1.0, 0.0],
    ]
)
TI = np.array(
    [
        [
            4.1787185915519047273464626585121,
            0.32768282076106238708253327242962,
            0.52337644549944954803993091590899,
        ],
        [
            -4.1787185915519047273464626585121,
            -0.32768282076106238708253327242962,
            0.47662355450055045196006908409101,
        ],
        [
            0.50287263494578687595124734313954,
            -2.5719269498556054291867853536017,
            0.5960392048282249249688219110993,
        ],
    ]
)
# equation IV.8.19
E = np.array([-13 - 7 * ROOT, -13 + 7 * ROOT, -1.0]) / 3
# the polynomial without constant term through the three stages
P = np.array(
    [
        [13 / 3 + 7 * ROOT / 3, 13 / 3 - 7 * ROOT / 3, 1 / 3],
        [-23 / 3 - 22 * ROOT / 3, -23 / 3 + 22 * ROOT / 3, -8 / 3],
        [10 / 3 + 5 * ROOT, 10 / 3 - 5 * ROOT, 10 / 3],
    ]
)
