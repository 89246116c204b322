// The guest's connections to other guests in the same call, as the practice introduces them (docs/signalling.md section 6). At most two.

import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type ControlMessage, LONGEST_NAME, type Meet, type Pass } from '../call/control.ts';
import type { Media } from '../call/model.ts';
import { plainLine } from '../call/text.ts';
import type { Connection, ConnectionEvent, ConnectionOptions, Said, Tracks } from '../rtc/connection.ts';
import { fromHex } from '../sealed/bytes.ts';
import { Gauge } from './gauge.ts';
import type { Person } from './visit.ts';
import type { Means } from './warm.ts';

export interface MeshOptions {
  readonly connect: (options: ConnectionOptions) => Connection;
  /** This page's certificate and ways to look for a path; `null` before there are any. */
  readonly means: () => Means | null;
  /** To the practice, which passes it on. */
  readonly say: (message: ControlMessage) => void;
  readonly onChat: (message: ChatWord, from: string) => void;
}

type ChatWord = Extract<ControlMessage, { type: 'chat' | 'chat-seen' }>;

/** What goes to everybody. */
export interface Outgoing {
  readonly tracks: Tracks;
  readonly media: Media;
  readonly isSaving: boolean;
}

export class Mesh {
  readonly #options: MeshOptions;
  readonly #others = signal<readonly Other[]>([]);
  readonly people: ReadonlySignal<readonly Person[]> = computed(() => this.#others.value.map((other) => other.person.value));
  #outgoing: Outgoing;

  constructor(options: MeshOptions, outgoing: Outgoing) {
    this.#options = options;
    this.#outgoing = outgoing;
  }

  /** What the practice says about others. */
  hear(message: Meet | Pass | Extract<ControlMessage, { type: 'unmeet' }>): void {
    const other = this.#others.peek().find(({ seat }) => seat === message.seat);
    switch (message.type) {
      case 'meet':
        return other ? other.meet(message) : this.#meet(message);
      case 'pass':
        return other?.take(message);
      case 'unmeet':
        this.#others.value = this.#others.peek().filter((one) => one !== other);
        other?.close();
        return this.#share();
    }
  }

  /** From now on everybody is sent this. */
  send(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    for (const other of this.#others.peek()) other.send(outgoing);
  }

  say(message: ControlMessage): void {
    for (const other of this.#others.peek()) other.say(message);
  }

  /** The network may be another one. */
  doubt(): void {
    for (const other of this.#others.peek()) other.doubt();
  }

  /** This side is in the call no more. */
  clear(): void {
    for (const other of this.#others.peek()) other.close();
    this.#others.value = [];
  }

  #meet(meet: Meet): void {
    if (this.#others.peek().length >= MOST) return;
    const other: Other = new Other(this.#options, meet, this.#outgoing, (message) => this.#options.onChat(message, other.person.peek().name));
    this.#others.value = [...this.#others.peek(), other];
    this.#share();
  }

  /** Each of several has its part of the line. */
  #share(): void {
    for (const other of this.#others.peek()) other.share(this.#others.peek().length + 1);
  }
}

/** One other guest, over however many connections. */
class Other {
  readonly seat: number;
  readonly #options: MeshOptions;
  readonly #onChat: (message: ChatWord) => void;
  readonly #introduction = signal<Pick<Meet, 'name' | 'part' | 'language'>>({ name: '?', part: 'companion', language: 'de' });
  readonly #standing = signal<Connection | null>(null);
  readonly #state = signal<Person['state']>('connecting');
  readonly #theirs = signal<Media>({ audio: false, video: false, screen: false });
  readonly #gauge = new Gauge(() => this.#standing.peek());
  /** In the place of the standing one, once it is up. */
  #next: Connection | null = null;
  #mesh = '';
  #outgoing: Outgoing;
  #people = 2;
  /** While it is not up: asks for another connection. */
  #patience: ReturnType<typeof setTimeout> | undefined;
  /** How often that was since it was up. */
  #asked = 0;

  constructor(options: MeshOptions, meet: Meet, outgoing: Outgoing, onChat: (message: ChatWord) => void) {
    this.#options = options;
    this.#outgoing = outgoing;
    this.#onChat = onChat;
    this.seat = meet.seat;
    this.#gauge.start();
    this.meet(meet);
  }

  readonly person: ReadonlySignal<Person> = computed(() => {
    const { name, part } = this.#introduction.value;
    const connection = this.#standing.value;
    const theirs = this.#theirs.value;
    const remote = { camera: connection?.camera ?? null, screen: (theirs.screen && connection?.screen) || null };
    return { key: `seat-${this.seat}`, name, part, state: this.#state.value, theirs, remote, quality: this.#gauge.quality.value, facts: this.#gauge.facts.value };
  });

  /** Introduced, perhaps once more: where that names a new connection it is made beside the old one. */
  meet({ name, part, language, fingerprint, offers, mesh }: Meet): void {
    this.#introduction.value = { name: plainLine(name, LONGEST_NAME) || '?', part, language };
    const means = this.#options.means();
    if (mesh === this.#mesh || !means) return;
    this.#mesh = mesh;
    this.#next?.close();
    const connection: Connection = this.#options.connect({
      ...means,
      role: offers ? 'guest' : 'practice',
      peerFingerprint: fromHex(fingerprint),
      onEvent: (event) => this.#heard(connection, mesh, event),
    });
    this.#next = connection;
    if (offers) connection.offer();
    this.#wait(MAKING);
  }

  take({ mesh, description, candidates }: Pass): void {
    const connection = mesh === this.#mesh ? (this.#next ?? this.#standing.peek()) : null;
    if (description) connection?.takeDescription(description);
    if (candidates) connection?.takeCandidates(candidates);
  }

  send(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    const connection = this.#standing.peek();
    connection?.attach(outgoing.tracks);
    connection?.sender.setSaving(outgoing.isSaving);
    connection?.say({ type: 'media', ...outgoing.media });
  }

  say(message: ControlMessage): void {
    this.#standing.peek()?.say(message);
  }

  share(people: number): void {
    this.#people = people;
    this.#standing.peek()?.sender.setPeople(people);
  }

  doubt(): void {
    this.#standing.peek()?.doubt();
  }

  close(): void {
    clearTimeout(this.#patience);
    this.#gauge.stop();
    this.#next?.close();
    this.#standing.peek()?.close();
    this.#next = this.#standing.value = null;
  }

  #heard(connection: Connection, mesh: string, event: ConnectionEvent): void {
    if (connection !== this.#next && connection !== this.#standing.peek()) return;
    switch (event.type) {
      case 'description':
        return this.#options.say({ type: 'pass', seat: this.seat, mesh, description: event.description });
      case 'candidates':
        return this.#options.say({ type: 'pass', seat: this.seat, mesh, candidates: event.candidates });
      case 'path-up':
        return this.#isUp(connection);
      case 'path-kind':
      case 'stalled':
        return;
      case 'said':
        return this.#hear(connection, event.message);
      case 'path-lost':
        return connection === this.#standing.peek() ? this.#lost() : undefined;
      case 'connection-ended':
      case 'wrong-certificate':
      case 'rules-broken':
        return this.#drop(connection);
    }
  }

  #isUp(connection: Connection): void {
    if (connection === this.#next) {
      this.#standing.peek()?.close();
      this.#next = null;
      this.#standing.value = connection;
    }
    clearTimeout(this.#patience);
    this.#asked = 0;
    this.#state.value = 'here';
    this.share(this.#people);
    this.send(this.#outgoing);
  }

  #hear(connection: Connection, message: Said): void {
    if (connection !== this.#standing.peek()) return;
    switch (message.type) {
      case 'media': {
        const { type: _, ...theirs } = message;
        this.#theirs.value = theirs;
        return;
      }
      case 'chat':
      case 'chat-seen':
        return this.#onChat(message);
      default:
        // Nothing else is said between two guests.
        return this.#drop(connection);
    }
  }

  #lost(): void {
    this.#state.value = 'interrupted';
    this.#wait(this.#next ? MAKING : MENDING);
  }

  #drop(connection: Connection): void {
    connection.close();
    if (connection === this.#next) this.#next = null;
    else this.#standing.value = null;
    if (this.#standing.peek() === null && this.#state.peek() === 'here') this.#state.value = 'interrupted';
    this.#wait(this.#next ? MAKING : MENDING);
  }

  /** What doesn't come, or come back, in time is made anew: the practice is asked to introduce the two once more. Each attempt has its whole time, and the next one twice as much. */
  #wait(patience: number): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(
      () => {
        this.#asked += 1;
        this.#options.say({ type: 'unmeet', seat: this.seat });
        this.#wait(MAKING);
      },
      Math.min(patience * 2 ** this.#asked, LONGEST),
    );
  }
}

const MOST = 2;
// Milliseconds.
const MENDING = 3_000;
const MAKING = 12_000;
const LONGEST = 48_000;
