// The entry point of `apus-extra`: hands the arguments over and returns the exit code.

import ContainerRuntime
import Linux

@c(apus_extra_main)
public func apusExtraMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  // The kernel's own vector, as the C library passes it on.
  let list = unsafe programArguments(count, arguments)
  return ExtraProgram.run(list, environment: processEnvironment())
}
