// Who unpacks a layer: a process of its own, or this one.

internal import Foundation
internal import Linux
internal import OCI

/// Who unpacks a layer.
public enum LayerUnpacking: Sendable {
  /// A program that calls `LayerWorker.run` for the word `LayerWorker.command`; nearly always this one.
  case worker(program: String)
  /// This process, with everything that it can reach: for tests.
  case here

  /// This program itself.
  public static let thisProgram = LayerUnpacking.worker(program: "/proc/self/exe")

  /// Unpacks a stream into a staged layer. The digests are in the report, none is checked here.
  /// - Parameter isHashed: whether the digest of the stream itself is wanted.
  func unpack(
    _ input: consuming Descriptor, into layer: borrowing StagedLayer, isHashed: Bool = true
  ) throws(ImageError) -> LayerReport {
    switch self {
    case .here:
      let root = try attempting("opening the folder of the layer") { () throws(SystemCallError) in
        try layer.root.open(".", [.readOnly, .directory])
      }
      return try Unpacker(into: root).unpack(LayerStream(input, algorithm: isHashed ? .sha256 : nil))
    case .worker(let program):
      let answer = try LayerUnpacking.run(program, input, folder: layer.path, isHashed: isHashed)
      if let error = answer.error { throw error }
      return answer.report
    }
  }

  private static func run(
    _ program: String, _ input: consuming Descriptor, folder: String, isHashed: Bool
  ) throws(ImageError) -> WorkerAnswer {
    let (process, output) = (Foundation.Process(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = [LayerWorker.command] + (isHashed ? [] : [LayerWorker.withoutDigest])
    process.environment = [:]
    process.currentDirectoryURL = URL(filePath: folder)
    process.standardInput = FileHandle(fileDescriptor: input.number, closeOnDealloc: false)
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let bytes: [UInt8]
    do {
      try process.run()
      // Whoever writes into the other end learns by this that the process is gone.
      try input.close()
      bytes = Array(try output.fileHandleForReading.read(upToCount: 64 << 20) ?? Data())
    } catch {
      throw ImageError(.damaged, "starting the process of a layer: \(error)")
    }
    process.waitUntilExit()
    do throws(SpecError) { return try WorkerAnswer.decode(bytes) } catch {
      let status = process.terminationStatus
      let how = process.terminationReason == .exit ? "exit code \(status)" : "signal \(status)"
      throw ImageError(.damaged, "the process of a layer ended with \(how) and without a report")
    }
  }
}
