"""What docs/GPU.md uses of PyTorch, without a GPU."""

uint8, float32 = "uint8", "float32"


class Tensor:
    addresses = 0x1000

    def __init__(self, *shape, dtype, device):
        assert device == "cuda"
        self.shape = shape
        self.address = Tensor.addresses
        Tensor.addresses += 0x1000

    def data_ptr(self):
        return self.address


ones = empty = Tensor


class cuda:
    class _Stream:
        cuda_stream = 77

    @staticmethod
    def current_stream():
        return cuda._Stream

    @staticmethod
    def get_device_capability():
        return (8, 6)
