// The entry point of `apus-monitor`: hands the arguments over and returns the exit code.

import ContainerMonitor
import Linux

@c(apus_monitor_main)
public func apusMonitorMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  // The kernel's own arguments of this process.
  let words = unsafe programArguments(count, arguments)
  return runMonitor([String](words.dropFirst()))
}
