// One norm, one near-miss, and names that are no HTML.
module @"<b>&model" {
  func.func @"rms<norm>"(%x: tensor<4x8xf32>, %w: tensor<8xf32>)
      -> tensor<4x8xf32> {
    %zero = arith.constant dense<0.0> : tensor<4xf32>
    %n = arith.constant dense<8.0> : tensor<4xf32>
    %eps = arith.constant dense<1.0e-3> : tensor<4xf32>
    %e = tensor.empty() : tensor<4x8xf32>
    %sq = arith.mulf %x, %x : tensor<4x8xf32>
    %sum = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
        outs(%zero : tensor<4xf32>) dimensions = [1]
    %ms = arith.divf %sum, %n : tensor<4xf32>
    %v = arith.addf %ms, %eps : tensor<4xf32>
    %r = math.rsqrt %v : tensor<4xf32>
    %rb = linalg.broadcast ins(%r : tensor<4xf32>)
        outs(%e : tensor<4x8xf32>) dimensions = [1]
    %xhat = arith.mulf %x, %rb : tensor<4x8xf32>
    %wb = linalg.broadcast ins(%w : tensor<8xf32>)
        outs(%e : tensor<4x8xf32>) dimensions = [0]
    %y = arith.mulf %xhat, %wb : tensor<4x8xf32>
    return %y : tensor<4x8xf32>
  }
  func.func @near_miss(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
    %zero = arith.constant dense<0.0> : tensor<4xf32>
    %n = arith.constant dense<9.0> : tensor<4xf32>
    %eps = arith.constant dense<1.0e-3> : tensor<4xf32>
    %e = tensor.empty() : tensor<4x8xf32>
    %sq = arith.mulf %x, %x : tensor<4x8xf32>
    %sum = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
        outs(%zero : tensor<4xf32>) dimensions = [1]
    %ms = arith.divf %sum, %n : tensor<4xf32>
    %v = arith.addf %ms, %eps : tensor<4xf32>
    %r = math.rsqrt %v : tensor<4xf32>
    %rb = linalg.broadcast ins(%r : tensor<4xf32>)
        outs(%e : tensor<4x8xf32>) dimensions = [1]
    %y = arith.mulf %x, %rb : tensor<4x8xf32>
    return %y : tensor<4x8xf32>
  }
  func.func @nothing(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
    return %x : tensor<4x8xf32>
  }
}
