// The command `update`.

internal import Linux
internal import OCI

extension ExtraProgram {
  static func performUpdate(_ options: UpdateOptions, _ context: CommandContext) throws(RuntimeError) {
    let store = try context.existingStore(options.id)
    try store.update(options.id, warn: context.warn) { () throws(RuntimeError) in try LimitChange(options.values) }
  }
}

extension LimitChange {
  /// - Throws: `usage` for a value that is none, `invalidConfiguration` for JSON that is not that of limits.
  fileprivate init(_ values: [UpdateOptions.Value]) throws(RuntimeError) {
    var file = ""
    for value in values where value.name == .resources { file = value.text }
    if !file.utf8.isEmpty { resources = try LimitChange.resources(in: file) }
    for value in values where !value.text.utf8.isEmpty {
      switch value.name {
      case .cacheSchema: cacheSchema = value.text
      case .bandwidthSchema: bandwidthSchema = value.text
      default: if file.utf8.isEmpty { try take(value) }
      }
    }
  }

  private static func resources(in file: String) throws(RuntimeError) -> Resources {
    let bytes = try doing("reading the resources") { () throws(SystemCallError) in
      let input =
        sameBytes(file, "-")
        ? try StandardStream.input.duplicate() : try Descriptor.workingDirectory.open(file, .readOnly)
      return try input.readToEnd(limit: StateDirectory.fileLimit, subject: file)
    }
    do {
      return try Resources.decode(bytes)
    } catch {
      throw .invalidConfiguration("decoding the resources: " + error.message)
    }
  }

  private mutating func take(_ value: UpdateOptions.Value) throws(RuntimeError) {
    switch value.name {
    case .cpuPeriod: resources.cpu.period = try value.unsigned()
    case .cpuQuota: resources.cpu.quota = try value.signed()
    case .cpuBurst: resources.cpu.burst = try value.unsigned()
    case .cpuShare: resources.cpu.shares = try value.unsigned()
    case .cpuRealtimePeriod: resources.cpu.realtimePeriod = try value.unsigned()
    case .cpuRealtimeRuntime: resources.cpu.realtimeRuntime = try value.signed()
    case .cpuIdle: resources.cpu.idle = try value.signed()
    case .cpusetCPUs: resources.cpu.cpus = value.text
    case .cpusetMems: resources.cpu.mems = value.text
    case .kernelMemory: resources.memory.kernel = try value.size()
    case .kernelMemoryTCP: resources.memory.kernelTCP = try value.size()
    case .memory: resources.memory.limit = try value.size()
    case .memoryReservation: resources.memory.reservation = try value.size()
    case .memorySwap: resources.memory.swap = try value.size()
    case .pidsLimit: resources.pids.limit = try value.signed()
    case .blkioWeight:
      guard let weight = UInt16(exactly: try value.signed()) else { throw value.refusal("value out of range") }
      resources.blockIO.weight = weight
    default: break
    }
  }
}

extension UpdateOptions.Value {
  func signed() throws(RuntimeError) -> Int64 {
    guard let number = Int64(text) else { throw refusal("invalid syntax") }
    return number
  }

  func unsigned() throws(RuntimeError) -> UInt64 {
    guard let number = digits([UInt8](text.utf8)[...], atMost: .max) else { throw refusal("invalid syntax") }
    return number
  }

  /// A number of bytes such as `64M`, `1.5GiB` or `-1`; units are powers of 1024 in either case.
  func size() throws(RuntimeError) -> Int64 {
    if sameBytes(text, "-1") { return -1 }
    var rest = [UInt8](ascii(text, isUpper: true).utf8)[...]
    if rest.last == UInt8(ascii: "B") { rest.removeLast() }
    if rest.last == UInt8(ascii: "I") { rest.removeLast() }
    var shift: UInt64 = 0
    if let last = rest.last, let unit = [UInt8]("KMGTP".utf8).firstIndex(of: last) {
      shift = UInt64(unit + 1) * 10
      rest.removeLast()
      if rest.last == UInt8(ascii: " ") { rest.removeLast() }
    }
    let whole = rest.takeField(UInt8(ascii: ".")) ?? []
    guard let number = digits(whole, atMost: UInt64(Int64.max) >> shift),
      rest.isEmpty || digits(rest, atMost: 999_999) != nil
    else { throw refusal("invalid size") }
    var unit = Double(UInt64(1) << shift)
    var part = 0.0
    for digit in rest {
      unit /= 10
      part += Double(digit - UInt8(ascii: "0")) * unit
    }
    return Int64(clamping: (number << shift) + UInt64(part))
  }

  func refusal(_ reason: String) -> RuntimeError {
    .usage(joined(["invalid value for ", name.text, ": parsing \"", text, "\": ", reason]))
  }
}
