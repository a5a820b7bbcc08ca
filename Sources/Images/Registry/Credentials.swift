// A name and a password, or a token in their place.

/// A name and a password, or a token in their place. Its description never shows the secret.
public struct Credentials: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  public var user: String
  public var password: String
  /// A token that is exchanged for others (`identitytoken` of the auth files); empty for none.
  public var identityToken: String
  /// A token that the registry itself takes, and that no other is asked for; empty for none.
  public var registryToken: String

  public init(user: String, password: String, identityToken: String = "", registryToken: String = "") {
    self.user = user
    self.password = password
    self.identityToken = identityToken
    self.registryToken = registryToken
  }

  public var description: String { "credentials of '\(user.shortened)'" }
  public var debugDescription: String { description }
}
