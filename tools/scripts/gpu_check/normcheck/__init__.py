"""Checks of GPU kernels on a machine that has a GPU."""
