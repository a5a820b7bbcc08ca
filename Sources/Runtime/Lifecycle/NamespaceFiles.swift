// The namespaces that a container joins, held open.

import Linux
import OCI

/// The namespaces that a container joins, opened and checked before anything is made.
struct NamespaceFiles: ~Copyable {
  private var files = DescriptorList()
  private var kinds: [NamespaceKinds] = []
  private var paths: [String] = []
  /// The kinds of which a path leads to the namespace that we are in anyway.
  private(set) var ownKinds: NamespaceKinds = []

  init(_ namespaces: [Namespace]) throws(RuntimeError) {
    for namespace in namespaces {
      let path = namespace.path ?? ""
      let doingText = "opening the " + namespace.kind.name + " namespace"
      let file = try doing(doingText) { () throws(SystemCallError) in
        try Descriptor.workingDirectory.open(path, .readOnly)
      }
      guard let kind = try? file.namespaceKind(subject: path), kind == namespace.kind.kinds else {
        throw .invalidConfiguration(
          "linux.namespaces: '" + path + "' is not a namespace of the type " + namespace.kind.name)
      }
      if NamespaceFiles.isOwn(file, kind: namespace.kind) { ownKinds.insert(kind) }
      files.append(file)
      kinds.append(kind)
      paths.append(path)
    }
  }

  /// Kernel parameters are for the container alone: none may be set in a namespace that it shares with the host.
  func checkParameters(_ sysctl: Sysctl) throws(RuntimeError) {
    for entry in sysctl.entries {
      let isNetwork = hasPrefix(entry.key, "net.") || hasPrefix(entry.key, "net/")
      let isUTS = hasPrefix(entry.key, "kernel.domainname") || hasPrefix(entry.key, "kernel/domainname")
      let kind: NamespaceKinds = isNetwork ? .network : isUTS ? .uts : .ipc
      if ownKinds.contains(kind) {
        throw .invalidConfiguration("linux.sysctl: \"" + entry.key + "\" is not allowed in the host's namespace")
      }
    }
  }

  /// In its own namespace a device would lose its connections and nothing else.
  func checkDevices(_ devices: OrderedMap<NetDevice>) throws(RuntimeError) {
    if !devices.isEmpty && ownKinds.contains(.network) {
      throw .invalidConfiguration("linux.netDevices: unable to move network devices without a NET namespace")
    }
  }

  private static func isOwn(_ file: borrowing Descriptor, kind: NamespaceKind) -> Bool {
    let own = try? Descriptor.workingDirectory.status(of: "/proc/self/ns/" + kind.fileName, followLinks: true)
    guard let own, let other = try? file.status() else { return false }
    return own.inode == other.inode && own.device == other.device
  }

  /// Joins all but PID, in three passes: what can be joined now, the user namespace, and the rest, which it owns.
  /// - Parameter withPid: the PID namespace too, for the children of the caller.
  func enter(withPid: Bool) throws(SystemCallError) {
    var joined = [Bool](repeating: false, count: kinds.count)
    let hasUser = kinds.contains(.user)
    if hasUser {
      for index in kinds.indices where kinds[index] != .user && (withPid || kinds[index] != .pid) {
        joined[index] = (try? enter(index)) != nil
      }
      for index in kinds.indices where kinds[index] == .user {
        try enter(index)
        joined[index] = true
      }
    }
    for index in kinds.indices where !joined[index] && (withPid || kinds[index] != .pid) { try enter(index) }
  }

  /// Clones with the joined PID namespace as the one of the child. Only children are born in another PID namespace:
  /// ours is that one for the length of the clone (setns(2), pid_namespaces(7)).
  func cloneInJoinedPidNamespace(_ options: CloneOptions) throws(SystemCallError) -> Clone {
    guard let index = kinds.firstIndex(of: .pid) else { return try clone(options) }
    return try PidNamespace.clone(options, in: files[index], subject: paths[index])
  }

  private func enter(_ index: Int) throws(SystemCallError) {
    try enterNamespace(number: files[index], kinds[index], subject: paths[index])
  }
}
