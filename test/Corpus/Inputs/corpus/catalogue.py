"""The modules of the corpus."""
import dataclasses

from .models import bert, gpt2, llama, llama_scan, training, vit
from .printers.jax import JAX
from .printers.linalg_layers import LoweredTorch
from .printers.onnx import ONNX
from .printers.torch import Torch


@dataclasses.dataclass
class Entry:
    model: object
    printer: type
    style: str = ""
    dtype: str = "f32"
    options: dict = dataclasses.field(default_factory=dict)
    gap: str = ""  # why it is known not to be raised as it should be


VIEWS = "a norm ends in the first of several views of its result"

MODULES = {
    "stablehlo/gpt2-flax": Entry(gpt2, JAX, "flax"),
    "stablehlo/bert-flax": Entry(bert, JAX, "two-pass"),
    "stablehlo/llama-hf": Entry(llama, JAX, "hf", "bf16"),
    "stablehlo/vit-equinox": Entry(vit, JAX, "equinox"),
    "stablehlo/llama-scan": Entry(llama_scan, JAX, "maxtext", "bf16"),
    "stablehlo/training": Entry(training, JAX, "flax"),
    "torch/gpt2": Entry(gpt2, Torch, "layer_norm"),
    "torch/bert-native": Entry(bert, Torch, "native"),
    "torch/bert-decomposed": Entry(bert, Torch, "centred"),
    "torch/llama-hf-dynamic": Entry(
        llama,
        Torch,
        "hf",
        "bf16",
        {"length": "s0"},
        gap="torch.bind_symbolic_shape counts as a use",
    ),
    "torch/llama-rms_norm": Entry(llama, Torch, "rms_norm", "f32", {"epsilon": 1e-6}),
    "torch/vit-decomposed": Entry(vit, Torch, "var_mean"),
    "linalg/gpt2": Entry(gpt2, LoweredTorch, gap=VIEWS),
    "linalg/bert": Entry(bert, LoweredTorch),
    "linalg/llama-dynamic": Entry(llama, LoweredTorch, "", "bf16", {"length": "s0"}),
    "linalg/llama": Entry(llama, LoweredTorch, "", "bf16", gap=VIEWS),
    "linalg/vit": Entry(vit, LoweredTorch, gap=VIEWS),
    "onnx/bert-decomposed": Entry(bert, ONNX, "decomposed"),
    "onnx/bert-opset17": Entry(bert, ONNX, "op"),
    "onnx/llama": Entry(llama, ONNX, "", "f16"),
}


def make(name):
    """The text of a module, and its builder, which has the record."""
    entry = MODULES[name]
    builder = entry.printer(name.split("/")[1].replace("-", "_"), entry.style, entry.dtype)
    return builder.finish(*entry.model.build(builder, **entry.options)), builder
