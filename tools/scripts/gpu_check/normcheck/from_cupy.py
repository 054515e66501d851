"""The launches of a manifest from CuPy, as a user of it makes them."""

import cupy
import numpy as np

_TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64}


def run(checker, function):
    """A problem of the function whose outputs CuPy has computed. Neither clusters
    nor programmatic launches: CuPy has no words for these."""
    problem = checker.problem(function, 37, function.n)
    compiled = checker.library[function.name]
    plan = compiled.plan(compiled.bind(problem.shapes()))
    operands = problem.op.inputs + problem.op.outputs
    buffers = {**problem.inputs, **problem.outputs}
    pointers = {
        argument["name"]: buffers[operand.name].pointer
        for operand, argument in zip(operands, compiled.arguments)
    }
    problem.remember_inputs()
    problem.poison()
    checker.synchronize()
    if plan.steps != plan.launches or plan.workspaces:
        raise ValueError(f"{function.name} needs more than launches")
    module = cupy.RawModule(path=compiled.image)
    for launch in plan.launches:
        if launch.cluster != (1, 1, 1):
            raise ValueError(f"{launch.kernel} has clusters")
        kernel = module.get_function(launch.kernel)
        if launch.shared:
            kernel.max_dynamic_shared_size_bytes = launch.shared
        arguments = [
            np.uint64(pointers[value]) if kind == "pointer" else _TYPES[kind](value)
            for kind, value in launch.parameters
        ]
        kernel(launch.grid, launch.block, tuple(arguments), shared_mem=launch.shared)
    cupy.cuda.get_current_stream().synchronize()
    return problem
