// Whether the other's sound and picture arrive: a path that is gone without a word, as when a router gets another address, shows first in what doesn't come.

export interface FlowOptions {
  readonly peer: Pick<RTCPeerConnection, 'getReceivers'>;
  /** Something has come since the last look. */
  readonly onArrived: () => void;
  /** What came all the time has stopped: perhaps the other has switched it off. */
  readonly onDried: () => void;
}

/** Looks four times a second, from `start` to `stop`. */
export class Flow {
  readonly #options: FlowOptions;
  #watch: ReturnType<typeof setInterval> | undefined;
  #packets = 0;
  /** Looks since something came; `null`: nothing is expected. */
  #quiet: number | null = null;
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
    const packets = await this.#count().catch(() => null);
    this.#isLooking = false;
    if (packets === null || this.#watch === undefined) return;
    const hasCome = packets > this.#packets;
    this.#packets = packets;
    if (hasCome) {
      this.#quiet = 0;
      return this.#options.onArrived();
    }
    if (this.#quiet === null) return;
    this.#quiet += 1;
    if (this.#quiet < PATIENCE) return;
    this.#quiet = null;
    this.#options.onDried();
  }

  async #count(): Promise<number> {
    const reports = await Promise.all(this.#options.peer.getReceivers().map((receiver) => receiver.getStats()));
    let packets = 0;
    for (const report of reports) report.forEach((entry: RTCStats & { readonly packetsReceived?: unknown }) => {
      if (entry.type === 'inbound-rtp' && typeof entry.packetsReceived === 'number') packets += entry.packetsReceived;
    });
    return packets;
  }
}

/** Milliseconds. */
const LOOK = 250;
/** Looks: silence sends a packet each 400 ms, and one in twenty may be lost. */
const PATIENCE = 4;
