"""What docs/GPU.md uses of cuda-python, without a GPU: launches are printed."""

import ctypes
import enum

SUCCESS = 0


class CUfunction_attribute(enum.Enum):
    CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8


class CUlaunchAttributeID(enum.Enum):
    CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION = 4
    CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION = 6


def cuModuleLoad(path):
    return SUCCESS, path.decode()


def cuModuleGetFunction(module, name):
    return SUCCESS, name.decode()


def cuFuncSetAttribute(kernel, attribute, value):
    assert isinstance(attribute, CUfunction_attribute)
    return (SUCCESS,)


def cuLaunchKernel(kernel, gx, gy, gz, bx, by, bz, shared, stream, parameters, extra):
    values, types = parameters
    assert len(values) == len(types)
    shown = [
        f"{value:#x}" if type_ is ctypes.c_void_p else f"{type_(value).value}"
        for value, type_ in zip(values, types)
    ]
    print(kernel, (gx, gy, gz), (bx, by, bz), shared, stream, ", ".join(shown))
    return (SUCCESS,)
