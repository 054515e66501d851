"""Layouts and shapes in tensor and linalg."""

from ..program import flatten
from .base import Backend


class LinalgLayout(Backend):
    # Layouts.

    def reshape(self, name, source, target, dtype):
        """Unit dimensions, or merged ones, in or out; same order."""
        for low, high, op in ((target, source, "collapse"), (source, target, "expand")):
            groups = self.groups(low, high)
            if groups is None:
                continue
            result = self.fresh()
            text = str(groups)
            types = (self.tensor(self.sizes(source), dtype),
                     self.tensor(self.sizes(target), dtype))
            extra = ""
            if op == "expand":
                sizes = [self.dim(e) if self.p.is_dynamic(e) else str(self.p.extent(e))
                         for e in target]
                extra = f" output_shape [{', '.join(sizes)}]"
            self.line(f"{result} = tensor.{op}_shape {name} {text}{extra} : "
                      f"{types[0]} into {types[1]}")
            return result
        return None

    def on_layout(self, node):
        arg = node.args[0]
        name, source = self.names[arg.number], arg.phys
        if tuple(node.phys) == tuple(source):
            return name
        bare = [e for e in source if e is not None]
        flat = flatten(source)
        if flat == flatten(node.phys):
            done = self.reshape(name, source, node.phys, node.dtype)
            if done:
                return done
            if bare != list(source):
                name = self.reshape(name, source, bare, node.dtype)
            return self.reshape(name, bare, node.phys, node.dtype)
        if len(bare) != len(source):
            name = self.reshape(name, source, bare, node.dtype)
            source = bare
        target = [e for e in node.phys if e is not None]
        if sorted(map(str, source)) != sorted(map(str, target)):
            split = flatten(source)
            name = self.reshape(name, source, split, node.dtype)
            source, target = split, flatten(target)
        order = [list(source).index(e) for e in target]
        types = (self.tensor(self.sizes(source), node.dtype),
                 self.tensor(self.sizes(target), node.dtype))
        if self.chance(0.5):
            empty, _ = self.empty(target, node.dtype)
            result = self.fresh()
            self.line(f"{result} = linalg.transpose ins({name} : {types[0]}) "
                      f"outs({empty} : {types[1]}) permutation = {order}")
        else:
            result = self.generic([(name, types[0], source)], target, node.dtype,
                                  lambda names, out: names[0])
        if list(target) != list(node.phys):
            result = self.reshape(result, target, node.phys, node.dtype)
        return result

    def on_bcast(self, node):
        arg = node.args[0]
        if arg.kind == "const":
            return self.whole(arg, node.phys)
        return self.spread(self.names[arg.number], arg, node.phys)

    def on_relabel(self, node):
        return self.names[node.args[0].number]

    def on_slice(self, node):
        arg = node.args[0]
        sizes = [self.dim(e) if self.p.is_dynamic(e) else str(self.p.extent(e))
                 for e in node.phys]
        zeros, ones = ", ".join("0" * len(sizes)), ", ".join("1" * len(sizes))
        name = self.fresh()
        self.line(f"{name} = tensor.extract_slice {self.names[arg.number]}[{zeros}] "
                  f"[{', '.join(sizes)}] [{ones}] : {self.type(arg)} to {self.type(node)}")
        return name

    def on_size(self, node):
        """N from the shape of the source, as a scalar."""
        source, total = node.args[0], None
        for axis in node.attrs["axes"]:
            entry = next((e for e in source.phys if axis in flatten([e])), None)
            dim = self.fresh("n")
            if entry == axis:
                at = self.index(source.phys.index(axis))
                self.line(f"{dim} = tensor.dim {self.names[source.number]}, {at} : "
                          f"{self.type(source)}")
            else:
                self.line(f"{dim} = arith.constant {self.p.extents[axis]} : index")
            if total:
                product = self.fresh("n")
                self.line(f"{product} = arith.muli {total}, {dim} : index")
                dim = product
            total = dim
        for _ in range(node.attrs["more"]):
            more = self.fresh("n")
            self.line(f"{more} = arith.addi {total}, {self.index(1)} : index")
            total = more
        integer, result = self.fresh("n"), self.fresh("n")
        self.line(f"{integer} = arith.index_cast {total} : index to i64")
        self.line(f"{result} = arith.sitofp {integer} : i64 to {node.dtype}")
        return result
