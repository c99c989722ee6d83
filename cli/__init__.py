"""The command `rheobase`: one file a subcommand, thin, no numerics.

`main.py` finds the subcommands, runs the chosen one and turns its outcome into an exit status;
`arguments.py` holds the arguments that several of them share, `output.py` what they write.
"""
