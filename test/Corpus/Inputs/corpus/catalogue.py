"""The modules of the corpus."""
from .models import bert, gpt2, llama, vit
from .printers.jax import JAX

MODULES = {
    "stablehlo/gpt2-flax": lambda: (JAX("gpt2", "flax"), gpt2.build, {}),
    "stablehlo/bert-flax": lambda: (JAX("bert", "two-pass"), bert.build, {}),
    "stablehlo/llama-hf": lambda: (JAX("llama", "hf", "bf16"), llama.build, {}),
    "stablehlo/vit-equinox": lambda: (JAX("vit", "equinox"), vit.build, {}),
}


def make(name):
    """The text of a module, and its builder, which has the record."""
    builder, build, options = MODULES[name]()
    return builder.finish(*build(builder, **options)), builder
