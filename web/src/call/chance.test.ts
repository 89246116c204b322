// Events in any order, also in one that no driver would send: what must hold of a connection whatever happens to it.
import { describe, expect, it } from 'vitest';
import type { Call, Effect, Event, Introduction, Media, OverReason, Path, Presence, Role, Timer } from './model.ts';
import { newCall, step } from './step.ts';

describe('whatever happens', { timeout: 120_000 }, () => {
  it('10 000 times, nobody is seen who was not let in, nothing is done after the end, and no timer outlives it', () => {
    const reached = new Set<string>();
    for (let seed = 1; seed <= 10_000; seed += 1) {
      const life = new Life(seed);
      for (let events = 5 + life.lot.below(60); events > 0; events -= 1) {
        const event = life.next();
        const before = life.call;
        const effects = life.take(event);

        reached.add(`${before.role} ${before.phase.name}`);
        const broken = brokenRule(before, event, life.call, effects, life);
        if (broken) throw new Error(`seed ${seed}: ${broken}\n${JSON.stringify(event)}\n${JSON.stringify(before)}\n${JSON.stringify(life.call)}\n${JSON.stringify(effects)}`);
      }
    }

    // Otherwise the rules above would have been asked of nothing.
    expect([...reached].sort()).toEqual(['guest', 'practice'].flatMap((role) => PHASES.map((phase) => `${role} ${phase}`)));
  });

  it('the same happenings lead to the same end', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const [one, other] = [new Life(seed), new Life(seed)];
      for (let events = 40; events > 0; events -= 1) expect(one.take(one.next())).toEqual(other.take(other.next()));

      expect(one.call).toEqual(other.call);
    }
  });

  it('what was, is left as it was: a step makes a new call', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const life = new Life(seed);
      for (let events = 40; events > 0; events -= 1) {
        deepFreeze(life.call);
        life.take(deepFreeze(life.next()));
      }
    }
  });
});

/** Which rule this step has broken; `null`: none. */
function brokenRule(before: Call, event: Event, after: Call, effects: readonly Effect[], { timers }: Life): string | null {
  const does = (type: Effect['type']) => effects.some((effect) => effect.type === type);
  const says = (type: string) => effects.some((effect) => effect.type === 'say' && effect.message.type === type);
  const [from, to] = [before.phase.name, after.phase.name];
  const isSaid = (type: string) => event.type === 'said' && event.message.type === type;
  const isKnown = event.type === 'said' && event.message.type === 'hello' && event.message.visit !== undefined && before.admitted.includes(event.message.visit);

  if (does('attach-media')) {
    if (to !== 'in-call') return 'media without a call';
    if (before.role === 'guest' && !isSaid('admit')) return 'the guest attached media without being let in';
    if (before.role === 'practice' && !(event.type === 'admit' && from === 'lobby') && !isKnown) return 'the practice attached media without letting in';
    if (before.role === 'practice' && !says('admit')) return 'the practice let in without saying so';
  }
  if (from === 'in-call' && to !== 'in-call' && to !== 'interrupted' && !does('detach-media') && !does('disconnect')) return 'media flow on without a call';
  if (does('detach-media') && to !== 'lobby') return 'put on hold, and not in the waiting room';
  if (says('hold') && (before.role === 'guest' || to !== 'lobby' || (after.held !== null && after.admitted.includes(after.held)))) return 'put on hold who may come in by itself, or as a guest';
  if (to === 'in-call' && after.held !== null) return 'in the call, and on hold';
  if (to === 'in-call' && from !== 'in-call' && !does('attach-media') && !(from === 'interrupted' && event.type === 'path-up')) return 'in a call without being let in';
  if (says('admit') && before.role === 'guest') return 'a guest let somebody in';
  if (says('media') && to !== 'in-call') return 'said what it sends to who does not see it';
  if (does('begin-handshake') && (before.role === 'practice' || after.peer.state === 'gone')) return 'began a handshake with nobody, or as the practice';
  if (does('abandon-handshake') && !(before.role === 'guest' && from === 'interrupted' && to === 'in-call')) return 'let a handshake go that is needed';
  if (from === 'interrupted' && to === 'interrupted' && before.role === 'guest' && does('begin-handshake') && before.phase.name === 'interrupted' && before.phase.progress.step === 'path-lost' && !before.phase.progress.ended && does('disconnect')) return 'gave up what could still come back';
  if (does('ask-for-restart') && (after.line !== 'up' || after.role === 'guest')) return 'asked over a line that is down';

  if (from === 'over' && event.type !== 'retry' && (effects.length > 0 || after !== before)) return 'something happened after the end';
  if (from === 'over' && event.type === 'retry' && to !== 'over' && !(before.phase.name === 'over' && ['taken-over', 'occupied'].includes(before.phase.reason))) return 'rose from an end that was final';
  if (to === 'over' && timers.size > 0) return `timers outlived the end: ${[...timers.keys()].join()}`;
  if (to === 'over' && from !== 'over' && !(does('disconnect') && does('leave') && does('clear'))) return 'something was not let go of';
  if (to !== 'over' && (does('leave') || does('clear'))) return 'let go too early';
  if (says('bye') && to !== 'over') return 'bye, and stayed';

  if (timed(after).some((timer) => !timers.has(timer))) return `no timer would end ${to}`;
  // What stands falls by the other's doing, or by time, and never by rubbish that came through the server.
  if ((from === 'in-call' || from === 'lobby') && ['handshake-refused', 'handshake-began', 'line-lost'].includes(event.type) && to !== from) return 'the server disturbed a connection';
  if (from === 'in-call' && event.type === 'refused' && to === 'over' && !['closed', 'evicted', 'taken-over'].includes(event.reason)) return 'the server ended a call';
  return null;
}

/** The timers without which a phase might never end. */
function timed({ phase }: Call): Timer[] {
  const step = phase.name === 'connecting' || phase.name === 'interrupted' ? phase.progress.step : null;
  const timers: Timer[] = phase.name === 'interrupted' ? ['give-up'] : phase.name === 'too-early' ? ['opens'] : [];
  if (step === 'handshake') timers.push('handshake');
  if (step === 'path') timers.push('path');
  if (step === 'path-lost') timers.push('mend');
  return timers;
}

// --- The bench ---

/** One side to which things happen: mostly such as could be next, now and then any. */
class Life {
  call: Call;
  readonly lot: Lot;
  readonly timers = new Set<Timer>();
  #now = 1_764_000_000_000;

  constructor(seed: number) {
    this.lot = new Lot(seed);
    const role = this.lot.one<Role>(['practice', 'guest']);
    const self = role === 'practice' ? { name: 'Praxis', language: 'de' } : { name: 'Anna M.', language: 'de', visit: VISITS[0] };
    this.call = newCall(role, self, role === 'practice' && this.lot.below(3) === 0 ? [VISITS[0]] : []);
  }

  take(event: Event): readonly Effect[] {
    if (event.type === 'timer') this.timers.delete(event.timer);
    const [next, effects] = step(this.call, event);
    for (const effect of effects) {
      if (effect.type === 'start-timer') this.timers.add(effect.timer);
      // What is stopped has been started: a driver would show a mistake in its own books.
      if (effect.type === 'stop-timer' && !this.timers.delete(effect.timer)) throw new Error(`${effect.timer} was stopped and not running`);
    }
    this.call = next;
    return effects;
  }

  next(): Event {
    this.#now += this.lot.below(5_000);
    const now = this.#now;
    const likely = this.lot.below(4) > 0 ? this.lot.one(LIKELY[this.call.phase.name]) : null;
    return { now, ...this.#happening(likely ?? this.lot.one(TYPES)) } as Event;
  }

  #happening(type: Event['type']): WithoutTime {
    const { lot } = this;
    switch (type) {
      case 'own-media':
        return { type, media: this.#media() };
      case 'joined':
      case 'peer':
        return { type, peer: lot.one(PRESENCES), ...(lot.below(4) === 0 && { isBegun: true }) };
      case 'line-lost':
        return { type, trouble: lot.one(['offline', 'unavailable'] as const) };
      case 'too-early':
        return { type, opensAt: this.#now - 10_000 + lot.below(100_000) };
      case 'refused':
        return { type, reason: lot.one(REASONS) };
      case 'handshake-done':
        return { type, safetyCode: String(100_000 + lot.below(900_000)) };
      case 'handshake-refused':
        return { type, reason: lot.one(['link-damaged', 'untrusted'] as const) };
      case 'path-kind':
        return { type, path: lot.one<Path>(['direct', 'relayed']) };
      case 'said':
        return { type, message: this.#message() };
      case 'timer': {
        const running = [...this.timers];
        // A timer that isn't running never runs out.
        return running.length > 0 ? { type, timer: lot.one(running) } : { type: 'network-changed' };
      }
      default:
        return { type };
    }
  }

  #message(): (Event & { type: 'said' })['message'] {
    const { lot } = this;
    const visit = lot.one([undefined, ...VISITS]);
    const introduction: Introduction = { name: 'Somebody', language: 'en', ...(visit !== undefined && { visit }) };
    const isGreeting = this.call.phase.name === 'connecting' || this.call.phase.name === 'interrupted';
    const likely = isGreeting ? 'hello' : 'admit';
    switch (lot.below(2) ? likely : lot.one(['hello', 'admit', 'hold', 'media', 'bye'] as const)) {
      case 'hello':
        return { type: 'hello', ...introduction };
      case 'admit':
        return { type: 'admit' };
      case 'hold':
        return { type: 'hold' };
      case 'media':
        return { type: 'media', ...this.#media() };
      case 'bye':
        return { type: 'bye', reason: lot.one(['ended', 'left'] as const) };
    }
  }

  #media(): Media {
    return { audio: this.lot.below(2) > 0, video: this.lot.below(2) > 0, screen: this.lot.below(2) > 0 };
  }
}

/** Chance with a seed: mulberry32. */
class Lot {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A number from 0 to `end` - 1. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }
}

type WithoutTime = Event extends infer One ? (One extends Event ? Omit<One, 'now'> : never) : never;

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

const PHASES = ['connecting', 'in-call', 'interrupted', 'joining', 'lobby', 'no-path', 'over', 'too-early', 'waiting'] as const;
const LIKELY: Readonly<Record<(typeof PHASES)[number], readonly Event['type'][]>> = {
  joining: ['start', 'joined', 'joined', 'too-early'],
  'too-early': ['timer', 'joined'],
  waiting: ['peer', 'handshake-began', 'handshake-done', 'timer'],
  connecting: ['handshake-done', 'path-up', 'path-up', 'said', 'said', 'timer'],
  'no-path': ['path-up', 'retry', 'restart-wanted', 'joined'],
  lobby: ['admit', 'said', 'path-lost', 'path-kind'],
  'in-call': ['own-media', 'hold', 'path-lost', 'connection-ended', 'peer', 'line-lost', 'refused', 'said'],
  interrupted: ['path-up', 'path-up', 'handshake-done', 'said', 'said', 'joined', 'timer'],
  over: ['retry', 'joined', 'said'],
};
const TYPES: readonly Event['type'][] = [
  'start',
  'admit',
  'hold',
  'hang-up',
  'retry',
  'own-media',
  'joined',
  'line-lost',
  'too-early',
  'refused',
  'peer',
  'network-changed',
  'handshake-began',
  'handshake-done',
  'turned-away',
  'handshake-refused',
  'path-up',
  'path-kind',
  'path-lost',
  'connection-ended',
  'restart-wanted',
  'wrong-certificate',
  'rules-broken',
  'said',
  'timer',
];
const REASONS: readonly OverReason[] = ['invite-invalid', 'invite-used', 'over', 'closed', 'occupied', 'evicted', 'taken-over', 'signed-out', 'failed'];
const PRESENCES: readonly Presence[] = [{ state: 'gone' }, { state: 'here', stream: 'first' }, { state: 'away', stream: 'first' }, { state: 'here', stream: 'second' }];
const VISITS = ['AAAAAAAAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBBBBBBBA'] as const;
