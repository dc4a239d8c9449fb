import Foundation
import Testing

@testable import CacheBash

@Suite struct TimesTests {
  @Test func momentsAndSpansKeepTheirMilliseconds() {
    #expect(Date(milliseconds: 1_795_438_930_123).milliseconds == 1_795_438_930_123)
    #expect(Date(milliseconds: 0) == Date(timeIntervalSince1970: 0))
    #expect(Duration.span(90_001).milliseconds == 90_001)
    #expect(Duration.seconds(15).milliseconds == 15_000)
  }

  @Test func optionsSayThePeriodInMilliseconds() {
    let options = OpenOptions(folder: URL(fileURLWithPath: "/data"), syncPeriod: .seconds(2))
    #expect(options == OpenOptions(dataDir: "/data", syncPeriod: 2_000))
  }
}
