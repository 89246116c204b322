import { type Signal, signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SharedFile } from '../rtc/files.ts';
import { Photo, type PhotoMessage } from './photo.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a picture that the practice asks for', () => {
  it('is taken after the guest’s yes, and comes', async () => {
    const room = new Room();

    room.practice.ask();
    expect(room.states()).toEqual(['asked', 'asked']);
    expect(room.taken).toBe(0);

    room.guest.answer(true);
    await room.settled();
    expect(room.states()).toEqual(['sending', 'sending']);
    expect(room.sent.map(({ name, type }) => [name.replaceAll(/\d/g, '0'), type])).toEqual([['photo-00000000-000000.jpg', 'image/jpeg']]);

    room.arrives('done');
    expect(room.states()).toEqual(['came', 'came']);
    expect(room.practice.state.value).toEqual({ name: 'came', key: 'p1' });
  });

  it('needs a yes of its own each time', async () => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();
    room.arrives('done');

    room.practice.ask();
    await room.settled();

    expect([room.states(), room.taken]).toEqual([['asked', 'asked'], 1]);
  });

  it('is not taken after a no', async () => {
    const room = new Room();
    room.practice.ask();

    room.guest.answer(false);
    await room.settled();

    expect([room.states(), room.taken]).toEqual([['refused', 'refused'], 0]);
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

  it.each([
    ['the camera fails', (room: Room) => void (room.camera = 'broken')],
    ['it can’t be offered', (room: Room) => void (room.hasRoom = false)],
  ])('fails on both sides when %s', async (_, happens) => {
    const room = new Room();
    happens(room);
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();

    expect(room.states()).toEqual(['failed', 'failed']);
  });

  it.each(['failed', 'cancelled', 'refused'] as const)('fails when its file is %s', async (state) => {
    const room = new Room();
    room.practice.ask();
    room.guest.answer(true);
    await room.settled();

    room.arrives(state);

    expect(room.states()).toEqual(['failed', 'failed']);
  });

  it('that nobody answers is taken back', () => {
    const room = new Room();
    room.practice.ask();

    vi.advanceTimersByTime(120_000);

    expect(room.states()).toEqual(['failed', 'none']);
    room.guest.answer(true);
    expect(room.taken).toBe(0);
  });

  it('that was promised and is never offered is given up', async () => {
    const room = new Room();
    room.practice.ask();
    room.practice.hear({ type: 'photo-answer', id: 1, answer: 'sending' });

    await vi.advanceTimersByTimeAsync(120_000);

    expect(room.practice.state.value.name).toBe('failed');
  });

  it('is no question any more when the connection is gone, but goes on when it is under way', async () => {
    const [asked, sending] = [new Room(), new Room()];
    for (const room of [asked, sending]) room.practice.ask();
    sending.guest.answer(true);
    await sending.settled();

    for (const { practice, guest } of [asked, sending]) for (const side of [practice, guest]) side.parted();

    expect([asked.states(), sending.states()]).toEqual([
      ['failed', 'none'],
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

    expect([1, 2].map((id) => room.practice.expects(id))).toEqual([true, false]);
    expect(room.guest.expects(1)).toBe(false);
  });

  it('is asked for by the practice only, and answered by the guest only', () => {
    const room = new Room();
    room.guest.ask();
    room.practice.hear({ type: 'photo-ask', id: 1 });
    room.guest.hear({ type: 'photo-answer', id: 1, answer: 'sending' });
    room.practice.answer(true);

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
  taken = 0;
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
        other().hear(message);
      },
      takePhoto: async () => {
        this.taken += 1;
        if (this.camera === 'broken') throw new DOMException('', 'NotFoundError');
        return new Blob(['jpeg']);
      },
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
