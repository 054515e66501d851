"""What all printers of programs share."""

import math
import random

from ..program import flatten


def literal(value):
    """A float as MLIR reads it."""
    if not math.isfinite(value):
        return None
    text = repr(float(value))
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text


NAN = {"f16": "0x7E00", "bf16": "0x7FC0", "f32": "0x7FC00000",
       "f64": "0x7FF8000000000000"}


MINUS_INFINITY = {"f16": "0xFC00", "bf16": "0xFF80", "f32": "0xFF800000",
                  "f64": "0xFFF0000000000000"}


def number(value, dtype):
    special = NAN if math.isnan(value) else MINUS_INFINITY
    return literal(value) or special[dtype]


def initial(node):
    """What a reduction starts from."""
    return -math.inf if node.kind == "amax" else node.attrs.get("init", 0.0)


class Backend:
    """Prints one program as one function. A subclass names its dialect, says
    which optional spellings it has (`caps`), and has a method `on_KIND` for
    each kind of node, or `elementwise` for the rest."""

    caps = frozenset()
    name = None

    def __init__(self, program, function, key):
        self.p, self.function = program, function
        self.rng = random.Random(f"{key}/print")
        self.lines, self.names, self.helpers = [], {}, []
        self.count = 0
        self.cached = {}

    # Text.

    def fresh(self, hint=""):
        self.count += 1
        return f"%{hint or 'v'}{self.count}"

    def line(self, text):
        self.lines.append("  " + text)

    def tensor(self, shape, dtype):
        return "tensor<" + "".join(f"{'?' if d < 0 else d}x" for d in shape) + dtype + ">"

    def type(self, node):
        return self.tensor(self.p.shape(node), node.dtype)

    def sizes(self, entries):
        return [-1 if self.p.is_dynamic(e) else self.p.extent(e) for e in entries]

    def chance(self, probability):
        return self.rng.random() < probability

    def text(self):
        args = []
        for node in self.p.inputs:
            self.names[node.number] = f"%a{node.attrs['index']}"
            args.append(f"%a{node.attrs['index']}: {self.type(node)}")
        self.begin()
        for node in self.p.nodes:
            if node.kind in ("arg", "const"):
                continue
            method = getattr(self, "on_" + node.kind, None) or self.elementwise
            self.names[node.number] = method(node)
        names = [self.names[r.number] for r in self.p.results]
        types = [self.type(r) for r in self.p.results]
        joined = ", ".join(types)
        head = f"func.func @{self.function}({', '.join(args)}) -> ({joined}) {{"
        tail = f"  return {', '.join(names)} : {joined}\n}}"
        return "\n".join([*self.helpers, head, *self.lines, tail]) + "\n"

    def begin(self):
        pass

    # Layouts.

    @staticmethod
    def aligned(phys, target):
        """`phys` with unit dimensions so that each entry stands where
        `target` has it; None if the order differs."""
        result, at = [], 0
        kept = [e for e in phys if e is not None]
        for entry in target:
            if at < len(kept) and entry is not None and kept[at] == entry:
                result.append(entry)
                at += 1
            else:
                result.append(None)
        return tuple(result) if at == len(kept) else None

    @staticmethod
    def groups(low, high):
        """Reassociation: for each entry of `low`, the positions of those of
        `high` that make it up; None where it is no reshape of that kind."""
        if not low:
            return [] if not flatten(high) else None
        result, at = [], 0
        for entry in low:
            group = []
            want = flatten([entry])
            have = []
            while at < len(high) and (len(have) < len(want) or not group):
                part = flatten([high[at]])
                if part and want[len(have):len(have) + len(part)] != part:
                    break
                if not part and want and len(have) == len(want):
                    break
                group.append(at)
                have += part
                at += 1
            if have != want or not group:
                return None
            result.append(group)
        while at < len(high) and high[at] is None and result:
            result[-1].append(at)
            at += 1
        return result if at == len(high) else None
