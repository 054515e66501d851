/* Calls what the header of norms.mlir has. */
#include "norms.h"
#include "norms.h" /* has a guard */

#include <stdio.h>

static void report(const char *what, CUresult result) {
  if (result != CUDA_SUCCESS)
    printf("%s: %d\n", what, (int)result);
}

int main(void) {
  model_module module;
  size_t bytes = 0;
  CUresult loaded = model_load_file(&module, "norms.fatbin");
  report("load", loaded);
  if (loaded != CUDA_SUCCESS)
    return 0;
  report("rms_norm", rms_norm(&module, NULL, 0x1000, 37, 4096, 0x2000, 0x3000));
  report("odd", rms_norm(&module, NULL, 0x1000, 37, 4095, 0x2000, 0x3000));
  report("empty", rms_norm(&module, NULL, 0x1000, 0, 0, 0x2000, 0x3000));
  report("negative", rms_norm(&module, NULL, 0x1000, -1, 8, 0x2000, 0x3000));
  report("misaligned", rms_norm(&module, NULL, 0x1000, 1, 8, 0x2004, 0x3000));

  report("bytes", gradient_workspace_bytes(&module, 37, &bytes));
  printf("workspace %zu\n", bytes);
  report("gradient", gradient(&module, NULL, 0x1000, 37, 0x2000, 0x3000, 0x4000,
                              0x5000, 0x6000, 0x70000, bytes));
  report("short workspace",
         gradient(&module, NULL, 0x1000, 37, 0x2000, 0x3000, 0x4000, 0x5000,
                  0x6000, 0x70000, bytes - 1));
  report("long_rows", long_rows(&module, NULL, 0x1000, 3, 0x2000));
  report("longer_rows", longer_rows(&module, NULL, 0x1000, 3, 0x2000));
  report("scaled",
         scaled(&module, NULL, 0x1000, 5, 0, 2.0f, 0x2000, 0x3000, 0x4000));
  report("scaled",
         scaled(&module, NULL, 0x1000, 5, 257, 2.0f, 0x2000, 0x3000, 0x4000));
  report("unload", model_unload(&module));
  return 0;
}
