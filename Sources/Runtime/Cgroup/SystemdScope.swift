// The unit of systemd that a container's cgroup belongs to.

import OCI

/// The unit of systemd that a container's cgroup belongs to: a scope in a slice (systemd.scope(5), systemd.slice(5)).
struct SystemdScope {
  /// `system.slice` unless config.json names another.
  let slice: String
  /// `PREFIX-NAME.scope`.
  let unit: String
  /// The cgroup of the unit, absolute: that of `a-b.slice` lies in that of `a.slice`.
  let path: String

  /// - Parameter cgroupsPath: `slice:prefix:name`, or empty for the container's id.
  init(cgroupsPath: String, id: String) throws(RuntimeError) {
    let parts = cgroupsPath.isEmpty ? ["", "apus", id] : OCI.pieces(of: cgroupsPath, separator: UInt8(ascii: ":"))
    guard parts.count == 3, !parts[2].isEmpty else {
      throw .invalidConfiguration(
        sentence("linux.cgroupsPath: expected slice:prefix:name for systemd cgroups, got '%'", cgroupsPath))
    }
    slice = parts[0].isEmpty ? "system.slice" : parts[0]
    unit = joined([parts[1], parts[1].isEmpty ? "" : "-", parts[2], ".scope"])
    if holds(unit, anyOf: "/") {
      throw .invalidConfiguration(sentence("linux.cgroupsPath: invalid unit name '%'", unit))
    }
    path = CgroupPath.joined(try SystemdScope.expanded(slice), unit)
  }

  private static func expanded(_ slice: String) throws(RuntimeError) -> String {
    if sameBytes(slice, "-.slice") { return "" }
    let bytes = [UInt8](slice.utf8)
    let end = bytes.count - 6
    guard end > 0, isSame(bytes[end...], ".slice"), !holds(slice, anyOf: "/") else {
      throw .invalidConfiguration(sentence("linux.cgroupsPath: invalid slice name '%'", slice))
    }
    var path = ""
    for index in 0...end where index == end || bytes[index] == UInt8(ascii: "-") {
      // Neither at the ends nor twice in a row.
      if index == 0 || bytes[index - 1] == UInt8(ascii: "-") {
        throw .invalidConfiguration(sentence("linux.cgroupsPath: invalid slice name '%'", slice))
      }
      path = CgroupPath.joined(path, text(bytes[..<index]) + ".slice")
    }
    return path
  }
}
