// The practice's waiting room as one of its devices knows it: who is there, here and at the others, and what is said and done about them.

import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { isTalking } from '../call/step.ts';
import type { WelcomeDocument } from '../consent/document.ts';
import type { Visit } from '../drive/visit.ts';
import { Arrivals, everybody, look, type Present, type Sight, seen } from './attendance.ts';
import type { Seen } from './board.ts';
import type { Team } from './team.ts';
import type { Watch } from './watch.ts';
import type { Windows } from './windows.ts';
import { Words } from './words.ts';

interface Means {
  readonly watch: Pick<Watch, 'visits'>;
  readonly team: Pick<Team, 'boards' | 'say'>;
  /** What guests are asked to sign. */
  readonly document: ReadonlySignal<WelcomeDocument | null>;
  readonly windows: Pick<Windows, 'guests' | 'say'>;
  /** This device's id. */
  readonly device: string;
  /** By the server's clock. */
  readonly now: () => number;
}

export class WaitingRoom {
  private readonly own = signal<readonly Present[]>([]);
  private readonly arrivals = new Arrivals();
  private readonly words: Words;

  constructor(private readonly means: Means) {
    this.words = new Words(means.now);
  }

  /** The visit in which somebody is being talked to, if any. */
  readonly talking = computed<{ readonly room: string; readonly visit: Visit } | null>(() => {
    for (const [room, visit] of this.means.watch.visits.value) if (isTalking(visit.call.value)) return { room, visit };
    return null;
  });

  /** What the other windows of this device see, and this one does not. */
  private readonly beside = computed<readonly Seen[]>(() => {
    const own = new Set(this.own.value.map(({ room, seat }) => `${room}/${seat}`));
    return [...this.means.windows.guests.value.values()].flatMap(({ guests }) => guests).filter(({ room, seat }) => !own.has(`${room}/${seat}`));
  });

  /** Everybody who is there, in this window, another one or on another of the practice's devices, by arrival. */
  readonly present = computed(() => {
    const { team, device, now } = this.means;
    return everybody(this.own.value, new Map<string, Sight>([...team.boards.value, [device, { at: now(), guests: this.beside.value }]]));
  });

  readonly byRoom = computed<ReadonlyMap<string, readonly Present[]>>(() => {
    const rooms = new Map<string, Present[]>();
    for (const one of this.present.value) {
      const others = rooms.get(one.room);
      if (others) others.push(one);
      else rooms.set(one.room, [one]);
    }
    return rooms;
  });

  /** Looks, and tells the others, until the answer is called. */
  start(): () => void {
    const { team, windows } = this.means;
    const endings = [
      effect(() => this.lookAround()),
      effect(() => windows.say(this.own.value.map(seen))),
      effect(() => team.say({ word: this.words.word.value, passed: this.words.passed.value, guests: [...this.own.value.map(seen), ...this.beside.value] })),
      effect(() => this.passOn()),
    ];
    return () => endings.forEach((end) => end());
  }

  /** To be called every second. */
  tick(): void {
    this.means.windows.say(this.own.peek().map(seen));
  }

  /** Whether they can be written to: from here, or by the device that looks after them. */
  canTell({ state, visit, device }: Present): boolean {
    return state === 'waiting' && (visit !== null || (device !== null && this.means.team.boards.value.has(device)));
  }

  /** Writes to them; tells how many it reached. */
  async tell(guests: readonly Present[], text: string): Promise<number> {
    const reached = guests.filter((one) => one.visit && this.tellHere(one, text)).length;
    const elsewhere = guests.filter(({ visit }) => !visit);
    return reached + (elsewhere.length > 0 ? await this.words.ask(elsewhere, text) : 0);
  }

  /** `how`: what becomes of the one who is talked to. Nothing where `next` can't be let in. */
  goOn(how: 'hold' | 'hang-up', { visit: next }: Present): void {
    const { value: talking } = this.talking;
    if (!next || next.call.value.phase.name !== 'lobby') return;
    batch(() => {
      if (how === 'hold') talking?.visit.hold();
      else talking?.visit.hangUp();
      next.admit();
    });
  }

  private tellHere({ key, visit }: Present, text: string): boolean {
    if (!visit?.tell(text)) return false;
    this.arrivals.told(key, this.means.now());
    this.lookAround();
    return true;
  }

  /** What the other devices ask this one to say to its guests. */
  private passOn(): void {
    const own = new Map(this.own.value.map((one) => [one.key, one]));
    const boards = this.means.team.boards.value;
    untracked(() =>
      this.words.hear(boards, (key, text) => {
        const guest = own.get(key);
        return guest ? this.tellHere(guest, text) : null;
      }),
    );
  }

  /** What the others would not see differently is no news. */
  private lookAround(): void {
    const { watch, team, document, now } = this.means;
    const next = look(watch.visits.value, this.arrivals, team.boards.value, document.value, now());
    const before = this.own.peek();
    const isSame = next.every(({ visit }, at) => visit === before[at]?.visit) && JSON.stringify(next.map(seen)) === JSON.stringify(before.map(seen));
    if (!isSame) this.own.value = next;
  }
}
