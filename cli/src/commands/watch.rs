//! `cachebash watch`: the live screen over the stored accounts.

use std::sync::Arc;

use super::home::Home;
use crate::args::WatchArgs;
use crate::failure::{Done, Failure};
use crate::surroundings::{interactive, live_theme};
use crate::tui::live::{Live, Pace};

/// Opens, shows, and refreshes until the person leaves.
pub(super) async fn run(args: WatchArgs) -> Done {
    if args.client.json {
        return Err(Failure::usage("a screen is not JSON").hint("`cachebash programs --json` prints the fleet once"));
    }
    if !interactive() {
        return Err(
            Failure::new("there is no terminal here to watch in").hint("`cachebash programs` prints the same once")
        );
    }
    let home = Home::of(&args.client).await?;
    if !home.offline {
        home.companion.start().map_err(|error| home.failure(&error))?;
    }
    let live = Live {
        companion: Arc::clone(&home.companion),
        account: home.account.clone(),
        labels: home.labels.clone(),
        theme: live_theme(args.ground),
        pace: Pace::Real,
        ask: !home.offline,
        background: tokio::runtime::Handle::current(),
        stage: None,
    };
    let shown = tokio::task::spawn_blocking(move || live.run()).await;
    // Files are closed properly whatever the screen said.
    let closed = home.companion.suspend().await;
    shown.map_err(|_| Failure::new("the screen failed"))??;
    closed.map_err(|error| home.failure(&error))
}
