import CacheBashPresentation
import SwiftUI

/// The whole app: the first run, or the places of the fleet.
public struct RootView: View {
  @State private var model: AppModel
  @Environment(\.scenePhase) private var phase

  /// The app of this model.
  public init(model: AppModel) {
    _model = State(initialValue: model)
    inkBadges()
  }

  /// What is drawn.
  public var body: some View {
    StageView(stage: model.stage)
      .task { await model.launched() }
      .onOpenURL { model.opened($0.absoluteString) }
      .onChange(of: phase) { _, phase in
        switch phase {
        case .background: Task { await model.wentToBack() }
        case .active: Task { await model.cameToFront() }
        default: break
        }
      }
  }
}

/// Which screen is the root.
struct StageView: View {
  var stage: AppModel.Stage

  var body: some View {
    switch stage {
    case .closed: EmptyView()
    case .failed(let problem): ProblemView(text: problem)
    case .firstRun(let model): FirstRunScreen(model: model)
    case .fleet(let model): PlacesView(model: model)
    }
  }
}

/// The app's places, a tab each. The system's bar, so that it is where a person's thumb and VoiceOver look for it.
struct PlacesView: View {
  @Bindable var model: FleetModel
  @Environment(\.colorScheme) private var scheme

  var body: some View {
    TabView(selection: $model.place) {
      OverviewScreen(model: model.overview, accountsTapped: model.accountsTapped)
        .tab(.fleet, Words.fleet, "list.bullet", in: model)
      AwayScreen(model: model.away)
        .tab(.away, Words.away, "clock.arrow.circlepath", badge: model.away.state?.badge, in: model)
      SearchScreen(model: model.search)
        .tab(.search, Words.search, "magnifyingglass", in: model)
      OutboxScreen(model: model.outbox)
        .tab(.outbox, Words.outbox, "square.and.arrow.up", badge: model.outbox.state?.badge, in: model)
    }
    .task { await model.follow() }
    .sheet(item: $model.sheet) { SheetOverPlaces(sheet: $0) }
    // Actions are ink, in the sheets as well.
    .tint(ColourToken.ink.colour(in: scheme))
  }
}

/// Which sheet is open.
struct SheetOverPlaces: View {
  var sheet: OpenSheet

  var body: some View {
    switch sheet {
    case .draft(let model): DraftSheet(model: model)
    case .newKey(let model): NewKeySheet(model: model)
    case .pairing(let model): PairingSheet(model: model)
    case .otherKey(let model): OtherKeySheet(model: model)
    case .accounts(let model): AccountsSheet(model: model)
    }
  }
}

extension View {
  /// Makes it a place of its own: with its way to the pages of programs, and a tab that leads to it.
  fileprivate func tab(
    _ place: Place, _ label: String, _ symbol: String, badge: String? = nil, in model: FleetModel
  ) -> some View {
    PlaceView(model: model) { self }
      .tabItem { Label(label, systemImage: symbol) }
      .badge(badge)
      .tag(place)
  }
}

/// A place, and the pages that were opened from it.
struct PlaceView<Content: View>: View {
  var model: FleetModel
  @ViewBuilder var content: () -> Content
  @State private var path: [ProgramKey] = []

  var body: some View {
    NavigationStack(path: $path) {
      content()
        .navigationDestination(for: ProgramKey.self) { ProgramScreen(model: model.page(of: $0)) }
    }
  }
}

/// Red means blocked or refused here; a badge only counts, so it is ink. SwiftUI has no word for a badge's colour.
@MainActor private func inkBadges() {
  #if os(iOS)
    UITabBarItem.appearance().badgeColor = dynamic(.ink)
    UITabBarItem.appearance().setBadgeTextAttributes([.foregroundColor: dynamic(.onInk)], for: .normal)
  #endif
}

#if os(iOS)
  /// Of no actor, for the system asks for it from any thread that draws.
  private func dynamic(_ token: ColourToken) -> UIColor {
    UIColor { UIColor(token.colour(in: $0.userInterfaceStyle == .dark ? .dark : .light)) }
  }
#endif
