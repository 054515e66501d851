"""Composes spellings of normalisations and near-misses, in every dialect."""
