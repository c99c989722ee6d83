"""Networks: populations of models, joined by synapses that are equations.

In reading order: `population` (cells, and given spike trains), `synapse` (equations of a
connection), `wiring` (who is connected with whom) and its `edges`, `draws` (random values),
`poisson_input`; `network` puts them together. `reading` turns the texts of a synapse into
expressions, `plan` merges them with the cells'. `layout` says where the compiled loop keeps what;
`step_code`, `cell_code`, `synapse_code` and `loop_code` write it, `march` runs it. `network_run`
is the result.
"""
