//! `cachebash cost`: what completed tasks cost in a period, of each account, by program.

use cachebash_core::companion::Account;
use cachebash_core::domain::CostOf;
use cachebash_core::insight::{CostView, Source, SourceReport, Standing};
use serde_json::{Value, json};

use super::home::Home;
use super::{json, print_line};
use crate::args::CostArgs;
use crate::failure::Done;
use crate::surroundings::print_theme;
use crate::tui::said::Said;

/// What is known of one account's cost.
struct Costs {
    account: Account,
    view: CostView,
    /// How it stands with reading them; `None` where nobody was asked.
    report: Option<SourceReport>,
}

/// Looks, then prints.
pub(super) async fn run(args: &CostArgs) -> Done {
    let home = Home::of(&args.client).await?;
    let period = args.period.word();
    let mut accounts = home.accounts()?;
    accounts.retain(|account| home.account.as_ref().is_none_or(|chosen| *chosen == account.id));
    let mut all = Vec::new();
    for account in accounts {
        let mut report = None;
        if !home.offline {
            let read = home.companion.refresh_cost(&account.id, period).await;
            let read = read.map_err(|error| home.failure(&error))?;
            report = read.sources.into_iter().find(|told| told.source == Source::Cost);
        }
        let view = home.companion.cost(&account.id, period);
        let view = view.map_err(|error| home.failure(&error))?;
        all.push(Costs { account, view, report });
    }
    if args.client.json {
        let all: Vec<Value> = all.iter().map(|costs| as_json(costs, period)).collect();
        return print_line(&json!({ "accounts": all }).to_string());
    }
    for costs in &all {
        print(&home, costs, args)?;
    }
    Ok(())
}

fn print(home: &Home, costs: &Costs, args: &CostArgs) -> Done {
    let theme = print_theme();
    let overview = home.overview()?;
    let said = Said::of(&home.labels, &overview);
    let label = theme.show(&costs.account.label);
    match &costs.view.summary {
        Some(summary) => {
            print_line(&format!(
                "{label}, {}: {}, {}",
                args.period.said(),
                line(home, &summary.total),
                said.list_as_of(costs.view.as_of)
            ))?;
            let width = summary.programs.iter().map(|of| of.key.chars().count()).max();
            for of in &summary.programs {
                let program = theme.show(&of.key);
                print_line(&format!(
                    "  {program:<0$}  {1}",
                    width.unwrap_or_default(),
                    line(home, of)
                ))?;
            }
        }
        None => print_line(&format!("{label}, {}: not read yet", args.period.said()))?,
    }
    let why = costs
        .report
        .as_ref()
        .filter(|report| report.standing != Standing::Fresh);
    match why.and_then(|report| home.labels.why(report, overview.now)) {
        Some(why) => print_line(&theme.show(&why)),
        None => Ok(()),
    }
}

/// `3 tasks, $1.24, 120,000 tokens in, 8,000 out`
fn line(home: &Home, of: &CostOf) -> String {
    let number = |number: i64| home.labels.number(u64::try_from(number).unwrap_or_default());
    let tasks = if of.tasks == 1 { "task" } else { "tasks" };
    format!(
        "{} {tasks}, ${:.2}, {} tokens in, {} out",
        number(of.tasks),
        of.cost_usd,
        number(of.tokens_in),
        number(of.tokens_out)
    )
}

fn as_json(costs: &Costs, period: &str) -> Value {
    let of = |of: &CostOf| {
        json!({
            "tasks": of.tasks,
            "costUsd": of.cost_usd,
            "tokensIn": of.tokens_in,
            "tokensOut": of.tokens_out,
        })
    };
    let summary = costs.view.summary.as_ref();
    let programs = summary.map(|summary| {
        let named = summary
            .programs
            .iter()
            .map(|program| (program.key.clone(), of(program)));
        named.collect::<serde_json::Map<String, Value>>()
    });
    json!({
        "account": costs.account.id.as_str(),
        "label": costs.account.label,
        "period": period,
        "asOf": costs.view.as_of.map(json::moment),
        "total": summary.map(|summary| of(&summary.total)),
        "programs": programs,
        "source": costs.report.as_ref().map(json::source),
    })
}
