// @vitest-environment happy-dom
// Whole visits of two, three and four, with real handshakes and seals: the server, the browsers' connections and their paths are pretended.
import { effect, signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ControlMessage } from '../call/control.ts';
import type { Connection, ConnectionEvent, ConnectionOptions, Tracks } from '../rtc/connection.ts';
import type { LocalDevices } from '../rtc/media.ts';
import type { Description } from '../rtc/negotiation.ts';
import type { RelayUse } from '../call/relay-use.ts';
import type { IceServer } from '../rtc/relay.ts';
import { pretendDevices } from '../practice/pretend.ts';
import { encodeFragment, identityHash } from '../sealed/links.ts';
import type { Invitation } from '../signal/http.ts';
import type { LineEvent, LineOptions } from '../signal/line.ts';
import type { Joined } from '../signal/wire.ts';
import { guestVisit, prepareGuest } from './guest.ts';
import { practiceVisit } from './practice.ts';
import type { Known } from './prepared.ts';
import type { LineHandle } from './rendezvous.ts';
import type { Tools } from './tools.ts';
import type { Identity, SeatPlan, Visit } from './visit.ts';

let clinic: Clinic;

beforeEach(async () => {
  sessionStorage.clear();
  clinic = await Clinic.open();
});
afterEach(() => clinic.close());

describe('the way that a practice allows', { timeout: 60_000 }, () => {
  const STUN = { urls: ['stun:s'] };
  const TURN = { urls: ['turn:t'], username: '9:tag', credential: 'c' };
  const ALL = [STUN, TURN];

  /** What the browsers of the two were told on their last connections. */
  async function connect(relay: RelayUse, iceServers: readonly IceServer[] = ALL): Promise<readonly Pick<ConnectionOptions, 'iceServers' | 'route'>[]> {
    Object.assign(clinic, { relay, iceServers });
    const [practice] = [clinic.practice(), clinic.guest(1, 'Anna')];
    await inLobby(practice, 1, 'Anna');
    return ['Praxis', 'Anna'].map((name) => clinic.connections.findLast(({ owner }) => owner === name)!.options);
  }

  it('direct only: neither browser hears of the relay, and the practice takes no way by one', async () => {
    expect(await connect('never')).toMatchObject([
      { iceServers: [STUN], route: 'direct' },
      { iceServers: [STUN], route: 'any' },
    ]);
    expect(clinic.connections.every(({ options }) => options.iceServers.every((server) => server.username === undefined))).toBe(true);
  });

  it('the relay if needed: both may use it', async () => {
    expect(await connect('if-needed')).toMatchObject([
      { iceServers: ALL, route: 'any' },
      { iceServers: ALL, route: 'any' },
    ]);
  });

  it('the relay only: the practice shows no other address, and does not look what its own would be', async () => {
    expect(await connect('only')).toMatchObject([
      { iceServers: ALL, route: 'relayed' },
      { iceServers: ALL, route: 'any' },
    ]);
    expect(clinic.looks).toEqual([]);
  });

  it.each<[RelayUse, readonly IceServer[]]>([['if-needed', ALL], ['never', [STUN]]])('%s: it holds between two guests as well', async (relay, servers) => {
    Object.assign(clinic, { relay, iceServers: ALL });

    await clinic.three();

    const mesh = clinic.connections.filter(({ owner, other }) => owner !== 'Praxis' && other && other.owner !== 'Praxis');
    expect(mesh.length).toBeGreaterThan(0);
    for (const { options } of mesh) expect(options).toMatchObject({ iceServers: servers, route: 'any' });
  });

  it('the relay only, and the server tells of none: nothing is connected, and the practice knows why', async () => {
    Object.assign(clinic, { relay: 'only', iceServers: [STUN] });
    const practice = clinic.practice();
    clinic.guest(1, 'Anna');

    const call = seat(practice, 1).call;
    await until(() => call.value.phase.name === 'no-path');

    expect(call.value.phase).toMatchObject({ isRelayMissing: true });
    expect(clinic.connections.filter(({ owner }) => owner === 'Praxis')).toEqual([]);
  });

  it('what is not known yet leads to no connection', async () => {
    clinic.relay = null;
    const practice = clinic.practice();
    clinic.guest(1, 'Anna');

    const call = seat(practice, 1).call;
    await until(() => call.value.phase.name === 'connecting' && call.value.phase.progress.step === 'path');

    expect(clinic.connections.filter(({ owner }) => owner === 'Praxis')).toEqual([]);
  });

  it.each<[RelayUse, string, number]>([
    ['never', 'host', 1],
    ['if-needed', 'srflx', 1],
    // The relay, which this guest needs, is told of with the join.
    ['if-needed', 'host', 3],
    ['only', 'host', 3],
  ])('%s: what the guest’s page has made ready, with candidates of type %s, is used or not', async (relay, type, trips) => {
    Object.assign(clinic, { relay, iceServers: ALL, finds: `candidate:1 1 udp 1 192.0.2.7 5000 typ ${type} raddr 0.0.0.0 rport 0` });
    const practice = await clinic.readyFor(1, 'Anna');

    clinic.prepared(1, 'Anna').start();
    await inLobby(practice, 1, 'Anna');

    expect(clinic.offers).toEqual([trips]);
  });
});

describe('two', { timeout: 60_000 }, () => {
  it('see each other only when the practice says so', async () => {
    const [practice, anna] = [clinic.practice(), clinic.guest(1, 'Anna')];
    await inLobby(practice, 1, 'Anna');
    expect(clinic.attached()).toEqual([]);

    practice.admit();
    await inCall(practice, anna);

    expect(practice.people.value).toMatchObject([{ key: 'peer', name: 'Anna', part: 'patient', state: 'here' }]);
    expect(anna.people.value).toMatchObject([{ key: 'peer', name: 'Praxis', part: 'practice', state: 'here' }]);
    expect(clinic.attached()).toEqual(['Anna', 'Praxis']);
  });

  it('come to the practice’s name for the guest in three one-way trips of what is signalled, where the guest was prepared', async () => {
    const practice = clinic.practice();
    await until(() => practice.call.value.phase.name === 'waiting');
    const anna = clinic.prepared(1, 'Anna');
    anna.prepare();

    anna.start();
    await until(() => clinic.offers.length > 0);

    expect(clinic.offers).toEqual([3]);
  });

  it('come there in one where the practice was there before and the guest’s page was ready', async () => {
    const practice = await clinic.readyFor(1, 'Anna');

    const anna = clinic.prepared(1, 'Anna');
    anna.start();

    await inLobby(practice, 1, 'Anna');
    expect(clinic.offers).toEqual([1]);
    expect(clinic.connections.filter(({ isClosed, other }) => !isClosed && other).map(({ owner }) => owner)).toEqual(expect.arrayContaining(['Anna', 'Praxis']));
  });

  it('a practice that waits looks how its router maps, again each minute, until it is gone', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const practice = clinic.practice(ONE);
      await until(() => clinic.looks.length > 0);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(clinic.looks).toEqual(['Praxis', 'Praxis']);

      practice.dispose();
      await vi.advanceTimersByTimeAsync(300_000);

      expect(clinic.looks).toEqual(['Praxis', 'Praxis']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('the next guest, too, finds a prekey', async () => {
    const practice = await clinic.readyFor(1, 'Anna');
    const anna = clinic.prepared(1, 'Anna');
    anna.start();
    await inLobby(practice, 1, 'Anna');
    anna.hangUp();
    await until(() => practice.call.value.phase.name === 'waiting');
    anna.dispose();
    clinic.forgetTrips();
    await clinic.readyFor(1, 'Anna', practice);

    clinic.prepared(1, 'Anna').start();

    await inLobby(practice, 1, 'Anna');
    expect(clinic.offers).toEqual([1, 1]);
  });

  it('meet as well when the practice’s page was loaded anew after the guest’s had looked', async () => {
    const practice = await clinic.readyFor(1, 'Anna');
    practice.dispose();
    const again = clinic.practice();
    await until(() => again.call.value.phase.name === 'waiting');

    clinic.prepared(1, 'Anna').start();

    await inLobby(again, 1, 'Anna');
    expect(clinic.offers).toEqual([3]);
  });

  it('a guest whose early offer shows another certificate than its handshake is not met', async () => {
    clinic.forgesEarly = 'Anna';
    const practice = await clinic.readyFor(1, 'Anna');

    clinic.prepared(1, 'Anna').start();

    await until(() => practice.call.value.phase.name === 'over');
    expect(practice.call.value.phase).toMatchObject({ reason: 'untrusted' });
    expect(practice.people.value).toEqual([]);
  });

  it('do so as well when a page that was prepared is loaded anew', async () => {
    const practice = clinic.practice();
    const anna = clinic.prepared(1, 'Anna');
    anna.start();
    await inLobby(practice, 1, 'Anna');
    practice.admit();
    await inCall(practice, anna);
    anna.dispose();
    await until(() => practice.call.value.phase.name === 'interrupted');
    clinic.forgetTrips();

    await inCall(practice, clinic.guest(1, 'Anna'));

    expect(clinic.offers.at(-1)).toBe(3);
  });

  it('need two more where nothing was known before the join', async () => {
    const practice = clinic.practice();
    await until(() => practice.call.value.phase.name === 'waiting');
    clinic.guest(1, 'Anna');

    await until(() => clinic.offers.length > 0);

    expect(clinic.offers).toEqual([5]);
  });

  it('meet on the line that was opened while the guest was still looking at its camera', async () => {
    const practice = clinic.practice();
    clinic.getReady(1, 'Anna');
    clinic.getReady(1, 'Anna');
    expect(clinic.lines).toEqual(['Praxis', 'Anna']);

    clinic.guest(1, 'Anna');

    await inLobby(practice, 1, 'Anna');
    expect(clinic.lines).toEqual(['Praxis', 'Anna']);
  });

  it('meet also when the appointment was moved between the invite’s answer and the join', async () => {
    const practice = clinic.practice();
    const anna = clinic.prepared(1, 'Anna', 7);

    anna.start();

    await inLobby(practice, 1, 'Anna');
  });

  it('meet when the practice comes after a guest that was prepared', async () => {
    const anna = clinic.prepared(1, 'Anna');
    anna.start();
    await until(() => anna.call.value.phase.name === 'waiting');

    const practice = clinic.practice();

    await inLobby(practice, 1, 'Anna');
  });

  it('are on hold, and hear from the practice', async () => {
    const [practice, anna] = await clinic.talking();
    practice.hold();
    await until(() => anna.call.value.phase.name === 'lobby');

    expect(anna.call.value.phase).toMatchObject({ isHeld: true });
    expect(clinic.attached()).toEqual([]);
    expect(practice.tell('Noch zehn Minuten.')).toBe(true);
    await until(() => anna.notices.value.length > 0);
    expect(anna.notices.value).toMatchObject([{ text: 'Noch zehn Minuten.' }]);

    practice.admit();
    await inCall(practice, anna);
    expect(clinic.attached()).toEqual(['Anna', 'Praxis']);
  });

  it.each([
    ['that was open before stays open for the next patient', devices, 0],
    ['that was opened for the visit is closed with it', pretendDevices, 1],
  ])('the practice’s camera %s', async (_, make, closings) => {
    const local = make();
    const close = vi.spyOn(local, 'close');
    const [practice, anna] = [clinic.practice(ONE, local), clinic.guest(1, 'Anna')];
    await inLobby(practice, 1, 'Anna');
    practice.admit();
    await inCall(practice, anna);

    practice.hangUp();
    practice.dispose();

    expect(close).toHaveBeenCalledTimes(closings);
  });

  it('a guest that loads its page anew is in the call again without a click', async () => {
    const [practice, anna] = await clinic.talking();

    anna.dispose();
    await until(() => practice.call.value.phase.name === 'interrupted');
    const again = clinic.guest(1, 'Anna');

    await inCall(practice, again);
  });

  it('a second page of the same guest takes over, and the first one lets it', async () => {
    const [practice, anna] = await clinic.talking();

    const second = clinic.guest(1, 'Anna');
    await inCall(practice, second);

    expect(anna.call.value.phase).toEqual({ name: 'over', reason: 'taken-over' });
    expect(practice.people.value).toMatchObject([{ name: 'Anna', state: 'here' }]);
    const open = vi.spyOn(anna.local, 'open');
    anna.retry();
    await until(() => second.call.value.phase.name === 'over');
    await inCall(practice, anna);
    expect(open).toHaveBeenCalledWith({ microphone: true, camera: true });
  });

  it('the same link in another tab of the browser takes over, as the same guest', async () => {
    const [practice, anna] = await clinic.talking();
    // Another tab has a storage of its own.
    const kept = { ...sessionStorage };
    sessionStorage.clear();
    clinic.getReady(1, 'Anna');
    await new Promise((resolve) => setTimeout(resolve, 100));

    const second = clinic.guest(1, 'Anna');
    await inCall(practice, second);

    expect(kept).not.toEqual({});
    expect(anna.call.value.phase).toEqual({ name: 'over', reason: 'taken-over' });
  });

  it('somebody else with the same link does not', async () => {
    const [practice, anna] = await clinic.talking();
    sessionStorage.clear();

    const other = clinic.guest(1, 'Otto');
    await until(() => other.call.value.phase.name === 'over');

    expect(other.call.value.phase).toEqual({ name: 'over', reason: 'occupied' });
    await inCall(practice, anna);
  });

  it('a path that is lost is replaced at once when the line comes back, and the old one stands by until then', async () => {
    const [practice, anna] = await clinic.talking();
    const standing = clinic.between('Anna', 'Praxis');

    clinic.cut('Anna');
    await until(() => anna.call.value.phase.name === 'interrupted' && practice.call.value.phase.name === 'interrupted');
    expect(standing.isClosed).toBe(false);
    expect(practice.people.value).toMatchObject([{ state: 'interrupted' }]);
    clinic.mend('Anna');

    const began = performance.now();
    await inCall(practice, anna);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(clinic.attached()).toEqual(['Anna', 'Praxis']);
  });
});

describe('a path that only the practice lost, and has again when the guest hears of it', () => {
  it('goes on: the handshake that was begun for it is let go', async () => {
    const [practice, anna] = await clinic.talking();
    const [ours, theirs] = [clinic.between('Praxis', 'Anna'), clinic.between('Anna', 'Praxis')];
    const phases: string[] = [];
    const end = effect(() => void (phases.at(-1) !== anna.call.value.phase.name && phases.push(anna.call.value.phase.name)));

    for (const type of ['stalled', 'path-lost', 'path-up'] as const) ours.options.onEvent({ type });
    await until(() => phases.includes('interrupted'));
    await inCall(practice, anna);
    end();

    await new Promise((resolve) => setTimeout(resolve, 20 * TRIP));
    expect([clinic.between('Praxis', 'Anna'), clinic.between('Anna', 'Praxis')]).toEqual([ours, theirs]);
    expect(phases).toEqual(['in-call', 'interrupted', 'in-call']);
  });
});

describe('three and four', { timeout: 60_000 }, () => {
  it('are a mesh: everybody sees everybody, and nobody before being let in', async () => {
    const [practice, anna, boris] = await clinic.three();

    expect(names(practice)).toEqual(['Anna', 'Boris']);
    expect(names(anna)).toEqual(['Praxis', 'Boris']);
    expect(names(boris)).toEqual(['Praxis', 'Anna']);
    expect(boris.people.value.map(({ key, part }) => [key, part])).toEqual([['peer', 'practice'], ['seat-1', 'patient']]);
    expect(boris.part.value).toBe('interpreter');

    practice.setSeats([...TWO, { seat: 3, part: 'companion' }]);
    const clara = clinic.guest(3, 'Clara');
    await inLobby(practice, 3, 'Clara');
    expect(names(anna)).toEqual(['Praxis', 'Boris']);
    seat(practice, 3).admit();
    await until(() => [practice, anna, boris, clara].every((visit) => allHere(visit, 3)));
    expect(names(clara)).toEqual(['Praxis', 'Anna', 'Boris']);
  });

  it('write to everybody, once', async () => {
    const [practice, anna, boris] = await clinic.three();

    expect(practice.sendChat('Guten Tag')).toBe(true);
    expect(boris.sendChat('Добрий день')).toBe(true);
    await until(() => [practice, anna, boris].every(({ messages }) => messages.value.length === 2));

    expect(anna.messages.value).toMatchObject([
      { from: 'peer', name: 'Praxis', text: 'Guten Tag' },
      { from: 'peer', name: 'Boris', text: 'Добрий день' },
    ]);
  });

  it('one that is put on hold, and comes back, disturbs no other', async () => {
    const [practice, anna, boris] = await clinic.three();
    const standing = clinic.between('Praxis', 'Anna');

    seat(practice, 2).hold();
    await until(() => anna.people.value.length === 1 && boris.call.value.phase.name === 'lobby');
    expect(boris.people.value).toEqual([]);
    seat(practice, 2).admit();
    await until(() => [practice, anna, boris].every((visit) => allHere(visit, 2)));

    expect(clinic.between('Praxis', 'Anna')).toBe(standing);
    expect(standing.isClosed).toBe(false);
  });

  it('one is removed, and may come again; the others talk on', async () => {
    const [practice, anna, boris] = await clinic.three();

    practice.remove('seat-2');
    await until(() => boris.call.value.phase.name === 'over' && names(anna).length === 1);

    expect(practice.call.value.phase.name).toBe('in-call');
    expect(names(practice)).toEqual(['Anna']);
    clinic.guest(2, 'Boris');
    await inLobby(practice, 2, 'Boris');
  });

  it('the first goes, and the others talk on; with the last the visit is over', async () => {
    const [practice, anna, boris] = await clinic.three();

    anna.hangUp();
    await until(() => names(boris).length === 1);
    expect(practice.call.value.phase).toMatchObject({ name: 'in-call', link: { peer: { name: 'Boris' } } });

    boris.hangUp();
    await until(() => practice.call.value.phase.name === 'over');
    expect(practice.call.value.phase).toEqual({ name: 'over', reason: 'peer-left' });
  });

  it('one loads its page anew, and is with all again; the others are not disturbed', async () => {
    const [practice, anna, boris] = await clinic.three();
    const standing = clinic.between('Praxis', 'Anna');

    boris.dispose();
    await until(() => names(practice).length === 2 && !allHere(practice, 2));
    const again = clinic.guest(2, 'Boris');
    await until(() => [practice, anna, again].every((visit) => allHere(visit, 2)));

    expect(standing.isClosed).toBe(false);
    expect(names(anna)).toEqual(['Praxis', 'Boris']);
  });

  it('the path between two guests breaks for good: the practice introduces them anew', async () => {
    const [, anna, boris] = await clinic.three();
    const standing = clinic.between('Anna', 'Boris');

    standing.breakFor();
    await until(() => !allHere(anna, 2));
    await until(() => allHere(anna, 2) && allHere(boris, 2), 15_000);

    expect(clinic.between('Anna', 'Boris')).not.toBe(standing);
  });

  it('a guest that shows another certificate than the practice has seen is not met', async () => {
    clinic.forges = 'Boris';
    const [practice, anna, boris] = await clinic.four('Boris');

    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(allHere(practice, 2)).toBe(true);
    for (const guest of [anna, boris]) expect(guest.people.value.find(({ key }) => key.startsWith('seat'))?.state).not.toBe('here');
  });

  it('the practice ends it for all', async () => {
    const [practice, anna, boris] = await clinic.three();

    practice.hangUp();

    await until(() => [practice, anna, boris].every((visit) => visit.call.value.phase.name === 'over'));
    expect(clinic.attached()).toEqual([]);
  });
});

function names(visit: Visit): string[] {
  return visit.people.value.map(({ name }) => name);
}

function allHere(visit: Visit, count: number): boolean {
  return visit.people.value.length === count && visit.people.value.every(({ state }) => state === 'here');
}

function seat(practice: Visit, number: number): Visit {
  const found = practice.seats.value.find((one) => one.seat === number);
  if (!found) throw new Error(`no seat ${number}`);
  return found.visit;
}

async function inLobby(practice: Visit, number: number, name: string): Promise<void> {
  await until(() => seat(practice, number).call.value.phase.name === 'lobby');
  expect(seat(practice, number).call.value.phase).toMatchObject({ link: { peer: { name } } });
}

async function inCall(...visits: readonly Visit[]): Promise<void> {
  await until(() => visits.every((visit) => allHere(visit, 1)));
}

async function until(isSo: () => boolean, patience = 10_000): Promise<void> {
  await vi.waitUntil(isSo, { timeout: patience, interval: 5 });
}

const TWO: readonly SeatPlan[] = [
  { seat: 1, part: 'patient' },
  { seat: 2, part: 'interpreter' },
];

// --- The bench ---

/** A server, the paths between networks, and who is there. */
class Clinic {
  readonly room = 'ab'.repeat(16);
  readonly epoch = 3;
  readonly connections: Pretended[] = [];
  /** By which one-way trip each offer reached the practice. */
  readonly offers: number[] = [];
  /** Who has looked how its router maps. */
  readonly looks: string[] = [];
  /** Whose lines were opened. */
  readonly lines: string[] = [];
  /** Whose other connections show another certificate. */
  forges: string | null = null;
  /** What the practice allows, and what everybody is told of with the join. */
  relay: RelayUse | null = 'never';
  iceServers: readonly IceServer[] = [];
  /** What every connection finds of itself; absent: it says nothing of that. */
  finds: string | null = null;
  /** Whose every connection does. */
  forgesEarly: string | null = null;
  readonly #roomKey = crypto.getRandomValues(new Uint8Array(32));
  readonly #visits: Visit[] = [];
  readonly #seats = new Map<number, Sitting>();
  readonly #cut = new Set<string>();
  #identity!: Identity;
  #fragment = '';
  #certificates = 0;

  static async open(): Promise<Clinic> {
    const clinic = new Clinic();
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
    clinic.#identity = { publicKey: point, sign: async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes)) };
    clinic.#fragment = encodeFragment({ roomKey: clinic.#roomKey, practice: await identityHash(point) });
    return clinic;
  }

  close(): void {
    for (const visit of this.#visits) visit.dispose();
  }

  practice(seats: readonly SeatPlan[] = TWO, local: LocalDevices = devices()): Visit {
    const options = { room: this.room, roomKey: this.#roomKey, identity: this.#identity, device: 'd'.repeat(32), token: async () => 'TOKEN', name: 'Praxis', language: 'de', seats, local, relay: () => this.relay };
    const visit = practiceVisit(options, this.#tools('Praxis', 0));
    this.#visits.push(visit);
    visit.start();
    return visit;
  }

  prepared(number: number, name: string, epoch = this.epoch): Visit {
    const invitation = { room: this.room, epoch, seat: number };
    const visit = guestVisit({ invite: `invite ${number}`, fragment: this.#fragment, name, language: 'de', local: devices(), invitation, relay: this.relay ?? 'never' }, this.#tools(name, number));
    this.#visits.push(visit);
    return visit;
  }

  guest(number: number, name: string): Visit {
    const visit = guestVisit({ invite: `invite ${number}`, fragment: this.#fragment, name, language: 'de', local: devices(), relay: this.relay ?? 'never' }, this.#tools(name, number));
    this.#visits.push(visit);
    visit.start();
    return visit;
  }

  /** The page of the guest before it goes in. */
  getReady(number: number, name: string): void {
    prepareGuest({ invite: `invite ${number}`, fragment: this.#fragment, relay: this.relay ?? 'never' }, this.#known(number), this.#tools(name, number));
  }

  /** A practice that waits, and a guest's page that has found its prekey. */
  async readyFor(number: number, name: string, practice = this.practice()): Promise<Visit> {
    await until(() => this.#known(number).prekey?.search(/^AQ[U-X]/) === 0);
    const before = this.connections.length;
    this.getReady(number, name);
    await until(() => this.connections.some((one, at) => at >= before && one.owner === name && one.described));
    return practice;
  }

  /** What the server answers to an invite. */
  #known(number: number): Known {
    const left = this.#waiting.findLast(({ from, to }) => from === 0 && to === number);
    return { room: this.room, epoch: this.epoch, seat: number, ...(left && { prekey: left.data }) };
  }

  async talking(): Promise<[Visit, Visit]> {
    const [practice, anna] = [this.practice(), this.guest(1, 'Anna')];
    await inLobby(practice, 1, 'Anna');
    practice.admit();
    await inCall(practice, anna);
    return [practice, anna];
  }

  async three(): Promise<[Visit, Visit, Visit]> {
    const visits = await this.four('Boris');
    await until(() => visits.every((visit) => allHere(visit, 2)));
    return visits;
  }

  /** The practice, Anna, and one more who is let in. */
  async four(name: string): Promise<[Visit, Visit, Visit]> {
    const [practice, anna] = await this.talking();
    const other = this.guest(2, name);
    await inLobby(practice, 2, name);
    seat(practice, 2).admit();
    await until(() => allHere(practice, 2));
    return [practice, anna, other];
  }

  /** Who sends something to somebody. */
  attached(): string[] {
    return [...new Set(this.connections.filter(({ isClosed, tracks }) => !isClosed && tracks?.camera).map(({ owner }) => owner))].sort();
  }

  /** One end of the connection that stands between two. */
  between(owner: string, other: string): Pretended {
    const found = this.connections.findLast((one) => one.owner === owner && !one.isClosed && one.other?.owner === other);
    if (!found) throw new Error(`${owner} and ${other} are not connected`);
    return found;
  }

  /** The network of one is gone: its paths, and its line. */
  cut(name: string): void {
    this.#cut.add(name);
    for (const connection of [...this.connections]) if (!connection.isClosed && (connection.owner === name || connection.other?.owner === name)) connection.lose();
    for (const sitting of this.#seats.values()) if (sitting.name === name) this.#lose(sitting);
  }

  /** It is back, at another address: old paths stay lost. */
  mend(name: string): void {
    this.#cut.delete(name);
    for (const sitting of this.#seats.values()) if (sitting.name === name) this.#joined(sitting);
  }

  #tools(name: string, number: number): Tools {
    return {
      openLine: (options) => this.#line(options, name, number),
      connect: (options) => {
        const connection = new Pretended(this, name, options);
        this.connections.push(connection);
        return connection as unknown as Connection;
      },
      makeCertificate: async () => {
        this.#certificates += 1;
        const fingerprint = new Uint8Array(32).fill(this.#certificates);
        return { certificate: { fingerprint } as unknown as RTCCertificate, fingerprint };
      },
      foresight: { look: async () => void this.looks.push(name), forget: () => undefined, isClear: false, complete: (description) => description },
      iceServers: async () => [],
      lookUpInvite: async () => this.#known(number) as Invitation,
    };
  }

  // The server, as signal-d does it: keeps for each seat what is not taken yet.

  #line(options: LineOptions, name: string, number: number): LineHandle {
    this.lines.push(name);
    const sitting: Sitting = { name, number, tell: options.onEvent, stream: options.stream, client: '', isIn: false, trips: 0 };
    return {
      prepare: () => undefined,
      join: () => void Promise.resolve(options.client).then((client) => this.#join(sitting, client)),
      send: (to, data) => {
        if (!sitting.isIn) this.#early.add(sitting);
        this.#waiting.push({ from: number, to, data, trips: sitting.trips + 1 });
        setTimeout(() => this.#deliver(), TRIP);
      },
      waiting: (to) => this.#waiting.filter((one) => one.from === number && one.to === to).length,
      hurry: () => undefined,
      doubt: () => undefined,
      leave: () => this.#leave(sitting, 'gone'),
      close: () => this.#leave(sitting, 'gone'),
    };
  }

  #join(sitting: Sitting, client: string): void {
    const { number } = sitting;
    sitting.client = client;
    const before = this.#seats.get(number);
    if (before && before !== sitting && before.isIn) {
      if (before.client !== client) return sitting.tell({ type: 'refused', code: 'occupied' });
      before.isIn = false;
      before.tell({ type: 'refused', code: 'taken_over' });
    }
    this.#seats.set(number, sitting);
    if (before !== sitting) this.#waiting = this.#waiting.filter(({ from }) => from !== number || this.#early.has(sitting));
    // The answer to the join, after a round trip to the server.
    setTimeout(() => this.#joined(sitting, 2), TRIP);
  }

  #waiting: { readonly from: number; readonly to: number; readonly data: string; readonly trips: number }[] = [];
  readonly #early = new Set<Sitting>();

  #joined(sitting: Sitting, trips = 0): void {
    if (this.#seats.get(sitting.number) !== sitting || this.#cut.has(sitting.name)) return;
    const isFirst = !sitting.isIn;
    sitting.isIn = true;
    if (isFirst && sitting.number !== 0 && !this.#early.has(sitting)) sitting.trips += trips;
    const peers = [...this.#seats.values()].filter((one) => one !== sitting && one.isIn).map(({ number, stream }) => ({ seat: number, role: number === 0 ? ('practice' as const) : ('guest' as const), presence: 'here' as const, stream, acked: 0 }));
    const joined: Joined = { type: 'joined', room: this.room, epoch: this.epoch, seat: sitting.number, role: sitting.number === 0 ? 'practice' : 'guest', starts_at: 0, opens_at: 0, closes_at: 9e12, now: Date.now(), token: 'TOKEN', ice_servers: this.iceServers, peers, sealed: [] };
    sitting.tell({ type: 'joined', joined });
    this.#tellOthers(sitting, 'here');
    this.#deliver();
  }

  #lose(sitting: Sitting): void {
    sitting.isIn = false;
    sitting.tell({ type: 'lost', trouble: 'offline' });
    this.#tellOthers(sitting, 'away');
  }

  #leave(sitting: Sitting, presence: 'gone'): void {
    if (this.#seats.get(sitting.number) !== sitting) return;
    this.#seats.delete(sitting.number);
    sitting.isIn = false;
    this.#tellOthers(sitting, presence);
  }

  #tellOthers({ number, stream }: Sitting, presence: 'here' | 'away' | 'gone'): void {
    const role = number === 0 ? 'practice' : 'guest';
    for (const other of this.#seats.values()) {
      if (other.isIn && other.number !== number && (other.number === 0 || number === 0)) other.tell({ type: 'peer', peer: { type: 'peer', seat: number, role, presence, ...(presence !== 'gone' && { stream }) } });
    }
  }

  #deliver(): void {
    const left = this.#waiting.splice(0);
    for (const message of left) {
      const receiver = this.#seats.get(message.to);
      if (!receiver?.isIn || !this.#seats.get(message.from)?.isIn) {
        this.#waiting.push(message);
        continue;
      }
      receiver.trips = Math.max(receiver.trips, message.trips);
      receiver.tell({ type: 'sealed', from: message.from, data: message.data });
    }
  }

  forgetTrips(): void {
    this.#waiting = this.#waiting.filter(({ from }) => from === 0).map((message) => ({ ...message, trips: 0 }));
    for (const sitting of this.#seats.values()) sitting.trips = 0;
  }

  tripsOf(name: string): number {
    return [...this.#seats.values()].find((one) => one.name === name)?.trips ?? 0;
  }

  isCut(name: string): boolean {
    return this.#cut.has(name);
  }
}

interface Sitting {
  readonly name: string;
  readonly number: number;
  readonly tell: (event: LineEvent) => void;
  readonly stream: string;
  client: string;
  isIn: boolean;
  /** One-way trips between the two so far, as a Lamport clock. */
  trips: number;
}

/** One end of a connection: what `Connection` is to a driver. */
class Pretended {
  readonly camera = {} as MediaStream;
  readonly screen = {} as MediaStream;
  readonly file = { addEventListener: () => undefined } as unknown as RTCDataChannel;
  readonly peer = { getStats: () => Promise.reject(new Error('none')) };
  readonly sender = { sending: signal({ video: 'full', saving: false }), setSaving: () => undefined, setPeople: () => undefined, expect: () => undefined };
  other: Pretended | null = null;
  tracks: Tracks | null = null;
  isClosed = false;
  #isUp = false;
  #isLost = false;
  #fingerprint: Uint8Array | null;
  /** The certificate that it was described with. */
  #shown: string | null = null;
  described: Description | null = null;
  readonly id: number;

  constructor(
    readonly clinic: Clinic,
    readonly owner: string,
    readonly options: ConnectionOptions,
  ) {
    this.#fingerprint = options.peerFingerprint;
    this.id = clinic.connections.length;
  }

  offer(): void {
    queueMicrotask(() => this.#describe('offer'));
  }

  expect(fingerprint: Uint8Array): void {
    this.#fingerprint = fingerprint;
    this.#check();
  }

  takeDescription({ type, sdp }: Description): void {
    if (this.#shown) return;
    const [id = '', shown = ''] = sdp.split(' ');
    this.#shown = shown;
    if (!this.#check()) return;
    this.other = this.clinic.connections[Number(id)] ?? null;
    if (type === 'offer') {
      if (this.owner === 'Praxis') this.clinic.offers.push(this.clinic.tripsOf('Praxis'));
      return this.#describe('answer');
    }
    for (const end of [this, this.other]) setTimeout(() => end?.up(), TRIP);
  }

  takeCandidates(): void {}

  say(message: ControlMessage): void {
    const { other } = this;
    if (!this.isClosed && !this.#isLost && other) setTimeout(() => other.hear(message), 0);
  }

  attach(tracks: Tracks): void {
    this.tracks = tracks;
  }

  doubt(): void {}

  tryPath(): void {
    setTimeout(() => this.#isLost || this.#tell({ type: 'path-up' }), 0);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (!this.#isLost) setTimeout(() => this.other?.end(), 0);
  }

  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#tell({ type: 'path-lost' });
  }

  /** Both notice. */
  breakFor(): void {
    for (const end of [this, this.other]) end?.lose();
  }

  up(): void {
    if (this.#isUp || this.clinic.isCut(this.owner) || (this.other && this.clinic.isCut(this.other.owner))) return;
    this.#isUp = true;
    this.#tell({ type: 'path-up' });
  }

  hear(message: ControlMessage): void {
    // What is heard has come by a path.
    this.up();
    if (message.type !== 'ping' && message.type !== 'pong' && message.type !== 'came') this.#tell({ type: 'said', message });
  }

  end(): void {
    this.#tell({ type: 'connection-ended' });
  }

  #check(): boolean {
    const isRight = !this.#shown || !this.#fingerprint || this.#shown === String(this.#fingerprint[0]);
    if (!isRight) this.#tell({ type: 'wrong-certificate' });
    return isRight;
  }

  #describe(type: 'offer' | 'answer'): void {
    const { fingerprint } = this.options.certificate as unknown as { readonly fingerprint: Uint8Array };
    const isForged = this.clinic.forgesEarly === this.owner || (this.clinic.forges === this.owner && this.clinic.connections.some((one) => one !== this && one.owner === this.owner && one.#isUp));
    this.described = { type, sdp: `${this.id} ${isForged ? 99 : fingerprint[0]}` };
    this.#tell({ type: 'description', description: this.described });
    if (this.clinic.finds) this.#tell({ type: 'candidates', candidates: [{ candidate: this.clinic.finds, mid: '0' }] });
  }

  #tell(event: ConnectionEvent): void {
    if (!this.isClosed) this.options.onEvent(event);
  }
}

function devices() {
  const track = {} as MediaStreamTrack;
  const on = { state: 'on', track, stream: {} as MediaStream } as const;
  return pretendDevices({ microphone: on, camera: on });
}

const TRIP = 2;
const ONE: readonly SeatPlan[] = [{ seat: 1, part: 'patient' }];
