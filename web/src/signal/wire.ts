// What the page and the server say to each other over the WebSocket (docs/signalling.md section 3). `proto/signal/v1` has one example of each.

/** What the page says. */
export type ToServer =
  | ({ readonly type: 'join'; readonly client: string; readonly stream: string; readonly takeover?: true } & ({ readonly invite: string } | { readonly token: string }))
  | { readonly type: 'sealed'; readonly to: number; readonly seq: number; readonly data: string }
  | { readonly type: 'ack'; readonly to: number; readonly stream: string; readonly seq: number }
  | { readonly type: 'ping' | 'pong'; readonly n: number }
  | { readonly type: 'leave' }
  | { readonly type: 'evict'; readonly seat: number };

/** What the server says. */
export type FromServer =
  | Joined
  | Peer
  | Sealed
  | { readonly type: 'ack'; readonly from: number; readonly seq: number }
  | { readonly type: 'ping' | 'pong'; readonly n: number }
  | ServerError;

/** A STUN server; or a TURN server, with what opens it. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** One is in. Times are milliseconds since the epoch. */
export interface Joined {
  readonly type: 'joined';
  readonly room: string;
  readonly epoch: number;
  readonly seat: number;
  readonly role: 'practice' | 'guest';
  readonly starts_at: number;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly now: number;
  /** Lets one come back for some minutes, without session-d. */
  readonly token: string;
  readonly ice_servers: readonly IceServer[];
  readonly peers: readonly (Omit<Peer, 'type'> & { readonly acked: number })[];
  /** What waited for this seat, in order. */
  readonly sealed: readonly Omit<Sealed, 'type'>[];
}

/** The state of another seat. */
export interface Peer {
  readonly type: 'peer';
  readonly seat: number;
  readonly role: 'practice' | 'guest';
  readonly presence: 'here' | 'away' | 'gone';
  /** The life of its page; absent when nobody is there. */
  readonly stream?: string;
}

/** Bytes (base64url) from another seat that only this one can read. */
export interface Sealed {
  readonly type: 'sealed';
  readonly from: number;
  readonly stream: string;
  readonly seq: number;
  readonly data: string;
}

/** Why the connection ends now. */
export interface ServerError {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
  readonly retry_after_ms?: number;
  readonly opens_at?: number;
}

/** Reads a frame; `null` when it is none of this protocol. A newer server may say more in a frame than we know; what we use must be right. */
export function parseFrame(frame: unknown): FromServer | null {
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
const seat: Check = (value) => count(value) && (value as number) <= 3;
const id: Check = (value) => text(value) && /^[\w-]{22}$/.test(value as string);
const oneOf = (...values: string[]): Check => (value) => values.includes(value as string);
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const all = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const form = (fields: Record<string, Check>): Check => (value) => isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const ROLE = oneOf('practice', 'guest');
const PEER = { seat, role: ROLE, presence: oneOf('here', 'away', 'gone'), stream: optional(id) };
const isPresent: Check = (value) => isObject(value) && (value['presence'] === 'gone') === (value['stream'] === undefined);
const SEALED = { from: seat, stream: id, seq: count, data: text };
const ICE_SERVER: Check = (value) =>
  form({ urls: all((url) => text(url) && /^stuns?:|^turns?:/.test(url as string)), username: optional(text), credential: optional(text) })(value) && isComplete(value as IceServer);
/** RTCPeerConnection refuses all of them for a TURN server that nothing opens. */
const isComplete = ({ urls, username, credential }: IceServer): boolean => !urls.some((url) => url.startsWith('turn')) || (username !== undefined && credential !== undefined);

const FORMS: Readonly<Record<string, Check>> = {
  joined: form({
    room: (value) => text(value) && /^[\da-f]{32}$/.test(value as string),
    epoch: count,
    seat,
    role: ROLE,
    starts_at: count,
    opens_at: count,
    closes_at: count,
    now: count,
    token: text,
    ice_servers: all(ICE_SERVER),
    peers: all((peer) => form({ ...PEER, acked: count })(peer) && isPresent(peer)),
    sealed: all(form(SEALED)),
  }),
  peer: (value) => form(PEER)(value) && isPresent(value),
  sealed: form(SEALED),
  ack: form({ from: seat, seq: count }),
  ping: form({ n: count }),
  pong: form({ n: count }),
  error: form({ code: text, message: text, retry_after_ms: optional(count), opens_at: optional(count) }),
};

// 64 waiting messages of 36 864 bytes, base64url: what `joined` may hold on each of three paths.
const LONGEST_FRAME = 4 * 1024 * 1024;
