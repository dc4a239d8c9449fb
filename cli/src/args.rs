//! What can be typed. What is meant by it is decided in `commands`.

mod acting;
mod away;
mod looking;
mod recording;
mod ring;
mod searching;
mod serving;
mod telling;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use acting::{
    AnswerArgs, KindArg, NotesArgs, OutboxArgs, OutboxCommand, OutboxEntryArgs, ReplyArgs, SendArgs, StatusArgs,
    TaskCommand,
};
pub(crate) use away::AwayArgs;
pub(crate) use looking::{CostArgs, ListArgs, MessagesArgs, SessionsArgs, SprintsArgs, StateArgs, TasksArgs};
pub(crate) use recording::{RecordCommand, RecordName, RecordSave, RecordStart, ReplayArgs};
pub(crate) use ring::{AccountKeyAdd, AccountKeyRemove, AccountKeyReplace, AccountKeys, AccountKeysCommand};
pub(crate) use searching::SearchArgs;
pub(crate) use serving::{
    BackupArgs, LocalArgs, PlaceArgs, RestoreArgs, ServeArgs, TenantAdd, TenantRemove, TenantsCommand, TenantsList,
};
pub(crate) use telling::{AlertRulesArgs, GlanceArgs};

/// See what your CacheBash agents are doing: online, offline, and honestly labelled.
#[derive(Debug, Parser)]
#[command(
    name = "cachebash",
    version,
    about,
    after_help = "Examples:\n  cachebash demo\n  cachebash account add --server https://cachebash.example.org\n  cachebash watch\n  cachebash programs --offline --json"
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch four made-up agents at work, with a server and a network you may cut
    #[command(
        after_help = "Examples:\n  cachebash demo\n  cachebash demo --once\n  cachebash demo --once --data ./fleet && cachebash programs --offline --data ./fleet"
    )]
    Demo(DemoArgs),
    /// Run a server that speaks the hosted API's contract
    #[command(
        after_help = "Examples:\n  cachebash serve\n  cachebash serve --listen 0.0.0.0:8787 --public-url https://cachebash.example.org --data /srv/cachebash\n\nEvery setting is a flag, a variable, or a line in a TOML file: --log-level debug, CACHEBASH_LOG_LEVEL=debug,\nlog_level = \"debug\". The flag goes before the variable, the variable before the file. The key that questions are\nencrypted with (64 hexadecimal digits) is never a flag: CACHEBASH_ENCRYPTION_KEY, or encryption_key in the file."
    )]
    Serve(Box<ServeArgs>),
    /// Add, list and remove the tenants of a server, on its own machine or database
    #[command(subcommand)]
    Tenants(TenantsCommand),
    /// Write all of a server's data into one file, also while it runs
    #[command(
        after_help = "Examples:\n  cachebash backup monday.sqlite\n  cachebash backup monday.sqlite --database postgres://…\n\nThe encryption key is not in it: keep DIR/server/server.secret, or what you set in its place, somewhere else."
    )]
    Backup(BackupArgs),
    /// Put a backup back, into an empty folder or database
    #[command(
        after_help = "Examples:\n  cachebash restore monday.sqlite --data /srv/cachebash\n  cachebash restore monday.sqlite --force\n\nThe questions in it need the encryption key they were sealed with: put it back first as DIR/server/server.secret, or\nset CACHEBASH_ENCRYPTION_KEY. Clients that follow the feed read in full again."
    )]
    Restore(RestoreArgs),
    /// The servers and keys this machine knows
    #[command(subcommand)]
    Account(AccountCommand),
    /// Watch the fleet in this terminal, until you quit
    #[command(
        after_help = "Examples:\n  cachebash watch\n  cachebash watch --offline\n  CB_KEY=… cachebash watch --server http://127.0.0.1:8787 --key-env CB_KEY"
    )]
    Watch(WatchArgs),
    /// List the programs: who needs you, who moves, how far along
    #[command(
        after_help = "Examples:\n  cachebash programs\n  cachebash programs --offline\n  cachebash programs --json | jq '.programs[] | select(.section == \"needsYou\")'"
    )]
    Programs(ClientArgs),
    /// List the sessions, newest first
    #[command(after_help = "Examples:\n  cachebash sessions\n  cachebash sessions builder --ended")]
    Sessions(SessionsArgs),
    /// Show one program: its progress, hand-off notes, open questions, work items, sessions, keys
    #[command(after_help = "Examples:\n  cachebash state builder\n  cachebash state builder --offline --json")]
    State(StateArgs),
    /// List the questions that wait for an answer, oldest first
    #[command(
        after_help = "Examples:\n  cachebash questions\n  cachebash questions --json | jq '.questions[] | select(.priority == \"high\")'\n\nA hosted server tells the first 50 characters of a question and not who asks."
    )]
    Questions(ListArgs),
    /// List the tasks that wait or are under way, newest first; --open shows one with its instructions
    #[command(
        after_help = "Examples:\n  cachebash tasks\n  cachebash tasks builder\n  cachebash tasks --open 01a20846fe007d108e85af5f9c51aee2"
    )]
    Tasks(TasksArgs),
    /// Show the messages to and from a program, newest first; looking marks none as read
    #[command(after_help = "Examples:\n  cachebash messages builder\n  cachebash messages builder --offline --json")]
    Messages(MessagesArgs),
    /// List the alerts that wait, newest first
    #[command(after_help = "Examples:\n  cachebash alerts\n  cachebash alerts builder --json")]
    Alerts(ListArgs),
    /// Show the sprints that are under way, with their stories
    #[command(after_help = "Examples:\n  cachebash sprints\n  cachebash sprints --json | jq '.sprints[].title'")]
    Sprints(SprintsArgs),
    /// Show what completed tasks cost, by program
    #[command(after_help = "Examples:\n  cachebash cost\n  cachebash cost --period this_month --json")]
    Cost(CostArgs),
    /// Look for words in everything that is kept here: notes, questions, tasks, messages, sessions
    #[command(
        after_help = "Examples:\n  cachebash search refresh tok\n  cachebash search --program builder --offline 日本\n  cachebash search --json tokens | jq '.hits[].piece'"
    )]
    Search(SearchArgs),
    /// Tell what happened while nobody looked: who waits, who finished, who changed course
    #[command(
        after_help = "Examples:\n  cachebash away\n  cachebash away --since 8h\n  cachebash away --offline --json | jq '.finished'"
    )]
    Away(AwayArgs),
    /// Tell the fleet in a few lines, or in under 4 KB of JSON, for a status bar
    #[command(after_help = "Examples:\n  cachebash glance\n  cachebash glance --level counts --json | jq .headline")]
    Glance(GlanceArgs),
    /// Tell what began since this was last asked: who is blocked, asks, went silent, stopped, finished; each thing once
    #[command(after_help = "Examples:\n  cachebash notify\n  cachebash notify --json | jq -r '.alerts[].program'")]
    Notify(ClientArgs),
    /// Show or change what is told, and when nothing is
    #[command(
        after_help = "Examples:\n  cachebash alert-rules\n  cachebash alert-rules --off finished --quiet 22:00-07:00 --level full"
    )]
    AlertRules(AlertRulesArgs),
    /// Send a message to a program, group or role
    #[command(
        after_help = "Examples:\n  cachebash send builder \"Please go on\"\n  cachebash send reviewer - --kind query < question.txt\n\nIt is kept on this machine first: what cannot be sent now waits in `cachebash outbox`."
    )]
    Send(SendArgs),
    /// Reply to an open question of a program
    #[command(after_help = "Examples:\n  cachebash state builder\n  cachebash reply builder 1 \"Port 8080\"")]
    Reply(ReplyArgs),
    /// Answer a question that an agent asked, where the server takes answers
    #[command(
        after_help = "Examples:\n  cachebash questions\n  cachebash answer 01a216 yes\n  cachebash answer 01a20846fe007d108e85af5f9c51aee2     (shows what was answered)"
    )]
    Answer(AnswerArgs),
    /// Replace a program's hand-off notes; refused if they changed since you saw them
    #[command(
        after_help = "Examples:\n  cachebash notes builder \"Start with the tests\"\n  cachebash notes builder - < notes.txt"
    )]
    Notes(NotesArgs),
    /// Give a session another status; its state and progress stay as its agent last reported them
    #[command(
        after_help = "Examples:\n  cachebash sessions\n  cachebash status builder.auth-7 \"On hold until Monday\"\n\nThe hosted server makes this text the session's name, too."
    )]
    Status(StatusArgs),
    /// Create, claim and complete tasks
    #[command(subcommand)]
    Task(TaskCommand),
    /// Show what you asked for and is not done yet; send it, or give it up
    #[command(
        after_help = "Examples:\n  cachebash outbox\n  cachebash outbox --offline --json\n  cachebash outbox retry 0199\n  cachebash outbox discard 0199"
    )]
    Outbox(OutboxArgs),
    /// Record what an account asks, is told and does, so that what goes wrong can be shown again
    #[command(
        subcommand,
        after_help = "Examples:\n  cachebash record start\n  cachebash record save report.jsonl\n  cachebash replay report.jsonl\n  cachebash record stop\n\nPrograms, sessions and times are in a recording, keys never; texts only with `record start --texts`."
    )]
    Record(RecordCommand),
    /// Play a recording: the screens as they were when it was saved; asks nobody
    #[command(
        after_help = "Examples:\n  cachebash replay report.jsonl\n  cachebash replay report.jsonl --program builder"
    )]
    Replay(ReplayArgs),
    /// Create, list, revoke and rotate API keys
    #[command(subcommand)]
    Keys(KeysCommand),
}

/// Which world a client command speaks to.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ClientArgs {
    /// A server's URL, for this command only; with --key-env
    #[arg(long, value_name = "URL", help_heading = "Which fleet")]
    pub(crate) server: Option<String>,
    /// The environment variable that holds the key
    #[arg(long, value_name = "NAME", help_heading = "Which fleet")]
    pub(crate) key_env: Option<String>,
    /// A stored account, by label or id [default: the one in use, else all]
    #[arg(long, value_name = "LABEL", conflicts_with = "server", help_heading = "Which fleet")]
    pub(crate) account: Option<String>,
    /// Where the cache is kept: DIR/companion, its keys in DIR/keys [default: the user's data folder]
    #[arg(long, value_name = "DIR", help_heading = "Which fleet")]
    pub(crate) data: Option<PathBuf>,
    /// Show what is stored, ask nobody
    #[arg(long)]
    pub(crate) offline: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Allow plain http to a server that is not this machine
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
    /// Allow this machine to act for you on that account, from now on
    #[arg(long)]
    pub(crate) allow_writes: bool,
}

/// `watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    pub(crate) client: ClientArgs,
    /// Colours for a dark or a light ground
    #[arg(long, value_enum, default_value_t = GroundArg::Auto)]
    pub(crate) ground: GroundArg,
}

/// A ground to draw on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroundArg {
    /// As the terminal says it is, else dark.
    #[default]
    Auto,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// `demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Play the whole script at once, print one board and leave
    #[arg(long)]
    pub(crate) once: bool,
    /// Keep what was stored: DIR/companion, DIR/keys, DIR/server; its times are the demo's clock, not this machine's
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// With --once: print the board as JSON
    #[arg(long, requires = "once")]
    pub(crate) json: bool,
    /// Colours for a dark or a light ground
    #[arg(long, value_enum, default_value_t = GroundArg::Auto)]
    pub(crate) ground: GroundArg,
}

/// `account …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Add a server and a key: a pairing link or a key on stdin, or a key from the environment
    #[command(
        after_help = "Examples:\n  cachebash account add --server https://cachebash.example.org --key-env CB_KEY\n  cachebash account add            (asks for a pairing link or a key, without echo)\n  pass show cachebash | cachebash account add --label Home"
    )]
    Add(AccountAdd),
    /// List the accounts
    List(Stored),
    /// Show this account's fleet by default; --all for every account
    Use(AccountUse),
    /// Forget an account: its keys, its rows, its history
    Remove(AccountName),
    /// Allow this machine to act for you on an account
    AllowWrites(AccountAllow),
    /// Say what may be read over the account, as the server's replies told it
    Rights(AccountRights),
    /// Add, list and forget keys beside the account's own
    #[command(subcommand)]
    Keys(AccountKeysCommand),
}

/// Where accounts are stored.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Stored {
    /// Where the cache is kept: DIR/companion, its keys in DIR/keys [default: the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `account add`.
#[derive(Debug, Args)]
pub(crate) struct AccountAdd {
    /// The server's URL [default: the pairing link's, else the public server]
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// The environment variable that holds the key
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    /// What to call it [default: the server's host]
    #[arg(long)]
    pub(crate) label: Option<String>,
    /// Allow plain http to a server that is not this machine
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
    /// Allow this machine to act for you on it
    #[arg(long)]
    pub(crate) allow_writes: bool,
    /// Connect to the public server without asking, when only a key is given
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `account remove`.
#[derive(Debug, Args)]
pub(crate) struct AccountName {
    /// Its label or id
    pub(crate) account: String,
    /// Also with what was asked for over it and is not done yet
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `account rights`.
#[derive(Debug, Args)]
pub(crate) struct AccountRights {
    /// Its label or id
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `account use`.
#[derive(Debug, Args)]
pub(crate) struct AccountUse {
    /// Its label or id
    #[arg(required_unless_present = "all")]
    pub(crate) account: Option<String>,
    /// All accounts
    #[arg(long, conflicts_with = "account")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `account allow-writes`.
#[derive(Debug, Args)]
pub(crate) struct AccountAllow {
    /// Its label or id
    pub(crate) account: String,
    /// Back to read only
    #[arg(long)]
    pub(crate) off: bool,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// `keys …`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Create a key, and with it its program; the key is printed once
    #[command(
        after_help = "Examples:\n  cachebash keys create builder --label \"Builder agent\"\n  cachebash keys create builder --label \"Builder agent\" --tenant home --data /srv/cachebash\n  cachebash keys create scribe --label Scribe --can pulse.write --can pulse.read --can state.read --can state.write"
    )]
    Create(KeyCreate),
    /// List the keys, by fingerprint
    List(KeyList),
    /// Revoke a key, at once and for good
    Revoke(KeyRevoke),
    /// Replace this account's own key by a new one; the old one dies within 30 s
    Rotate(KeyRotate),
    /// Show a key that was made while nobody was there to see it; it is printed once
    #[command(after_help = "Examples:\n  cachebash outbox\n  cachebash keys show 0199")]
    Show(KeyShow),
}

/// `keys create`.
#[derive(Debug, Args)]
pub(crate) struct KeyCreate {
    /// The program it is for
    #[arg(required_unless_present = "named")]
    pub(crate) program: Option<String>,
    /// The same by name
    #[arg(id = "named", long = "program", value_name = "PROGRAM", conflicts_with = "program")]
    pub(crate) named: Option<String>,
    /// What it is for
    #[arg(long)]
    pub(crate) label: String,
    /// A right to grant, such as state.write; may be given several times [default: the server's own set]
    #[arg(long = "can", value_name = "RIGHT")]
    pub(crate) capabilities: Vec<String>,
    /// Days to live; 0: for ever [default: the server's, 90]
    #[arg(long, value_name = "DAYS")]
    pub(crate) ttl_days: Option<u32>,
    #[command(flatten)]
    pub(crate) local: LocalArgs,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `keys list`.
#[derive(Debug, Args)]
pub(crate) struct KeyList {
    #[command(flatten)]
    pub(crate) local: LocalArgs,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `keys revoke`.
#[derive(Debug, Args)]
pub(crate) struct KeyRevoke {
    /// Its fingerprint, or so much of its beginning that only one key has it
    pub(crate) key: String,
    /// Even if it is the key that this account asks with itself
    #[arg(long)]
    pub(crate) own: bool,
    #[command(flatten)]
    pub(crate) local: LocalArgs,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `keys show`.
#[derive(Debug, Args)]
pub(crate) struct KeyShow {
    /// Its line of the outbox, or so much of its beginning that only one has it; not needed where there is one
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `keys rotate`.
#[derive(Debug, Args)]
pub(crate) struct KeyRotate {
    /// Print the new key, too
    #[arg(long)]
    pub(crate) show: bool,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}
