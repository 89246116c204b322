// How this browser asks the server as a device of its practice (docs/signalling.md section 2).

import { type ReadonlySignal, signal } from '@preact/signals';
import { concat, decodeBase64url, encodeBase64url, utf8 } from '../sealed/bytes.ts';
import { HttpRefusal, post } from '../signal/http.ts';
import type { Clock } from './clock.ts';
import { sign } from './keys.ts';
import type { Outcome } from './outcome.ts';
import type { Device } from './store.ts';

/**
 * Calls in the name of a device. Signs in when the first call needs it; the token is kept in memory only.
 *
 * Once the server has refused the sign-in, the device is revoked: `isRevoked` says so and stays.
 */
export class Session {
  private current: Token | null = null;
  private signingIn: Promise<Token> | null = null;
  private readonly revoked = signal(false);
  private isOver = false;
  private readonly relay = signal(false);
  private countsOutcomes = false;

  constructor(
    private readonly device: Pick<Device, 'id' | 'key'>,
    private readonly clock: Clock,
  ) {}

  get isRevoked(): ReadonlySignal<boolean> {
    return this.revoked;
  }

  /** Whether the operator has a relay (TURN). Known with the first sign-in. */
  get hasRelay(): ReadonlySignal<boolean> {
    return this.relay;
  }

  /** `post` with the device's token. Throws an `HttpRefusal`; its code is `sign_in_failed` once the device is revoked. */
  async call<T>(path: string, body: object): Promise<T> {
    const { token } = await this.validToken();
    return this.ask<T>(path, body, token).catch(async (cause: unknown) => {
      if (!(cause instanceof HttpRefusal) || cause.status !== 401) throw cause;
      // The token was good when we looked: the server has new keys, or has revoked us. Signing in again tells which.
      if (this.current?.token === token) this.current = null;
      return this.ask<T>(path, body, (await this.validToken()).token);
    });
  }

  /** What came of looking for a way to a guest, and after how long: for an operator who counts that. Throws as `call` does. */
  async reportOutcome(outcome: Outcome, tookMs: number): Promise<void> {
    if (this.countsOutcomes) await this.call('outcome', { outcome, took_ms: tookMs });
  }

  /** What signs this device in elsewhere than in a call; good for a minute at least. Throws as `call` does. */
  async token(): Promise<string> {
    return (await this.validToken()).token;
  }

  /** Asks for nothing any more: what was begun gets its answer, and what would follow from that is refused. */
  end(): void {
    this.isOver = true;
  }

  private async ask<T>(path: string, body: object, token?: string): Promise<T> {
    if (this.isOver) throw new HttpRefusal(0, 'offline', 'this session is over');
    return post<T>(path, body, token);
  }

  private async validToken(): Promise<Token> {
    if (this.current && this.current.expiresAt - this.clock.now() > MARGIN) return this.current;
    // Calls that come while one signs in wait for that one.
    this.signingIn ??= this.signIn().finally(() => {
      this.signingIn = null;
    });
    return this.signingIn;
  }

  private async signIn(): Promise<Token> {
    if (this.revoked.value) throw REVOKED;
    try {
      // A challenge is good for a minute: where the line took longer, the second one tells that it was only this.
      this.current = await this.answerChallenge().catch((cause: unknown) => {
        if (isSignInFailed(cause)) return this.answerChallenge();
        throw cause;
      });
      return this.current;
    } catch (cause) {
      if (isSignInFailed(cause)) this.revoked.value = true;
      throw cause;
    }
  }

  private async answerChallenge(): Promise<Token> {
    const { id, key } = this.device;
    const { challenge } = await this.ask<{ challenge: string }>('device/challenge', { device: id });
    const bytes = decodeBase64url(challenge);
    if (!bytes) throw new HttpRefusal(200, 'unavailable', 'the challenge is no base64url');
    const signature = encodeBase64url(await sign(key, concat(utf8(LABEL), Uint8Array.of(0), bytes)));
    const answer = await this.ask<{ token: string; expires_at: number; has_relay: boolean; counts_outcomes?: boolean }>('device/session', { device: id, challenge, signature });
    this.relay.value = answer.has_relay;
    // Servers of before don't say.
    this.countsOutcomes = answer.counts_outcomes ?? false;
    return { token: answer.token, expiresAt: answer.expires_at };
  }
}

interface Token {
  readonly token: string;
  /** By the server's clock. */
  readonly expiresAt: number;
}

function isSignInFailed(cause: unknown): boolean {
  return cause instanceof HttpRefusal && cause.code === 'sign_in_failed';
}

const LABEL = 'visite device sign-in v1';
/** Renewed this long before it runs out, in milliseconds. */
const MARGIN = 60_000;
const REVOKED = new HttpRefusal(401, 'sign_in_failed', 'this device may not sign in any more');
