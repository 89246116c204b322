import { type Signal, signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SharedFile } from '../rtc/files.ts';
import { Photo, type PhotoMessage } from './photo.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a picture that the practice asks for', () => {
  it('is taken after the guest’s yes, seen by the guest, and comes after another yes', async () => {
    const room = new Room();

    room.practice.ask();
    expect(room.states()).toEqual(['asked', 'asked']);
    expect(room.taken).toBe(0);

    room.guest.answer(true);
    await room.settled();
    expect([room.states(), room.sent]).toEqual([['asked', 'taken'], []]);

    room.guest.send();
    expect(room.states()).toEqual(['sending', 'sending']);
    expect(room.sent.map(({ name, type }) => [name.replaceAll(/\d/g, '0'), type])).toEqual([['photo-00000000-000000.jpg', 'image/jpeg']]);

    room.arrives('done');
    expect(room.states()).toEqual(['came', 'came']);
    expect(room.practice.state.value).toEqual({ name: 'came', key: 'p1' });
  });

  it('needs a yes of its own each time', async () => {
    const room = new Room();
    await room.sends();
    room.arrives('done');

    room.practice.ask();
    await room.settled();

    expect([room.states(), room.taken]).toEqual([['asked', 'asked'], 1]);
  });

  it('is taken as often as the guest likes, and only the last one goes', async () => {
    const room = new Room();
    room.practice.ask();
    for (let shot = 0; shot < 3; shot++) {
      room.guest.answer(true);
      await room.settled();
    }

    room.guest.send();

    expect(room.taken).toBe(3);
    expect(await Promise.all(room.sent.map((file) => file.text()))).toEqual(['jpeg 3']);
  });

  it('that was looked at and refused goes nowhere', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();

    room.guest.answer(false);
    room.guest.send();

    expect([room.states(), room.sent]).toEqual([['refused', 'refused'], []]);
  });

  it('needs the camera until it is decided', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();
    expect(room.released).toBe(0);

    room.guest.send();

    expect(room.released).toBeGreaterThan(0);
  });

  it('is not taken after a no', async () => {
    const room = new Room();
    room.practice.ask();

    room.guest.answer(false);
    await room.settled();

    expect([room.states(), room.taken]).toEqual([['refused', 'refused'], 0]);
  });

  it.each(['asked', 'taken'] as const)('is not needed any more when the practice takes its question back: %s', async (state) => {
    const room = new Room();
    room.practice.ask();
    if (state === 'taken') room.guest.answer(true);
    await room.settled();
    expect([room.states()[1], room.released]).toEqual([state, 0]);

    room.practice.withdraw();

    expect(room.states()).toEqual(['withdrawn', 'withdrawn']);
    expect(room.released).toBeGreaterThan(0);
    room.guest.send();
    room.guest.answer(true);
    await room.settled();
    expect([room.states(), room.sent]).toEqual([['withdrawn', 'withdrawn'], []]);
  });

  it('that the camera takes while the question is taken back is thrown away', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);

    room.practice.withdraw();
    await room.settled();

    expect([room.states(), room.sent]).toEqual([['withdrawn', 'withdrawn'], []]);
  });

  it('that sets out as the question is taken back is not accepted', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();
    const crossing = room.crossing(() => room.practice.withdraw());

    room.guest.send();
    crossing();

    expect([room.states(), room.practice.expects(1)]).toEqual([['withdrawn', 'withdrawn'], false]);
  });

  it('can be asked for again after that', async () => {
    const room = new Room();
    room.practice.ask();
    room.practice.withdraw();
    await room.sends();
    room.guest.hear({ type: 'photo-withdraw', id: 1 });

    expect([room.states(), room.said.map(({ id }) => id)]).toEqual([
      ['sending', 'sending'],
      [1, 1, 2, 2],
    ]);
  });

  it('that is on its way is no question to be taken back', async () => {
    const room = new Room();
    await room.sends();

    room.practice.withdraw();
    room.guest.withdraw();

    expect(room.states()).toEqual(['sending', 'sending']);
  });

  it('is one at a time', () => {
    const room = new Room();
    room.practice.ask();
    room.practice.ask();

    expect(room.said).toEqual([{ type: 'photo-ask', id: 1 }]);
  });

  it('is not asked for where the guest has not agreed to pictures', () => {
    const room = new Room();
    room.mayShare = false;

    room.practice.ask();

    expect([room.said, room.states()]).toEqual([[], ['none', 'none']]);
  });

  it('is refused by itself where the practice asks all the same', () => {
    const room = new Room();
    room.mayShare = false;

    room.guest.hear({ type: 'photo-ask', id: 3 });

    expect([room.said, room.guest.state.value.name]).toEqual([[{ type: 'photo-answer', id: 3, answer: 'refused' }], 'none']);
  });

  it('is not sent when the consent was taken back meanwhile', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    room.mayShare = false;
    await room.settled();

    expect([room.states(), room.sent]).toEqual([['refused', 'refused'], []]);
  });

  it('is not sent when the consent was taken back while the guest looked at it', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();
    room.mayShare = false;

    room.guest.send();

    expect([room.states(), room.sent]).toEqual([['refused', 'refused'], []]);
  });

  it.each([
    ['the camera fails', (room: Room) => void (room.camera = 'broken')],
    ['it can’t be offered', (room: Room) => void (room.hasRoom = false)],
  ])('fails on both sides when %s', async (_, happens) => {
    const room = new Room();
    happens(room);
    await room.sends();

    expect(room.states()).toEqual(['failed', 'failed']);
  });

  it.each(['failed', 'cancelled', 'refused'] as const)('fails when its file is %s', async (state) => {
    const room = new Room();
    await room.sends();

    room.arrives(state);

    expect(room.states()).toEqual(['failed', 'failed']);
  });

  it('that nobody decides about is taken back', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();
    expect(room.states()).toEqual(['asked', 'taken']);

    vi.advanceTimersByTime(300_000);

    expect(room.states()).toEqual(['failed', 'none']);
    room.guest.send();
    expect(room.sent).toEqual([]);
  });

  it('that nobody answers is taken back', () => {
    const room = new Room();
    room.practice.ask();

    vi.advanceTimersByTime(300_000);

    expect(room.states()).toEqual(['failed', 'none']);
    room.guest.answer(true);
    expect(room.taken).toBe(0);
  });

  it('that was promised and is never offered is given up', async () => {
    const room = new Room();
    room.practice.ask();
    room.practice.hear({ type: 'photo-answer', id: 1, answer: 'sending' });

    await vi.advanceTimersByTimeAsync(300_000);

    expect(room.practice.state.value.name).toBe('failed');
  });

  it('is no question any more when the connection is gone, but goes on when it is under way', async () => {
    const [asked, taken, sending] = [new Room(), new Room(), new Room()];
    asked.practice.ask();
    taken.practice.ask();
    taken.guest.answer(true);
    await taken.settled();
    await sending.sends();

    for (const { practice, guest } of [asked, taken, sending]) for (const side of [practice, guest]) side.parted();

    expect([asked.states(), taken.states(), sending.states()]).toEqual([
      ['failed', 'none'],
      ['failed', 'failed'],
      ['sending', 'sending'],
    ]);
  });

  it('is expected only once it was asked for and promised', async () => {
    const room = new Room();
    expect(room.practice.expects(1)).toBe(false);
    room.practice.ask();
    expect(room.practice.expects(1)).toBe(false);
    room.guest.answer(true);
    await room.settled();
    expect(room.practice.expects(1)).toBe(false);
    room.guest.send();

    expect([1, 2].map((id) => room.practice.expects(id))).toEqual([true, false]);
    expect(room.guest.expects(1)).toBe(false);
  });

  it('is asked for by the practice only, and answered by the guest only', () => {
    const room = new Room();
    room.guest.ask();
    room.practice.hear({ type: 'photo-ask', id: 1 });
    room.guest.hear({ type: 'photo-answer', id: 1, answer: 'sending' });
    room.practice.answer(true);
    room.practice.send();

    expect([room.states(), room.said]).toEqual([['none', 'none'], []]);
  });
});

/** A practice and a guest who talk. */
class Room {
  readonly said: PhotoMessage[] = [];
  readonly sent: File[] = [];
  mayShare = true;
  camera: 'works' | 'broken' = 'works';
  hasRoom = true;
  #late: PhotoMessage[] | null = null;
  taken = 0;
  released = 0;
  readonly #files: Record<'practice' | 'guest', Signal<readonly SharedFile[]>> = { practice: signal([]), guest: signal([]) };
  readonly practice = this.#side('practice', () => this.guest);
  readonly guest: Photo = this.#side('guest', () => this.practice);

  states(): string[] {
    return [this.practice.state.value.name, this.guest.state.value.name];
  }

  arrives(state: 'done' | 'failed' | 'cancelled' | 'refused'): void {
    const full = { done: { name: 'done', file: null, saved: false }, failed: { name: 'failed', reason: 'connection' }, cancelled: { name: 'cancelled', by: 'me' }, refused: { name: 'refused', reason: 'no-space' } } as const;
    for (const files of Object.values(this.#files)) files.value = files.value.map((file) => ({ ...file, state: full[state] }));
  }

  /** What `speak` says is on its way until the returned function is called. */
  crossing(speak: () => void): () => void {
    const late: PhotoMessage[] = [];
    this.#late = late;
    speak();
    this.#late = null;
    return () => late.forEach((message) => this.guest.hear(message));
  }

  async sends(): Promise<void> {
    this.practice.ask();
    this.guest.answer(true);
    await this.settled();
    this.guest.send();
  }

  async settled(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
  }

  #side(role: 'practice' | 'guest', other: () => Photo): Photo {
    return new Photo({
      role,
      files: this.#files[role],
      mayShare: () => this.mayShare,
      say: (message) => {
        this.said.push(message);
        if (this.#late) this.#late.push(message);
        else other().hear(message);
      },
      takePhoto: async () => {
        this.taken += 1;
        if (this.camera === 'broken') throw new DOMException('', 'NotFoundError');
        return new Blob([`jpeg ${this.taken}`]);
      },
      release: () => void (this.released += 1),
      send: (file) => (this.hasRoom ? this.#send(file) : null),
    });
  }

  #send(file: File): string {
    this.sent.push(file);
    for (const [side, from] of [['guest', 'me'], ['practice', 'peer']] as const) {
      const key = `${side[0]}${this.sent.length}`;
      this.#files[side].value = [...this.#files[side].value, { key, from, name: file.name, size: file.size, photo: true, state: { name: 'offered' } }];
    }
    return `g${this.sent.length}`;
  }
}
