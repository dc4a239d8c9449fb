import CacheBashPresentation
import SwiftUI

/// The ways out of the overview: a button each in its toolbar, and the sheet behind it.
struct Doors: ViewModifier {
  var app: AppModel
  @State private var searching = false
  @State private var lookingBack = false

  func body(content: Content) -> some View {
    content
      .toolbar {
        if app.search != nil {
          ToolbarItem { door(Words.away, "clock.arrow.circlepath") { lookingBack = true } }
          ToolbarItem { door(Words.search, "magnifyingglass") { searching = true } }
        }
      }
      .sheet(isPresented: $lookingBack) {
        if let away = app.away {
          NavigationStack { AwayScreen(model: away).programPages(of: app) }
        }
      }
      .sheet(isPresented: $searching) {
        if let search = app.search {
          NavigationStack { SearchScreen(model: search).programPages(of: app) }
        }
      }
  }

  private func door(
    _ name: String, _ symbol: String, _ tapped: @escaping @MainActor () -> Void
  ) -> some View {
    Button(action: tapped) { Image(systemName: symbol) }.accessibilityLabel(name)
  }
}

extension View {
  /// A program that is tapped opens its page.
  func programPages(of app: AppModel) -> some View {
    navigationDestination(for: ProgramKey.self) { program in
      if let page = app.page(of: program) {
        ProgramScreen(model: page)
      }
    }
  }
}
