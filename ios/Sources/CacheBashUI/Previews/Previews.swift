#if DEBUG
  import CacheBashPresentation
  import SwiftUI

  /// The overview: online, dark, offline, and with large text.
  struct OverviewPreviews: PreviewProvider {
    static var previews: some View {
      Group {
        screen { OverviewView(state: SampleFleet.online) }
        screen { OverviewView(state: SampleFleet.online) }.preferredColorScheme(.dark)
        screen { OverviewView(state: SampleFleet.offline) }
        screen { OverviewView(state: SampleFleet.online) }
          .environment(\.dynamicTypeSize, .accessibility1)
      }
    }
  }

  /// A program's page: light and dark.
  struct ProgramPreviews: PreviewProvider {
    static var previews: some View {
      Group {
        screen { ProgramView(state: SampleFleet.page) }
        screen { ProgramView(state: SampleFleet.page) }.preferredColorScheme(.dark)
      }
    }
  }

  @MainActor private func screen<C: View>(@ViewBuilder _ content: () -> C) -> some View {
    NavigationStack { ScrollView { content() }.background(.token(.canvas)) }
  }
#endif
