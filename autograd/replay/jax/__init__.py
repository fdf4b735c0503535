"""Plans as functions of JAX arrays."""
