"""The launches of a manifest from CuPy, as a user of it makes them."""

import cupy
import numpy as np

from normcheck.manifest import kernels


def run(checker, function):
    """A problem of the function whose outputs CuPy has computed. Neither clusters
    nor programmatic launches: CuPy has no words for these."""
    problem = checker.problem(function, 37, function.n)
    compiled = checker.library[function.name]
    plan = compiled.plan(problem.shapes())
    operands = problem.op.inputs + problem.op.outputs
    buffers = {**problem.inputs, **problem.outputs}
    pointers = {
        argument["name"]: buffers[operand.name].pointer
        for operand, argument in zip(operands, compiled.arguments)
    }
    problem.remember_inputs()
    problem.poison()
    checker.synchronize()
    if plan.launches != kernels(plan) or plan.workspaces:
        raise ValueError(f"{function.name} needs more than launches")
    module = cupy.RawModule(path=compiled.image)
    for launch in plan.launches:
        if launch.cluster != (1, 1, 1):
            raise ValueError(f"{launch.kernel} has clusters")
        kernel = module.get_function(launch.kernel)
        shared = launch.shared_bytes
        if shared:
            kernel.max_dynamic_shared_size_bytes = shared
        arguments = launch.numpy_arguments(
            {name: np.uint64(pointer) for name, pointer in pointers.items()}
        )
        kernel(launch.grid, launch.block, arguments, shared_mem=shared)
    cupy.cuda.get_current_stream().synchronize()
    return problem
