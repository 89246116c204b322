use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// A number that many tasks change and whoever watches reads.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// One less, of what [`add`](Self::add) has counted: for a gauge.
    pub fn take_one(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// So many now: for a gauge.
    pub fn set(&self, now: u64) {
        self.0.store(now, Ordering::Relaxed);
    }

    /// How many.
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

/// How many took how long, in buckets.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [(&'static str, Duration)],
    /// One for each bound, and one for what lies above all.
    counts: Box<[AtomicU64]>,
    microseconds: AtomicU64,
}

/// What a histogram held at one moment.
pub(super) struct Read {
    /// Upper bound in seconds, and how many lie at or below it.
    pub(super) buckets: Vec<(&'static str, u64)>,
    /// Seconds.
    pub(super) sum: f64,
    pub(super) count: u64,
}

impl Histogram {
    /// For what a server does at once: 1 ms to 10 s.
    pub fn of_answers() -> Self {
        Self::within(ANSWERS)
    }

    /// For what people wait for: 250 ms to 60 s.
    pub fn of_waits() -> Self {
        Self::within(WAITS)
    }

    fn within(bounds: &'static [(&'static str, Duration)]) -> Self {
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            microseconds: AtomicU64::new(0),
        }
    }

    /// One more.
    pub fn observe(&self, took: Duration) {
        let at = self.bounds.partition_point(|(_, bound)| *bound < took);
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| count.load(Ordering::Relaxed) == 0)
    }

    pub(super) fn read(&self) -> Read {
        let mut count = 0;
        let names = self.bounds.iter().map(|(name, _)| *name).chain(["+Inf"]);
        let buckets = names
            .zip(&self.counts)
            .map(|(name, here)| {
                count += here.load(Ordering::Relaxed);
                (name, count)
            })
            .collect();
        Read {
            buckets,
            sum: Duration::from_micros(self.microseconds.load(Ordering::Relaxed)).as_secs_f64(),
            count,
        }
    }
}

const ANSWERS: &[(&str, Duration)] = &[
    ("0.001", Duration::from_millis(1)),
    ("0.0025", Duration::from_micros(2500)),
    ("0.005", Duration::from_millis(5)),
    ("0.01", Duration::from_millis(10)),
    ("0.025", Duration::from_millis(25)),
    ("0.05", Duration::from_millis(50)),
    ("0.1", Duration::from_millis(100)),
    ("0.25", Duration::from_millis(250)),
    ("0.5", Duration::from_millis(500)),
    ("1", Duration::from_secs(1)),
    ("2.5", Duration::from_millis(2500)),
    ("10", Duration::from_secs(10)),
];

const WAITS: &[(&str, Duration)] = &[
    ("0.25", Duration::from_millis(250)),
    ("0.5", Duration::from_millis(500)),
    ("1", Duration::from_secs(1)),
    ("2", Duration::from_secs(2)),
    ("4", Duration::from_secs(4)),
    ("8", Duration::from_secs(8)),
    ("15", Duration::from_secs(15)),
    ("30", Duration::from_secs(30)),
    ("60", Duration::from_secs(60)),
];
