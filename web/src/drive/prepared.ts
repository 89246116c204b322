// What a guest's page makes ready while its person still looks at the camera: nothing of it is said to anybody before `guestVisit`.

import type { Certificate } from '../rtc/certificate.ts';
import type { RelayUse } from '../call/relay-use.ts';
import { type Bytes, decodeBase64url } from '../sealed/bytes.ts';
import { type Fragment, parseFragment } from '../sealed/links.ts';
import { HttpRefusal, type Invitation as Answer } from '../signal/http.ts';
import type { LineEvent } from '../signal/line.ts';
import type { Ready } from './driver.ts';
import { GuestHandshake } from './handshake.ts';
import { pack } from './packing.ts';
import type { Invitation, LineHandle } from './rendezvous.ts';
import { askOtherTabs, type Identity } from './tabs.ts';
import { lineOptions, type Tools } from './tools.ts';
import { Warm } from './warm.ts';

/** What the server says of a link, as far as it matters here. */
export type Known = Invitation & Pick<Answer, 'prekey'>;

export class Prepared {
  readonly invite: string;
  readonly certificate: Promise<Certificate>;
  /** Another tab is in the visit, as this guest. */
  found: Identity | null = null;
  readonly #link: Fragment;
  readonly #relay: RelayUse;
  readonly #tools: Tools;
  readonly #line: LineHandle;
  readonly #stopAsking: () => void;
  #tell: (event: LineEvent) => void = () => undefined;
  #settle: (client: string) => void = () => undefined;
  #ready: (Ready & { readonly invitation: Invitation }) | null = null;
  #begunAt = -Infinity;
  #isTaken = false;

  constructor(invite: string, fragment: string, relay: RelayUse, tools: Tools) {
    const client = new Promise<string>((resolve) => (this.#settle = resolve));
    this.invite = invite;
    this.#tools = tools;
    this.#line = tools.openLine(lineOptions({ client, pass: { invite } }, (event) => this.#tell(event)));
    this.certificate = tools.makeCertificate();
    this.#link = parseFragment(fragment);
    this.#relay = relay;
    this.#stopAsking = askOtherTabs(invite, (identity) => (this.found = identity));
  }

  /** Again with each sign of life: the server waits some seconds for a join only, and a path that was looked for long ago may not be there any more. */
  renew(known: Known): void {
    this.#line.prepare();
    if (performance.now() - this.#begunAt < STALE) return;
    const isFirst = this.#begunAt === -Infinity;
    this.#begunAt = performance.now();
    this.#begin(known, isFirst).catch((error: unknown) => {
      // Then the handshake begins with the join.
      if (!(error instanceof HttpRefusal)) throw error;
    });
  }

  /** For the visit that begins now: its line, and what else is ready for this very appointment. */
  take(client: string, invitation: Invitation | null): { readonly openLine: Tools['openLine']; readonly ready: Ready | null } {
    this.#isTaken = true;
    this.#stopAsking();
    this.#settle(client);
    const ready = this.#ready;
    const isRight = ready?.invitation.room === invitation?.room && ready?.invitation.epoch === invitation?.epoch && ready?.invitation.seat === invitation?.seat && this.#mayLead(ready);
    if (!isRight) ready?.warm.close();
    const openLine: Tools['openLine'] = ({ onEvent }) => {
      this.#tell = onEvent;
      return this.#line;
    };
    return { openLine, ready: isRight ? ready : null };
  }

  /** Another link is looked at. */
  drop(): void {
    this.#isTaken = true;
    this.#stopAsking();
    this.#ready?.warm.close();
  }

  /** The relay is told of with the join only: where this network lets no UDP out, what was made ready without it leads nowhere. */
  #mayLead(ready: Ready | null): boolean {
    return this.#relay === 'never' || (ready?.warm.isOpen ?? false);
  }

  async #begin(known: Known, isFirst: boolean): Promise<void> {
    const { connect, iceServers, lookUpInvite } = this.#tools;
    const [{ prekey, room, epoch, seat }, servers, own] = await Promise.all([isFirst ? known : lookUpInvite(this.invite), iceServers(), this.certificate]);
    const left = decodeBase64url(prekey ?? '');
    // Without a prekey nothing could be said earlier.
    if (!left?.length || this.#isTaken) return;
    this.#ready?.warm.close();
    const handshake = new GuestHandshake(this.#link);
    const begun = handshake.begin({ room, epoch, guest: seat }, own.fingerprint, left);
    begun.catch(() => undefined);
    const warm = new Warm(connect, 'guest', { certificate: own.certificate, iceServers: servers });
    warm.connection.offer();
    // Once: as soon as it is whole, or when it is needed.
    let sealed: Promise<Bytes | null> | null = null;
    const early = () => (sealed ??= begun.then(() => sealOffer(handshake, warm)));
    this.#ready = { handshake, begun, warm, early, invitation: { room, epoch, seat } };
    await warm.described(true, STUN);
    await early();
  }
}

async function sealOffer(handshake: GuestHandshake, warm: Warm): Promise<Bytes | null> {
  const offer = warm.description;
  warm.told = offer;
  return offer && handshake.sealEarly(await pack(offer));
}

/** Milliseconds after which candidates are gathered anew. */
const STALE = 20_000;
const STUN = 3_000;
