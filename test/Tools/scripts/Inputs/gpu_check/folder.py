"""A folder as gpu-check.sh prepares it, with manifests written by hand and images
that hold no code, and a CUDA driver that computes with NumPy in its place."""

import ctypes
import json
import os

import numpy as np

from normcheck.cases import OPS
from normcheck.names import find
from normcheck.reference import expected
from normcheck.arrays import NumPy, round_to
from operands import decode, encode, encode_float8

_CTYPES = {"f32": ctypes.c_float, "bf16": ctypes.c_uint16, "f16": ctypes.c_uint16}


def describe(function):
    """A function's entry in a manifest: one kernel that has all operands, and
    of backward ops a workspace."""
    op, n = OPS[function.op], function.n or "d1"
    shapes = {"matrix": ["d0", n], "column": [n], "row": ["d0"], "scalar": []}
    arguments = [
        {
            "name": operand.name,
            "type": operand.element(function.dtype),
            "shape": shapes[operand.kind],
            "access": "read" if operand in op.inputs else "write",
        }
        for operand in op.inputs + op.outputs
    ]
    parameters = [
        {"f32": o.name} if o.kind == "scalar" else {"pointer": o.name}
        for o in op.inputs + op.outputs
    ]
    if op.backward:
        parameters.append({"pointer": "w0"})
    launch = {
        "kernel": f"{function.name}_0",
        "condition": None,
        "grid": ["2 * max((d0 + 3) // 4, 1)", 1, 1],
        "block": [128, 1, 1],
        "cluster": [2, 1, 1],
        "shared_bytes": 1024,
        "programmatic_launch": True,
        "parameters": [],
    }
    # As an infinite constant of a kernel is written.
    parameters.append({"bf16": None, "bits": 0x7F80})
    launch["parameters"] = [*parameters, {"i64": "d0"}, {"i64": n}]
    never = {**launch, "kernel": "never", "condition": "d0 < 0"}
    copy = {"copy": {"from": "w", "to": "w", "bytes": f"2 * {n}"}, "condition": None}
    return {
        "name": function.name,
        "symbols": ["d0"] if function.n else ["d0", "d1"],
        "arguments": arguments,
        "workspaces": [{"name": "w0", "bytes": f"4 * {n}"}] if op.backward else [],
        "launches": [never, copy, launch],
    }


def write_manifest(folder, name, functions, chips=("sm_80", "sm_90")):
    os.makedirs(folder, exist_ok=True)
    entries = [describe(function) for function in functions]
    manifest = {
        "version": 1,
        "image": f"elsewhere/{name}.fatbin",
        "format": "fatbin",
        "chips": list(chips),
        "targets": [
            {
                "chip": chip,
                "capability": int(chip.removeprefix("sm_")),
                "code": ["cubin", "ptx"] if chip == chips[-1] else ["cubin"],
                "functions": entries,
            }
            for chip in chips
        ],
    }
    with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file)
    with open(os.path.join(folder, f"{name}.fatbin"), "wb") as file:
        file.write(b"\x50\xed\x55\xba no code")


class FakeLibrary:
    """What normcheck.driver calls of libcuda. A kernel computes its op, rounded
    once; `mutate` may spoil that: it gets the function and the arrays of all
    outputs by name."""

    def __init__(self, mutate=None):
        self.mutate, self.kernels, self.launches = mutate, [], []

    def cuInit(self, flags):
        return 0

    def cuDeviceGetCount(self, count):
        count._obj.value = 1
        return 0

    def cuDeviceGet(self, device, number):
        return 0

    def cuDeviceGetAttribute(self, value, number, device):
        value._obj.value = {75: 9, 76: 0, 38: 50 << 20, 16: 132}[number]
        return 0

    def cuDriverGetVersion(self, version):
        version._obj.value = 12040
        return 0

    def cuDeviceGetName(self, name, size, device):
        name.value = b"no device"
        return 0

    def cuGetErrorName(self, status, text):
        text._obj.value = b"CUDA_ERROR_NOT_FOUND"
        return 0

    def cuModuleLoadData(self, module, data):
        return 0 if data.startswith(b"\x50\xed\x55\xba") else 200

    def cuModuleGetFunction(self, function, module, name):
        self.kernels.append(name.decode())
        function._obj.value = len(self.kernels)
        return 0

    def cuFuncSetAttribute(self, function, attribute, value):
        return 0 if attribute == 8 else 1

    def cuMemcpyAsync(self, target, source, count, stream):
        ctypes.memmove(target.value, source.value, count.value)
        return 0

    def cuLaunchKernelEx(self, config, function, addresses, extra):
        config = config._obj
        self.launches.append(config)
        name = self.kernels[function.value - 1]
        self.compute(find(name.removesuffix("_0")), list(addresses))
        return 0

    def compute(self, function, addresses):
        op = OPS[function.op]
        operands = op.inputs + op.outputs
        places = dict(zip((o.name for o in operands), addresses))
        rows, n = (ctypes.c_int64.from_address(a).value for a in addresses[-2:])

        def array(operand):
            pointer = ctypes.c_uint64.from_address(places[operand.name]).value
            element = operand.element(function.dtype)
            numpy = {"bf16": np.uint16, "f16": np.float16, "f32": np.float32}
            numpy.update({"i8": np.int8, "f8E4M3FN": np.uint8})
            count = operand.bytes(function.dtype, rows, n)
            data = (ctypes.c_uint8 * count).from_address(pointer)
            shape = operand.shape(rows, n)
            return np.frombuffer(data, numpy[element]).reshape(shape)

        values = {
            o.name: float(ctypes.c_float.from_address(places[o.name]).value)
            if o.kind == "scalar"
            else decode(array(o), o.element(function.dtype))
            for o in op.inputs
        }
        early = {}
        if function.op == "add_rms_norm":
            early["s"] = round_to(NumPy, values["x"] + values["r"], function.dtype)
        results = expected(function, NumPy, values, early)
        outputs = {}
        for operand in op.outputs:
            value = results[operand.name].value.reshape(operand.shape(rows, n))
            element = operand.element(function.dtype)
            outputs[operand.name] = out = array(operand)
            with np.errstate(all="ignore"):
                if element == "i8":
                    out[...] = np.nan_to_num(np.rint(value), nan=0)
                elif element == "f8E4M3FN":
                    out[...] = encode_float8(np.nan_to_num(value, nan=0.0))
                else:
                    out[...] = encode(value, element)
        if self.mutate:
            self.mutate(function, outputs)
