/* A driver that prints what it is asked to launch. FAKE_CAPABILITY is what the
 * device has; FAKE_PARAMETERS how many parameters of 8 bytes are printed. */
#include <cuda.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int get_number(const char *variable) {
  const char *text = getenv(variable);
  return text ? atoi(text) : 0;
}

CUresult cuCtxGetDevice(CUdevice *device) {
  *device = 0;
  return CUDA_SUCCESS;
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute,
                              CUdevice device) {
  int capability = get_number("FAKE_CAPABILITY");
  (void)device;
  *value = attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
               ? capability / 10
               : capability % 10;
  return CUDA_SUCCESS;
}

/* A module is the text of its image, a kernel its name. */
CUresult cuModuleLoadData(CUmodule *module, const void *image) {
  *module = (CUmodule)(uintptr_t)image;
  return CUDA_SUCCESS;
}

CUresult cuModuleLoad(CUmodule *module, const char *path) {
  printf("load %s\n", path);
  *module = (CUmodule)(uintptr_t)path;
  return CUDA_SUCCESS;
}

CUresult cuModuleUnload(CUmodule module) {
  printf("unload %s\n", (const char *)module);
  return CUDA_SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module,
                             const char *name) {
  (void)module;
  *function = (CUfunction)(uintptr_t)name;
  return CUDA_SUCCESS;
}

CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute,
                            int value) {
  if (attribute == CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES)
    printf("%s may use %d\n", (const char *)function, value);
  return CUDA_SUCCESS;
}

CUresult cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes,
                           CUstream stream) {
  (void)stream;
  printf("copy %llx to %llx, %zu\n", from, to, bytes);
  return CUDA_SUCCESS;
}

static void print_parameters(void **parameters) {
  for (int i = 0; i < get_number("FAKE_PARAMETERS"); ++i) {
    int64_t value;
    memcpy(&value, parameters[i], sizeof(value));
    printf(" %" PRIx64, value);
  }
  printf("\n");
}

CUresult cuLaunchKernel(CUfunction function, unsigned grid_x, unsigned grid_y,
                        unsigned grid_z, unsigned block_x, unsigned block_y,
                        unsigned block_z, unsigned shared_bytes,
                        CUstream stream, void **parameters, void **extra) {
  (void)stream;
  (void)extra;
  printf("%s grid %u %u %u block %u %u %u shared %u plain:",
         (const char *)function, grid_x, grid_y, grid_z, block_x, block_y,
         block_z, shared_bytes);
  print_parameters(parameters);
  return CUDA_SUCCESS;
}

#if CUDA_VERSION >= 11080
CUresult cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction function,
                          void **parameters, void **extra) {
  (void)extra;
  printf("%s grid %u %u %u block %u %u %u shared %u", (const char *)function,
         config->gridDimX, config->gridDimY, config->gridDimZ,
         config->blockDimX, config->blockDimY, config->blockDimZ,
         config->sharedMemBytes);
  for (unsigned i = 0; i < config->numAttrs; ++i) {
    const CUlaunchAttribute *attribute = &config->attrs[i];
    if (attribute->id == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION)
      printf(" cluster %u %u %u", attribute->value.clusterDim.x,
             attribute->value.clusterDim.y, attribute->value.clusterDim.z);
    else if (attribute->id ==
             CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION)
      printf(" programmatic %d",
             attribute->value.programmaticStreamSerializationAllowed);
  }
  printf(":");
  print_parameters(parameters);
  return CUDA_SUCCESS;
}
#endif
