"""Functions as modules of the norm dialect."""

from normcheck.cases import EPSILON, FLOAT8_MAX, OPS


class _Types:
    """The tensors of a function's operands, and the rows of its program."""

    def __init__(self, function):
        self.function, self.op = function, OPS[function.op]
        self.n = str(function.n) if function.n else "?"

    def tensor(self, operand):
        element = operand.element(self.function.dtype)
        shape = {"matrix": f"?x{self.n}x", "column": f"{self.n}x", "row": "?x"}
        if operand.kind == "scalar":
            return element
        return f"tensor<{shape[operand.kind]}{element}>"

    def row(self, element):
        return f"tensor<{self.n}x{element}>"


def _normalize(types, x, op, mean=False):
    matrix = types.tensor(types.op.outputs[0])
    column = matrix.replace("?x", "", 1)
    bias = f" bias(%b : {column} dims [1])" if types.op.centres else ""
    results = "%y, %mean, %rstd" if mean else "%y"
    saved = " mean tensor<?xf32> rstd tensor<?xf32>" if mean else ""
    return (
        f"  {results} = norm.{op} %{x} scale(%w : {column} dims [1]){bias} "
        f"axes [1] epsilon {EPSILON:E} : {matrix} -> {matrix}{saved}\n"
    )


def _backward(types):
    matrix, column = (types.tensor(o) for o in types.op.outputs[:2])
    statistics = ("%mean, ", "tensor<?xf32>, ") if types.op.centres else ("", "")
    bias = ("bias_dims [1] ", f" dbias {column}") if types.op.centres else ("", "")
    names = ", ".join(f"%{o.name}" for o in types.op.outputs)
    return (
        f"  {names} = norm.{types.function.op} %dy, %x, {statistics[0]}%rstd "
        f"scale(%w : {column} dims [1]) axes [1] {bias[0]}: {matrix}, {matrix}, "
        f"{statistics[1]}tensor<?xf32> -> {matrix} dscale {column}{bias[1]}\n"
    )


def _quantized(types):
    """The codes of a dynamic quantisation do not depend on rstd."""
    function, op = types.function, types.op
    dtype, wide = function.dtype, types.row("f32")
    code = op.outputs[0].type
    codes, factors = types.row(code), len(op.outputs) > 1
    maps = {"matrix": "#matrix", "column": "#row", "row": "#column", "scalar": "#none"}
    text = "  %c0 = arith.constant 0 : index\n  %c1 = arith.constant 1 : index\n"
    x = types.tensor(op.inputs[0])
    text += f"  %rows = tensor.dim %x, %c0 : {x}\n"
    sizes = "%rows"
    if not function.n:
        text += f"  %size = tensor.dim %x, %c1 : {x}\n"
        sizes += ", %size"
    for output in op.outputs:
        extents = sizes if output.kind == "matrix" else "%rows"
        text += f"  %{output.name}0 = tensor.empty({extents}) : "
        text += f"{types.tensor(output)}\n"
    operands = op.inputs + op.outputs

    def values(of, suffix=""):
        return ", ".join(f"%{o.name}{suffix}" for o in of)

    def tensors(of):
        return ", ".join(types.tensor(o) for o in of)

    arguments = [
        f"%{o.name}_: {'f32' if o.kind == 'scalar' else types.row(dtype)}"
        for o in op.inputs
    ]
    text += (
        f"  {values(op.outputs)} = norm.rowwise axes [1] "
        f"maps [{', '.join(maps[o.kind] for o in operands)}]\n"
        f"      ins({values(op.inputs)} : {tensors(op.inputs)})\n"
        f"      outs({values(op.outputs, '0')} : {tensors(op.outputs)}) {{\n"
        f"  ^bb0({', '.join(arguments)}):\n"
    )
    xr, wr = ("%x_", "%w_") if dtype == "f32" else ("%xw", "%ww")
    if dtype != "f32":
        text += f"    %xw = arith.extf %x_ : {types.row(dtype)} to {wide}\n"
        text += f"    %ww = arith.extf %w_ : {types.row(dtype)} to {wide}\n"
    if function.n:
        text += f"    %n = arith.constant {function.n}.0 : f32\n"
    else:
        text += (
            "    %zero = arith.constant 0 : index\n"
            f"    %extent = tensor.dim %x_, %zero : {types.row(dtype)}\n"
            "    %wideextent = arith.index_cast %extent : index to i64\n"
            "    %n = arith.sitofp %wideextent : i64 to f32\n"
        )
    splat = "" if function.n else "[%extent]"
    text += f"""    %sq = arith.mulf {xr}, {xr} : {wide}
    %s = norm.reduce add %sq : {wide}
    %e = arith.constant {EPSILON:E} : f32
    %ms = arith.divf %s, %n : f32
    %v = arith.addf %ms, %e : f32
    %r = math.rsqrt %v : f32
    %xs = arith.mulf {xr}, {wr} : {wide}
"""
    most = 127.0 if code == "i8" else FLOAT8_MAX
    if factors:
        text += f"""    %a = math.absf %xs : {wide}
    %m = norm.reduce max %a : {wide}
    %most = arith.constant {most} : f32
    %step = arith.divf %most, %m : f32
    %steps = tensor.splat %step{splat} : {wide}
    %scaled = arith.mulf %xs, %steps : {wide}
    %mr = arith.mulf %m, %r : f32
    %factor_ = arith.divf %mr, %most : f32
"""
    else:
        text += f"""    %rk = arith.mulf %r, %k_ : f32
    %steps = tensor.splat %rk{splat} : {wide}
    %unbounded = arith.mulf %xs, %steps : {wide}
    %most = arith.constant {most} : f32
    %least = arith.constant -{most} : f32
    %highest = tensor.splat %most{splat} : {wide}
    %lowest = tensor.splat %least{splat} : {wide}
    %low = arith.minimumf %unbounded, %highest : {wide}
    %scaled = arith.maximumf %low, %lowest : {wide}
"""
    if code == "i8":
        text += f"    %round = math.roundeven %scaled : {wide}\n"
        text += f"    %code = arith.fptosi %round : {wide} to {codes}\n"
    else:
        text += f"    %code = arith.truncf %scaled : {wide} to {codes}\n"
    results = ("%code, %factor_", f"{codes}, f32") if factors else ("%code", codes)
    text += f"    norm.yield {results[0]} : {results[1]}\n"
    return text + f"  }} -> {tensors(op.outputs)}\n"


def _body(types):
    function, op = types.function, types.op
    if op.backward:
        return _backward(types)
    if op.outputs[0].name == "q":
        return _quantized(types)
    if function.op == "add_rms_norm":
        matrix = types.tensor(op.outputs[0])
        add = f"  %s = arith.addf %x, %r : {matrix}\n"
        return add + _normalize(types, "s", "rms_norm")
    if function.op == "layer_norm_saved":
        return _normalize(types, "x", "layer_norm", mean=True)
    return _normalize(types, "x", function.op)


def program(function):
    types = _Types(function)
    inputs = ", ".join(f"%{o.name}: {types.tensor(o)}" for o in types.op.inputs)
    outputs = [types.tensor(o) for o in types.op.outputs]
    named = [
        f'{types.tensor(o)} {{norm.name = "{o.name}"}}' for o in types.op.outputs
    ]
    values = ", ".join(f"%{o.name}" for o in types.op.outputs)
    return (
        f"func.func @{function.name}({inputs})\n    -> ({', '.join(named)}) {{\n"
        f"{_body(types)}  return {values} : {', '.join(outputs)}\n}}\n"
    )


def module(functions):
    maps = {"matrix": "d0, d1", "column": "d0", "row": "d1", "none": ""}
    lines = [f"#{name} = affine_map<(d0, d1) -> ({to})>" for name, to in maps.items()]
    return "\n".join(lines) + "\n" + "".join(program(f) for f in functions)
