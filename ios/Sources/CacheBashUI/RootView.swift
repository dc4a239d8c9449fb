import CacheBashPresentation
import SwiftUI

/// The whole app: the first run or the fleet, and a page per program.
public struct RootView: View {
  @State private var model: AppModel
  @State private var path: [ProgramKey] = []
  @Environment(\.scenePhase) private var phase

  /// The app of this model.
  public init(model: AppModel) { _model = State(initialValue: model) }

  /// What is drawn.
  public var body: some View {
    NavigationStack(path: $path) {
      StageView(stage: model.stage)
        .programPages(of: model)
        .modifier(Doors(app: model))
    }
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
    case .fleet(let model): OverviewScreen(model: model)
    }
  }
}
