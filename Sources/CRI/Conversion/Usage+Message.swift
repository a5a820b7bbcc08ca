// What callers read about the use of processors, memory, networks and disks.

internal import CRIProtocol
internal import Pods
internal import SwiftProtobuf

extension Message {
  /// Sets a field whose absence means that nothing is known.
  fileprivate mutating func set(_ field: WritableKeyPath<Self, Runtime_V1_UInt64Value>, _ value: UInt64?) {
    if let value { self[keyPath: field].value = value }
  }
}

extension ContainerUsage {
  var message: Runtime_V1_ContainerStats {
    var message = Runtime_V1_ContainerStats()
    let item = record.item
    message.attributes.id = item.id
    message.attributes.metadata = item.metadata
    message.attributes.labels = item.labels
    message.attributes.annotations = item.annotations
    if let writable { message.writableLayer = writable.message }
    guard let group else { return message }
    message.cpu = group.cpuMessage(nanoCores)
    message.memory = group.memoryMessage
    message.swap = group.swapMessage
    if let io = group.ioMessage { message.io = io }
    return message
  }
}

extension PodUsage {
  var message: Runtime_V1_PodSandboxStats {
    var message = Runtime_V1_PodSandboxStats()
    let item = record.item
    message.attributes.id = item.id
    message.attributes.metadata = item.metadata
    message.attributes.labels = item.labels
    message.attributes.annotations = item.annotations
    message.linux.containers = containers.map(\.message)
    if let interfaces { message.linux.network = Runtime_V1_NetworkUsage(interfaces, Clock.nanoseconds()) }
    guard let group else { return message }
    message.linux.cpu = group.cpuMessage(nanoCores)
    message.linux.memory = group.memoryMessage
    if let io = group.ioMessage { message.linux.io = io }
    if let processes = group.processes {
      message.linux.process.timestamp = group.moment
      message.linux.process.set(\.processCount, processes)
    }
    return message
  }
}

extension CgroupUsage {
  fileprivate func cpuMessage(_ nanoCores: UInt64?) -> Runtime_V1_CpuUsage {
    var message = Runtime_V1_CpuUsage()
    message.timestamp = moment
    message.set(\.usageCoreNanoSeconds, processor.total)
    message.set(\.usageNanoCores, nanoCores)
    if let pressure = processor.pressure { message.psi = pressure.message }
    return message
  }

  fileprivate var memoryMessage: Runtime_V1_MemoryUsage {
    var message = Runtime_V1_MemoryUsage()
    message.timestamp = moment
    message.set(\.workingSetBytes, memory.workingSet)
    message.set(\.availableBytes, memory.available)
    message.set(\.usageBytes, memory.usage)
    message.set(\.rssBytes, memory.rss)
    message.set(\.pageFaults, memory.faults)
    message.set(\.majorPageFaults, memory.majorFaults)
    if let pressure = memory.pressure { message.psi = pressure.message }
    return message
  }

  fileprivate var swapMessage: Runtime_V1_SwapUsage {
    var message = Runtime_V1_SwapUsage()
    message.timestamp = moment
    message.set(\.swapAvailableBytes, swap.available)
    message.set(\.swapUsageBytes, swap.usage)
    return message
  }

  fileprivate var ioMessage: Runtime_V1_IoUsage? {
    guard let ioPressure else { return nil }
    var message = Runtime_V1_IoUsage()
    message.timestamp = moment
    message.psi = ioPressure.message
    return message
  }
}

extension PressureStall {
  fileprivate var message: Runtime_V1_PsiStats {
    var message = Runtime_V1_PsiStats()
    message.some = some.message
    message.full = full.message
    return message
  }
}

extension PressureStall.Share {
  /// Callers count in nanoseconds, the kernel in microseconds.
  fileprivate var message: Runtime_V1_PsiData {
    var message = Runtime_V1_PsiData()
    message.total = totalMicroseconds * 1000
    message.avg10 = average10
    message.avg60 = average60
    message.avg300 = average300
    return message
  }
}

extension WritableUsage {
  fileprivate var message: Runtime_V1_FilesystemUsage {
    var message = Runtime_V1_FilesystemUsage()
    message.timestamp = moment
    message.fsID.mountpoint = path
    message.set(\.usedBytes, bytes)
    message.set(\.inodesUsed, inodes)
    return message
  }
}

extension Runtime_V1_NetworkUsage {
  /// The first interface that networks make is called eth0; callers look for the others in the list.
  fileprivate init(_ interfaces: [InterfaceUsage], _ moment: Int64) {
    self.init()
    timestamp = moment
    let main = interfaces.firstIndex { $0.name == "eth0" } ?? interfaces.indices.first
    for (index, interface) in interfaces.enumerated() {
      if index == main { self.defaultInterface = interface.message } else { self.interfaces.append(interface.message) }
    }
  }
}

extension InterfaceUsage {
  fileprivate var message: Runtime_V1_NetworkInterfaceUsage {
    var message = Runtime_V1_NetworkInterfaceUsage()
    message.name = name
    message.set(\.rxBytes, received.bytes)
    message.set(\.rxErrors, received.errors)
    message.set(\.txBytes, sent.bytes)
    message.set(\.txErrors, sent.errors)
    return message
  }
}
