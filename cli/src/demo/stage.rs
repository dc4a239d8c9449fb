//! The demo's stage: a server of this house on a free port, the agents, the network, and a companion that looks on
//! through it. The companion is the real one, over real files, with a real client.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use cachebash_core::api::Endpoint;
use cachebash_core::companion::{Clock, Companion, NewAccount, Options};
use cachebash_core::domain::{ProgramId, Span, Timestamp};
use cachebash_server::{Server, ServerOptions};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::agents::{Agents, companion_key};
use super::clock::DemoClock;
use super::network::Network;
use super::script::{Act, Step};
use crate::failure::{Done, Failure};
use crate::secrets::{FileSecretStore, private_folder};
use crate::tui::ui::Demo;

/// How often the companion looks, in the demo's time.
pub(crate) const SYNC_PERIOD: Span = Span::from_secs(30);

/// How often it looks while the clock is stepped: two periods, so that nothing counts as not seen.
const LOOK_EVERY: Span = SYNC_PERIOD.times(2);

/// What the live screen may see and touch of the demo.
pub(crate) struct Controls {
    network: Network,
    caption: Mutex<String>,
    speed: u32,
    companion: Arc<Companion>,
    background: tokio::runtime::Handle,
}

impl Controls {
    /// Cuts the network, or restores it.
    pub(crate) fn toggle_network(&self) {
        let cut = !self.network.is_cut();
        self.network.set_cut(cut);
        self.say(if cut {
            "you cut the network; the agents go on unseen"
        } else {
            "the network is back"
        });
        if !cut {
            self.look_again();
        }
    }

    /// Looks at once, as a phone does when its network returns, instead of when the wait after the last failure is over.
    fn look_again(&self) {
        let companion = Arc::clone(&self.companion);
        // A failure is in the sources' reports, which the screen shows.
        self.background
            .spawn(async move { drop(companion.refresh(None).await) });
    }

    /// What the demo says of itself now.
    pub(crate) fn demo(&self) -> Demo {
        let caption = self.caption.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Demo {
            speed: self.speed,
            caption,
            cut: self.network.is_cut(),
        }
    }

    fn say(&self, caption: &str) {
        caption.clone_into(&mut self.caption.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Everything that plays.
pub(crate) struct Stage {
    /// The companion that looks on.
    pub(crate) companion: Arc<Companion>,
    /// What the screen may touch.
    pub(crate) controls: Arc<Controls>,
    clock: Arc<DemoClock>,
    start: Timestamp,
    agents: Agents,
    curtain: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), cachebash_server::ServerError>>,
}

impl Stage {
    /// Opens a server in `folder`/server and a companion in `folder`/companion, and lets the agents in.
    pub(crate) async fn set(folder: &Path, start: Timestamp, seed: Option<u64>, speed: u32) -> Done<Self> {
        let clock = Arc::new(DemoClock::at(start));
        let core_clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        private_folder(&folder.join("server"))?;
        private_folder(&folder.join("companion"))?;
        let options = ServerOptions {
            data: Some(folder.join("server")),
            clock: Arc::clone(&clock) as Arc<dyn cachebash_server::Clock>,
            seed,
            ..ServerOptions::default()
        };
        let server =
            Server::open(options).map_err(|error| Failure::new(format!("the demo's server cannot open: {error}")))?;
        let owner = server.owner_key().ok_or_else(|| {
            Failure::new(format!("{} already holds a demo", folder.display())).hint(format!(
                "look at it with `cachebash programs --offline --data {}`, or choose another folder",
                folder.display()
            ))
        })?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (curtain, falls) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            let until = async move {
                let _ = falls.await;
            };
            server.serve(listener, until).await
        });
        let agents_door = endpoint(address)?;
        let agents = Agents::hire(&agents_door, &owner, &core_clock).await.map_err(refused)?;
        let key = companion_key(&agents_door, &owner, &core_clock)
            .await
            .map_err(refused)?;
        let network = Network::to(address).await?;
        let secrets = Arc::new(FileSecretStore::in_folder(folder.join("keys")));
        let mut options = Options::new(folder.join("companion"), secrets);
        options.clock = core_clock;
        options.sync_period = SYNC_PERIOD;
        let companion =
            Companion::open(options).map_err(|error| Failure::new(format!("the companion cannot open: {error}")))?;
        let account = NewAccount {
            server: Some(format!("http://{}", network.address())),
            key,
            label: Some("Demo fleet".to_owned()),
        };
        companion
            .add_account(account)
            .await
            .map_err(|error| Failure::new(format!("the companion was not let in: {error}")))?;
        let controls = Arc::new(Controls {
            network,
            caption: Mutex::default(),
            speed,
            companion: Arc::clone(&companion),
            background: tokio::runtime::Handle::current(),
        });
        Ok(Self {
            companion,
            controls,
            clock,
            start,
            agents,
            curtain,
            serving,
        })
    }

    /// Plays the steps up to `until` on the stepped clock; the companion looks in between, as often as it would.
    pub(crate) async fn play(&mut self, steps: &[Step], from: Span, until: Span) -> Done {
        let mut steps = steps
            .iter()
            .filter(|step| step.at >= from && step.at < until)
            .peekable();
        let mut look = from;
        loop {
            while let Some(step) = steps.next_if(|step| step.at <= look) {
                self.clock.step_to(self.start.plus(step.at));
                self.act(step).await?;
            }
            self.clock.step_to(self.start.plus(look));
            // While the network is cut this fails, and the companion notes that it did.
            let looked = self.companion.refresh(None).await;
            looked.map_err(|error| Failure::new(format!("the companion could not look: {error}")))?;
            if look >= until {
                return Ok(());
            }
            look = Span::from_millis(look.as_millis() + LOOK_EVERY.as_millis()).min(until);
        }
    }

    /// Reads what is only read when somebody looks at a program.
    pub(crate) async fn look_at(&self, program: &str) -> Done {
        let accounts = self
            .companion
            .accounts()
            .map_err(|error| Failure::new(error.to_string()))?;
        for account in accounts {
            self.companion
                .refresh_program(&account.id, &ProgramId::new(program))
                .await
                .map_err(|error| Failure::new(format!("the companion could not look: {error}")))?;
        }
        Ok(())
    }

    /// One step, by the agent it belongs to, or by the network.
    async fn act(&mut self, step: &Step) -> Done {
        if let Some(caption) = step.caption {
            self.controls.say(caption);
        }
        if let Act::Network { cut } = step.act {
            self.controls.network.set_cut(cut);
            return Ok(());
        }
        self.agents.act(step).await.map_err(refused)
    }

    /// Lets the clock run, and the script with it, until the task is aborted. A call that fails is said and left behind.
    pub(crate) fn run(mut self, speed: u32, steps: impl Iterator<Item = Step> + Send + 'static) -> Running {
        self.clock.run(speed);
        self.controls.say("");
        let (companion, controls) = (Arc::clone(&self.companion), Arc::clone(&self.controls));
        let playing = tokio::spawn(async move {
            for step in steps {
                let wait = self.start.plus(step.at).since(self.clock.time());
                tokio::time::sleep(self.clock.lasts(wait)).await;
                match self.act(&step).await {
                    Ok(()) if matches!(step.act, Act::Network { cut: false }) => self.controls.look_again(),
                    Ok(()) => {}
                    Err(failure) => self.controls.say(&failure.to_string()),
                }
            }
        });
        Running {
            companion,
            controls,
            playing,
        }
    }

    /// Ends the server and closes the companion's files.
    pub(crate) async fn strike(self) -> Done {
        self.companion
            .suspend()
            .await
            .map_err(|error| Failure::new(format!("the companion could not close: {error}")))?;
        drop(self.agents);
        let _ = self.curtain.send(());
        drop(self.controls);
        match tokio::time::timeout(std::time::Duration::from_secs(2), self.serving).await {
            Ok(Ok(Err(error))) => Err(Failure::new(error.to_string())),
            // Idle connections may outlive the play by a moment; the process ends them.
            _ => Ok(()),
        }
    }
}

/// A demo whose clock runs.
pub(crate) struct Running {
    /// The companion that looks on.
    pub(crate) companion: Arc<Companion>,
    /// What the screen may touch.
    pub(crate) controls: Arc<Controls>,
    playing: JoinHandle<()>,
}

impl Running {
    /// Ends it: the agents stop, the companion closes its files, and with the last owner the server goes.
    pub(crate) async fn end(self) -> Done {
        self.playing.abort();
        let _ = self.playing.await;
        self.companion
            .suspend()
            .await
            .map_err(|error| Failure::new(format!("the companion could not close: {error}")))
    }
}

fn endpoint(address: SocketAddr) -> Done<Endpoint> {
    Endpoint::parse(&format!("http://{address}"), false).map_err(refused)
}

#[allow(clippy::needless_pass_by_value)] // it is the end of the error
fn refused(error: cachebash_core::api::Error) -> Failure {
    Failure::new(format!("an agent of the demo was refused: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use cachebash_core::companion::ProgramQuery;
    use cachebash_core::insight::Notice;

    #[tokio::test(flavor = "multi_thread")]
    async fn when_the_network_is_restored_the_companion_looks_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let start = Timestamp::from_millis(1_780_316_940_000);
        let stage = Stage::set(folder.path(), start, Some(7), 1).await.unwrap();
        stage.controls.toggle_network();
        stage.companion.refresh(None).await.unwrap();
        let notice = |stage: &Stage| stage.companion.overview(&ProgramQuery::default()).unwrap().notice;
        assert!(matches!(notice(&stage), Some(Notice::Offline { .. })));
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        // The companion was never started: nobody but the switch makes it look.
        let observer = Arc::new(move |overview: cachebash_core::insight::Overview| drop(told.send(overview.notice)));
        let seen = stage
            .companion
            .observe_overview(ProgramQuery::default(), observer)
            .unwrap();
        stage.controls.toggle_network();
        let back = async { while !matches!(heard.recv().await, Some(None)) {} };
        tokio::time::timeout(std::time::Duration::from_secs(20), back)
            .await
            .unwrap();
        seen.cancel();
        stage.strike().await.unwrap();
    }
}
