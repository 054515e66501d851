//===- Error.h ----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Errors: one line each on stderr, and the first one of a thread is kept.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_LIB_RUNTIME_ERROR_H
#define RMSNORM_LIB_RUNTIME_ERROR_H

#include <string>

namespace rmsnorm::cuda {

struct Driver;

/// "<what>: <CUDA's name of the error>: <what the user can do>".
std::string describe(const Driver *driver, const std::string &what, int code);

/// Prints a line and keeps it, unless the thread has an error already. False,
/// for the caller to return.
bool report(int code, const std::string &message);

/// Reports a result that is not a success. True for a success.
bool check(const Driver *driver, int code, const char *what);
bool check(const Driver *driver, int code, const std::string &what);

bool hasError();
int getError(const char **message);
void clearError();

} // namespace rmsnorm::cuda

#endif // RMSNORM_LIB_RUNTIME_ERROR_H
