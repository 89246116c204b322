// Whom a practice introduces to whom, and when again.
import { describe, expect, it } from 'vitest';
import type { ControlMessage } from '../call/control.ts';
import { Introductions, type Present } from './introductions.ts';

describe('two guests in a call', () => {
  it('are introduced by the same name, each with the other’s certificate; the lower seat offers', () => {
    const hall = new Hall();

    hall.comes(1);
    expect(hall.heard(1)).toEqual([]);
    hall.comes(3);

    expect(hall.heard(1)).toEqual([{ type: 'meet', seat: 3, name: 'Guest 3', part: 'companion', language: 'de', fingerprint: 'fingerprint 3', offers: true, mesh: 'mesh 1' }]);
    expect(hall.heard(3)).toEqual([{ type: 'meet', seat: 1, name: 'Guest 1', part: 'companion', language: 'de', fingerprint: 'fingerprint 1', offers: false, mesh: 'mesh 1' }]);
  });

  it('are not introduced again while nothing changes', () => {
    const hall = new Hall(1, 2);

    hall.update();

    expect([hall.heard(1), hall.heard(2)]).toEqual([[], []]);
  });

  it('pass on what the other is to have, and nothing by an old name', () => {
    const hall = new Hall(1, 2);

    hall.says(1, { type: 'pass', seat: 2, mesh: 'mesh 1', candidates: [] });
    hall.says(1, { type: 'pass', seat: 2, mesh: 'mesh 0', candidates: [] });
    hall.says(1, { type: 'pass', seat: 1, mesh: 'mesh 1', candidates: [] });

    expect(hall.heard(2)).toEqual([{ type: 'pass', seat: 1, mesh: 'mesh 1', candidates: [] }]);
    expect(hall.heard(1)).toEqual([]);
  });

  it('pass on no more than any two browsers need', () => {
    const hall = new Hall(1, 2);

    for (let count = 0; count < 500; count += 1) hall.says(1, { type: 'pass', seat: 2, mesh: 'mesh 1', candidates: [] });

    expect(hall.heard(2)).toHaveLength(200);
  });

  it('hear it when the other goes', () => {
    const hall = new Hall(1, 2, 3);

    hall.goes(2);

    expect([hall.heard(1), hall.heard(3)]).toEqual([[{ type: 'unmeet', seat: 2 }], [{ type: 'unmeet', seat: 2 }]]);
    hall.comes(2);
    expect(hall.heard(1)).toMatchObject([{ type: 'meet', seat: 2, mesh: 'mesh 4' }]);
  });

  it('are told again, by the same name, over a new connection, and the other hears nothing of that', () => {
    const hall = new Hall(1, 2);

    hall.comes(1, 'fingerprint 1');

    expect(hall.heard(1)).toMatchObject([{ type: 'meet', seat: 2, mesh: 'mesh 1' }]);
    expect(hall.heard(2)).toEqual([]);
  });

  it('are introduced anew when a page was loaded anew, since its certificate is another', () => {
    const hall = new Hall(1, 2);

    hall.comes(1, 'another fingerprint');

    expect(hall.heard(2)).toMatchObject([{ type: 'meet', seat: 1, fingerprint: 'another fingerprint', mesh: 'mesh 2' }]);
    expect(hall.heard(1)).toMatchObject([{ type: 'meet', seat: 2, mesh: 'mesh 2' }]);
  });

  it('who miss each other are introduced anew, once', () => {
    const hall = new Hall(1, 2);
    hall.now += 6_000;

    hall.says(1, { type: 'unmeet', seat: 2 });
    hall.says(2, { type: 'unmeet', seat: 1 });

    expect(hall.heard(1)).toMatchObject([{ type: 'meet', mesh: 'mesh 2' }]);
    expect(hall.heard(2)).toMatchObject([{ type: 'meet', mesh: 'mesh 2' }]);
  });

  it('of whom one misses somebody who has gone hear that', () => {
    const hall = new Hall(1, 2);
    hall.goes(2);
    hall.heard(1);

    hall.says(1, { type: 'unmeet', seat: 2 });

    expect(hall.heard(1)).toEqual([{ type: 'unmeet', seat: 2 }]);
  });

  it('who are not in the call are passed nothing', () => {
    const hall = new Hall(1);

    hall.says(2, { type: 'pass', seat: 1, mesh: 'mesh 1', candidates: [] });

    expect([hall.heard(1), hall.heard(2)]).toEqual([[], []]);
  });
});

class Hall {
  now = 1_000_000;
  readonly #present = new Map<number, Present>();
  readonly #said = new Map<number, ControlMessage[]>();
  readonly #introductions: Introductions;

  constructor(...seats: readonly number[]) {
    let meshes = 0;
    this.#introductions = new Introductions(() => `mesh ${(meshes += 1)}`);
    for (const seat of seats) this.comes(seat);
    this.#said.clear();
  }

  comes(seat: number, fingerprint = `fingerprint ${seat}`): void {
    const say = (message: ControlMessage) => void this.#said.set(seat, [...(this.#said.get(seat) ?? []), message]);
    this.#present.set(seat, { seat, part: 'companion', peer: { name: `Guest ${seat}`, language: 'de' }, fingerprint, connection: {}, say });
    this.update();
  }

  goes(seat: number): void {
    this.#present.delete(seat);
    this.update();
  }

  update(): void {
    this.#introductions.update([...this.#present.values()], this.now);
  }

  says(seat: number, message: Parameters<Introductions['hear']>[1]): void {
    this.#introductions.hear(seat, message, this.now);
  }

  /** Since it was last asked. */
  heard(seat: number): readonly ControlMessage[] {
    const said = this.#said.get(seat) ?? [];
    this.#said.delete(seat);
    return said;
  }
}
