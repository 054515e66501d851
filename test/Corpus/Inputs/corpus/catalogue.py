"""The modules of the corpus."""
import dataclasses

from .models import bert, gpt2, llama, llama_scan, training, vit
from .printers.jax import JAX
from .printers.linalg_layers import LoweredTorch
from .printers.onnx import ONNX
from .printers.torch import Torch


@dataclasses.dataclass
class Entry:
    about: str
    model: object
    printer: type
    style: str = ""
    dtype: str = "f32"
    options: dict = dataclasses.field(default_factory=dict)
    gap: str = ""  # why it is known not to be raised as it should be


DYNAMIC = {"length": "s0"}

MODULES = {
    "stablehlo/gpt2-flax": Entry(
        "E[x^2] - E[x]^2 clamped at zero, rstd * scale first", gpt2, JAX, "flax"
    ),
    "stablehlo/bert-flax": Entry("two passes, epsilon 1e-12", bert, JAX, "two-pass"),
    "stablehlo/llama-hf": Entry("bf16, x / sqrt(v)", llama, JAX, "hf", "bf16"),
    "stablehlo/llama-scan": Entry(
        "bf16, x * rsqrt(v), in the body of a loop", llama_scan, JAX, "maxtext", "bf16"
    ),
    "stablehlo/vit-equinox": Entry("`call @_var`, `call @_where`", vit, JAX, "equinox"),
    "stablehlo/training": Entry("with Adam and Adafactor updates", training, JAX, "flax"),
    "torch/gpt2": Entry("`aten.layer_norm`", gpt2, Torch, "layer_norm"),
    "torch/bert-native": Entry("`aten.native_layer_norm`", bert, Torch, "native"),
    "torch/bert-decomposed": Entry("`mean.dim`, pow, sqrt", bert, Torch, "centred"),
    "torch/llama-hf-dynamic": Entry(
        "bf16, pow, `mean.dim`, rsqrt", llama, Torch, "hf", "bf16", DYNAMIC
    ),
    "torch/llama-rms_norm": Entry(
        "`aten.rms_norm`", llama, Torch, "rms_norm", options={"epsilon": 1e-6}
    ),
    "torch/vit-decomposed": Entry("`var_mean.correction`", vit, Torch, "var_mean"),
    "linalg/gpt2": Entry("sums divided by N", gpt2, LoweredTorch),
    "linalg/bert": Entry("sums divided by N", bert, LoweredTorch),
    "linalg/llama": Entry("bf16, fpowi", llama, LoweredTorch, "", "bf16"),
    "linalg/llama-dynamic": Entry(
        "bf16, fpowi, dynamic length", llama, LoweredTorch, "", "bf16", DYNAMIC
    ),
    "linalg/vit": Entry("sums divided by N", vit, LoweredTorch),
    "onnx/bert-decomposed": Entry("ReduceMean, Pow, Sqrt", bert, ONNX, "decomposed"),
    "onnx/bert-opset17": Entry("LayerNormalization", bert, ONNX, "op"),
    "onnx/llama": Entry("f16, Pow, 1 / Sqrt", llama, ONNX, "", "f16"),
}


def make(name):
    """The text of a module, and its builder, which has the record."""
    entry = MODULES[name]
    module = name.split("/")[1].replace("-", "_")
    builder = entry.printer(module, entry.style, entry.dtype)
    return builder.finish(*entry.model.build(builder, **entry.options)), builder
