# -*- Python -*-
import lit.formats

config.name = "RMSNORM-Unit"
config.suffixes = []
config.test_source_root = config.rmsnorm_unit_binary_dir
config.test_exec_root = config.rmsnorm_unit_binary_dir
# One lit test for each GoogleTest case, so that the counts add up.
config.test_format = lit.formats.GoogleTest(".", "Tests")
