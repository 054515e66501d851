"""The manifests of a folder, by functions and chips; what to launch is read by
python/rmsnorm_manifest.py, which lies beside run.py."""

import ctypes
import os

from rmsnorm_manifest import Copy, Function, Launch, Manifest


class ManifestError(Exception):
    pass


# What the reader raises for texts and shapes that are wrong.
_ERRORS = (ValueError, KeyError, TypeError, ZeroDivisionError, SyntaxError)


class CompiledFunction:
    """A function of a manifest, for one chip."""

    def __init__(self, description, image, chip):
        self.name, self.image, self.chip = description["name"], image, chip
        self.description, self.arguments = description, description["arguments"]

    def _name(self, shapes):
        """The shapes of all arguments, which are in their order, by names."""
        if len(shapes) != len(self.arguments):
            raise ManifestError(
                f"{self.name} has {len(self.arguments)} arguments, not {len(shapes)}"
            )
        return {a["name"]: shape for a, shape in zip(self.arguments, shapes)}

    def plan(self, shapes, scalars=None):
        """What to launch for arguments of some shapes, and for the values of
        those that are passed by value."""
        try:
            plan = Function(self.description).plan(self._name(shapes), scalars or {})
        except _ERRORS as error:
            raise ManifestError(f"{self.name}: {error}") from None
        known = {a["name"] for a in self.arguments} | set(plan.workspaces)
        for step in plan.launches:
            if isinstance(step, Copy):
                names = {step.source, step.destination}
            else:
                names = {p.buffer for p in step.parameters if p.buffer is not None}
                self._check(step)
            for name in names - known:
                raise ManifestError(f"{self.name}: no buffer is named {name}")
        return plan

    def _check(self, launch):
        sizes = (launch.grid, launch.block, launch.cluster)
        if any(len(size) != 3 or min(size) < 1 for size in sizes):
            raise ManifestError(f"{launch.kernel}: no extents of a launch: {sizes}")
        if any(g % c for g, c in zip(launch.grid, launch.cluster)):
            raise ManifestError(f"{launch.kernel}: the grid is no whole clusters")


def kernels(plan):
    """The launches of a plan that are no copies."""
    return [step for step in plan.launches if isinstance(step, Launch)]


def pack(launch, pointers):
    """The parameters as cuLaunchKernelEx takes them: an array of addresses, and
    the storage that it points into."""
    try:
        values, types = launch.ctypes_arguments(pointers)
        storage = [type_(value) for value, type_ in zip(values, types)]
    except (KeyError, TypeError) as error:
        raise ManifestError(f"{launch.kernel}: {error}") from None
    addresses = (ctypes.c_void_p * len(storage))(
        *(ctypes.addressof(value) for value in storage)
    )
    return addresses, storage


class Library:
    """All manifests of a folder."""

    def __init__(self, folder):
        self.targets, self.manifest = {}, None
        for name in sorted(n for n in os.listdir(folder) if n.endswith(".json")):
            try:
                self.manifest = Manifest.read(os.path.join(folder, name))
            except _ERRORS as error:
                raise ManifestError(f"{name}: {error}") from None
            # Beside the manifest, wherever it was when it was written.
            image = os.path.join(folder, os.path.basename(self.manifest.image))
            for target in self.manifest.data["targets"]:
                functions = self.targets.setdefault(target["chip"], {})
                for entry in target["functions"]:
                    functions[entry["name"]] = CompiledFunction(
                        entry, image, target["chip"]
                    )
        if not self.targets:
            raise ManifestError(f"{folder} has no manifests")

    @property
    def chips(self):
        return sorted(self.targets)

    def functions(self, chip):
        return self.targets[chip]

    def choose(self, capability):
        """The chip whose code a device runs; None if there is none."""
        try:
            return self.manifest.target(capability[0] * 10 + capability[1])["chip"]
        except ValueError:
            return None
