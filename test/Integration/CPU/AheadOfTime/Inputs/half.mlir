func.func @widen_KIND(%x: tensor<?xf16>) -> tensor<?xf32> {
  %y = arith.extf %x : tensor<?xf16> to tensor<?xf32>
  return %y : tensor<?xf32>
}

func.func @narrow_KIND(%x: tensor<?xf32>) -> tensor<?xf16> {
  %y = arith.truncf %x : tensor<?xf32> to tensor<?xf16>
  return %y : tensor<?xf16>
}

func.func @compute_KIND(%x: tensor<?xf16>, %y: tensor<?xf16>)
    -> (tensor<?xf16>, tensor<?xf16>, tensor<?xf16>) {
  %sum = arith.addf %x, %y : tensor<?xf16>
  %quotient = arith.divf %sum, %x : tensor<?xf16>
  %less = arith.cmpf olt, %quotient, %y : tensor<?xf16>
  %smaller = arith.select %less, %quotient, %y : tensor<?xi1>, tensor<?xf16>
  return %sum, %quotient, %smaller
      : tensor<?xf16>, tensor<?xf16>, tensor<?xf16>
}
