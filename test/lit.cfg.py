# -*- Python -*-
import os
import shutil

import lit.formats
from lit.llvm import llvm_config

config.name = "RMSNORM"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Unit", "Consumer"]
config.test_source_root = config.rmsnorm_test_source_dir
config.test_exec_root = config.rmsnorm_test_binary_dir

llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.rmsnorm_tools_dir, append_path=True)

config.substitutions.append(("%rmsnorm_lib", config.rmsnorm_lib_dir))
config.substitutions.append(
    ("%plugin", os.path.join(config.rmsnorm_lib_dir, "RMSNormPlugin.so"))
)
config.substitutions.append(
    ("%mlir_opt", os.path.join(config.llvm_tools_dir, "mlir-opt"))
)
config.substitutions.append(
    ("%other_llvm", os.path.join(config.test_exec_root, "Plugin", "OtherLLVM.so"))
)
# A CUDA driver without a GPU, which test/Runtime/FakeDriver.h describes.
fake_driver = os.path.join(config.test_exec_root, "Runtime", "FakeCudaDriver.so")
config.substitutions.append(
    ("%with_fake_gpu", f"env RMSNORM_CUDA_DRIVER={fake_driver} FAKE_CUDA_LOG=%t.log")
)
config.substitutions.append(
    ("%docs_source", os.path.join(config.test_source_root, "..", "docs"))
)
config.substitutions.append(
    ("%docs_binary", os.path.join(config.test_exec_root, "..", "docs"))
)
config.substitutions.append(("%mlir_lib", config.llvm_lib_dir))
config.substitutions.append(("%python", config.python_executable))
for name in ("cmake", "cc", "cxx", "launcher", "build_dir"):
    config.substitutions.append(("%" + name + r"\b", getattr(config, "rmsnorm_" + name)))

# Pages are looked at in a browser, where there is one.
chromium = shutil.which("chromium")
if chromium:
    config.available_features.add("chromium")
    config.substitutions.append(("%chromium", chromium))
else:
    lit_config.note("chromium is not installed: tests of pages are skipped")
