// RUN: not rmsnorm-opt --convert-rowwise-to-vector="vector-width=100" %s 2>&1 | FileCheck %s --check-prefix=WIDTH
// RUN: not rmsnorm-opt --convert-rowwise-to-vector="accumulators=0" %s 2>&1 | FileCheck %s --check-prefix=SUMS
// RUN: not rmsnorm-opt --convert-rowwise-to-vector="block-rows=3" %s 2>&1 | FileCheck %s --check-prefix=ROWS

// WIDTH: error: convert-rowwise-to-vector: 'vector-width' must be a power of two, but is 100
// SUMS: error: convert-rowwise-to-vector: 'accumulators' must be a power of two, but is 0
// ROWS: error: convert-rowwise-to-vector: 'block-rows' must be a power of two, but is 3
module {}
