"""Writes one function for every op, attribute and element type of the dialect.

Each is in canonical form: norm-decompose followed by norm-raise has to give
the op back, byte for byte.
"""

import itertools

FLOATS = ["f16", "bf16", "f32", "f64"]
WIDTH = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}
MODES = ["inside", "outside", "clamp_var", "clamp_norm"]

functions = []


def wider(a, b):
    if a == b:
        return a
    if WIDTH[a] == WIDTH[b]:
        return "f32"
    return a if WIDTH[a] > WIDTH[b] else b


def tensor(shape, dims, element):
    return "tensor<" + "".join(f"{shape[d]}x" for d in dims) + element + ">"


def attributes(pairs):
    text = ", ".join(f"{key} = {value}" for key, value in pairs if value)
    return f" {{{text}}}" if text else ""


def emit(arguments, results, op):
    """op: a list of result names and the text after '='."""
    name = f"f{len(functions)}"
    args = ", ".join(f"%{n}: {t}" for n, t in arguments)
    names = ", ".join("%" + n for n, _ in results)
    types = ", ".join(t for _, t in results)
    functions.append(
        f"func.func @{name}({args}) -> ({types}) {{\n"
        f"  {names} = {op}\n"
        f"  return {names} : {types}\n}}\n"
    )


def forward(
    kind,
    shape=(4, 64),
    axes=(1,),
    x="f32",
    y=None,
    scale=None,
    scale_dims=None,
    bias=None,
    bias_dims=None,
    mode="inside",
    offset=False,
    statistics=None,
    normalized=None,
    scaled=None,
    results=(),
    extent=None,
    epsilon="1.0e-5",
):
    rank = range(len(shape))
    grid = [d for d in rank if d not in axes]
    stat = statistics or wider(x, "f32")
    y = y or x
    scale_dims = list(scale_dims or axes)
    bias_dims = list(bias_dims or axes)
    args = [("x", tensor(shape, rank, x))]
    text = f"norm.{kind} %x"
    for name, element, dims in (
        ("scale", scale, scale_dims),
        ("bias", bias, bias_dims),
    ):
        if element:
            type_ = tensor(shape, dims, element)
            args.append((name, type_))
            text += f" {name}(%{name} : {type_} dims {dims})"
    text += f" axes {list(axes)} epsilon {epsilon}"
    if mode != "inside":
        text += f" mode {mode}"
    text += attributes(
        [
            ("scale_offset", "1.0 : f64" if offset else None),
            ("statistics_type", statistics),
            ("normalized_type", normalized),
            ("scaled_type", scaled),
            ("statistics_extent", f"{extent} : i64" if extent else None),
        ]
    )
    out = [("y", tensor(shape, rank, y))]
    text += f" : {args[0][1]} -> {out[0][1]}"
    for name in results:
        out.append((name, tensor(shape, grid, stat)))
        text += f" {name} {out[-1][1]}"
    emit(args, out, text)


def backward(
    kind,
    shape=(4, 64),
    axes=(1,),
    x="f32",
    statistics="f32",
    scale=None,
    scale_dims=None,
    bias_dims=None,
    mode="inside",
    offset=False,
    dscale=None,
    dbias=None,
):
    rank = range(len(shape))
    grid = [d for d in rank if d not in axes]
    scale_dims = list(scale_dims or axes)
    bias_dims = list(bias_dims or axes)
    matrix, row = tensor(shape, rank, x), tensor(shape, grid, statistics)
    saved = ["mean", "rstd"] if kind == "layer_norm" else ["rstd"]
    args = [("dy", matrix), ("x", matrix)] + [(n, row) for n in saved]
    types = ", ".join(t for _, t in args)
    text = f"norm.{kind}_backward " + ", ".join("%" + n for n, _ in args)
    if scale:
        type_ = tensor(shape, scale_dims, scale)
        args.append(("scale", type_))
        text += f" scale(%scale : {type_} dims {scale_dims})"
    text += f" axes {list(axes)}"
    if mode != "inside":
        text += f" epsilon 1.250000e-01 mode {mode}"
    if dbias:
        text += f" bias_dims {bias_dims}"
    text += attributes([("scale_offset", "1.0 : f64" if offset else None)])
    out = [("dx", matrix)]
    text += f" : {types} -> {matrix}"
    if dscale:
        out.append(("dscale", tensor(shape, scale_dims, dscale)))
        text += f" dscale {out[-1][1]}"
    if dbias:
        out.append(("dbias", tensor(shape, bias_dims, dbias)))
        text += f" dbias {out[-1][1]}"
    emit(args, out, text)


for kind in ("rms_norm", "layer_norm"):
    statistics = ("rstd",) if kind == "rms_norm" else ("mean", "rstd")
    subsets = [
        s for n in range(len(statistics) + 1)
        for s in itertools.combinations(statistics, n)
    ]
    # Element types, with and without scale, bias and statistics.
    for x, with_scale, with_bias, results in itertools.product(
        FLOATS, (False, True), (False, True), subsets
    ):
        forward(kind, x=x, scale=x if with_scale else None,
                bias=x if with_bias else None, results=results)
    # Epsilon modes and offsets.
    for mode, offset, x in itertools.product(MODES, (False, True), FLOATS):
        forward(kind, x=x, scale="f32", mode=mode, offset=offset)
    forward(kind, epsilon="0.0")
    # Rounding points: those that a default would not give anyway.
    for x, scale in itertools.product(("f16", "bf16"), (None, "f32", "same")):
        element = x if scale == "same" else scale
        forward(kind, x=x, scale=element, normalized=x,
                y="f32" if element == "f32" else x)
        if element:
            forward(kind, x=x, scale=element, bias="f32", scaled=x, y="f32")
            forward(kind, x=x, scale=element, bias=x, scaled=x)
    forward(kind, x="f32", statistics="f64")
    forward(kind, x="bf16", statistics="f64", scale="f32", results=("rstd",))
    # Mixed element types.
    for x, y, scale in (("bf16", "f32", "bf16"), ("f32", "bf16", "f32"),
                        ("f16", "f16", "f32"), ("f64", "f32", "f32")):
        forward(kind, x=x, y=y, scale=scale, bias=scale)
    # Shapes, axes, dimension maps.
    for shape, axes in (((64,), (0,)), ((2, 3, 64), (2,)), ((2, 3, 64), (1,)),
                        ((2, 3, 64), (0,)), ((2, 3, 64), (1, 2)),
                        ((2, 8, 4, 6), (1, 2, 3)), ((2, 8, 4, 6), (1, 3)),
                        (("?", 5, 64), (2,)), (("?", "?"), (1,)),
                        ((8, 8), (1,)), ((8, 8), (0,)), ((3, 1000), (1,)),
                        ((2, 769), (1,))):
        forward(kind, shape=shape, axes=axes, scale="f32", bias="f32",
                results=statistics)
    forward(kind, shape=(2, 3, 4, 16), axes=(3,), scale="f32",
            scale_dims=(2, 3), bias="f32", bias_dims=(2, 3))
    forward(kind, shape=(2, 3, 16), axes=(2,), scale="f32", scale_dims=(0, 2),
            bias="f32", bias_dims=(0, 2), offset=True)
    forward(kind, shape=(2, 8, 4, 6), axes=(1, 2, 3), scale="f32",
            scale_dims=(1,), bias="f32", bias_dims=(1,))

    # Backward.
    for x, statistics_type in (("f16", "f32"), ("bf16", "f32"), ("f32", "f32"),
                               ("f32", "f64"), ("f64", "f64")):
        backward(kind, x=x, statistics=statistics_type)
        backward(kind, x=x, statistics=statistics_type, scale=x)
        backward(kind, x=x, statistics=statistics_type, scale=x, dscale=x)
        backward(kind, x=x, statistics=statistics_type, scale=x, dscale=x,
                 dbias=x)
        backward(kind, x=x, statistics=statistics_type, scale="f32",
                 dscale="f32", dbias="f32", offset=True)
    for mode, offset in itertools.product(MODES, (False, True)):
        backward(kind, scale="f32", mode=mode, offset=offset, dscale="f32")
    for shape, axes in (((2, 3, 64), (2,)), ((2, 3, 64), (1,)),
                        ((2, 3, 64), (1, 2)), (("?", 5, 64), (2,)),
                        (("?", "?"), (1,)), ((8, 8), (1,)), ((8, 8), (0,))):
        backward(kind, shape=shape, axes=axes, scale="f32", dscale="f32",
                 dbias="f32")
    backward(kind, shape=(2, 3, 4, 16), axes=(3,), scale="f32",
             scale_dims=(2, 3), dscale="f32", dbias="f32", bias_dims=(2, 3))

forward("rms_norm", extent=16)
forward("rms_norm", extent=16, scale="f32", results=("rstd",))

print("\n".join(functions))
