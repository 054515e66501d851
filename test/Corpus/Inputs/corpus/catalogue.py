"""The modules of the corpus."""
from .models import bert, gpt2, llama, vit
from .printers.jax import JAX
from .printers.torch import Torch

MODULES = {
    "stablehlo/gpt2-flax": lambda: (JAX("gpt2", "flax"), gpt2.build, {}),
    "stablehlo/bert-flax": lambda: (JAX("bert", "two-pass"), bert.build, {}),
    "stablehlo/llama-hf": lambda: (JAX("llama", "hf", "bf16"), llama.build, {}),
    "stablehlo/vit-equinox": lambda: (JAX("vit", "equinox"), vit.build, {}),
    "torch/gpt2": lambda: (Torch("gpt2", "layer_norm"), gpt2.build, {}),
    "torch/bert-native": lambda: (Torch("bert", "native"), bert.build, {}),
    "torch/llama-hf-dynamic": lambda: (
        Torch("llama", "hf", "bf16"),
        llama.build,
        {"length": "s0"},
    ),
    "torch/llama-rms_norm": lambda: (
        Torch("llama", "rms_norm"),
        llama.build,
        {"epsilon": 1e-6},
    ),
    "torch/vit-decomposed": lambda: (Torch("vit", "var_mean"), vit.build, {}),
    "torch/bert-decomposed": lambda: (Torch("bert", "centred"), bert.build, {}),
}


def make(name):
    """The text of a module, and its builder, which has the record."""
    builder, build, options = MODULES[name]()
    return builder.finish(*build(builder, **options)), builder
