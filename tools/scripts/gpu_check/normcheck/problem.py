"""An op's operands in a device's memory, with guards around each, by torch."""

import torch

from normcheck.cases import EPSILON, OPS

GUARD = 64 << 10
_GUARD_BYTE = 0xA5
# NaN in every float type; of integers what no kernel writes.
_POISON = {"i8": 0x80}
_STATIC_FACTOR = 37.5
TYPES = {
    "f64": torch.float64,
    "f32": torch.float32,
    "bf16": torch.bfloat16,
    "f16": torch.float16,
    "i8": torch.int8,
    "f8E4M3FN": torch.uint8,
}


class Buffer:
    def __init__(self, count, device, element="f32", shape=None):
        self.count = count
        self.whole = torch.full(
            (2 * GUARD + count,), _GUARD_BYTE, dtype=torch.uint8, device=device
        )
        self.bytes = self.whole[GUARD : GUARD + count]
        self.pointer = self.whole.data_ptr() + GUARD
        self.element, self.shape = element, shape

    @property
    def typed(self):
        return self.bytes.view(TYPES[self.element]).reshape(self.shape)

    def poison(self):
        self.bytes.fill_(_POISON.get(self.element, 0xFF))

    def is_guarded(self):
        ends = torch.cat([self.whole[:GUARD], self.whole[GUARD + self.count :]])
        return bool((ends == _GUARD_BYTE).all())


def _special_rows(dtype, n):
    """Rows by name: what to put in each, or in its first or last element."""
    huge, little = (60000.0, 1e-7) if dtype == "f16" else (1e30, 1e-30)
    return [
        ("zeros", slice(None), 0.0),
        ("negative zeros", slice(None), -0.0),
        ("huge", slice(None), huge),
        ("tiny", slice(None), little),
        ("infinity", n - 1, float("inf")),
        ("NaN", n // 2, float("nan")),
        ("equal", slice(None), 3.0),
        ("negative infinity", 0, float("-inf")),
    ]


class Problem:
    """The operands of a function on `rows` rows of n elements."""

    def __init__(self, function, rows, n, device, generator, special=False):
        self.function, self.op = function, OPS[function.op]
        self.rows, self.n, self.device = rows, n, device
        self.generator = generator
        self.inputs, self.outputs, self.scalars = {}, {}, {}
        for operand in self.op.inputs:
            self._fill(operand)
        self._fill_statistics()
        if special:
            self._make_special()
        for operand in self.op.outputs:
            self.outputs[operand.name] = self._buffer(operand)
        self.workspaces = {}
        self.before = {}

    def _buffer(self, operand):
        dtype = self.function.dtype
        shape = operand.shape(self.rows, self.n)
        count = operand.bytes(dtype, self.rows, self.n)
        return Buffer(count, self.device, operand.element(dtype), shape)

    def _fill(self, operand):
        if operand.kind == "scalar":
            self.scalars[operand.name] = _STATIC_FACTOR
            return
        buffer = self.inputs[operand.name] = self._buffer(operand)
        numbers = torch.randn(
            buffer.shape, generator=self.generator, device=self.device
        )
        factor, shift = {"x": (1.5, 0.25), "w": (0.4, 1.0)}.get(operand.name, (1, 0))
        buffer.typed.copy_(numbers * factor + shift)

    def _fill_statistics(self):
        """As the forward pass saves them."""
        if not self.op.backward:
            return
        x = self.inputs["x"].typed.double()
        mean = x.mean(1, keepdim=True)
        if not self.op.centres:
            mean = torch.zeros_like(mean)
        variance = ((x - mean) ** 2).mean(1)
        if "mean" in self.inputs:
            self.inputs["mean"].typed.copy_(mean.reshape(-1))
        self.inputs["rstd"].typed.copy_((variance + EPSILON).rsqrt())

    def _make_special(self):
        x = self.inputs["x"].typed
        rows = _special_rows(self.function.dtype, self.n)
        if self.op.backward:
            rows = [row for row in rows if row[0] == "NaN"]
        for place, (_, columns, value) in enumerate(rows):
            row = 2 * place + 1
            if row < self.rows:
                x[row, columns] = value
                if "r" in self.inputs:
                    self.inputs["r"].typed[row] = 0

    def shapes(self):
        """Of all arguments, in their order."""
        operands = self.op.inputs + self.op.outputs
        return [operand.shape(self.rows, self.n) for operand in operands]

    def prepare(self, compiled, driver, stream):
        """The launches of the function; pointers go by the manifest's names."""
        operands = self.op.inputs + self.op.outputs
        pointers, scalars = {}, {}
        for operand, argument in zip(operands, compiled.arguments):
            if operand.kind == "scalar":
                scalars[argument["name"]] = self.scalars[operand.name]
                continue
            buffers = self.inputs if operand.name in self.inputs else self.outputs
            pointers[argument["name"]] = buffers[operand.name].pointer
        plan = compiled.plan(self.shapes(), scalars)
        self.workspaces = {
            name: Buffer(count, self.device) for name, count in plan.workspaces.items()
        }
        pointers.update({n: b.pointer for n, b in self.workspaces.items()})
        return driver.prepare(compiled.image, plan, pointers, stream)

    def poison(self):
        for buffer in [*self.outputs.values(), *self.workspaces.values()]:
            buffer.poison()

    def remember_inputs(self):
        self.before = {name: b.bytes.clone() for name, b in self.inputs.items()}

    def find_damage(self):
        """What was written that must not be; empty if nothing."""
        for name, buffer in self.inputs.items():
            if name in self.before and not torch.equal(self.before[name], buffer.bytes):
                return f"the input {name} was written"
        everything = {**self.inputs, **self.outputs, **self.workspaces}
        for name, buffer in everything.items():
            if not buffer.is_guarded():
                return f"something was written beside {name}"
        return ""

    def values(self):
        """The inputs as f64."""
        decoded = {name: b.typed.double() for name, b in self.inputs.items()}
        return {**decoded, **self.scalars}

    def results(self):
        """The outputs as f64, but for 8-bit floats, which are their bits."""
        return {
            name: b.typed if b.element == "f8E4M3FN" else b.typed.double()
            for name, b in self.outputs.items()
        }

    def bits(self):
        return {name: b.bytes.clone() for name, b in self.outputs.items()}
