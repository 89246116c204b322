// What a practice's devices have in common, as it happens (docs/signalling.md section 3): that something changed, and what each of them sees. It comes back by itself.

import { HttpRefusal } from './http.ts';

export interface PracticeLineOptions {
  /** `wss://<host>/practice`. */
  readonly url: string;
  /** This device's token; asked for at each join and before it runs out: one that is good for less than 50 s more is of no use. Rejects with an `HttpRefusal`. */
  readonly token: () => Promise<string>;
  readonly onEvent: (event: PracticeEvent) => void;
  /** For tests. */
  readonly openSocket?: (url: string, protocol: string) => WebSocket;
}

/** The newest word of another of the practice's devices: at most 8 192 bytes that only those can read, in base64url. */
export interface Board {
  readonly device: string;
  readonly data: string;
}

/** What the practice's line tells. */
export type PracticeEvent =
  /** On the line, for the first time or again: whatever was read before may be outdated. `boards` are all that there are, without this device's. */
  | { readonly type: 'joined'; readonly device: string; readonly boards: readonly Board[] }
  /** Something of the practice's rooms, invites, replies, hours, devices or settings: read it again. At most twice a second. */
  | { readonly type: 'changed' }
  /** `null`: that device has been gone for half a minute, or is revoked. */
  | { readonly type: 'board'; readonly device: string; readonly data: string | null }
  /** It comes back by itself. `unavailable`: the server asks for a moment. */
  | { readonly type: 'lost'; readonly trouble: 'offline' | 'unavailable' }
  /** It doesn't come back by itself. `closed` and `signed_out`: the device is revoked; other codes are the server's (docs/signalling.md section 8). */
  | { readonly type: 'refused'; readonly code: string };

/** Does nothing before `open`. */
export class PracticeLine {
  readonly #options: PracticeLineOptions;
  #socket: WebSocket | null = null;
  #isOpen = false;
  #isJoined = false;
  /** This device's newest word. */
  #board: string | null = null;
  #isBoardWaiting = false;
  /** When so many boards were said that the next one has to wait: by then the server's bucket is full again. */
  #fullAt = 0;
  #attempts = 0;
  #retry: Timer;
  #watch: Timer;
  #renewal: Timer;
  #posting: Timer;
  #heardAt = 0;
  /** Counts connections, so that what an older one still says is not taken for the newest one's. */
  #life = 0;

  constructor(options: PracticeLineOptions) {
    this.#options = options;
  }

  /** Once it is open, nothing. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#attempts = 0;
    globalThis.addEventListener?.('online', this.#hurry);
    void this.#connect();
  }

  /** Says this device's word to the others, as soon as that is possible; only the newest one counts. 1 to 8 192 bytes as base64url. */
  board(data: string): void {
    if (data === this.#board) return;
    this.#board = data;
    this.#isBoardWaiting = true;
    this.#post();
  }

  /** Its board stays with the others for half a minute. `open` may follow. */
  close(): void {
    this.#isOpen = false;
    globalThis.removeEventListener?.('online', this.#hurry);
    clearTimeout(this.#retry);
    this.#drop();
  }

  // --- Connecting ---

  async #connect(): Promise<void> {
    this.#drop();
    const life = this.#life;
    const token = await this.#options.token().catch((error: unknown) => {
      if (life === this.#life) this.#refusedToken(error);
      return null;
    });
    if (token === null || life !== this.#life) return;
    const { url, openSocket = (url, protocol) => new WebSocket(url, protocol) } = this.#options;
    const socket = openSocket(url, PROTOCOL);
    this.#socket = socket;
    const ours = (act: (event: never) => void) => (event: Event) => {
      if (life === this.#life) act(event as never);
    };
    socket.addEventListener('open', ours(() => this.#write({ type: 'join', token })));
    socket.addEventListener('message', ours(({ data }: MessageEvent) => this.#heard(data)));
    socket.addEventListener('close', ours(() => this.#comeBack('offline')));
    this.#heardAt = Date.now();
    this.#watch = setInterval(() => this.#lookAtLine(), LOOK);
  }

  #refusedToken(error: unknown): void {
    if (!(error instanceof HttpRefusal)) throw error;
    if (error.status === 401) return this.#give('signed_out');
    this.#comeBack(error.status === 0 ? 'offline' : 'unavailable', error.retryAfter);
  }

  /** The line is lost: again after a while, longer each time, and not all devices at once. */
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
    this.#options.onEvent({ type: 'refused', code });
  }

  #drop(): void {
    this.#life += 1;
    clearInterval(this.#watch);
    clearTimeout(this.#renewal);
    clearTimeout(this.#posting);
    this.#posting = undefined;
    this.#isJoined = false;
    this.#socket?.close();
    this.#socket = null;
  }

  // --- Hearing ---

  #heard(data: unknown): void {
    this.#heardAt = Date.now();
    const frame = parsePracticeFrame(data);
    if (!frame) return this.#comeBack('unavailable');
    this.#take(frame);
  }

  #take(frame: FromServer): void {
    switch (frame.type) {
      case 'joined':
        return this.#joined(frame);
      case 'changed':
        return this.#options.onEvent({ type: 'changed' });
      case 'board':
        return this.#options.onEvent({ type: 'board', device: frame.device, data: frame.data });
      case 'renewed':
        return this.#renewBefore(frame);
      case 'ping':
        return this.#write({ type: 'pong', n: frame.n });
      case 'pong':
        return;
      case 'error':
        return this.#failed(frame.code, frame.retry_after_ms ?? null);
    }
  }

  #joined(joined: Joined): void {
    this.#isJoined = true;
    this.#attempts = 0;
    this.#renewBefore(joined);
    this.#options.onEvent({ type: 'joined', device: joined.device, boards: joined.boards });
    this.#isBoardWaiting = this.#board !== null;
    this.#post();
  }

  #failed(code: string, after: number | null): void {
    if (PASSING.includes(code)) this.#comeBack('unavailable', after);
    else this.#give(code);
  }

  // --- Saying ---

  #renewBefore({ expires_at, now }: { expires_at: number; now: number }): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(expires_at - now - BEFORE_EXPIRY, SOONEST_RENEWAL));
  }

  async #renew(): Promise<void> {
    const life = this.#life;
    const token = await this.#options.token().catch((error: unknown) => {
      if (life === this.#life) this.#refusedToken(error);
      return null;
    });
    if (token !== null && life === this.#life) this.#write({ type: 'renew', token });
  }

  /** Says the board now, or when the next one may be said: a few at once, then one a second. */
  #post(): void {
    if (!this.#isJoined || !this.#isBoardWaiting || this.#posting !== undefined || this.#board === null) return;
    const now = Date.now();
    const wait = Math.max(this.#fullAt, now) + BOARD_EVERY - (now + BOARDS_AT_ONCE * BOARD_EVERY);
    if (wait > 0) {
      this.#posting = setTimeout(() => {
        this.#posting = undefined;
        this.#post();
      }, wait);
      return;
    }
    this.#fullAt = Math.max(this.#fullAt, now) + BOARD_EVERY;
    this.#isBoardWaiting = false;
    this.#write({ type: 'board', data: this.#board });
  }

  #write(frame: ToServer): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** Asks whether the line is alive, and gives it up when it isn't. */
  #lookAtLine(): void {
    const silence = Date.now() - this.#heardAt;
    if (silence >= DEAD) return this.#comeBack('offline');
    if (silence >= QUIET) this.#write({ type: 'ping', n: this.#heardAt });
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined;

type ToServer = { readonly type: 'join' | 'renew'; readonly token: string } | { readonly type: 'board'; readonly data: string } | { readonly type: 'ping' | 'pong'; readonly n: number };

type FromServer =
  | Joined
  | { readonly type: 'changed' }
  | { readonly type: 'board'; readonly device: string; readonly data: string | null }
  | { readonly type: 'renewed'; readonly expires_at: number; readonly now: number }
  | { readonly type: 'ping' | 'pong'; readonly n: number }
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly retry_after_ms?: number };

interface Joined {
  readonly type: 'joined';
  readonly device: string;
  readonly boards: readonly Board[];
  /** When the token runs out, and what time it is, by the server's clock. */
  readonly expires_at: number;
  readonly now: number;
}

/** Reads a frame; `null` when it is none of this protocol. A newer server may say more in a frame than we know; what we use must be right. */
export function parsePracticeFrame(frame: unknown): FromServer | null {
  if (typeof frame !== 'string' || frame.length > LONGEST_FRAME) return null;
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  const type = isObject(value) ? value['type'] : null;
  return typeof type === 'string' && Object.hasOwn(FORMS, type) && FORMS[type]?.(value) ? (value as FromServer) : null;
}

type Check = (value: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const device: Check = (value) => text(value) && /^[\da-f]{32}$/.test(value as string);
/** 8 192 bytes are 10 923 characters. */
const sealed: Check = (value) => text(value) && /^[\w-]{2,10923}$/.test(value as string);
const form = (fields: Record<string, Check>): Check => (value) => isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const BOARD = form({ device, data: sealed });

const FORMS: Readonly<Record<string, Check>> = {
  joined: form({ device, boards: (value) => Array.isArray(value) && value.every(BOARD), expires_at: count, now: count }),
  changed: form({}),
  board: form({ device, data: (value) => value === null || sealed(value) }),
  renewed: form({ expires_at: count, now: count }),
  ping: form({ n: count }),
  pong: form({ n: count }),
  error: form({ code: text, message: text, retry_after_ms: (value) => value === undefined || count(value) }),
};

/** The sub-protocol's name. */
const PROTOCOL = 'visite.practice.v1';
const OPEN = 1;
/** After these it comes back by itself. A token that is not good any more is replaced by a new one; who may have none is told so when it is asked for. */
const PASSING = ['unavailable', 'slow_down', 'slow_reader', 'join_timeout', 'token_invalid'];
/** The server takes 60 at once, then one a second. */
const BOARDS_AT_ONCE = 50;
/** The boards of all devices that there may be on a line. */
const LONGEST_FRAME = 4 * 1024 * 1024;
// Milliseconds.
const BOARD_EVERY = 1_000;
const LOOK = 500;
const QUIET = 4_000;
/** With the time until the next look: within 10 s. */
const DEAD = 9_500;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const SPREAD = 0.3;
/** Later than who has the token renews it by itself. */
const BEFORE_EXPIRY = 50_000;
const SOONEST_RENEWAL = 1_000;
