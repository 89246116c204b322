use std::{fs, time::SystemTime};

use rustix::{
    param::{clock_ticks_per_second, page_size},
    process::{Resource, getrlimit},
};

use super::{Kind, Text};

/// What any process can say of itself, by the names that Prometheus' own libraries have for it.
#[derive(Debug)]
pub(super) struct Process {
    name: &'static str,
    started: SystemTime,
}

impl Process {
    pub(super) fn called(name: &'static str) -> Self {
        Self {
            name,
            started: SystemTime::now(),
        }
    }

    pub(super) fn tell(&self, text: &mut Text) {
        text.family("visite_build_info", Kind::Gauge, "Which daemon, of which version.")
            .sample(&[("daemon", self.name), ("version", env!("CARGO_PKG_VERSION"))], 1);
        let started = self.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        text.gauge(
            "process_start_time_seconds",
            "When it was started, since the Unix epoch.",
            started.as_secs(),
        );
        // What the system doesn't show isn't told: a sandbox may hide it.
        if let Some(used) = fs::read_to_string("/proc/self/stat")
            .ok()
            .as_deref()
            .and_then(Used::parse)
        {
            let cpu = "User and system time that it has taken.";
            text.family("process_cpu_seconds_total", Kind::Counter, cpu)
                .sample(&[], used.ticks as f64 / clock_ticks_per_second() as f64);
            let memory = "Memory that it holds.";
            text.gauge("process_resident_memory_bytes", memory, used.pages * page_size() as u64);
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            // One of them is this look at them.
            text.gauge("process_open_fds", "File descriptors that are open.", open.count() - 1);
        }
        if let Some(most) = getrlimit(Resource::Nofile).current {
            text.gauge("process_max_fds", "File descriptors that may be open.", most);
        }
    }
}

/// Of proc_pid_stat(5).
#[derive(Debug, PartialEq, Eq)]
struct Used {
    ticks: u64,
    pages: u64,
}

impl Used {
    fn parse(stat: &str) -> Option<Self> {
        // The program's name stands in brackets and may hold anything; the third field comes behind it.
        let (_, behind) = stat.rsplit_once(')')?;
        let fields: Vec<_> = behind.split_ascii_whitespace().collect();
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            ticks: field(14)? + field(15)?,
            pages: field(24)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read_whatever_the_program_is_called() {
        let stat =
            "7 (a) b 9) S 1 7 7 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 1 0 99 8192000 321 18446744073709551615 1 1";

        assert_eq!(Used::parse(stat), Some(Used { ticks: 300, pages: 321 }));
        assert_eq!(Used::parse("7 (a"), None);
    }

    #[test]
    fn a_process_tells_of_itself() {
        let mut text = Text::default();
        Process::called("signal-d").tell(&mut text);
        let text = text.into_string();

        for name in [
            "visite_build_info{daemon=\"signal-d\",version=",
            "process_start_time_seconds ",
            "process_cpu_seconds_total ",
            "process_resident_memory_bytes ",
            "process_open_fds ",
            "process_max_fds ",
        ] {
            assert!(text.lines().any(|line| line.starts_with(name)), "{name}\n{text}");
        }
    }
}
