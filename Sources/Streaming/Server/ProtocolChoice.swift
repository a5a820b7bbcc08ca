// Which protocol a client and the server agree on.

/// Which protocol a client and the server agree on.
enum ProtocolChoice {
  /// Of remote commands over SPDY, the newest first.
  static let commands = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"]
  static let forwarding = "portforward.k8s.io"
  /// SPDY inside of WebSocket.
  static let tunnel = "SPDY/3.1+portforward.k8s.io"

  /// The first of the client's that the server has, too.
  static func first(of offered: [String], in known: [String]) -> String? { offered.first { known.contains($0) } }

  /// What a version of remote commands can do.
  struct CommandVersion: Equatable {
    let format: StatusFormat
    let takesSizes: Bool
  }

  /// For a protocol over SPDY; clients of old name none and mean the first.
  static func commandVersion(_ name: String) -> CommandVersion {
    switch name {
    case "v4.channel.k8s.io": CommandVersion(format: .json, takesSizes: true)
    case "v3.channel.k8s.io": CommandVersion(format: .text, takesSizes: true)
    default: CommandVersion(format: .text, takesSizes: false)
    }
  }

  /// How channels are put into messages.
  struct ChannelFormat: Equatable {
    var isBase64 = false
    /// Whether a client can close its input (version 5).
    var hasCloseSignal = false
    var status = StatusFormat.text
  }

  /// For a protocol over WebSocket: `channel.k8s.io`, with a version before it, and `base64.` between them.
  /// - Returns: nil for a protocol that is not known. Empty is the oldest.
  static func channelFormat(_ name: String) -> ChannelFormat? {
    if name.isEmpty { return ChannelFormat() }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, Array(parts.suffix(3)) == ["channel", "k8s", "io"] else { return nil }
    parts.removeLast(3)
    var format = ChannelFormat()
    if parts.last == "base64" {
      format.isBase64 = true
      parts.removeLast()
    }
    switch parts {
    case [], ["v1"], ["v2"], ["v3"]: return format
    case ["v4"]: format.status = .json
    case ["v5"] where !format.isBase64:
      format.status = .json
      format.hasCloseSignal = true
    default: return nil
    }
    return format
  }
}
