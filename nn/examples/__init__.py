"""Systems that learn, each in a file of its own, to be run and to be read.

`python -m nn` lists them and `python -m nn digits` runs one, as does `python -m nn.examples.digits`. In a program,
`nn.examples.digits.run()` returns the figures that are printed.
"""
