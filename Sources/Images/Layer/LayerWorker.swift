// A process that sees nothing of the host but the folder of one layer.

internal import Codecs
internal import Linux
internal import OCI

/// What the program does that unpacks one layer: it reads the layer from its standard input, makes the tree in its
/// working directory, and writes its report to its standard output. Before it reads a byte it leaves the host's mounts,
/// network and file system for that directory: a mistake in reading archives has nothing within reach (CVE-2021-32760).
public enum LayerWorker {
  /// The first word of the program's command line.
  public static let command = "unpack-layer"
  /// The second: who hands the layer over hashes it as well.
  static let withoutDigest = "without-digest"

  /// - Returns: the exit code; the reason of a failure is on the standard output, too.
  public static func run() -> Int32 {
    var answer = WorkerAnswer()
    var code: Int32 = 0
    do throws(ImageError) {
      let doing = "preparing the process of a layer"
      let input = try attempting(doing) { () throws(SystemCallError) in try StandardStream.input.duplicate() }
      // Libraries lie in the file system that is left.
      _ = GzipLibrary.fastestName
      let root = try attempting(doing) { () throws(SystemCallError) in try LayerWorker.enterOwnRoot() }
      let algorithm: DigestAlgorithm? = CommandLine.arguments.contains(LayerWorker.withoutDigest) ? nil : .sha256
      answer.report = try Unpacker(into: root).unpack(LayerStream(input, algorithm: algorithm))
    } catch {
      answer.setFailure(error)
      code = 1
    }
    do throws(SystemCallError) { try StandardStream.output.write(answer.encoded()) } catch { code = 2 }
    return code
  }

  /// Makes the working directory the root of a mount namespace that holds nothing else.
  private static func enterOwnRoot() throws(SystemCallError) -> Descriptor {
    // Without the program that started it nobody reads the report.
    try ProcessControl.setParentDeathSignal(9 /* SIGKILL */)
    try unshare([.mount, .network, .ipc])
    let host = try Descriptor.workingDirectory.open("/", [.path, .directory])
    try host.changeMount(MountChange(propagation: .private, isRecursive: true))
    let here = try Descriptor.workingDirectory.open(".", [.path, .directory])
    let tree = try MountTree.clone("", in: here, recursive: false)
    try tree.change(MountChange(set: [.noSetID, .noDevices, .noExecute], propagation: .private))
    try tree.attach(to: here, subject: ".")
    let root = tree.release()
    try root.makeWorkingDirectory()
    // The old root lands on the new one and is taken away from it (pivot_root(2), NOTES).
    try pivotRoot(".", ".")
    try detachMount(".")
    return try root.open(".", [.readOnly, .directory])
  }
}

/// What a worker says: a report, or why there is none.
struct WorkerAnswer: JSONObject {
  var report = LayerReport()
  var failure = ""
  var message = ""
  var errno: Int32 = 0

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("report", &report)
    try json.field("failure", &failure)
    try json.field("message", &message)
    try json.field("errno", &errno)
  }

  private static let reasons: [(String, ImageError.Reason)] = [
    ("malformed", .malformed), ("unsupported", .unsupported), ("limitExceeded", .limitExceeded),
    ("digestMismatch", .digestMismatch), ("damaged", .damaged),
  ]

  mutating func setFailure(_ error: ImageError) {
    message = error.message
    if case .system(let number) = error.reason { errno = number.rawValue }
    failure = WorkerAnswer.reasons.first { $0.1 == error.reason }?.0 ?? "system"
  }

  /// Nil for a report.
  var error: ImageError? {
    guard !failure.isEmpty else { return nil }
    let reason = WorkerAnswer.reasons.first { $0.0 == failure }?.1
    return ImageError(reason ?? .system(Errno(rawValue: errno)), message)
  }
}
