// Whether the other's sound and picture arrive, and how much of it is lost: a path that is gone without a word, as when a router gets another address,
// shows first in what doesn't come.

export interface FlowOptions {
  readonly peer: Pick<RTCPeerConnection, 'getReceivers'>;
  /** Something has come since the last look. */
  readonly onArrived: () => void;
  /** What came all the time has stopped: perhaps the other has switched it off. */
  readonly onDried: () => void;
  /** Once a second, while some of what the other sends is lost. */
  readonly onLossy: (came: Came) => void;
}

/** What came in one second. */
export interface Came {
  /** Bits a second. */
  readonly rate: number;
  /** Percent. */
  readonly lost: number;
}

/** Looks four times a second, from `start` to `stop`. */
export class Flow {
  readonly #options: FlowOptions;
  #watch: ReturnType<typeof setInterval> | undefined;
  /** The newest last, of one second. */
  #counts: readonly Count[] = [];
  #looks = 0;
  /** Looks since something came; `null`: nothing is expected. */
  #quiet: number | null = null;
  #patience = LONG;
  /** Looks at which what was lost during a break still comes to light, stream by stream. */
  #settling = 0;
  #isLooking = false;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  start(): void {
    this.#watch ??= setInterval(() => void this.#look(), LOOK);
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const count = await this.#count().catch(() => null);
    this.#isLooking = false;
    if (count === null || this.#watch === undefined) return;
    const last = this.#counts.at(-1);
    // So did a page that stood still lose what came meanwhile.
    if (last && count.at - last.at > STANDSTILL) this.#settling = LOOKS;
    const hasCome = count.packets > (last?.packets ?? 0);
    // What was lost while nothing came says nothing of the line that is back.
    this.#counts = this.#settling > 0 ? [count] : [...this.#counts, count].slice(-LOOKS - 1);
    this.#looks += 1;
    if (hasCome) {
      this.#settling = Math.max(0, this.#settling - 1);
      this.#quiet = 0;
      this.#patience = count.packets - (this.#counts[0]?.packets ?? 0) >= MANY ? SHORT : LONG;
      this.#options.onArrived();
      return this.#looks % LOOKS === 0 ? this.#tellLoss() : undefined;
    }
    if (this.#quiet === null) return;
    this.#quiet += 1;
    if (this.#quiet < this.#patience) return;
    this.#quiet = null;
    this.#settling = LOOKS;
    this.#options.onDried();
  }

  #tellLoss(): void {
    const [first, last] = [this.#counts[0], this.#counts.at(-1)];
    if (!first || !last) return;
    const [came, lost] = [last.packets - first.packets, Math.max(0, last.lost - first.lost)];
    const share = lost / (came + lost);
    if (came + lost >= FEW && share >= SOME) this.#options.onLossy({ rate: Math.round((8_000 * (last.bytes - first.bytes)) / (last.at - first.at)), lost: Math.round(100 * share) });
  }

  async #count(): Promise<Count> {
    const reports = await Promise.all(this.#options.peer.getReceivers().map((receiver) => receiver.getStats()));
    const count = { at: performance.now(), packets: 0, lost: 0, bytes: 0 };
    for (const report of reports) report.forEach((entry: Incoming) => {
      if (entry.type !== 'inbound-rtp') return;
      count.packets += entry.packetsReceived ?? 0;
      count.lost += entry.packetsLost ?? 0;
      count.bytes += (entry.bytesReceived ?? 0) + (entry.headerBytesReceived ?? 0);
    });
    return count;
  }
}

type Incoming = RTCStats & { readonly packetsReceived?: number; readonly packetsLost?: number; readonly bytesReceived?: number; readonly headerBytesReceived?: number };

/** Sums since the connection began. */
interface Count {
  readonly at: number;
  readonly packets: number;
  readonly lost: number;
  readonly bytes: number;
}

/** Milliseconds. */
const LOOK = 250;
const STANDSTILL = 2_000;
/** In a second. */
const LOOKS = 4;
/** Looks. Silence sends a packet each 400 ms, and one in twenty may be lost; where many came in the second before, half of one without any is long. */
const LONG = 4;
const SHORT = 2;
const MANY = 20;
/** Packets: so few say nothing. */
const FEW = 20;
const SOME = 0.03;
