// The entry point of `apus`: hands the arguments over and returns the exit code.

import ContainerRuntime
import Linux

@c(apus_main)
public func apusMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  0
}
