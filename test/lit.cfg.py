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
config.substitutions.append(("%{path}", config.environment["PATH"]))
config.substitutions.append(("%mlir_lib", config.llvm_lib_dir))
config.substitutions.append((r"%python\b", config.python_executable))
for name in ("cmake", "cc", "cxx", "launcher", "build_dir"):
    config.substitutions.append(("%" + name + r"\b", getattr(config, "rmsnorm_" + name)))

# CUDA is not needed. Its programs make fat binaries, where they are, and
# generated headers are compiled with its own or else with declarations like it.
cuda_folders = [
    folder
    for folder in (os.environ.get("CUDA_HOME"), "/usr/local/cuda")
    if folder and os.path.isdir(folder)
]
cuda_path = os.pathsep.join(
    [os.environ["PATH"]] + [os.path.join(folder, "bin") for folder in cuda_folders]
)
if shutil.which("ptxas", path=cuda_path) and shutil.which("fatbinary", path=cuda_path):
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", shutil.which("ptxas", path=cuda_path)))
    for name in ("CUDA_HOME", "CUDA_PATH"):
        if name in os.environ:
            config.environment[name] = os.environ[name]
else:
    lit_config.note("CUDA's ptxas is not installed: tests of fat binaries are skipped")
cuda_includes = [
    folder
    for folder in (os.path.join(folder, "include") for folder in cuda_folders)
    if os.path.isfile(os.path.join(folder, "cuda.h"))
]
if not cuda_includes:
    cuda_includes = [
        os.path.join(config.test_source_root, "Target", "GPU", "Inputs", "standin")
    ]
    lit_config.note("cuda.h is not installed: headers are compiled with a stand-in")
config.substitutions.append(("%cuda_include", cuda_includes[0]))
config.substitutions.append(
    ("%scripts", os.path.join(config.test_source_root, "..", "tools", "scripts"))
)
config.substitutions.append(
    ("%python_source", os.path.join(config.test_source_root, "..", "python"))
)

# Pages are looked at in a browser, where there is one.
chromium = shutil.which("chromium")
if chromium:
    config.available_features.add("chromium")
    config.substitutions.append(("%chromium", chromium))
else:
    lit_config.note("chromium is not installed: tests of pages are skipped")
