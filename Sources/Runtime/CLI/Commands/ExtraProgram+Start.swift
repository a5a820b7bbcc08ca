// From `apus` to `apus-extra`.

internal import Linux
internal import OCI

extension ExtraProgram {
  /// Goes on as `apus-extra`, which lies beside this program's own file or where installations without a folder for
  /// programs have it; never looked for by PATH.
  /// - Returns: why that failed.
  static func start(_ arguments: [String], _ environment: [String]) -> RuntimeError {
    let words = StringVector(arguments)
    let variables = StringVector(environment)
    var path = "/apus-extra"
    if let own = try? Descriptor.workingDirectory.readLink("/proc/self/exe") {
      path = text(directoryPart([UInt8](own.utf8)[...])) + path
    }
    _ = StringVector.execute(path, arguments: words, environment: variables)
    path = "/usr/libexec/apus/apus-extra"
    let failure = StringVector.execute(path, arguments: words, environment: variables)
    return .systemCall(doing: "this needs apus-extra, beside apus or in a place of its own", failure)
  }
}
