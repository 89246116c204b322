//! What a process costs, as the system counts it.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};

/// What all threads of a process have computed.
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let mut spent = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        let nanoseconds: u64 = text.split_whitespace().next().context("no schedstat")?.parse()?;
        spent += nanoseconds;
    }
    Ok(Duration::from_nanos(spent))
}

/// Bytes of memory that are a process's own now.
pub(crate) fn memory(pid: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .context("no VmRSS")?;
    let kib: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kib * 1024)
}
