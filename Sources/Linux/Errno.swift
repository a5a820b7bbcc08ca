// An error number of the kernel and its sentence.

/// An error number of the kernel (errno(3)), always positive.
public struct Errno: Equatable, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let notPermitted = Errno(rawValue: 1)
  public static let noEntry = Errno(rawValue: 2)
  public static let noSuchProcess = Errno(rawValue: 3)
  public static let interrupted = Errno(rawValue: 4)
  public static let inputOutput = Errno(rawValue: 5)
  public static let noSuchDevice = Errno(rawValue: 6)
  public static let argumentsTooLong = Errno(rawValue: 7)
  public static let notExecutable = Errno(rawValue: 8)
  public static let badDescriptor = Errno(rawValue: 9)
  public static let noChild = Errno(rawValue: 10)
  public static let tryAgain = Errno(rawValue: 11)
  public static let noMemory = Errno(rawValue: 12)
  public static let accessDenied = Errno(rawValue: 13)
  public static let busy = Errno(rawValue: 16)
  public static let exists = Errno(rawValue: 17)
  public static let crossDevice = Errno(rawValue: 18)
  public static let noDevice = Errno(rawValue: 19)
  public static let notDirectory = Errno(rawValue: 20)
  public static let isDirectory = Errno(rawValue: 21)
  public static let invalidArgument = Errno(rawValue: 22)
  public static let notTerminal = Errno(rawValue: 25)
  public static let noSpace = Errno(rawValue: 28)
  public static let readOnlyFileSystem = Errno(rawValue: 30)
  public static let brokenPipe = Errno(rawValue: 32)
  public static let nameTooLong = Errno(rawValue: 36)
  public static let notImplemented = Errno(rawValue: 38)
  public static let notEmpty = Errno(rawValue: 39)
  public static let symbolicLinkLoop = Errno(rawValue: 40)
  public static let noData = Errno(rawValue: 61)
  public static let overflow = Errno(rawValue: 75)
  public static let notSupported = Errno(rawValue: 95)
  public static let connectionReset = Errno(rawValue: 104)
  public static let connectionRefused = Errno(rawValue: 111)
  public static let timedOut = Errno(rawValue: 110)

  /// The sentence of strerror(3), in lower case as callers of runc match it.
  public var message: String {
    for entry in Errno.sentences where entry.number == rawValue { return entry.text }
    return numbered("errno ", rawValue)
  }

  private static let sentences: [(number: Int32, text: String)] = [
    (1, "operation not permitted"), (2, "no such file or directory"), (3, "no such process"),
    (4, "interrupted system call"), (5, "input/output error"), (6, "no such device or address"),
    (7, "argument list too long"), (8, "exec format error"), (9, "bad file descriptor"),
    (10, "no child processes"), (11, "resource temporarily unavailable"), (12, "cannot allocate memory"),
    (13, "permission denied"), (14, "bad address"), (15, "block device required"),
    (16, "device or resource busy"), (17, "file exists"), (18, "invalid cross-device link"),
    (19, "no such device"), (20, "not a directory"), (21, "is a directory"), (22, "invalid argument"),
    (23, "too many open files in system"), (24, "too many open files"),
    (25, "inappropriate ioctl for device"), (26, "text file busy"), (27, "file too large"),
    (28, "no space left on device"), (29, "illegal seek"), (30, "read-only file system"),
    (31, "too many links"), (32, "broken pipe"), (33, "numerical argument out of domain"),
    (34, "numerical result out of range"), (35, "resource deadlock avoided"), (36, "file name too long"),
    (38, "function not implemented"), (39, "directory not empty"),
    (40, "too many levels of symbolic links"), (61, "no data available"), (62, "timer expired"),
    (71, "protocol error"), (75, "value too large for defined data type"),
    (84, "invalid or incomplete multibyte character"),
    (87, "too many users"), (88, "socket operation on non-socket"), (90, "message too long"),
    (91, "protocol wrong type for socket"), (92, "protocol not available"), (93, "protocol not supported"),
    (95, "operation not supported"), (97, "address family not supported by protocol"),
    (98, "address already in use"), (103, "software caused connection abort"),
    (104, "connection reset by peer"), (105, "no buffer space available"),
    (107, "transport endpoint is not connected"), (110, "connection timed out"),
    (111, "connection refused"), (116, "stale file handle"), (122, "disk quota exceeded"),
    (126, "required key not available"), (127, "key has expired"), (131, "state not recoverable"),
  ]
}
