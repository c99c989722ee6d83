"""Pictures: `plot_*` functions and one file a published figure; the only room with matplotlib.

Read `style` (the look, the widths), `labels` (words on axes), `plot_trajectory` with `curves`,
`plot_phase_plane` with `plane`; then `registry` (how a file of `figures/` becomes a figure),
`build` and `page`.
"""
