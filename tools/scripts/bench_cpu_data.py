"""What bench-cpu wrote."""

import csv

PEERS = ("oneDNN", "ONNX Runtime", "libtorch")
OURS, TWO, LOOPS = "rmsnorm", "rmsnorm on 2 threads", "C loops"
COPIES = ("memcpy", "nontemporal copy")
OPS = {
    "layer_norm": "LayerNorm",
    "rms_norm": "RMSNorm",
    "add_rms_norm": "add + RMSNorm",
    "rms_norm_int8": "RMSNorm + int8",
    "layer_norm_backward": "LayerNorm backward",
    "rms_norm_backward": "RMSNorm backward",
}
TYPES = ("f32", "bf16", "f16")


class Problem:
    """The times of one op, type and size, in nanoseconds."""

    def __init__(self, op, type_, size):
        self.op, self.type, self.size = op, type_, size
        self.bytes = 0
        self.times = {}
        self.wrong = []

    def of_copy(self):
        copies = [self.times[c] for c in COPIES if c in self.times]
        return min(copies) / self.times[OURS] if copies else None

    def over(self, name):
        return self.times[name] / self.times[OURS] if name in self.times else None

    def best_peer(self):
        present = [p for p in PEERS if p in self.times]
        return min(present, key=self.times.get) if present else None

    def over_peer(self):
        return self.over(self.best_peer())

    def of_threads(self):
        return self.times[OURS] / self.times[TWO] if TWO in self.times else None


class Measured:
    """What bench-cpu wrote."""

    def __init__(self, path):
        self.versions, self.caches = {}, []
        self.problems = {}
        self.compile = {}
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        for line in lines:
            if line.startswith("# peer "):
                name, _, version = line[7:].rpartition(" ")
                self.versions[name] = version
            elif line.startswith("# cache "):
                level, size = line[8:].split()
                self.caches.append((level, int(size)))
        for row in csv.DictReader(l for l in lines if not l.startswith("#")):
            op, type_ = row["op"], row["type"]
            if row["kind"] == "compile":
                self.compile[op, type_] = float(row["ns"])
                continue
            size = f"{row['rows']}x{row['columns']}"
            problem = self.problems.setdefault(
                (op, type_, size), Problem(op, type_, size)
            )
            problem.bytes = int(row["bytes"])
            if row["ns"] == "wrong":
                problem.wrong.append(row["implementation"])
            else:
                problem.times[row["implementation"]] = float(row["ns"])

    def ours(self):
        return [p for p in self.problems.values() if OURS in p.times]

    def types(self):
        return [t for t in TYPES if any(p.type == t for p in self.ours())]
