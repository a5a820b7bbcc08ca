// Making a process, with or without namespaces of its own.

internal import CShims

/// Kinds of namespaces, with the bits of clone(2), setns(2) and unshare(2).
public struct NamespaceKinds: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let time = NamespaceKinds(rawValue: 0x80)
  public static let mount = NamespaceKinds(rawValue: 0x20000)
  public static let cgroup = NamespaceKinds(rawValue: 0x2000000)
  public static let uts = NamespaceKinds(rawValue: 0x4000000)
  public static let ipc = NamespaceKinds(rawValue: 0x8000000)
  public static let user = NamespaceKinds(rawValue: 0x10000000)
  public static let pid = NamespaceKinds(rawValue: 0x20000000)
  public static let network = NamespaceKinds(rawValue: 0x40000000)
}

/// What a clone returns, on either side. Both sides go on in the caller's code: the program has one thread, so the
/// child's copy of its memory is whole.
/// Not an enum: Embedded Swift 6.3 cannot emit the end of one whose payload has an owner.
@frozen
public struct Clone: ~Copyable {
  /// The child's id in the parent, 0 in the child.
  public let pid: Int32
  /// Absent in the child.
  public let pidfd: Descriptor

  public var isChild: Bool { pid == 0 }
}

public struct CloneOptions: Sendable {
  public var namespaces: NamespaceKinds
  /// A directory of the v2 tree to be born in (CLONE_INTO_CGROUP, kernel 5.7); the number of an open descriptor.
  public var cgroup: Int32?
  /// The new process becomes the child of the caller's parent (CLONE_PARENT).
  public var isSibling: Bool

  public init(namespaces: NamespaceKinds = [], cgroup: Int32? = nil, isSibling: Bool = false) {
    self.namespaces = namespaces
    self.cgroup = cgroup
    self.isSibling = isSibling
  }
}

/// clone3(2) with a copy of the memory and a pidfd.
@inline(never)
public func clone(_ options: CloneOptions = CloneOptions()) throws(SystemCallError) -> Clone {
  var pidfd: Int32 = -1
  let flags = options.namespaces.rawValue | (options.isSibling ? 0x8000 : 0)
  // `pidfd` is a local; the kernel writes it before the call returns in the parent.
  let pid = try systemCall("clone3", unsafe apus_clone3(flags, &pidfd, options.cgroup ?? -1))
  return Clone(pid: Int32(pid), pidfd: Descriptor(owning: pid == 0 ? -1 : pidfd))
}

/// Leaves the shared namespaces of the given kinds for new ones.
@inline(never)
public func unshare(_ kinds: NamespaceKinds) throws(SystemCallError) {
  try systemCall("unshare", apus_unshare(kinds.rawValue))
}

extension Descriptor {
  /// Joins the namespace of this descriptor, or all `kinds` of a process when it is a pidfd (setns(2), kernel 5.8).
  @inline(never)
  public borrowing func enterNamespace(_ kinds: NamespaceKinds, subject: String = "") throws(SystemCallError) {
    try Linux.enterNamespace(number: number, kinds, subject: subject)
  }

  /// The kind of an open namespace file (ioctl_ns(2), NS_GET_NSTYPE).
  @inline(never)
  public borrowing func namespaceKind(subject: String = "") throws(SystemCallError) -> NamespaceKinds {
    let descriptor = number
    let kind = try systemCall("ioctl", subject, apus_ioctl(descriptor, 0xb703, 0))
    return NamespaceKinds(rawValue: UInt64(kind))
  }
}

/// Joins the namespace of an open descriptor that a list owns.
@inline(never)
public func enterNamespace(number: Int32, _ kinds: NamespaceKinds, subject: String) throws(SystemCallError) {
  try systemCall("setns", subject, apus_setns(number, Int32(truncatingIfNeeded: kinds.rawValue)))
}
