"""Settings of the site. Nothing is fetched while it is built, and every warning is an error."""

import sys
from pathlib import Path

import rheobase

HERE = Path(__file__).parent
# `extensions/` writes the library's pages; the tutorial's figures are drawn by its own code.
sys.path[:0] = [str(HERE / "extensions"), str(HERE.parent / "tests")]

project = "rheobase"
author = "The rheobase developers"
project_copyright = author
version = release = rheobase.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "library",
    "drawings",
    "docstrings",
]
exclude_patterns = ["_build", "_generated"]
default_role = "code"

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
myst_dmath_double_inline = True

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_preserve_defaults = True
autoclass_content = "class"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False

html_theme = "furo"
html_title = f"rheobase {release}"
html_static_path = ["_static"]
html_copy_source = False
html_show_sphinx = False
