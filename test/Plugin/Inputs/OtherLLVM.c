// The version of an LLVM that the plugin was not built for.
void LLVMGetVersion(unsigned *Major, unsigned *Minor, unsigned *Patch) {
  *Major = 21;
  *Minor = 1;
  *Patch = 8;
}
