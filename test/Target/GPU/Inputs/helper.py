"""What rmsnorm_manifest evaluates, binds and packs, and what it refuses."""

import struct

from rmsnorm_manifest import Function, Manifest, evaluate


def refuses(call, *arguments):
    try:
        call(*arguments)
    except ValueError as error:
        return str(error)
    raise AssertionError("accepted")


symbols = {"d0": 7, "d1": 300}
for text, value in {
    "max(min((d0 + 3) // 4, 3168), 1)": 2,
    "d1 % 8 == 0 and d1 <= 1024": False,
    "not d1 % 8 == 0 or d0 > 9": True,
    "d1 * 4 if d0 < 8 else 0": 1200,
    "-d0 - (-2)": -5,
    # The second part would divide by zero.
    "d0 == 0 and d1 // (d0 - 7) > 0": False,
}.items():
    assert evaluate(text, symbols) == value, text
for text in ("__import__('os')", "d0.real", "d2", "d0 ** d1", "'a' * d0", "max(*[1])"):
    print(refuses(evaluate, text, symbols))

function = Function(
    {
        "name": "f",
        "symbols": ["d0", "n"],
        "arguments": [
            {"name": "x", "type": "f32", "shape": ["d0", 64]},
            {"name": "y", "type": "f32", "shape": ["d0", "d0 * n"]},
            {"name": "n", "type": "index"},
            {"name": "s", "type": "f32"},
        ],
        "workspaces": [{"name": "w0", "bytes": "d0 * 256"}],
        "launches": [
            {"condition": "n > 9", "kernel": "never"},
            {
                "kernel": "k",
                "condition": None,
                "grid": ["d0", 1, 1],
                "block": [64, 1, 1],
                "cluster": [1, 1, 1],
                "shared_bytes": 16,
                "programmatic_launch": False,
                "parameters": [
                    {"pointer": "x"},
                    {"i64": "d0 * n"},
                    {"f32": "s"},
                    {"bf16": 1.0, "bits": 0x3F80},
                    {"f32": None, "bits": 0x7F800000},
                ],
            },
        ],
    }
)
plan = function.plan({"x": (3, 64), "y": (3, 6)}, {"n": 2, "s": 0.5})
assert plan.workspaces == {"w0": 768}
(launch,) = plan.launches
assert (launch.kernel, launch.grid, launch.shared_bytes) == ("k", (3, 1, 1), 16)
packed = b"".join(launch.pack({"x": 0x1000, "w0": 0x2000}))
assert packed == struct.pack("<QqfHf", 0x1000, 6, 0.5, 0x3F80, float("inf"))
print(refuses(function.plan, {"x": (3, 65)}, {"n": 2, "s": 0.5}))
print(refuses(function.plan, {"x": (3, 64), "y": (3, 7)}, {"n": 2, "s": 0.5}))
print(refuses(function.plan, {"x": (3,)}, {"n": 2, "s": 0.5}))
print(refuses(function.plan, {}, {"n": 2, "s": 0.5}))


def target(chip, *code):
    return {"chip": chip, "capability": int(chip[3:].rstrip("af")), "code": code}


manifest = Manifest(
    {
        "version": 1,
        "image": "f.fatbin",
        "chips": ["sm_80", "sm_86", "sm_90"],
        "targets": [
            target("sm_80", "cubin"),
            target("sm_86", "cubin"),
            target("sm_90", "cubin", "ptx"),
        ],
    }
)
for capability, chip in ((80, 80), (86, 86), (89, 86), (90, 90), (120, 90)):
    assert manifest.target(capability)["capability"] == chip
print(refuses(manifest.target, 75))
manifest.data["targets"] = [target("sm_90a", "cubin", "ptx")]
assert manifest.target(90)["chip"] == "sm_90a"
print(refuses(manifest.target, 100))
manifest.data["version"] = 2
print(refuses(Manifest, manifest.data))
