"""The CUDA driver, by ctypes: modules, launches, and plain memory."""

import ctypes

from normcheck.manifest import pack
from rmsnorm_manifest import Copy

_CLUSTER_DIMENSION = 4
_PROGRAMMATIC_STREAM_SERIALIZATION = 6
_MAX_DYNAMIC_SHARED_SIZE = 8
_CAPABILITY_MAJOR, _CAPABILITY_MINOR = 75, 76
_L2_CACHE_SIZE, _MULTIPROCESSORS = 38, 16


class CudaError(Exception):
    pass


class NoDevice(CudaError):
    pass


class LaunchAttribute(ctypes.Structure):
    class _Value(ctypes.Union):
        _fields_ = [
            ("pad", ctypes.c_char * 64),
            ("cluster", ctypes.c_uint * 3),
            ("programmatic", ctypes.c_int),
        ]

    _fields_ = [
        ("id", ctypes.c_uint),
        ("pad", ctypes.c_char * 4),
        ("value", _Value),
    ]


class LaunchConfig(ctypes.Structure):
    _fields_ = [
        ("grid", ctypes.c_uint * 3),
        ("block", ctypes.c_uint * 3),
        ("shared", ctypes.c_uint),
        ("stream", ctypes.c_void_p),
        ("attributes", ctypes.POINTER(LaunchAttribute)),
        ("count", ctypes.c_uint),
    ]


def get_config(launch, stream):
    """How to launch; and what has to live as long."""
    attributes = []
    if launch.cluster != (1, 1, 1):
        attribute = LaunchAttribute(id=_CLUSTER_DIMENSION)
        attribute.value.cluster[:] = launch.cluster
        attributes.append(attribute)
    if launch.programmatic_launch:
        attribute = LaunchAttribute(id=_PROGRAMMATIC_STREAM_SERIALIZATION)
        attribute.value.programmatic = 1
        attributes.append(attribute)
    array = (LaunchAttribute * max(len(attributes), 1))(*attributes)
    config = LaunchConfig(
        shared=launch.shared_bytes, stream=stream, count=len(attributes)
    )
    config.grid[:], config.block[:] = launch.grid, launch.block
    config.attributes = ctypes.cast(array, ctypes.POINTER(LaunchAttribute))
    return config, array


class Prepared:
    """Calls of the driver whose parameters are packed, on one stream."""

    def __init__(self, driver, entries, keep):
        # What the parameters point to lives as long.
        self.driver, self.entries, self.keep = driver, entries, keep

    def __call__(self):
        for function, arguments, what in self.entries:
            status = function(*arguments)
            if status:
                self.driver.check(status, what)


class Driver:
    """The first device, in its primary context, which torch uses, too."""

    def __init__(self, library=None):
        if library is None:
            try:
                library = ctypes.CDLL("libcuda.so.1")
            except OSError:
                raise NoDevice("there is no CUDA driver (libcuda.so.1)") from None
        self.library = library
        self._modules, self._functions, self._shared = {}, {}, {}
        status = library.cuInit(0)
        if status:
            raise NoDevice(f"the CUDA driver finds no device ({self._name(status)})")
        count = ctypes.c_int()
        self.check(library.cuDeviceGetCount(ctypes.byref(count)), "cuDeviceGetCount")
        if count.value == 0:
            raise NoDevice("the CUDA driver finds no device")
        device = ctypes.c_int()
        self.check(library.cuDeviceGet(ctypes.byref(device), 0), "cuDeviceGet")
        self.device = device.value
        self.capability = (
            self._attribute(_CAPABILITY_MAJOR),
            self._attribute(_CAPABILITY_MINOR),
        )
        self.l2_bytes = self._attribute(_L2_CACHE_SIZE)
        self.multiprocessors = self._attribute(_MULTIPROCESSORS)
        version = ctypes.c_int()
        self.check(library.cuDriverGetVersion(ctypes.byref(version)), "version")
        self.version = f"{version.value // 1000}.{version.value % 1000 // 10}"
        name = ctypes.create_string_buffer(256)
        self.check(library.cuDeviceGetName(name, 256, self.device), "cuDeviceGetName")
        self.name = name.value.decode()

    def _name(self, status):
        text = ctypes.c_char_p()
        self.library.cuGetErrorName(status, ctypes.byref(text))
        return text.value.decode() if text.value else f"error {status}"

    def check(self, status, what):
        if status:
            raise CudaError(f"{what}: {self._name(status)}")

    def _attribute(self, number):
        value = ctypes.c_int()
        status = self.library.cuDeviceGetAttribute(
            ctypes.byref(value), number, self.device
        )
        self.check(status, "cuDeviceGetAttribute")
        return value.value

    def make_current(self):
        context = ctypes.c_void_p()
        self.check(
            self.library.cuDevicePrimaryCtxRetain(ctypes.byref(context), self.device),
            "cuDevicePrimaryCtxRetain",
        )
        self.check(self.library.cuCtxSetCurrent(context), "cuCtxSetCurrent")

    def synchronize(self):
        self.check(self.library.cuCtxSynchronize(), "cuCtxSynchronize")

    def get_function(self, image, kernel, shared=0):
        """A kernel of an image, which may take `shared` bytes."""
        if image not in self._modules:
            with open(image, "rb") as file:
                # PTX is text and has to end with a zero.
                data = file.read() + b"\0"
            module = ctypes.c_void_p()
            status = self.library.cuModuleLoadData(ctypes.byref(module), data)
            self.check(status, f"cuModuleLoadData of {image}")
            self._modules[image] = module
        key = image, kernel
        if key not in self._functions:
            function = ctypes.c_void_p()
            status = self.library.cuModuleGetFunction(
                ctypes.byref(function), self._modules[image], kernel.encode()
            )
            self.check(status, f"cuModuleGetFunction of {kernel}")
            self._functions[key] = function
        function = self._functions[key]
        if shared > self._shared.get(key, 0):
            self._shared[key] = shared
            status = self.library.cuFuncSetAttribute(
                function, _MAX_DYNAMIC_SHARED_SIZE, shared
            )
            self.check(status, f"{shared} bytes of shared memory for {kernel}")
        return function

    def prepare(self, image, plan, pointers, stream=None):
        """Packs the launches of a plan; `pointers` are the addresses of its
        buffers by name."""
        entries, keep = [], []
        for step in plan.launches:
            if isinstance(step, Copy):
                addresses = (pointers[step.destination], pointers[step.source])
                arguments = tuple(ctypes.c_uint64(address) for address in addresses)
                arguments += ctypes.c_size_t(step.bytes), ctypes.c_void_p(stream)
                entries.append((self.library.cuMemcpyAsync, arguments, "a copy"))
                continue
            function = self.get_function(image, step.kernel, step.shared_bytes)
            config, array = get_config(step, stream)
            addresses, storage = pack(step, pointers)
            keep += [config, array, storage]
            arguments = ctypes.byref(config), function, addresses, None
            what = f"the launch of {step.kernel}"
            entries.append((self.library.cuLaunchKernelEx, arguments, what))
        return Prepared(self, entries, keep)

    def allocate(self, count):
        pointer = ctypes.c_uint64()
        status = self.library.cuMemAlloc_v2(
            ctypes.byref(pointer), ctypes.c_size_t(max(count, 1))
        )
        self.check(status, f"cuMemAlloc of {count} bytes")
        return pointer.value

    def free(self, pointer):
        self.check(self.library.cuMemFree_v2(ctypes.c_uint64(pointer)), "cuMemFree")

    def upload(self, pointer, array):
        status = self.library.cuMemcpyHtoD_v2(
            ctypes.c_uint64(pointer),
            ctypes.c_void_p(array.ctypes.data),
            ctypes.c_size_t(array.nbytes),
        )
        self.check(status, "cuMemcpyHtoD")

    def download(self, array, pointer):
        status = self.library.cuMemcpyDtoH_v2(
            ctypes.c_void_p(array.ctypes.data),
            ctypes.c_uint64(pointer),
            ctypes.c_size_t(array.nbytes),
        )
        self.check(status, "cuMemcpyDtoH")
