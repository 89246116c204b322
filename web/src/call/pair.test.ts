// Two calls wired to each other by a pretended server and a pretended path: whatever happens on the way, in the end the two talk.
import { describe, expect, it } from 'vitest';
import type { Call, Effect, Event, Media, Presence, Role, Timer } from './model.ts';
import { newCall, step } from './step.ts';

describe('two who want to talk', { timeout: 60_000 }, () => {
  it.each([
    ['the practice first', ['practice', 'guest']],
    ['the guest first', ['guest', 'practice']],
  ] as const)('do so, %s', (_, order) => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = new World(seed);
      for (const role of order) {
        world.open(role);
        if (seed % 2) world.settle();
      }

      world.settle();

      expectTalking(world, seed);
    }
  });

  it('see nothing of each other before the practice says so', () => {
    const world = new World(7);
    world.open('practice');
    world.open('guest');

    world.settle({ admitting: false });

    expect(phases(world)).toEqual(['lobby', 'lobby']);
    expect([world.practice.attached, world.guest.attached]).toEqual([null, null]);
  });

  it('are not interrupted by a server that is killed and comes back', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = talking(seed);
      const connection = world.guest.connection;

      world.killServer();
      world.settle();
      world.startServer();
      world.settle();

      expectTalking(world, seed);
      expect(world.guest.connection).toBe(connection);
      expect([world.practice.interruptions, world.guest.interruptions]).toEqual([0, 0]);
    }
  });

  it.each(['guest', 'practice'] as const)('are back in the call after the %s loaded the page anew, without a second click', (role) => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = talking(seed);

      world.reload(role);
      world.settle({ admitting: false });

      expectTalking(world, seed);
    }
  });

  it.each(['guest', 'practice'] as const)('on hold, wait on until the practice says so, also after the %s loaded the page anew', (role) => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = talking(seed);

      world.practice.does({ type: 'hold' });
      if (seed % 2) world.settle({ admitting: false });
      world.reload(role);
      world.settle({ admitting: false });

      expect(phases(world), `seed ${seed}`).toEqual(['lobby', 'lobby']);
      expect([world.practice.attached, world.guest.attached], `seed ${seed}`).toEqual([null, null]);
      world.settle();
      expectTalking(world, seed);
    }
  });

  it('are back in the call after both loaded their pages anew at once', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = talking(seed);

      world.reload(seed % 2 ? 'guest' : 'practice');
      for (let ticks = seed % 17; ticks > 0; ticks -= 1) world.tick();
      world.reload(seed % 2 ? 'practice' : 'guest');
      world.settle({ admitting: false });

      expectTalking(world, seed);
    }
  });

  it.each([[['practice', 'guest']], [['practice']], [['guest']]] as const)('are back in the call after a broken path that was noticed by %j', (noticedBy) => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = talking(seed);

      world.breakPath(noticedBy);
      world.settle();

      expectTalking(world, seed);
    }
  });

  it.each([[['practice', 'guest']], [['practice']], [['guest']]] as const)('keep their connection when its path comes back by itself, as noticed by %j', (noticedBy) => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = talking(seed);
      const { connection } = world.guest;

      world.breakPath(noticedBy, 2_000);
      world.settle();

      expectTalking(world, seed);
      expect(world.guest.connection).toBe(connection);
    }
  });

  it.each(['guest', 'practice'] as const)('are back in the call after the browser of the %s closed the connection, and the other heard nothing of it', (role) => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const world = talking(seed);

      world.breakPath([]);
      world[role].does({ type: 'connection-ended' });
      world.settle();

      expectTalking(world, seed);
    }
  });

  it('come together in the end, whatever happens before', () => {
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const world = new World(seed);
      world.open('practice');
      world.open('guest');

      for (let trouble = world.below(12); trouble > 0; trouble -= 1) {
        world.trouble();
        for (let ticks = world.below(25); ticks > 0; ticks -= 1) world.tick();
        if (world.below(3) === 0) world.practice.does({ type: 'admit' });
      }
      world.startServer();
      world.settle();

      expectTalking(world, seed);
    }
  });
});

function talking(seed: number): World {
  const world = new World(seed);
  world.open('practice');
  world.open('guest');
  world.settle();
  expectTalking(world, seed);
  return world;
}

function expectTalking(world: World, seed: number): void {
  const { practice, guest } = world;
  expect(phases(world), `seed ${seed}`).toEqual(['in-call', 'in-call']);
  expect(practice.call.phase, `seed ${seed}`).toMatchObject({ link: { peer: { name: 'Anna M.' }, safetyCode: String(guest.connection) }, theirs: guest.call.own });
  expect(guest.call.phase, `seed ${seed}`).toMatchObject({ link: { peer: { name: 'Praxis' }, safetyCode: String(guest.connection) }, theirs: practice.call.own });
  expect([practice.connection, practice.attached, guest.attached], `seed ${seed}`).toEqual([guest.connection, guest.connection, guest.connection]);
}

function phases({ practice, guest }: World): string[] {
  return [practice.call.phase.name, guest.call.phase.name];
}

// --- The bench ---

/** The server, the path between the two networks, and a clock that jumps from deadline to deadline. Everything is in order on its way, and nothing is lost; what goes which way first is drawn by lot. */
class World {
  now = 1_764_000_000_000;
  isServed = true;
  readonly practice = new Side(this, 'practice');
  readonly guest = new Side(this, 'guest');
  /** Connections whose path is broken, since when, and who noticed. */
  readonly broken = new Map<number, { readonly since: number; readonly healsAt: number; readonly noticedBy: Set<Side> }>();
  #handshakes = 0;
  #lot: number;

  constructor(seed: number) {
    this.#lot = seed;
  }

  /** A number from 0 to `end` - 1: mulberry32. */
  below(end: number): number {
    this.#lot = (this.#lot + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#lot ^ (this.#lot >>> 15), 1 | this.#lot);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  nextHandshake(): number {
    return (this.#handshakes += 1);
  }

  other(role: Role): Side {
    return role === 'practice' ? this.guest : this.practice;
  }

  /** The page is opened, and stays in the room as long as the server lets it. */
  open(role: Role): void {
    const side = role === 'practice' ? this.practice : this.guest;
    side.does({ type: 'start' });
    side.does({ type: 'own-media', media: LOUD });
  }

  reload(role: Role): void {
    const side = role === 'practice' ? this.practice : this.guest;
    side.close();
    side.begin();
    this.open(role);
  }

  killServer(): void {
    this.isServed = false;
    for (const side of [this.practice, this.guest]) {
      side.loseLine();
      side.known = null;
    }
  }

  startServer(): void {
    this.isServed = true;
    for (const side of this.below(2) ? [this.practice, this.guest] : [this.guest, this.practice]) side.join();
  }

  breakPath(noticedBy: readonly Role[], heals = Number.POSITIVE_INFINITY): void {
    const { connection } = this.guest;
    if (connection === null || connection !== this.practice.connection || this.broken.has(connection)) return;
    // Before both know of a path there is none to break.
    if ([this.practice, this.guest].some(({ wire }) => wire.some((item) => item.connection === connection && item.event.type === 'path-up'))) return;
    this.broken.set(connection, { since: this.now, healsAt: this.now + heals, noticedBy: new Set() });
    for (const role of noticedBy) this.#notice(connection, role === 'practice' ? this.practice : this.guest);
  }

  /** What comes back by itself by then does. */
  #healBy(now: number): boolean {
    for (const [connection, { healsAt, noticedBy }] of this.broken) {
      if (healsAt > now) continue;
      this.now = Math.max(this.now, healsAt);
      this.broken.delete(connection);
      for (const side of noticedBy) side.wire.unshift({ connection, event: { type: 'path-up' } });
      return true;
    }
    return false;
  }

  #notice(connection: number, side: Side): void {
    this.broken.get(connection)?.noticedBy.add(side);
    side.does({ type: 'path-lost' });
  }

  /** Ten seconds without an answer, and the other notices too. */
  #noticeBy(now: number): boolean {
    for (const side of [this.practice, this.guest]) {
      const gap = side.connection === null ? undefined : this.broken.get(side.connection);
      if (side.connection === null || !gap || gap.noticedBy.has(side) || gap.since + 10_000 > now) continue;
      this.now = Math.max(this.now, gap.since + 10_000);
      this.#notice(side.connection, side);
      return true;
    }
    return false;
  }

  /** Something goes wrong. */
  trouble(): void {
    const side = this.below(2) ? this.practice : this.guest;
    switch (this.below(7)) {
      case 0:
        return this.reload(side.role);
      case 1:
        return side.loseLine();
      case 2:
        return this.isServed ? side.join() : undefined;
      case 3:
        return this.killServer();
      case 4:
        return this.startServer();
      case 5:
        return this.breakPath([side.role], this.below(2) ? this.below(8_000) : undefined);
      case 6:
        return this.breakPath(['practice', 'guest']);
    }
  }

  /** The next thing that comes anywhere, or the next deadline; false when nothing more will happen. */
  tick(): boolean {
    const ways = [this.practice, this.guest].flatMap((side) => side.ways());
    const way = ways[this.below(Math.max(ways.length, 1))];
    if (way) way();
    return way !== undefined || this.#nextDeadline();
  }

  /** Until nothing more happens, or ten minutes have gone. The practice lets in who waits, unless told otherwise. */
  settle({ admitting = true } = {}): void {
    const end = this.now + 600_000;
    do {
      if (admitting && this.practice.call.phase.name === 'lobby') this.practice.does({ type: 'admit' });
    } while (this.now < end && this.tick());
  }

  #nextDeadline(): boolean {
    const timers = [this.practice, this.guest].flatMap((side) => [...side.timers].map(([timer, due]) => ({ side, timer, due })));
    const next = timers.sort((one, other) => one.due - other.due)[0];
    if (this.#healBy(next?.due ?? Number.MAX_VALUE)) return true;
    if (this.#noticeBy(next?.due ?? Number.POSITIVE_INFINITY)) return true;
    if (!next) return false;
    this.now = Math.max(this.now, next.due);
    next.side.does({ type: 'timer', timer: next.timer });
    return true;
  }
}

/** One end: what carries out the effects of its call. */
class Side {
  call!: Call;
  timers = new Map<Timer, number>();
  /** What the server has for it. */
  inbox: ({ readonly event: WithoutTime } | { readonly sealed: Sealed; readonly stream: string })[] = [];
  /** What it has for the server while the line is down. */
  outbox: Sealed[] = [];
  /** What is on its way on a connection. */
  wire: { readonly connection: number; readonly event: WithoutTime }[] = [];
  isOnline = false;
  stream = '';
  /** By which name the server knows its page. */
  known: string | null = null;
  handshake: number | null = null;
  /** Of the last handshake that was done: what is sealed goes in it. */
  session: number | null = null;
  connection: number | null = null;
  /** The connection on which its tracks are. */
  attached: number | null = null;
  interruptions = 0;
  #admitted: string[] = [];
  #pages = 0;

  constructor(
    readonly world: World,
    readonly role: Role,
  ) {
    this.begin();
  }

  get other(): Side {
    return this.world.other(this.role);
  }

  /** A new page. */
  begin(): void {
    this.#pages += 1;
    this.stream = `${this.role} ${this.#pages}`;
    const self = this.role === 'practice' ? { name: 'Praxis', language: 'de' } : { name: 'Anna M.', language: 'de', visit: 'AAAAAAAAAAAAAAAAAAAAAA' };
    this.call = newCall(this.role, self, this.#admitted.slice());
  }

  /** The page is closed; what it knew is gone. */
  close(): void {
    this.loseLine();
    this.#disconnect();
    this.timers.clear();
    this.outbox = [];
    this.handshake = this.session = null;
  }

  does(event: WithoutTime): void {
    if (event.type === 'timer') this.timers.delete(event.timer);
    const before = this.call.phase.name;
    const [next, effects] = step(this.call, { ...event, now: this.world.now } as Event);
    this.call = next;
    if (before !== 'interrupted' && next.phase.name === 'interrupted') this.interruptions += 1;
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Everything that can come next, of which one will. */
  ways(): (() => void)[] {
    const ways: (() => void)[] = [];
    if (this.isOnline && this.inbox.length > 0) ways.push(() => this.#receive());
    const [first] = this.wire;
    // Over a broken path nothing comes; what becomes of a connection that was replaced is nobody's concern.
    const isHeld = first && first.connection === this.connection && first.event.type !== 'path-up' && this.world.broken.has(first.connection);
    if (first && !isHeld) ways.push(() => this.#hear());
    return ways;
  }

  join(): void {
    if (this.isOnline || !this.world.isServed) return;
    this.isOnline = true;
    this.known = this.stream;
    // A new page voids what the old one left.
    this.other.inbox = this.other.inbox.filter((item) => !('sealed' in item) || item.stream === this.stream);
    this.inbox.unshift({ event: { type: 'joined', peer: presenceOf(this.other) } });
    this.#tellOther();
    for (const sealed of this.outbox.splice(0)) this.#send(sealed);
  }

  loseLine(): void {
    if (!this.isOnline) return;
    this.isOnline = false;
    this.inbox = this.inbox.filter((item) => 'sealed' in item);
    this.#tellOther();
    this.does({ type: 'line-lost', trouble: 'offline' });
  }

  #tellOther(): void {
    if (this.other.isOnline) this.other.inbox.push({ event: { type: 'peer', peer: presenceOf(this) } });
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'join':
        return this.join();
      case 'begin-handshake':
        this.handshake = this.world.nextHandshake();
        return this.#send({ type: 'commit', handshake: this.handshake });
      case 'try-path':
        if (this.connection !== null && this.other.connection === this.connection && !this.world.broken.has(this.connection)) this.wire.push({ connection: this.connection, event: { type: 'path-up' } });
        return;
      case 'abandon-handshake':
        this.handshake = null;
        return;
      case 'connect':
        return this.#connect();
      case 'disconnect':
        this.session = null;
        return this.#disconnect();
      case 'ask-for-restart':
        return this.session === null ? undefined : this.#send({ type: 'restart', handshake: this.session });
      case 'say':
        if (this.connection === null || effect.message.type === 'chat') return;
        this.other.wire.push({ connection: this.connection, event: { type: 'said', message: effect.message } as WithoutTime });
        return;
      case 'attach-media':
        this.attached = this.connection;
        return;
      case 'detach-media':
        this.attached = null;
        return;
      case 'remember-admitted':
        this.#admitted.push(effect.visit);
        return;
      case 'forget-admitted':
        this.#admitted = this.#admitted.filter((visit) => visit !== effect.visit);
        return;
      case 'start-timer':
        this.timers.set(effect.timer, this.world.now + effect.after);
        return;
      case 'stop-timer':
        this.timers.delete(effect.timer);
        return;
      case 'leave':
      case 'clear':
        throw new Error('nobody wanted to go');
    }
  }

  #connect(): void {
    this.#disconnect();
    this.connection = this.session;
    if (this.connection === null || this.other.connection !== this.connection) return;
    for (const side of [this, this.other]) {
      side.wire.push({ connection: this.connection, event: { type: 'path-up' } }, { connection: this.connection, event: { type: 'path-kind', path: 'direct' } });
    }
  }

  #disconnect(): void {
    const { connection, other } = this;
    this.connection = null;
    this.attached = null;
    // Over a broken path nobody hears that it was closed.
    if (connection !== null && other.connection === connection && !this.world.broken.has(connection)) other.wire.push({ connection, event: { type: 'connection-ended' } });
  }

  #hear(): void {
    const heard = this.wire.shift();
    if (heard && heard.connection === this.connection) this.does(heard.event);
  }

  #send(sealed: Sealed): void {
    if (this.isOnline) this.other.inbox.push({ sealed, stream: this.stream });
    else this.outbox.push(sealed);
  }

  #receive(): void {
    const item = this.inbox.shift();
    if (!item) return;
    if ('event' in item) return this.does(item.event);
    const { type, handshake } = item.sealed;
    if (type === 'commit') {
      this.handshake = handshake;
      this.does({ type: 'handshake-began' });
      return this.#send({ type: 'hello A', handshake });
    }
    // Of an earlier handshake: thrown away in silence.
    if (handshake !== (type === 'restart' ? this.session : this.handshake)) return;
    if (type === 'restart') return this.does({ type: 'restart-wanted' });
    this.session = handshake;
    if (type === 'hello A') this.#send({ type: 'hello B', handshake });
    this.does({ type: 'handshake-done', safetyCode: String(handshake) });
  }
}

interface Sealed {
  readonly type: 'commit' | 'hello A' | 'hello B' | 'restart';
  readonly handshake: number | null;
}

type WithoutTime = Event extends infer One ? (One extends Event ? Omit<One, 'now'> : never) : never;

function presenceOf({ known, isOnline }: Side): Presence {
  return known === null ? { state: 'gone' } : { state: isOnline ? 'here' : 'away', stream: known };
}

const LOUD: Media = { audio: true, video: true, screen: false };
