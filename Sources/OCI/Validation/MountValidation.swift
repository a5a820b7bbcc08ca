// The checks of mounts.

extension Mount {
  /// Whether the options make it a bind mount.
  public var isBind: Bool { has("bind") || has("rbind") }

  /// Whether it shall have an id mapping of its own.
  public var isIDMapped: Bool { has("idmap") || has("ridmap") || !uidMappings.isEmpty || !gidMappings.isEmpty }

  private func has(_ option: String) -> Bool { indexOfName(option, in: options) != nil }
}

extension Spec {
  func checkMounts(_ context: ValidationContext, _ warnings: inout [String]) throws(SpecError) {
    for (index, mount) in mounts.enumerated() {
      let path = element("mounts", index)
      guard !mount.destination.isEmpty else {
        throw SpecError(path + ".destination", "mount destination must not be empty")
      }
      if !hasPrefix(mount.destination, "/") {
        warnings.append(
          sentence(
            "%: mount destination % is not absolute: relative destination path is **deprecated**, %", path,
            quoted(mount.destination), "using it as relative to /"))
      }
      if mount.isBind, mount.source.isEmpty { throw SpecError(path, "a bind mount needs a source") }
      if mount.isIDMapped { try check(idMapped: mount, path, context) }
      if context.contains(.rootless) { try checkOwners(of: mount, path) }
    }
  }

  private func check(idMapped mount: Mount, _ path: String, _ context: ValidationContext) throws(SpecError) {
    try checkMapping(mount.uidMappings, sentence("%.uidMappings", path))
    try checkMapping(mount.gidMappings, sentence("%.gidMappings", path))
    guard mount.isBind else { throw SpecError(path, "id-mapped mounts are only supported for bind-mounts") }
    guard !context.contains(.rootless) else {
      throw SpecError(path, "id-mapped mounts are not supported for rootless containers")
    }
    // Without any of its own, the mapping is that of the container's user namespace.
    let isImplied = mount.uidMappings.isEmpty && mount.gidMappings.isEmpty && linux.namespace(.user) != nil
    guard isImplied || !mount.uidMappings.isEmpty && !mount.gidMappings.isEmpty else {
      throw SpecError(path, "id-mapped mounts must have both uid and gid mappings specified")
    }
  }

  /// An unprivileged user can only name owners that the user namespace maps.
  private func checkOwners(of mount: Mount, _ path: String) throws(SpecError) {
    guard linux.makesNamespace(.user) else { return }
    for option in mount.options {
      if hasPrefix(option, "uid=") { try check(owner: option, linux.uidMappings, path) }
      if hasPrefix(option, "gid=") { try check(owner: option, linux.gidMappings, path) }
    }
  }

  private func check(owner option: String, _ mapping: [IDMapping], _ path: String) throws(SpecError) {
    let digits = pieces(of: option, separator: UInt8(ascii: "="))[1]
    guard let id = number(digits, atMost: UInt64(UserIDs.highest)), !maps(UInt32(truncatingIfNeeded: id), mapping)
    else { return }
    throw SpecError(path, sentence("cannot specify % mount option for rootless container: not mapped", option))
  }
}
