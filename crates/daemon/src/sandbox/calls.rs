//! System calls that no daemon of ours makes: the kernel refuses them from now on.

use std::{collections::BTreeMap, env::consts::ARCH};

use anyhow::Context as _;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter_all_threads,
};

/// In all threads, and for good.
///
/// # Errors
/// When the kernel has seccomp and refuses.
pub(crate) fn forbid_calls() -> anyhow::Result<()> {
    let Ok(arch) = TargetArch::try_from(ARCH) else {
        tracing::warn!("no system calls are given up on {ARCH}");
        return Ok(());
    };
    let context = "give up system calls (seccomp)";
    // An unknown call is what the C library takes the old one for, whose arguments can be seen.
    let unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    for (rules, errno) in [(unknown, libc::ENOSYS), (forbidden()?, libc::EPERM)] {
        let errno = u32::try_from(errno).context(context)?;
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(errno), arch);
        let program: BpfProgram = filter.and_then(TryInto::try_into).context(context)?;
        match apply_filter_all_threads(&program) {
            Ok(()) => {}
            // The kernel was built without, or a sandbox around us lets nobody make another.
            Err(seccompiler::Error::Seccomp(error))
                if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOSYS | libc::EPERM)) =>
            {
                tracing::warn!(
                    "there is no seccomp here ({error}): system calls are kept from the daemon by its unit only"
                );
                return Ok(());
            }
            Err(error) => return Err(error).context(context),
        }
    }
    Ok(())
}

fn forbidden() -> anyhow::Result<BTreeMap<i64, Vec<SeccompRule>>> {
    let mut rules: BTreeMap<_, _> = NEVER.iter().map(|&call| (call, Vec::new())).collect();
    // New threads, and no new processes.
    let thread = libc::CLONE_THREAD as u64;
    rules.insert(libc::SYS_clone, vec![rule([(0, SeccompCmpOp::MaskedEq(thread), 0)])?]);
    // What `getifaddrs` asks by is a netlink socket.
    let families = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];
    let other = families.map(|family| (0, SeccompCmpOp::Ne, family as u64));
    rules.insert(libc::SYS_socket, vec![rule(other)?]);
    Ok(rules)
}

/// All of it has to be so.
fn rule<const N: usize>(conditions: [(u8, SeccompCmpOp, u64); N]) -> anyhow::Result<SeccompRule> {
    let conditions = conditions.map(|(argument, is, value)| SeccompCondition::new(argument, Dword, is, value));
    Ok(SeccompRule::new(conditions.into_iter().collect::<Result<_, _>>()?)?)
}

/// Other programs, other processes, the kernel's inside, and ways that a filter doesn't see.
const NEVER: [i64; 36] = [
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_delete_module,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_finit_module,
    libc::SYS_fsopen,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_kcmp,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_memfd_create,
    libc::SYS_mount,
    libc::SYS_move_mount,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];
