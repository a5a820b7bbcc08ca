// The kinds of namespaces that a file can keep for a pod.

import Linux

/// A kind of namespace that a file keeps for a pod.
struct PinnedNamespace: Sendable {
  let kind: NamespaceKinds
  /// Its name below /proc/PID/ns, and with `ns` behind it that of the folder of its files.
  let name: String
  let letter: UInt8

  /// In the order in which they are made: the user namespace first, since it owns the others.
  static let all = [
    PinnedNamespace(kind: .user, name: "user", letter: UInt8(ascii: "U")),
    PinnedNamespace(kind: .uts, name: "uts", letter: UInt8(ascii: "u")),
    PinnedNamespace(kind: .ipc, name: "ipc", letter: UInt8(ascii: "i")),
    PinnedNamespace(kind: .network, name: "net", letter: UInt8(ascii: "n")),
  ]
}
