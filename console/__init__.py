"""Console: what people look at (desk, wall, calls), the command line, and the place where the house is put together."""
