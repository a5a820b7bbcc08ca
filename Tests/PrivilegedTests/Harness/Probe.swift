// The probe: a small static program that does inside a container, or beside one, what no shell can.

import Foundation

/// The probe, compiled once from the C files of the folder `Probe`.
enum Probe {
  /// Where it lies; nil when the host has no compiler that makes static programs.
  static let path: String? = {
    let program = Host.cache + "/probe"
    let folder = Host.repository + "Tests/PrivilegedTests/Probe"
    let sources = Host.names(in: folder).filter { $0.hasSuffix(".c") }.map { folder + "/" + $0 }
    if let made = modified(program), sources.allSatisfy({ modified($0).map { $0 < made } ?? false }) { return program }
    try? FileManager.default.createDirectory(atPath: Host.cache, withIntermediateDirectories: true)
    let arguments = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-static", "-o", program] + sources
    for compiler in ["musl-gcc", "cc", "gcc"] {
      guard let compiler = Host.program(compiler) else { continue }
      if (try? Command(compiler, arguments).run().succeeded) ?? false { return program }
    }
    return nil
  }()

  private static func modified(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
}
