import CacheBashPresentation
import SwiftUI

#if canImport(UIKit)
  import UIKit
  import UniformTypeIdentifiers
#elseif canImport(AppKit)
  import AppKit
#endif

/// The system's clipboard. A key on it stays on this device where the system can promise that, and ends with its minute
/// though the app is gone. Whether it is still there is told by the system's count of changes: to look at what is on it now
/// would ask the person for leave to paste.
public final class DeviceClipboard: KeyClipboard {
  private var changes: Int?

  /// This device's.
  public init() {}

  #if canImport(UIKit)
    /// Puts it there for a minute.
    public func put(_ key: Secret) {
      UIPasteboard.general.setItems(
        [[UTType.utf8PlainText.identifier: key.reveal]],
        options: [.localOnly: true, .expirationDate: Date.now.addingTimeInterval(60)])
      changes = UIPasteboard.general.changeCount
    }

    /// Takes it away.
    public func clear(_ key: Secret) {
      if UIPasteboard.general.changeCount == changes { UIPasteboard.general.items = [] }
    }
  #elseif canImport(AppKit)
    /// Puts it there for a minute.
    public func put(_ key: Secret) {
      NSPasteboard.general.declareTypes([.string, Self.concealed], owner: nil)
      NSPasteboard.general.setString(key.reveal, forType: .string)
      NSPasteboard.general.setString("", forType: Self.concealed)
      changes = NSPasteboard.general.changeCount
    }

    /// Takes it away.
    public func clear(_ key: Secret) {
      if NSPasteboard.general.changeCount == changes { NSPasteboard.general.clearContents() }
    }

    /// What clipboard managers agreed not to keep.
    private static let concealed = NSPasteboard.PasteboardType("org.nspasteboard.ConcealedType")
  #else
    /// Puts it there for a minute.
    public func put(_ key: Secret) {}
    /// Takes it away.
    public func clear(_ key: Secret) {}
  #endif
}
