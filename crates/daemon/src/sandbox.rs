//! What a daemon gives up by itself, besides what its unit takes from it: Landlock for files and for whom it may call, seccomp for what no daemon of ours ever asks of the kernel.
//! Where the kernel has neither, that is said once, and the daemon works.

mod calls;
mod probe;
mod reach;

use anyhow::Context as _;
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, NetPort, Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _,
    RulesetStatus, Scope, path_beneath_rules,
};

pub(crate) use calls::forbid_calls;
pub(crate) use probe::self_test;
pub use reach::Reach;

/// Gives up every file and every port that is not in reach. To be called while there is one thread: those that it starts inherit it.
///
/// # Errors
/// When the kernel has Landlock and refuses.
pub(crate) fn confine(reach: &Reach) -> anyhow::Result<()> {
    let context = "give up files (Landlock)";
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::from_all(NEWEST) & !(AccessFs::Execute | AccessFs::MakeChar | AccessFs::MakeBlock);
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|ruleset| match reach.ports() {
            Some(_) => ruleset.handle_access(AccessNet::ConnectTcp),
            None => Ok(ruleset),
        })
        .and_then(|ruleset| ruleset.scope(Scope::Signal))
        .and_then(Ruleset::create)
        .context(context)?;
    let status = ruleset
        .add_rules(path_beneath_rules(reach.read(), read))
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(reach.written(), write)))
        .and_then(|ruleset| {
            let ports = reach.ports().unwrap_or_default().iter();
            ruleset.add_rules(ports.map(|&port| Ok(NetPort::new(port, AccessNet::ConnectTcp))))
        })
        .and_then(RulesetCreated::restrict_self)
        .context(context)?;
    match status.ruleset {
        RulesetStatus::FullyEnforced => {}
        RulesetStatus::PartiallyEnforced => {
            tracing::info!(
                "this kernel's Landlock is an old one: not all that the daemon could do without is given up"
            );
        }
        RulesetStatus::NotEnforced => {
            tracing::warn!("there is no Landlock here: files are kept from the daemon by its unit only");
        }
    }
    Ok(())
}

/// Linux 6.12. Older kernels give up what they know of.
const NEWEST: ABI = ABI::V6;
