// What one `--log-path` asks for.

/// What one `--log-path` asks for.
enum LogDriver {
  case file(String)
  case journal
  case passthrough
  case none

  /// Reads `DRIVER:PATH`, `DRIVER:`, `DRIVER`, `PATH` or `:PATH`; without a driver it is a file.
  static func parse(_ text: String) throws(OptionError) -> LogDriver {
    let bytes = [UInt8](text.utf8)
    let colon = bytes.firstIndex(of: 58)
    let driver = String(decoding: bytes[..<(colon ?? bytes.count)], as: UTF8.self)
    var rest: String?
    if let colon, colon + 1 < bytes.count { rest = String(decoding: bytes[(colon + 1)...], as: UTF8.self) }
    // Only a bare name can be a driver: what stands behind a leading colon is always a path.
    if driver.isEmpty {
      guard let rest else { throw .refused("log-path must not be empty") }
      return .file(rest)
    }
    return try named(driver, path: rest, hasColon: colon != nil)
  }

  private static func named(_ driver: String, path: String?, hasColon: Bool) throws(OptionError) -> LogDriver {
    if ["off", "null", "none"].containsExactly(driver) { return .none }
    if driver.isExactly("passthrough") { return .passthrough }
    if driver.isExactly("journald") { return .journal }
    if driver.isExactly("k8s-file") {
      guard let path else { throw .refused("k8s-file requires a filename") }
      return .file(path)
    }
    if hasColon { throw .refused("No such log driver " + driver) }
    return .file(driver)
  }
}
