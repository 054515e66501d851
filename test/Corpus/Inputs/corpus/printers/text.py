"""Names of values, and the lines of a function."""
import collections
import re


class Names:
    """%0, %1, ... and %cst, %cst_0, ..., as the printer of MLIR gives them."""

    def __init__(self):
        self.number = 0
        self.used = collections.Counter()
        self.suffix = 0

    def fresh(self, hint=None):
        if hint is None:
            self.number += 1
            return f"%{self.number - 1}"
        name = hint
        if self.used[hint]:
            name = f"{hint}_{self.suffix}"
            self.suffix += 1
        self.used[hint] += 1
        return f"%{name}"

    def several(self, count):
        name = self.fresh()
        return name + f":{count}", [f"{name}#{i}" for i in range(count)]


def shaped(shape, dtype, form="tensor<{}>"):
    extents = ["?" if isinstance(extent, str) else str(extent) for extent in shape]
    return form.format("x".join(extents + [dtype]))


def braces(numbers):
    return "[" + ", ".join(map(str, numbers)) + "]"


def resource_key(text):
    return re.sub(r"[^\w.]", "_", text)


def resources(tensors):
    """The blobs of small tensors: ones, after the alignment."""
    one = {"f32": "0000803F", "bf16": "803F", "f16": "003C"}
    lines = [
        f'      {key}: "0x04000000{one[dtype] * shape[0]}"'
        for key, (shape, dtype) in tensors.items()
    ]
    body = ",\n".join(lines)
    return "{-#\n  dialect_resources: {\n    builtin: {\n" + body + "\n    }\n  }\n#-}\n"
