#if canImport(Security)
  import Foundation
  import Security

  /// Raw keys in the Keychain: readable after the first unlock, never on another device, never in a backup.
  public final class KeychainSecretStore: SecretStore {
    private let service: String

    /// Keys of this service; one service per app.
    public init(service: String = "dev.cachebash.companion") { self.service = service }

    /// Keeps the key, replacing one it had.
    public func put(account: String, key: String) throws {
      let value = Data(key.utf8)
      let change = [kSecValueData: value] as CFDictionary
      var status = SecItemUpdate(query(account) as CFDictionary, change)
      if status == errSecItemNotFound {
        var item = query(account)
        item[kSecValueData] = value
        item[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        status = SecItemAdd(item as CFDictionary, nil)
      }
      guard status == errSecSuccess else { throw AppError.Failed }
    }

    /// The key, if there is one.
    public func get(account: String) throws -> String? {
      var item = query(account)
      item[kSecReturnData] = true
      item[kSecMatchLimit] = kSecMatchLimitOne
      var found: CFTypeRef?
      switch SecItemCopyMatching(item as CFDictionary, &found) {
      case errSecSuccess:
        guard let data = found as? Data, let key = String(data: data, encoding: .utf8) else {
          throw AppError.Failed
        }
        return key
      case errSecItemNotFound:
        return nil
      default:
        throw AppError.Failed
      }
    }

    /// Forgets the key; no error when there is none.
    public func remove(account: String) throws {
      let status = SecItemDelete(query(account) as CFDictionary)
      guard status == errSecSuccess || status == errSecItemNotFound else { throw AppError.Failed }
    }

    private func query(_ account: String) -> [CFString: Any] {
      [
        kSecClass: kSecClassGenericPassword,
        kSecAttrService: service,
        kSecAttrAccount: account,
      ]
    }
  }
#endif
