// The names of the UTS namespace, and the loopback device of the network namespace.

internal import CShims

@inline(never)
public func setHostName(_ name: String) throws(SystemCallError) {
  // The bridged C string lives for the call and holds that many bytes (not characters), here and below.
  try systemCall("sethostname", name, unsafe apus_sethostname(name, name.utf8.count))
}

@inline(never)
public func setDomainName(_ name: String) throws(SystemCallError) {
  try systemCall("setdomainname", name, unsafe apus_setdomainname(name, name.utf8.count))
}

/// Brings up `lo` in the network namespace of this process.
@inline(never)
public func bringUpLoopback() throws(SystemCallError) {
  try systemCall("ioctl", "lo", apus_bring_up_loopback())
}
