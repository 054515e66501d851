// The exit code tells bad input (1) from a comparison that did not pass (2).
// RUN: sh -c 'rmsnorm-run %s --entry=promise --compare --pipeline="%upstream"; test $? -eq 2' | FileCheck %s --check-prefix=PROMISE
// RUN: sh -c 'rmsnorm-run %s --entry=poison --compare --pipeline="%upstream"; test $? -eq 2' | FileCheck %s --check-prefix=POISON
// RUN: rmsnorm-run %s --entry=promise --pipeline='%upstream'

// It promises that there is no NaN, and there is: the compiler trusts it.
// PROMISE: largest error 1, bound 0 (guaranteed 1), at []: 0, reference 1
// PROMISE: outside of the bound: of 1 elements, 0 outside of the guaranteed bound, 1 outside of the likely one, 0 without a bound
func.func @promise(%x: f32) -> i32 {
  %zero = arith.subf %x, %x : f32
  %nan = arith.divf %zero, %zero : f32
  %c = arith.cmpf uno, %nan, %nan fastmath<nnan> : f32
  %r = arith.extui %c : i1 to i32
  return %r : i32
}

// What is out of range converts to anything.
// POISON: no bound for some elements: of 1 elements, 0 outside of the guaranteed bound, 0 outside of the likely one, 1 without a bound
func.func @poison(%x: f32) -> i32 {
  %huge = arith.constant 1.0e30 : f32
  %abs = math.absf %x : f32
  %sum = arith.addf %abs, %huge : f32
  %r = arith.fptosi %sum : f32 to i32
  return %r : i32
}
