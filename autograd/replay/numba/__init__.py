"""The compiled engine: kernels that numba compiles, made from the rows of the table."""
