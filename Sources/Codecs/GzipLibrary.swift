// Who inflates gzip.

internal import CCodecs

/// Who inflates gzip.
public enum GzipLibrary: Sendable {
  /// ISA-L where the host has it, else zlib.
  case fastest
  case zlib

  /// The library that `fastest` stands for here: `isa-l` or `zlib`. A process that is about to leave the file system of
  /// the host asks before: it is loaded from there.
  // The function returns a literal.
  public static var fastestName: String { unsafe String(cString: apus_gzip_library()) }
}
