// Compressed samples, made by the tools that make layers.

import Foundation

/// Bytes compressed by the tools of the host.
enum SampleStreams {
  /// Text with repetitions and noise, the same in each run.
  static func text(_ count: Int) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return index % 7 == 0 ? UInt8(truncatingIfNeeded: state >> 40) : UInt8(97 + index % 13)
    }
  }

  /// The output of a program of the host that reads its standard input.
  static func compressed(_ bytes: [UInt8], by arguments: [String]) throws -> [UInt8] {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    DispatchQueue.global().async {
      try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
      try? input.fileHandleForWriting.close()
    }
    let result = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(result)
  }

  static func gzip(_ bytes: [UInt8]) throws -> [UInt8] { try compressed(bytes, by: ["gzip", "-6n"]) }
  static func zstd(_ bytes: [UInt8]) throws -> [UInt8] { try compressed(bytes, by: ["zstd", "-3q"]) }

  /// A frame of zstd that decoders pass over.
  static let skippableFrame: [UInt8] = [0x51, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]
}
