// The server's clock: what is open now, and when a token ends, is by its time, not by this machine's.

/** Whole milliseconds since the Unix epoch, as the server counts them. */
export interface Clock {
  now(): number;
}

/** Right to about half a round trip once `synchronise` has succeeded; before that this machine's own. */
export class ServerClock implements Clock {
  private offset = 0;

  now(): number {
    return Date.now() + this.offset;
  }

  /** Asks the server. Where it can't be asked, what was known stays. */
  async synchronise(): Promise<void> {
    const asked = Date.now();
    const response = await fetch('/api/v1/clock', { credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    const answer = (await response?.json().catch(() => null)) as { now?: unknown } | null | undefined;
    if (typeof answer?.now !== 'number') return;
    const answered = Date.now();
    this.offset = Math.round(answer.now - (asked + answered) / 2);
  }
}

const PATIENCE = 5_000;
