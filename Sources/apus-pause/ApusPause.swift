// The entry point of `apus-pause`: hands the arguments over and returns the exit code.

import Linux
import Pause

@c(apus_pause_main)
public func apusPauseMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  // The kernel's own arguments of this process.
  let words = unsafe programArguments(count, arguments)
  return runPause([String](words.dropFirst()))
}
