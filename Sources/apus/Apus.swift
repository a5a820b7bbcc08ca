// The entry point of `apus`: hands the arguments over and returns the exit code.

import ContainerRuntime
import Linux

@c(apus_main)
public func apusMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  // The kernel's own vector, as the C library passes it on.
  let list = unsafe programArguments(count, arguments)
  return ApusProgram.run(list, environment: processEnvironment())
}
