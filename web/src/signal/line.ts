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
  /** Something came over it again, after a silence. */
  | { readonly type: 'alive' }
  /** It comes back by itself. `unavailable`: the server asks for a moment. */
  | { readonly type: 'lost'; readonly trouble: 'offline' | 'unavailable' }
  | { readonly type: 'too-early'; readonly opensAt: number }
  /** It doesn't come back by itself. `code` is the server's (docs/signalling.md section 8), or `signed_out`. */
  | { readonly type: 'refused'; readonly code: string };

/** Says nothing before `join`. */
export class Line {
  readonly #options: LineOptions;
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #incoming = new Map<number, { stream: string; seq: number }>();
  #socket: WebSocket | null = null;
  /** A second one, while the line is doubted: whichever is heard of first is the line. */
  #beside: WebSocket | null = null;
  #isJoined = false;
  /** From the last `joined`. */
  #token: string | null = null;
  #wish: 'none' | 'join' | 'takeover' = 'none';
  #attempts = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hedge: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  /** What opens the relay does not hold for ever. */
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #lookedAt = 0;
  /** Since when it has to show that it lives. */
  #doubtedAt: number | null = null;
  #isHurried = false;
  /** What to join with: there once the pass is. */
  #entrance: Pick<ToServer & { type: 'join' }, 'client'> & Door | null = null;
  /** Counts connections, so that what an older one still says is not taken for the newest one's. */
  #life = 0;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Opens the socket, so that a `join` soon after costs no round trips for that. The server waits some seconds, and this may be called again. */
  prepare(): void {
    if (this.#wish === 'none' && !this.#socket) this.#open();
  }

  /** Takes the seat; where that is done already, nothing. What was given to `send` before goes in the same flight. */
  join(takeover: boolean): void {
    if (this.#wish !== 'none') return;
    this.#wish = takeover ? 'takeover' : 'join';
    this.#attempts = 0;
    void this.#connect();
  }

  /** To another seat; kept until that has acknowledged it. `data` is base64url. */
  send(to: number, data: string): void {
    const path = this.#pathTo(to);
    path.last += 1;
    path.waiting.push({ seq: path.last, data });
    if (this.#isJoined) this.#writeSealed(to, path, path.last);
  }

  /** How many messages that were sent there are not acknowledged yet. */
  waiting(to: number): number {
    return this.#pathTo(to).waiting.length;
  }

  /** While somebody waits for it: a dead line is noticed sooner, and it comes back without long pauses. */
  hurry(on: boolean): void {
    if (this.#isHurried === on) return;
    this.#isHurried = on;
    if (on) this.#ask();
  }

  /** The network may be another one, or be back: whether the line lives is to show at once. */
  doubt(): void {
    if (this.#wish === 'none') return;
    if (this.#isJoined) return this.#ask();
    clearTimeout(this.#retry);
    this.#attempts = 0;
    this.#drop();
    void this.#connect();
  }

  /** Frees the seat and closes. `join` may follow. */
  leave(): void {
    if (this.#isJoined) this.#write({ type: 'leave' });
    this.close();
  }

  /** Closes without a word: the seat is kept for half a minute. */
  close(): void {
    this.#wish = 'none';
    clearTimeout(this.#retry);
    clearTimeout(this.#renewal);
    this.#drop();
  }

  // --- Connecting ---

  async #connect(): Promise<void> {
    // One that was prepared is used; what it has been silent for is no silence.
    const isPrepared = this.#socket !== null && this.#socket.readyState <= OPEN;
    if (!isPrepared) this.#drop();
    this.#heardAt = Date.now();
    const life = this.#life;
    const pass = await this.#pass().catch((error: unknown) => {
      if (life === this.#life) this.#refusedPass(error);
      return null;
    });
    const client = await this.#options.client;
    if (!pass || life !== this.#life) return;
    if (!this.#socket) this.#open();
    this.#entrance = { ...pass, client };
    this.#enter();
  }

  #open(): void {
    this.#drop();
    this.#use(this.#openSocket());
  }

  /** Should the line be dead, its successor is there by the time that this shows. */
  #openBeside(): void {
    const beside = this.#openSocket();
    this.#beside = beside;
    beside.addEventListener('open', () => {
      if (this.#beside === beside) this.#moveTo(beside);
    });
  }

  #moveTo(socket: WebSocket): void {
    this.#beside = null;
    this.#drop();
    this.#use(socket);
    void this.#connect();
  }

  #openSocket(): WebSocket {
    const { url, openSocket = (url, protocol) => new WebSocket(url, protocol) } = this.#options;
    return openSocket(url, PROTOCOL);
  }

  #use(socket: WebSocket): void {
    const life = this.#life;
    this.#socket = socket;
    const ours = (act: (event: never) => void) => (event: Event) => {
      if (life === this.#life) act(event as never);
    };
    socket.addEventListener('open', ours(() => this.#enter()));
    socket.addEventListener('message', ours(({ data }: MessageEvent) => this.#heard(data)));
    socket.addEventListener('close', ours(() => this.#ended()));
    this.#heardAt = this.#lookedAt = Date.now();
    this.#watch = setInterval(() => this.#lookAtLine(), LOOK);
  }

  /** Joins, when everything is there for it, and says right behind it what has never been said. */
  #enter(): void {
    const entrance = this.#entrance;
    if (!entrance || this.#socket?.readyState !== OPEN) return;
    this.#entrance = null;
    const takeover = this.#wish === 'takeover' && { takeover: true as const };
    this.#write({ type: 'join', ...entrance, stream: this.#options.stream, ...takeover });
    for (const [to, path] of this.#outgoing) {
      const first = path.waiting[0]?.seq;
      // What may have come already is sent again only when the server has told what did.
      if (first !== undefined && first > path.said) for (const { seq } of path.waiting) this.#writeSealed(to, path, seq);
      else path.said = 0;
    }
  }

  async #pass(): Promise<Door> {
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

  /** One that was doubted has its successor at once. */
  #ended(): void {
    if (this.#doubtedAt === null) this.#comeBack('offline');
    else this.#moveTo(this.#beside ?? this.#openSocket());
  }

  /** The line is lost: again after a while, longer each time, and not all at once with others. */
  #comeBack(trouble: 'offline' | 'unavailable', after: number | null = null): void {
    this.#drop();
    if (this.#wish === 'none') return;
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#attempts, this.#isHurried ? HURRIED_PAUSE : LONGEST_PAUSE);
    this.#attempts += 1;
    const spread = 1 - SPREAD + 2 * SPREAD * Math.random();
    this.#retry = setTimeout(() => void this.#connect(), after ?? pause * spread);
    this.#options.onEvent({ type: 'lost', trouble });
  }

  #give(code: string): void {
    this.close();
    this.#token = null;
    this.#options.onEvent({ type: 'refused', code });
  }

  #drop(): void {
    this.#life += 1;
    clearInterval(this.#watch);
    this.#isJoined = false;
    this.#entrance = null;
    this.#trust();
    this.#socket?.close();
    this.#socket = null;
  }

  // --- Hearing ---

  #heard(data: unknown): void {
    const silence = Date.now() - this.#heardAt;
    this.#heardAt = Date.now();
    this.#trust();
    const frame = parseFrame(data);
    if (!frame) return this.#comeBack('unavailable');
    if (this.#isJoined && silence > SILENCE) this.#options.onEvent({ type: 'alive' });
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
    this.#renewInTime(joined);
    for (const { seat, acked } of joined.peers) this.#acknowledged(seat, acked);
    for (const [to, path] of this.#outgoing) for (const { seq } of path.waiting) if (seq > path.said) this.#writeSealed(to, path, seq);
    this.#options.onEvent({ type: 'joined', joined });
    for (const message of joined.sealed) this.#deliver(message);
  }

  /** A page that waits all day is to be able to use the relay at its end: it joins once more, for a credential that holds longer. */
  #renewInTime({ ice_servers, now }: Joined): void {
    clearTimeout(this.#renewal);
    const ends = ice_servers.flatMap(({ username }) => (username === undefined ? [] : [Number.parseInt(username, 10) * 1_000]));
    const left = Math.min(...ends) - now;
    // Whose room closes before is given no longer one.
    if (Number.isFinite(left) && left > LEAST) this.#renewal = setTimeout(() => this.#renew(), left - LEAST);
  }

  #renew(): void {
    this.#token = null;
    if (this.#isJoined) this.#moveTo(this.#openSocket());
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

  #writeSealed(to: number, path: Outgoing, seq: number): void {
    const message = path.waiting.find((one) => one.seq === seq);
    if (!message) return;
    this.#write({ type: 'sealed', to, ...message });
    path.said = seq;
  }

  #pathTo(seat: number): Outgoing {
    let path = this.#outgoing.get(seat);
    if (!path) this.#outgoing.set(seat, (path = { last: 0, said: 0, waiting: [] }));
    return path;
  }

  /** Asks whether the line is alive, and gives it up when it isn't. */
  #lookAtLine(): void {
    if (this.#wish === 'none') return;
    const now = Date.now();
    const silence = now - this.#heardAt;
    // A page that stood still has not been listening either.
    const hasListened = now - this.#lookedAt < 2 * LOOK;
    this.#lookedAt = now;
    if (!hasListened && this.#doubtedAt !== null) this.#doubtedAt = now;
    const isDead = this.#doubtedAt !== null && now - this.#doubtedAt >= DOUBT;
    if (isDead || silence >= this.#patience()) return this.#comeBack('offline');
    if (!this.#isJoined) return;
    if (this.#isHurried && silence >= SHORT) this.#ask();
    else if (silence >= QUIET) this.#write({ type: 'ping', n: this.#heardAt });
  }

  /** The answer has to come soon. */
  #ask(): void {
    if (!this.#isJoined || this.#doubtedAt !== null) return;
    this.#doubtedAt = Date.now();
    this.#write({ type: 'ping', n: this.#heardAt });
    this.#hedge = setTimeout(() => this.#openBeside(), HEDGE);
  }

  #trust(): void {
    this.#doubtedAt = null;
    clearTimeout(this.#hedge);
    this.#beside?.close();
    this.#beside = null;
  }

  /** A socket that is being opened while the network comes back may wait for a packet that was lost long ago: a new one is faster. A slow line needs longer, and gets it. */
  #patience(): number {
    return this.#isHurried && !this.#isJoined ? (OPENING[this.#attempts % OPENING.length] ?? DEAD) : DEAD;
  }
}

type Door = { readonly invite: string } | { readonly token: string };

/** What another seat has not acknowledged yet. */
interface Outgoing {
  last: number;
  /** Up to where it was written to this connection, or to an older one. */
  said: number;
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
/** What an answer to a ping may take when there is reason to doubt. */
const DOUBT = 1_500;
/** Most answers are there by then, and nothing is opened in vain. */
const HEDGE = 250;
const SHORT = 1_500;
/** Longer than the server's own pings leave it. */
const SILENCE = 5_000;
const OPENING = [1_500, 1_500, 1_500, 3_000, 1_500, 1_500, 1_500, 6_000];
const FIRST_PAUSE = 500;
const HURRIED_PAUSE = 800;
const LONGEST_PAUSE = 15_000;
const SPREAD = 0.3;
/** What opens the relay is to hold so long still: longer than any visit. It is given for six hours. */
const LEAST = 3 * 3_600_000;
