// One seat's connection to the server: it comes back by itself, loses nothing, and hands on what came once and in order.

import { HttpRefusal } from './http.ts';
import { type FromServer, type Joined, type Peer, parseFrame, type ServerError, type ToServer } from './wire.ts';

export interface LineOptions {
  /** `wss://<host>/signal`. */
  readonly url: string;
  /** This browser in this visit: base64url of 16 bytes, kept over reloads. */
  readonly client: string | Promise<string>;
  /** This life of the page: base64url of 16 random bytes. */
  readonly stream: string;
  /** What opens the door: the link's invite, or a room token that is asked for when needed (rejects with an `HttpRefusal`). */
  readonly pass: { readonly invite: string } | { readonly token: () => Promise<string> };
  readonly onEvent: (event: LineEvent) => void;
  /** For tests. */
  readonly openSocket?: (url: string, protocol: string) => WebSocket;
}

/** What a line tells. */
export type LineEvent =
  /** In the room, for the first time or again. What waited follows as `sealed`. */
  | { readonly type: 'joined'; readonly joined: Joined }
  | { readonly type: 'peer'; readonly peer: Peer }
  /** From another seat: each once, in the sender's order. */
  | { readonly type: 'sealed'; readonly from: number; readonly data: string }
  /** It comes back by itself. `unavailable`: the server asks for a moment. */
  | { readonly type: 'lost'; readonly trouble: 'offline' | 'unavailable' }
  | { readonly type: 'too-early'; readonly opensAt: number }
  /** It doesn't come back by itself. `code` is the server's (docs/signalling.md section 8), or `signed_out`. */
  | { readonly type: 'refused'; readonly code: string };

/** Does nothing before `join`. */
export class Line {
  readonly #options: LineOptions;
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #incoming = new Map<number, { stream: string; seq: number }>();
  #socket: WebSocket | null = null;
  #isJoined = false;
  /** From the last `joined`. */
  #token: string | null = null;
  #wish: 'none' | 'join' | 'takeover' = 'none';
  #attempts = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  /** Counts connections, so that what an older one still says is not taken for the newest one's. */
  #life = 0;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Takes the seat; where that is done already, nothing. */
  join(takeover: boolean): void {
    if (this.#wish !== 'none') return;
    this.#wish = takeover ? 'takeover' : 'join';
    this.#attempts = 0;
    globalThis.addEventListener?.('online', this.#hurry);
    void this.#connect();
  }

  /** To another seat; kept until that has acknowledged it. `data` is base64url. */
  send(to: number, data: string): void {
    const path = this.#pathTo(to);
    path.last += 1;
    path.waiting.push({ seq: path.last, data });
    if (this.#isJoined) this.#write({ type: 'sealed', to, seq: path.last, data });
  }

  /** Frees the seat and closes. `join` may follow. */
  leave(): void {
    if (this.#isJoined) this.#write({ type: 'leave' });
    this.close();
  }

  /** Closes without a word: the seat is kept for half a minute. */
  close(): void {
    this.#wish = 'none';
    globalThis.removeEventListener?.('online', this.#hurry);
    clearTimeout(this.#retry);
    this.#drop();
  }

  // --- Connecting ---

  async #connect(): Promise<void> {
    this.#drop();
    const life = this.#life;
    const pass = await this.#pass().catch((error: unknown) => {
      if (life === this.#life) this.#refusedPass(error);
      return null;
    });
    const client = await this.#options.client;
    if (!pass || life !== this.#life) return;
    const { url, stream, openSocket = (url, protocol) => new WebSocket(url, protocol) } = this.#options;
    const socket = openSocket(url, PROTOCOL);
    this.#socket = socket;
    const ours = (act: (event: never) => void) => (event: Event) => {
      if (life === this.#life) act(event as never);
    };
    const takeover = this.#wish === 'takeover' && { takeover: true as const };
    socket.addEventListener('open', ours(() => this.#write({ type: 'join', ...pass, client, stream, ...takeover })));
    socket.addEventListener('message', ours(({ data }: MessageEvent) => this.#heard(data)));
    socket.addEventListener('close', ours(() => this.#comeBack('offline')));
    this.#heardAt = Date.now();
    this.#watch = setInterval(() => this.#lookAtLine(), LOOK);
  }

  async #pass(): Promise<{ invite: string } | { token: string }> {
    if (this.#token !== null) return { token: this.#token };
    const { pass } = this.#options;
    return 'invite' in pass ? pass : { token: await pass.token() };
  }

  #refusedPass(error: unknown): void {
    if (!(error instanceof HttpRefusal)) throw error;
    const { status, code, retryAfter } = error;
    if (status === 401) return this.#give('signed_out');
    if (status === 404 || status === 409 || status === 410) return this.#give(code === 'over' ? 'over' : 'closed');
    this.#comeBack(status === 0 ? 'offline' : 'unavailable', retryAfter);
  }

  /** The line is lost: again after a while, longer each time, and not all at once with others. */
  #comeBack(trouble: 'offline' | 'unavailable', after: number | null = null): void {
    this.#drop();
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#attempts, LONGEST_PAUSE);
    this.#attempts += 1;
    const spread = 1 - SPREAD + 2 * SPREAD * Math.random();
    this.#retry = setTimeout(() => void this.#connect(), after ?? pause * spread);
    this.#options.onEvent({ type: 'lost', trouble });
  }

  /** The network is back: no need to wait. */
  readonly #hurry = (): void => {
    if (this.#socket) return;
    clearTimeout(this.#retry);
    this.#attempts = 0;
    void this.#connect();
  };

  #give(code: string): void {
    this.close();
    this.#token = null;
    this.#options.onEvent({ type: 'refused', code });
  }

  #drop(): void {
    this.#life += 1;
    clearInterval(this.#watch);
    this.#isJoined = false;
    this.#socket?.close();
    this.#socket = null;
  }

  // --- Hearing ---

  #heard(data: unknown): void {
    this.#heardAt = Date.now();
    const frame = parseFrame(data);
    if (!frame) return this.#comeBack('unavailable');
    this.#take(frame);
  }

  #take(frame: FromServer): void {
    switch (frame.type) {
      case 'joined':
        return this.#joined(frame);
      case 'peer':
        return this.#options.onEvent({ type: 'peer', peer: frame });
      case 'sealed':
        return this.#deliver(frame);
      case 'ack':
        return this.#acknowledged(frame.from, frame.seq);
      case 'ping':
        return this.#write({ type: 'pong', n: frame.n });
      case 'pong':
        return;
      case 'error':
        return this.#failed(frame);
    }
  }

  #joined(joined: Joined): void {
    this.#isJoined = true;
    this.#attempts = 0;
    this.#token = joined.token;
    this.#wish = 'join';
    for (const { seat, acked } of joined.peers) this.#acknowledged(seat, acked);
    for (const [to, { waiting }] of this.#outgoing) for (const { seq, data } of waiting) this.#write({ type: 'sealed', to, seq, data });
    this.#options.onEvent({ type: 'joined', joined });
    for (const message of joined.sealed) this.#deliver(message);
  }

  #deliver({ from, stream, seq, data }: { from: number; stream: string; seq: number; data: string }): void {
    if (!this.#isJoined) return;
    const before = this.#incoming.get(from);
    const isNew = before?.stream !== stream || seq > before.seq;
    if (isNew) this.#incoming.set(from, { stream, seq });
    this.#write({ type: 'ack', to: from, stream, seq });
    if (isNew) this.#options.onEvent({ type: 'sealed', from, data });
  }

  #acknowledged(by: number, seq: number): void {
    const { waiting } = this.#pathTo(by);
    while (waiting[0] && waiting[0].seq <= seq) waiting.shift();
  }

  #failed({ code, retry_after_ms, opens_at }: ServerError): void {
    switch (code) {
      case 'too_early':
        this.close();
        this.#token = null;
        return this.#options.onEvent({ type: 'too-early', opensAt: opens_at ?? 0 });
      case 'token_invalid':
      case 'moved':
        // The token was for a time that is over, or for another one; what else opens the door may still be good.
        this.#token = null;
        return this.#comeBack('unavailable');
      case 'unavailable':
      case 'slow_down':
      case 'slow_reader':
      case 'join_timeout':
        return this.#comeBack('unavailable', retry_after_ms);
      default:
        return this.#give(code);
    }
  }

  // --- Saying ---

  #write(frame: ToServer): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #pathTo(seat: number): Outgoing {
    let path = this.#outgoing.get(seat);
    if (!path) this.#outgoing.set(seat, (path = { last: 0, waiting: [] }));
    return path;
  }

  /** Asks whether the line is alive, and gives it up when it isn't. */
  #lookAtLine(): void {
    const silence = Date.now() - this.#heardAt;
    if (silence >= DEAD) return this.#comeBack('offline');
    if (silence >= QUIET) this.#write({ type: 'ping', n: this.#heardAt });
  }
}

/** What another seat has not acknowledged yet. */
interface Outgoing {
  last: number;
  readonly waiting: { readonly seq: number; readonly data: string }[];
}

/** The sub-protocol's name. */
const PROTOCOL = 'visite.signal.v1';
const OPEN = 1;
// Milliseconds.
const LOOK = 500;
const QUIET = 4_000;
/** With the time until the next look: within 10 s. */
const DEAD = 9_500;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const SPREAD = 0.3;
