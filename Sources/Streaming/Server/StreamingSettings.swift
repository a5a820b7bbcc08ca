// What the administrator decides about streaming.

/// What the administrator decides about streaming.
public struct StreamingSettings: Sendable {
  /// Where clients connect to.
  public var address = "127.0.0.1"
  /// 0 for one that the kernel chooses.
  public var port = 0
  /// Files in PEM; both empty for no TLS.
  public var certificateFile = ""
  public var keyFile = ""
  /// Who signs the certificates that clients have to show; empty when they need none.
  public var clientAuthorityFile = ""
  /// Seconds after which a connection ends over which nothing goes.
  public var idleTimeoutSeconds = 4 * 60 * 60
  /// How long a URL is good for.
  var tokenLifetime = Duration.seconds(60)
  /// URLs that nobody has used yet.
  var tokenLimit = 1000

  public init() {}

  var usesTLS: Bool { !certificateFile.isEmpty || !keyFile.isEmpty }
}
