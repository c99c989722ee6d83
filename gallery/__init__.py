"""Pictures: `plot_*` functions and one file a published figure; the only room with matplotlib."""
