// The checks of namespaces and of id mappings.

extension Spec {
  func checkNamespaces(_ context: ValidationContext) throws(SpecError) {
    var seen: UInt8 = 0
    for (index, namespace) in linux.namespaces.enumerated() {
      let bit: UInt8 = 1 << namespace.kind.rawValue
      if seen & bit != 0 {
        throw SpecError(
          element("linux.namespaces", index),
          sentence("malformed spec file: duplicated ns %", quoted(namespace.kind.name)))
      }
      seen |= bit
      if let path = namespace.path, !hasPrefix(path, "/") {
        throw SpecError(element("linux.namespaces", index, ".path"), "must be an absolute path")
      }
    }
    try linux.checkUserNamespace(context)
    try linux.checkTimeNamespace()
  }
}

extension LinuxSettings {
  func checkUserNamespace(_ context: ValidationContext) throws(SpecError) {
    try checkMapping(uidMappings, "linux.uidMappings")
    try checkMapping(gidMappings, "linux.gidMappings")
    guard let namespace = namespace(.user) else {
      if context.contains(.rootless) {
        throw SpecError("linux.namespaces", "rootless container requires user namespaces")
      }
      guard uidMappings.isEmpty, gidMappings.isEmpty else {
        throw SpecError(
          "linux.uidMappings", "user namespace mappings specified, but user namespace isn't enabled in the config")
      }
      return
    }
    // Mappings beside a path are compared with those of the joined namespace, which takes a look at the host.
    guard namespace.path == nil else { return }
    guard !uidMappings.isEmpty || !gidMappings.isEmpty else {
      throw SpecError(
        "linux.uidMappings",
        "user namespaces enabled, but no namespace path to join nor mappings to apply specified")
    }
    try checkRootMapping(uidMappings, "linux.uidMappings", "uid")
    try checkRootMapping(gidMappings, "linux.gidMappings", "gid")
  }

  /// The set-up itself runs as 0 inside, so that a mapping without 0 cannot work.
  private func checkRootMapping(_ mapping: [IDMapping], _ path: String, _ kind: String) throws(SpecError) {
    guard !mapping.isEmpty else {
      throw SpecError(path, sentence("user namespaces enabled, but no % mappings found", kind))
    }
    guard maps(0, mapping) else {
      throw SpecError(path, sentence("user namespaces enabled, but no mapping found for % 0", kind))
    }
  }

  func checkTimeNamespace() throws(SpecError) {
    guard !timeOffsets.isEmpty else { return }
    guard let namespace = namespace(.time) else {
      throw SpecError(
        "linux.timeOffsets", "time namespace offsets specified, but time namespace isn't enabled in the config")
    }
    guard namespace.path == nil else {
      throw SpecError(
        "linux.timeOffsets",
        "time namespace enabled, but both namespace path and time offsets specified -- you may only provide one")
    }
    for entry in timeOffsets.entries {
      guard sameBytes(entry.key, "monotonic") || sameBytes(entry.key, "boottime") else {
        throw SpecError("linux.timeOffsets", sentence("% is no clock of a time namespace", quoted(entry.key)))
      }
      guard entry.value.nanoseconds < 1_000_000_000 else {
        throw SpecError(sentence("linux.timeOffsets.%.nanosecs", entry.key), "is not below 10^9")
      }
    }
  }
}

/// Whether an id of the container is among those that a mapping maps.
func maps(_ id: UInt32, _ mapping: [IDMapping]) -> Bool {
  for range in mapping where id >= range.containerID && UInt64(id) < UInt64(range.containerID) + UInt64(range.size) {
    return true
  }
  return false
}

/// What the kernel refuses of a mapping (user_namespaces(7)): more than 340 ranges, empty, too high, overlapping ones.
func checkMapping(_ mapping: [IDMapping], _ path: String) throws(SpecError) {
  guard mapping.count <= 340 else { throw SpecError(path, "has more than 340 ranges") }
  for (index, range) in mapping.enumerated() {
    guard range.size > 0 else { throw SpecError(element(path, index, ".size"), "must not be 0") }
    // The highest id is not one: it means "none" to the kernel.
    guard UInt64(max(range.containerID, range.hostID)) + UInt64(range.size) <= UInt64(UInt32.max) else {
      throw SpecError(element(path, index), "goes beyond the id 4294967294")
    }
    for other in mapping[..<index] {
      if overlap(range.containerID, other.containerID, range.size, other.size)
        || overlap(range.hostID, other.hostID, range.size, other.size)
      {
        throw SpecError(element(path, index), "overlaps with an earlier range")
      }
    }
  }
}

private func overlap(_ one: UInt32, _ other: UInt32, _ size: UInt32, _ otherSize: UInt32) -> Bool {
  UInt64(one) < UInt64(other) + UInt64(otherSize) && UInt64(other) < UInt64(one) + UInt64(size)
}
