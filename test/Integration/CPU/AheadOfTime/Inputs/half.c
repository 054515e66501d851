// Compares conversions of f16 by bits with those of the processor.

#include "hard.h"
#include "soft.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { count = 1 << 16 };
static uint16_t halves[count], others[count], results[2][3][count];
static float singles[count], wide[2][count];
static long compared, wrong;

static bool isNaN16(uint16_t half) { return (half & 0x7fff) > 0x7c00; }

static void compare16(const uint16_t *hard, const uint16_t *soft) {
  for (int i = 0; i < count; ++i, ++compared)
    wrong += isNaN16(hard[i]) ? !isNaN16(soft[i]) : hard[i] != soft[i];
}

int main(void) {
  for (int i = 0; i < count; ++i) {
    halves[i] = (uint16_t)i;
    others[i] = (uint16_t)((unsigned)i * 40503u >> 3);
  }
  widen_hard(halves, count, wide[0]);
  widen_soft(halves, count, wide[1]);
  for (int i = 0; i < count; ++i, ++compared)
    wrong += isNaN16(halves[i]) ? wide[1][i] == wide[1][i]
                                : memcmp(&wide[0][i], &wide[1][i], 4) != 0;
  /* All sums of the upper half of a float and 16 lower halves, among them those
     around ties. */
  static const uint32_t lower[16] = {
      0,      1,      0x0fff, 0x1000, 0x1001, 0x1fff, 0x2000, 0x2fff,
      0x3000, 0x3001, 0x7fff, 0x8000, 0xcfff, 0xd000, 0xefff, 0xffff};
  for (int j = 0; j < 16; ++j) {
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t bits = i << 16 | lower[j];
      memcpy(&singles[i], &bits, 4);
    }
    narrow_hard(singles, count, results[0][0]);
    narrow_soft(singles, count, results[1][0]);
    compare16(results[0][0], results[1][0]);
  }
  compute_hard(halves, count, others, count, results[0][0], results[0][1],
               results[0][2]);
  compute_soft(halves, count, others, count, results[1][0], results[1][1],
               results[1][2]);
  for (int j = 0; j < 3; ++j)
    compare16(results[0][j], results[1][j]);
  printf("%ld values, %ld wrong\n", compared, wrong);
  return wrong != 0;
}
