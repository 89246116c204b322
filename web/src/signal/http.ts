// The HTTP calls (docs/signalling.md section 2).

import type { IceServer } from './wire.ts';

/** The server said no, or could not be asked (`code` is then `offline`). */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';

  constructor(
    /** 0 where no answer came. */
    readonly status: number,
    /** As docs/signalling.md lists them. */
    readonly code: string,
    message: string,
    /** The field of the request that is to blame. */
    readonly field: string | null = null,
    /** Milliseconds to wait before asking again, where the server says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

/** Asks the server this page came from: `post('rooms/list', …)`. Throws an `HttpRefusal` within 15 s. */
export async function post<T>(path: string, body: object, bearer?: string): Promise<T> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`;
  const request: RequestInit = { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) };
  const response = await fetch(`/api/v1/${path}`, request).catch((cause: unknown) => {
    throw new HttpRefusal(0, 'offline', `the server could not be reached: ${String(cause)}`);
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as T;
  throw refusal(response, answer as { error?: { code?: string; message?: string; field?: string } } | null);
}

function refusal(response: Response, answer: { error?: { code?: string; message?: string; field?: string } } | null): HttpRefusal {
  const { code = 'unavailable', message = response.statusText, field = null } = answer?.error ?? {};
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return new HttpRefusal(response.status, code, message, field, Number.isNaN(seconds) ? null : seconds * 1_000);
}

/** What a guest may know before joining. Times are milliseconds since the epoch, by the server's clock. */
export interface Invitation {
  readonly practice: string;
  readonly room: string;
  readonly seat: number;
  readonly epoch: number;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly now: number;
  /** What the practice says to whoever holds the link, in base64url; empty: nothing. */
  readonly sealed_welcome: string;
  /** What the practice's page has left for whoever comes (docs/sealed-signalling.md section 5), in base64url; absent: nothing. */
  readonly prekey?: string;
}

/** Looks a link up; spends nothing. Refused with `invite_invalid`, `over`, `slow_down`, `unavailable` or `offline`. */
export function lookUpInvite(invite: string): Promise<Invitation> {
  return post('invite', { invite });
}

/** The STUN servers, before there is a visit. */
export async function iceServers(): Promise<readonly IceServer[]> {
  return (await post<{ readonly ice_servers: readonly IceServer[] }>('ice', {})).ice_servers;
}

const PATIENCE = 15_000;
