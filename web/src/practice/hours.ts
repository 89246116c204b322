// Open consultation hours: lasting links by which guests queue up, each in a room of their own (docs/signalling.md sections 1 and 2). Key and link of an hour come from
// the console's secret, as those of a room do, with the hour's id in the room id's place.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type Bytes, decodeBase64url, encodeBase64url } from '../sealed/bytes.ts';
import { NOTHING } from '../sealed/crypto.ts';
import { identityHash, invite, inviteHash, issuerSecret, link, roomKey } from '../sealed/links.ts';
import { newRoom, type Welcome } from './appointments.ts';
import { identityPoint, type Keys, labelKey } from './keys.ts';
import { openLabel, sealLabel } from './label.ts';
import { CONSOLE, GUEST } from './reader.ts';
import type { Session } from './session.ts';

export interface Hour {
  readonly id: string;
  /** What the practice calls it; may be empty. */
  readonly name: string;
  /** The lasting link; `null` on a staff device, which can't make it. */
  readonly url: string | null;
  /** Guests may come in until then, by the server's clock; `null`: closed. */
  readonly openUntil: number | null;
  readonly createdAt: number;
}

/** All calls throw an `HttpRefusal`. */
export class Hours {
  private readonly known = signal<readonly Hour[] | null>(null);
  private ours: ReadonlySet<string> = new Set();
  private heardOf: ReadonlySet<string> = new Set();

  private constructor(
    private readonly session: Session,
    private readonly origin: string,
    private readonly labels: CryptoKey,
    private readonly issuer: Bytes | null,
    private readonly practice: Bytes,
    private readonly welcome: Welcome | null,
  ) {}

  static async of(session: Session, keys: Keys, origin: string, welcome: Welcome | null = null): Promise<Hours> {
    const [issuer, practice, labels] = await Promise.all([
      keys.role === 'doctor' ? issuerSecret(keys.secret, CONSOLE) : null,
      identityPoint(keys).then(identityHash),
      labelKey(keys),
    ]);
    return new Hours(session, origin, labels, issuer, practice, welcome);
  }

  /** Those that hold, by when they were made; `null` before the first `refresh`. */
  get list(): ReadonlySignal<readonly Hour[] | null> {
    return this.known;
  }

  /** Also one that is revoked by now: who came by it may still be there. */
  isOurs(id: string): boolean {
    return this.ours.has(id);
  }

  /** Whether the last answer told of it. */
  knows(id: string): boolean {
    return this.heardOf.has(id);
  }

  async refresh(): Promise<void> {
    const { hours } = await this.session.call<{ hours: readonly Listed[] }>('hours/list', {});
    const read = await Promise.all(hours.map((one) => this.read(one)));
    this.heardOf = new Set(hours.map(({ id }) => id));
    this.ours = new Set(read.flatMap((one) => one?.hour.id ?? []));
    this.known.value = read.flatMap((one) => (one && !one.isRevoked ? one.hour : []));
  }

  /** A lasting link; closed at first. Twice with the same `id` it is made once. */
  async create(name: string, id = newRoom()): Promise<void> {
    const { issuer } = this;
    if (!issuer) throw new Error('a staff device makes no lasting link');
    const welcome = (await this.welcome?.(id, await roomKey(issuer, id))) ?? '';
    await this.session.call('hours', {
      hour: id,
      sha256: await inviteHash(await invite(issuer, id, GUEST, 0)),
      sealed_label: encodeBase64url(await sealLabel(this.labels, id, { text: name })),
      request_id: id,
      ...(welcome !== '' && { sealed_welcome: welcome }),
    });
    await this.refresh();
  }

  /** `until`: by the server's clock, at most 12 hours ahead. */
  async open({ id }: Hour, until: number): Promise<void> {
    await this.session.call(`hours/${id}/open`, { until }).finally(() => this.refresh());
  }

  /** Nobody new comes in; who waits, stays. */
  async close({ id }: Hour): Promise<void> {
    await this.session.call(`hours/${id}/close`, {}).finally(() => this.refresh());
  }

  /** The link leads nowhere any more, and another one takes its place, closed. */
  async renew(hour: Hour): Promise<void> {
    await this.session.call(`hours/${hour.id}/revoke`, {});
    await this.create(hour.name);
  }

  /** For good. */
  async revoke({ id }: Hour): Promise<void> {
    await this.session.call(`hours/${id}/revoke`, {}).finally(() => this.refresh());
  }

  /** What guests read before they come in has changed. */
  async renewWelcomes(): Promise<void> {
    const { issuer, welcome } = this;
    if (!issuer || !welcome) return;
    await this.refresh();
    for (const { id } of this.known.value ?? []) await this.session.call(`hours/${id}/welcome`, { sealed_welcome: await welcome(id, await roomKey(issuer, id)) });
  }

  /** `null` where it was made with other keys than this browser's. */
  private async read({ id, sealed_label, open_until, revoked, created_at }: Listed): Promise<{ readonly hour: Hour; readonly isRevoked: boolean } | null> {
    const label = await openLabel(this.labels, id, decodeBase64url(sealed_label) ?? NOTHING);
    if (!label) return null;
    const { issuer, origin, practice } = this;
    const url = issuer && link(origin, await invite(issuer, id, GUEST, 0), { roomKey: await roomKey(issuer, id), practice });
    return { hour: { id, name: label.text, url, openUntil: open_until, createdAt: created_at }, isRevoked: revoked };
  }
}

/** As docs/signalling.md section 2 has it. */
interface Listed {
  readonly id: string;
  readonly sealed_label: string;
  readonly open_until: number | null;
  readonly revoked: boolean;
  readonly created_at: number;
}
