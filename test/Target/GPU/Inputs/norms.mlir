module @model {
  func.func @rms_norm(%x: tensor<?x?xf32>, %w: tensor<?xf32>)
      -> tensor<?x?xf32> {
    %y = norm.rms_norm %x scale(%w : tensor<?xf32> dims [1]) axes [1]
        epsilon 1.0e-6 : tensor<?x?xf32> -> tensor<?x?xf32>
    return %y : tensor<?x?xf32>
  }
  func.func @gradient(%dy: tensor<?x4096xbf16>, %x: tensor<?x4096xbf16>,
                      %rstd: tensor<?xf32>, %w: tensor<4096xbf16>)
      -> (tensor<?x4096xbf16>, tensor<4096xbf16>) {
    %dx, %dw = norm.rms_norm_backward %dy, %x, %rstd
        scale(%w : tensor<4096xbf16> dims [1]) axes [1] epsilon 1.0e-6
        : tensor<?x4096xbf16>, tensor<?x4096xbf16>, tensor<?xf32>
        -> tensor<?x4096xbf16> dscale tensor<4096xbf16>
    return %dx, %dw : tensor<?x4096xbf16>, tensor<4096xbf16>
  }
  func.func @long_rows(%x: tensor<?x65536xf32>) -> tensor<?x65536xf32> {
    %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
        : tensor<?x65536xf32> -> tensor<?x65536xf32>
    return %y : tensor<?x65536xf32>
  }
  func.func @longer_rows(%x: tensor<?x400000xf32>) -> tensor<?x400000xf32> {
    %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
        : tensor<?x400000xf32> -> tensor<?x400000xf32>
    return %y : tensor<?x400000xf32>
  }
  func.func @scaled(%x: tensor<?x16xf32>, %n: index, %s: f32)
      -> (tensor<?x16xf32>, tensor<?xf32>, tensor<?x16xf32>) {
    %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
        : tensor<?x16xf32> -> tensor<?x16xf32>
    %z = tensor.splat %s[%n] : tensor<?xf32>
    return %y, %z, %x : tensor<?x16xf32>, tensor<?xf32>, tensor<?x16xf32>
  }
}
