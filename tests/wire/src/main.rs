//! A line with delay, loss and a rate, for kernels that can't slow one down themselves (no `sch_netem`). Needs root and /dev/net/tun.
//!
//! `wire NAMESPACE:DEVICE...` makes a TAP device in each network namespace and carries Ethernet frames between them, as a switch does. What an end
//! sends passes that end's line and then the receiver's: both delays add up, and each line loses and holds back what is its own to. Says `ready` once
//! all devices are there, and ends at the end of its standard input. Until then it takes one order a line:
//!
//! ```text
//! NAMESPACE delay-ms 25      how long a frame is on this end's line, either way
//! NAMESPACE loss 5           percent of the frames that this end's line loses, either way
//! NAMESPACE rate-kbit 150    what this end's line carries each way; 0: all
//! NAMESPACE cut              the cable is pulled; `NAMESPACE mend` puts it back
//! ```
//!
//! `all` in a namespace's place means every one.

mod tap;

use std::{
    collections::{HashMap, VecDeque},
    io::{Read, Write, stdin, stdout},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tap::{Tap, wait};

fn main() -> Result<()> {
    let mut ends = std::env::args()
        .skip(1)
        .map(|place| End::open(&place))
        .collect::<Result<Vec<_>>>()?;
    if ends.len() < 2 {
        bail!("wire NAMESPACE:DEVICE NAMESPACE:DEVICE...");
    }
    writeln!(stdout(), "ready")?;

    let mut switch = Switch::default();
    let mut orders = Orders::default();
    loop {
        deliver(&mut ends)?;
        let due = ends
            .iter()
            .filter_map(|end| end.on_its_way.front())
            .map(|frame| frame.due)
            .min();
        let taps: Vec<&Tap> = ends.iter().map(|end| &end.tap).collect();
        let awake = wait(&taps, due.map(|due| due.saturating_duration_since(Instant::now())))?;
        for from in awake.taps {
            switch.carry(&mut ends, from)?;
        }
        if awake.input && !orders.take(&mut ends)? {
            return Ok(());
        }
    }
}

/// One place on the wire, with the line that leads there.
struct End {
    namespace: String,
    tap: Tap,
    line: Line,
    /// Until when what this end sends, and what comes for it, keeps its line busy.
    up: Instant,
    down: Instant,
    /// For this end, by when it is there: a frame never overtakes another.
    on_its_way: VecDeque<Frame>,
}

#[derive(Default)]
struct Line {
    delay: Duration,
    /// 0 to 1.
    loss: f64,
    /// Bits a second; 0: no limit.
    rate: f64,
    is_cut: bool,
}

struct Frame {
    due: Instant,
    bytes: Vec<u8>,
}

impl End {
    fn open(place: &str) -> Result<Self> {
        let (namespace, device) = place.split_once(':').context("want NAMESPACE:DEVICE")?;
        let now = Instant::now();
        Ok(Self {
            namespace: namespace.to_owned(),
            tap: Tap::open(namespace, device)?,
            line: Line::default(),
            up: now,
            down: now,
            on_its_way: VecDeque::new(),
        })
    }
}

impl Line {
    /// When a frame that comes at `at` has passed; `None`: it is lost, or the queue before the line is full.
    fn pass(&self, at: Instant, busy: &mut Instant, length: usize, chance: f64) -> Option<Instant> {
        if self.is_cut || chance < self.loss {
            return None;
        }
        let mut through = at;
        if self.rate > 0.0 {
            let start = at.max(*busy);
            if start - at > QUEUE {
                return None;
            }
            through = start + Duration::from_secs_f64(length as f64 * 8.0 / self.rate);
            *busy = through;
        }
        Some(through + self.delay)
    }
}

/// Hands over what has arrived.
fn deliver(ends: &mut [End]) -> Result<()> {
    let now = Instant::now();
    for end in ends {
        while end.on_its_way.front().is_some_and(|frame| frame.due <= now) {
            if let Some(frame) = end.on_its_way.pop_front() {
                end.tap.send(&frame.bytes)?;
            }
        }
    }
    Ok(())
}

/// Which end an address is at, learned as they send.
struct Switch {
    homes: HashMap<[u8; 6], usize>,
    dice: Dice,
    buffer: Vec<u8>,
}

impl Default for Switch {
    fn default() -> Self {
        Self {
            homes: HashMap::new(),
            dice: Dice(0x9e37_79b9_7f4a_7c15),
            buffer: vec![0; LONGEST_FRAME],
        }
    }
}

impl Switch {
    /// Takes what the end `from` has sent, and puts it on its way.
    fn carry(&mut self, ends: &mut [End], from: usize) -> Result<()> {
        for _ in 0..AT_ONCE {
            let Some(length) = ends[from].tap.receive(&mut self.buffer)? else {
                break;
            };
            let (Some(to), Some(by)) = (address(&self.buffer[..length], 0), address(&self.buffer[..length], 6)) else {
                continue;
            };
            self.homes.insert(by, from);
            let End { line, up, .. } = &mut ends[from];
            let Some(out) = line.pass(Instant::now(), up, length, self.dice.roll()) else {
                continue;
            };
            let is_group = to[0] & 1 == 1;
            let home = if is_group { None } else { self.homes.get(&to).copied() };
            for (_, end) in ends
                .iter_mut()
                .enumerate()
                .filter(|(at, _)| *at != from && home.is_none_or(|home| home == *at))
            {
                let Some(due) = end.line.pass(out, &mut end.down, length, self.dice.roll()) else {
                    continue;
                };
                let due = end.on_its_way.back().map_or(due, |last| due.max(last.due));
                end.on_its_way.push_back(Frame {
                    due,
                    bytes: self.buffer[..length].to_vec(),
                });
            }
        }
        Ok(())
    }
}

fn address(frame: &[u8], at: usize) -> Option<[u8; 6]> {
    frame.get(at..at + 6)?.try_into().ok()
}

/// The same throws each time, so that a run can be repeated (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What comes on the standard input.
#[derive(Default)]
struct Orders {
    begun: String,
}

impl Orders {
    /// Follows what has come; `false` once there will be no more.
    fn take(&mut self, ends: &mut [End]) -> Result<bool> {
        let mut bytes = [0; 4096];
        let length = stdin().lock().read(&mut bytes)?;
        self.begun.push_str(&String::from_utf8_lossy(&bytes[..length]));
        while let Some(end) = self.begun.find('\n') {
            let order: String = self.begun.drain(..=end).collect();
            follow(ends, order.trim()).with_context(|| format!("the order “{}”", order.trim()))?;
        }
        Ok(length > 0)
    }
}

fn follow(ends: &mut [End], order: &str) -> Result<()> {
    let mut words = order.split_whitespace();
    let (namespace, what) = (words.next().context("which end?")?, words.next().context("what?")?);
    let value = words.next().map(str::parse::<f64>).transpose()?;
    let mut found = false;
    for End { line, .. } in ends
        .iter_mut()
        .filter(|end| namespace == "all" || end.namespace == namespace)
    {
        found = true;
        match (what, value) {
            ("delay-ms", Some(value)) => line.delay = Duration::try_from_secs_f64(value / 1e3)?,
            ("loss", Some(value)) => line.loss = value / 100.0,
            ("rate-kbit", Some(value)) => line.rate = value * 1e3,
            ("cut", None) => line.is_cut = true,
            ("mend", None) => line.is_cut = false,
            _ => bail!("not known"),
        }
    }
    if !found {
        bail!("no such end");
    }
    Ok(())
}

/// What a line holds back at the most before it throws away, as routers of homes do.
const QUEUE: Duration = Duration::from_millis(250);
const LONGEST_FRAME: usize = 65_536;
/// Frames of one end before the others get their turn.
const AT_ONCE: usize = 64;
