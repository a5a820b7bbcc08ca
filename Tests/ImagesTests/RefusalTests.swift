// More ways in which a registry can be wrong: redirects, tokens, documents, heads.

import Foundation
import Testing

@testable import Images

// MARK: - Redirects

extension Misbehaviour {
  private static func found(_ location: String) -> TestReply { TestReply(307, [("Location", location)]) }

  static let redirects: [Misbehaviour] = {
    var elsewhere = Misbehaviour("content on another host", .endured) { moment in
      let target = "http://127.0.0.1:\(moment.foreignPort)\(moment.request.path)"
      return moment.isLayer && moment.request.headers["authorization"] != nil ? found(target) : nil
    }
    elsewhere.needsCredentials = true
    var back = Misbehaviour("a way back by another host", .refused(.unauthorized, "401")) { moment in
      let target = "http://127.0.0.1:\(moment.foreignPort)/back/\(moment.request.headers["host"] ?? "")"
      return moment.isLayer && moment.first ? found(target) : nil
    }
    back.foreign = { request, served in
      let host = request.path.split(separator: "/").last.map(String.init) ?? ""
      return found("http://\(host)/v2/a/blobs/\(served.layer.digest)")
    }
    back.needsCredentials = true
    var guarded = Misbehaviour("another host that wants credentials, too", .refused(.unauthorized, "401")) { moment in
      moment.isLayer ? found("http://localhost:\(moment.foreignPort)/x") : nil
    }
    guarded.foreign = { _, _ in TestReply(401, [("WWW-Authenticate", #"Basic realm="give""#)]) }
    guarded.needsCredentials = true
    return [
      elsewhere, back, guarded,
      Misbehaviour("a redirect to itself", .refused(.unreachable, "redirects more than")) { moment in
        moment.isManifest ? found(moment.request.target) : nil
      },
      Misbehaviour("redirects that grow", .refused(.unreachable, "redirects more than")) { moment in
        moment.request.path.hasPrefix("/v2/a/manifests") ? found(moment.request.path + "/x") : nil
      },
      Misbehaviour("a redirect to nowhere", .refused(.malformed, "no address")) { moment in
        moment.isManifest ? TestReply(302) : nil
      },
      Misbehaviour("a redirect into the file system", .refused(.malformed, "no address")) { moment in
        moment.isManifest ? found("file:///etc/passwd") : nil
      },
      Misbehaviour("a redirect with a password", .refused(.malformed, "no address")) { moment in
        moment.isManifest ? found("http://a:b@127.0.0.1:\(moment.foreignPort)/") : nil
      },
    ]
  }()

  // MARK: - Tokens

  private static func bearer(_ realm: String) -> TestReply {
    TestReply(401, [("WWW-Authenticate", #"Bearer realm="\#(realm)",service="s",scope="repository:a:pull""#)])
  }

  /// Wants a token that its own server gives out as the test wants.
  private static func withToken(
    _ description: String, _ outcome: Outcome, _ token: @escaping @Sendable (Moment) -> TestReply
  ) -> Misbehaviour {
    Misbehaviour(description, outcome) { moment in
      if moment.request.path == "/token" { return token(moment) }
      guard moment.request.headers["authorization"] == "Bearer good" else {
        return bearer("http://\(moment.request.headers["host"] ?? "")/token")
      }
      return nil
    }
  }

  static let tokens: [Misbehaviour] = {
    var good = withToken("a token that is good", .endured) { moment in
      guard moment.request.headers["authorization"] == basic else { return TestReply(401) }
      return TestReply(200, text: #"{"token": "good"}"#)
    }
    good.check = { requests, _ in
      let asked = requests.filter { $0.path == "/token" }.map(\.target)
      #expect(asked == ["/token?service=s&scope=repository%3Aa%3Apull&account=user"])
    }
    let redirected = withToken("a server of tokens that sends the password on", .refused(.unreachable, "307")) {
      found("http://127.0.0.1:\($0.foreignPort)/token")
    }
    let other = Misbehaviour("a second server of tokens", .refused(.unauthorized, "another server of tokens")) {
      moment in
      if moment.request.path == "/token" { return TestReply(200, text: #"{"token": "some"}"#) }
      let isFirst = moment.isManifest && moment.first
      let host = moment.request.headers["host"] ?? ""
      if moment.isManifest && !isFirst { return moment.served.reply(moment.request) }
      return bearer("http://\(isFirst ? host : "127.0.0.1:\(moment.foreignPort)")/token")
    }
    return [
      good, redirected, other,
      withToken("a token that is never taken", .refused(.unauthorized, "401")) { _ in
        TestReply(200, text: #"{"access_token": "bad"}"#)
      },
      withToken("a token without end", .refused(.limitExceeded, "1048576")) { _ in
        .chunked() + [.endless(TestReply.chunk([UInt8](repeating: 0x20, count: 1 << 20)))]
      },
      withToken("a token that holds a header", .refused(.malformed, "is none")) { _ in
        TestReply(200, text: #"{"token": "good\r\nX: y"}"#)
      },
      withToken("a token of a megabyte", .refused(.malformed, "is none")) { _ in
        TestReply(200, text: #"{"token": "\#(String(repeating: "a", count: 900_000))"}"#)
      },
      withToken("no token", .refused(.malformed, "is none")) { _ in TestReply(200, text: "{}") },
      withToken("a refused token", .refused(.unauthorized, "DENIED: no")) { _ in
        TestReply(401, text: #"{"errors": [{"code": "DENIED", "message": "no"}]}"#)
      },
      withToken("a web page for a token", .refused(.malformed)) { _ in TestReply(200, text: "<html>") },
      Misbehaviour("a server of tokens that is no address", .refused(.malformed, "no address")) { _ in
        bearer("gopher://x/")
      },
      Misbehaviour("a challenge that says nothing", .refused(.unauthorized, "does not say")) { _ in TestReply(401) },
      Misbehaviour("a challenge of another kind", .refused(.unauthorized, "does not say")) { _ in
        TestReply(401, [("WWW-Authenticate", "Negotiate")])
      },
      Misbehaviour("a hundred challenges", .refused(.unauthorized, "does not say")) { _ in
        TestReply(401, (0..<100).map { _ in ("WWW-Authenticate", ",=,\"") })
      },
      Misbehaviour("a password that is wrong", .refused(.unauthorized)) { _ in
        TestReply(401, [("WWW-Authenticate", #"Basic realm="x""#)])
      },
    ]
  }()

  // MARK: - Documents

  private static func document(
    _ description: String, _ outcome: Outcome, _ type: String = "application/vnd.oci.image.manifest.v1+json",
    _ text: @escaping @Sendable (String) -> String
  ) -> Misbehaviour {
    Misbehaviour(description, outcome) { moment in
      guard moment.isManifest else { return nil }
      let good = String(decoding: moment.served.manifest, as: UTF8.self)
      return TestReply(200, [("Content-Type", type)], text: text(good))
    }
  }

  static let documents: [Misbehaviour] = [
    document(
      "a manifest said to be an index", .refused(.malformed, "fields of a manifest"),
      "application/vnd.oci.image.index.v1+json"
    ) { $0 },
    document("a manifest said to be a web page", .refused(.malformed), "text/html") { $0 },
    document("a manifest that is an index, too", .refused(.malformed, "at once")) { good in
      let entry = #"{"digest": "\#(ContentHash.digest([1]))", "size": 1}"#
      return #"{"manifests": [\#(entry)],"# + good.dropFirst()
    },
    document(
      "a manifest of Docker's first kind", .refused(.malformed, "schema 1"),
      "application/vnd.docker.distribution.manifest.v1+prettyjws"
    ) { _ in
      #"{"schemaVersion": 1, "name": "a", "fsLayers": [{"blobSum": "\#(ContentHash.digest([1]))"}]}"#
    },
    document("a manifest without bottom", .refused(.malformed)) { _ in String(repeating: "[", count: 1 << 20) },
    document("a web page for a manifest", .refused(.malformed), "text/html") { _ in "<html><body>log in</body></html>"
    },
    document("a digest that climbs", .refused(.malformed, "no digest")) { good in
      good.replacing(/sha256:[0-9a-f]{64}/, with: "sha256:../../../../etc/passwd")
    },
    document("a configuration said to be huge", .refused(.limitExceeded)) { good in
      good.replacing(/"size":[0-9]+/, with: #""size":4194305"#, maxReplacements: 1)
    },
    document("a size below nothing", .refused(.malformed, "negative")) { good in
      good.replacing(/"size":[0-9]+/, with: #""size":-1"#)
    },
    Misbehaviour("an index that lists itself", .refused(.digestMismatch)) { moment in
      guard moment.request.path.contains("/manifests/") else { return nil }
      let entry =
        #"{"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "\#(ContentHash.digest([1]))", "size": 9}"#
      return TestReply(200, [], Array(#"{"schemaVersion": 2, "manifests": [\#(entry)]}"#.utf8))
    },
  ]

  // MARK: - Heads

  static let heads: [Misbehaviour] = [
    Misbehaviour("a hundred thousand headers", .refused(.unreachable, "too large")) { moment in
      moment.isManifest ? TestReply(200, (0..<100_000).map { ("X-\($0)", "y") }, moment.served.manifest) : nil
    },
    Misbehaviour("headers without end", .refused(.unreachable, "too large")) { moment in
      guard moment.isManifest else { return nil }
      return TestReply([.bytes(Array("HTTP/1.1 200 OK\r\n".utf8)), .endless(Array("X: y\r\n".utf8))])
    },
    Misbehaviour("a header without end", .refused(.unreachable, "too large")) { moment in
      guard moment.isManifest else { return nil }
      let letters = [UInt8](repeating: 65, count: 1 << 16)
      return TestReply([.bytes(Array("HTTP/1.1 200 OK\r\nX: ".utf8)), .endless(letters)])
    },
    Misbehaviour("something that is not HTTP", .refused(.unreachable, "not HTTP")) { moment in
      moment.isManifest ? TestReply([.bytes(Array("220 mail.example.org ESMTP\r\n".utf8)), .cut]) : nil
    },
    Misbehaviour("two lengths", .refused(.unreachable)) { moment in
      guard moment.isManifest else { return nil }
      return TestReply(200, [("Content-Length", "5"), ("Content-Length", "6")], [1, 2, 3, 4, 5, 6])
    },
    Misbehaviour("a status that nobody knows", .refused(.unreachable, "299")) { $0.isManifest ? TestReply(299) : nil },
    Misbehaviour("content where there is a layer, of no length", .refused(.unreachable, "204")) { moment in
      moment.isLayer ? TestReply([.bytes(Array("HTTP/1.1 204 No\r\n\r\n".utf8))]) : nil
    },
  ]
}
