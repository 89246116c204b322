import { beforeEach, describe, expect, it } from 'vitest';
import type { Path, Phase } from '../call/model.ts';
import { HttpRefusal } from '../signal/http.ts';
import { followOutcomes } from './outcome.ts';
import { lobby, type PretendVisit, pretendVisit } from './pretend.ts';

let visit: PretendVisit;
let told: string[];
let time: number;
let end: () => void;
beforeEach(() => {
  visit = pretendVisit();
  told = [];
  time = 1_000;
  end = followOutcomes(
    visit,
    async (outcome, tookMs) => {
      told.push(`${outcome} ${tookMs}`);
      throw new HttpRefusal(404, 'not_found', 'no such call');
    },
    () => time,
  );
});

describe('a connection that comes about', () => {
  it('is reported once, with its way and the time since it was begun', () => {
    become(CONNECTING);
    time += 1_640;
    become(connected(null));
    expect(told).toEqual([]);

    become(connected('direct'));
    become(connected('relayed'));

    expect(told).toEqual(['direct 1750']);
  });

  it('is reported again when another guest comes', () => {
    become(CONNECTING);
    become(connected('direct'));
    become({ name: 'waiting' });
    become(CONNECTING);
    time += 500;
    become(connected('relayed'));

    expect(told).toEqual(['direct 0', 'relayed 500']);
  });
});

describe('a connection that does not', () => {
  it('is reported with the reason', () => {
    become(CONNECTING);
    time += 8_000;
    become({ name: 'no-path', safetyCode: '123456' });
    become(connected('direct'));
    become(CONNECTING);
    become({ name: 'no-path', safetyCode: '123456', isRelayMissing: true });

    expect(told).toEqual(['no_path 8000', 'relay_missing 0']);
  });

  it('is nothing to report where the guest went', () => {
    become(CONNECTING);
    become({ name: 'waiting' });
    become(connected('direct'));

    expect(told).toEqual([]);
  });
});

it('ends with the visit', () => {
  end();
  become(CONNECTING);
  become(connected('direct'));

  expect(told).toEqual([]);
});

const CONNECTING: Phase = { name: 'connecting', progress: { step: 'handshake' } };

function connected(path: Path | null): Phase {
  const phase = lobby('Anna');
  if (phase.name !== 'lobby') throw new Error('a lobby');
  return { ...phase, link: { ...phase.link, path } };
}

function become(phase: Phase): void {
  visit.call.value = { ...visit.call.value, phase };
}
