"""The compiled half of rheobase: numba kernels, in files that can be copied.

Modules here are never imported from this folder. On first use `dynamics/cache.py` copies them all
into a folder of its own, named after a hash of their contents, of Python, numba, llvmlite, numpy
and of the processor, and imports them there, beside the modules that are generated for a model.
numba keeps its object code in that folder too. It notices changes in one file only, never in the
files that are inlined into it; here any change of any source gives a new folder.

Conventions of a kernel module:
- it imports the standard library, numpy, numba, llvmlite and its siblings (`from .elementary import
  exp`), nothing else: the copy has no parent package;
- each function states its options: `@njit(cache=True, error_model="numpy", fastmath={...})`. Where
  they are missing, numba hands down those of the first caller, and the cache keeps that;
- entry points that Python calls have an explicit signature, so that importing the module compiles
  or loads them and nothing is specialised by accident;
- a function that must be inlined for a loop to become vector code says `forceinline=True`;
- `fastmath=True` (hence "nnan", "ninf") never: it lets LLVM drop the tests for nan;
- no global array above a few numbers and no captured pointers: numba can't cache those; function
  addresses are arguments;
- a module without numba (tables, shared arithmetic) may stand here as well.

`elementary`: exp, sin, ... that LLVM can vectorise. `removable`: x/(exp(x)-1) and its relatives.
This file must stay importable without numba.
"""
