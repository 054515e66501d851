// The header is C++, too, and may be included twice.

#include "norms.h"

#include "norms.h"

#include <cmath>
#include <cstdio>

int main() {
  const float x[3] = {2, 2, -2}, w[3] = {1, 1, -1};
  float y[3];
  rms_norm(x, 1, 3, w, 3, y);
  std::printf("%.0f %.0f %.0f\n", static_cast<double>(y[0]),
              static_cast<double>(y[1]), static_cast<double>(y[2]));
  return std::fabs(y[0] - 1) > 1e-5F;
}
