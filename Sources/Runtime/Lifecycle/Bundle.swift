// A bundle: a directory with config.json.

import Linux
import OCI

/// A bundle read and checked, without any effect (runtime-spec, "Filesystem Bundle").
/// A class, as the values in it are large and copied by whoever holds one.
final class Bundle {
  /// Absolute.
  let path: String
  /// config.json as it is in the file.
  let config: [UInt8]
  let spec: Spec
  /// What is doubtful in it.
  let warnings: [String]

  /// - Parameter notifyDirectory: the folder of the container's readiness socket; nil without one.
  init(path: String, _ context: ValidationContext, notifyDirectory: String?) throws(RuntimeError) {
    let directory = try doing("opening the bundle") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(path, [.path, .directory])
    }
    self.path = try Bundle.absolute(path)
    do throws(SystemCallError) {
      config = try directory.readRegularFile("config.json", limit: StateDirectory.fileLimit)
    } catch {
      if error.errno == .noEntry {
        throw .invalidConfiguration("JSON specification file config.json not found in " + self.path)
      }
      throw .systemCall(doing: "reading config.json", error)
    }
    var warnings: [String] = []
    do throws(SpecError) {
      spec = try Bundle.decode(config, context, notifyDirectory, &warnings)
    } catch {
      throw .invalidConfiguration("config.json: " + error.message)
    }
    self.warnings = warnings
  }

  private static func decode(
    _ config: [UInt8], _ context: ValidationContext, _ notifyDirectory: String?, _ warnings: inout [String]
  ) throws(SpecError) -> Spec {
    var spec = try Spec.decode(config)
    warnings = try spec.validate(context)
    if let notifyDirectory { spec.offerNotifySocket(in: notifyDirectory) }
    return spec
  }

  /// The path with every `.` and `..` resolved by name, and the working directory before a relative one.
  private static func absolute(_ path: String) throws(RuntimeError) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    let directory = try doing("reading the working directory") { () throws(SystemCallError) in try currentDirectory() }
    if path.utf8.isEmpty || sameBytes(path, ".") { return directory }
    return directory.utf8.count == 1 ? "/" + path : directory + "/" + path
  }
}
