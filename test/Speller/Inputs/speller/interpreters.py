"""The interpreter for the ops that a function has."""

from . import ir
from .interpret import Interpreter
from .interpret_hlo import HloInterpreter
from .interpret_onnx import OnnxInterpreter
from .interpret_torch import TorchInterpreter
from .interpret_tosa import TosaInterpreter

BY_DIALECT = {
    "stablehlo": HloInterpreter,
    "mhlo": HloInterpreter,
    "tosa": TosaInterpreter,
    "onnx": OnnxInterpreter,
    "torch": TorchInterpreter,
}


def interpreter_for(function):
    for op in ir.walk(function):
        dialect = op.name.partition(".")[0]
        if dialect in BY_DIALECT:
            return BY_DIALECT[dialect]
    return Interpreter
