// RUN: rmsnorm-translate --norm-to-ptx --split-input-file --verify-diagnostics %s

// expected-error @below {{there is no kernel to compile}}
module {
  func.func @nothing(%x: tensor<4xf32>) {
    return
  }
}

// -----

// expected-error @below {{result #1 is 'f32'; only buffers can be written by a device}}
func.func @scalar(%x: tensor<4xf32>, %s: f32) -> (tensor<4xf32>, f32) {
  %y = norm.rms_norm %x axes [0] epsilon 1.0e-6 : tensor<4xf32> -> tensor<4xf32>
  return %y, %s : tensor<4xf32>, f32
}

// -----

func.func @constant(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @below {{copies a constant to the device, which a list of launches cannot; make it an argument}}
  %w = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %y = norm.rms_norm %x scale(%w : tensor<4xf32> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x4xf32> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// What is not on tensors runs on the host.
func.func @loop(%x: memref<8x4xf32>, %y: memref<8x4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{is left to the host, which can only launch kernels}}
  scf.for %i = %c0 to %n step %c1 {
    %t = bufferization.to_tensor %x restrict
        : memref<8x4xf32> to tensor<8x4xf32>
    %z = norm.rms_norm %t axes [1] epsilon 1.0e-6
        : tensor<8x4xf32> -> tensor<8x4xf32>
    bufferization.materialize_in_destination %z in restrict writable %y
        : (tensor<8x4xf32>, memref<8x4xf32>) -> ()
  }
  return
}

// -----

func.func @host_scalar(%x: tensor<?x4xf32>, %s: f32, %n: index)
    -> (tensor<?x4xf32>, tensor<?xf32>) {
  // expected-error @below {{computes a scalar for a kernel on the host, which a list of launches cannot}}
  %t = arith.mulf %s, %s : f32
  %z = tensor.splat %t[%n] : tensor<?xf32>
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x4xf32> -> tensor<?x4xf32>
  return %y, %z : tensor<?x4xf32>, tensor<?xf32>
}

// -----

// expected-error @below {{'x' begins 7 elements behind its address}}
func.func @offset(%x: memref<4x4xf32, strided<[4, 1], offset: 7>>,
                  %y: memref<4x4xf32>) {
  %t = bufferization.to_tensor %x restrict
      : memref<4x4xf32, strided<[4, 1], offset: 7>> to tensor<4x4xf32>
  %n = norm.rms_norm %t axes [1] epsilon 1.0e-6
      : tensor<4x4xf32> -> tensor<4x4xf32>
  bufferization.materialize_in_destination %n in restrict writable %y
      : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}

// -----

// expected-error @below {{a launch depends on a value that does not follow from the sizes of arguments}}
func.func @flag(%x: tensor<8x4xf32>, %flag: i1) -> tensor<8x4xf32> {
  %z = scf.if %flag -> tensor<8x4xf32> {
    %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
        : tensor<8x4xf32> -> tensor<8x4xf32>
    scf.yield %y : tensor<8x4xf32>
  } else {
    scf.yield %x : tensor<8x4xf32>
  }
  return %z : tensor<8x4xf32>
}
