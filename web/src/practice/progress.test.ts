import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Phase } from '../call/model.ts';
import { HttpRefusal } from '../signal/http.ts';
import { inCall, lobby, type PretendVisit, pretendVisit } from './pretend.ts';
import { followProgress } from './progress.ts';

let visit: PretendVisit;
let told: string[];
let end: () => void;
beforeEach(() => {
  visit = pretendVisit();
  told = [];
  end = followProgress(visit, async (seat, progress) => void told.push(`${seat} ${progress}`));
});

describe('a guest who is let in', () => {
  it('is reported, and once more when it has answered', () => {
    become(lobby('Anna'));
    expect(told).toEqual([]);
    const silent = { ...inCall('Anna', 1), theirs: { audio: false, video: false, screen: false } } as Phase;
    become(silent);
    expect(told).toEqual(['1 admitted']);

    // It sends nothing, and says so.
    become({ ...silent, theirs: { audio: false, video: false, screen: false } } as Phase);
    become(inCall('Anna', 1));

    expect(told).toEqual(['1 admitted', '1 connected']);
  });

  it('is the same after an interruption, and another after having waited again', () => {
    const call = inCall('Anna', 1);
    become(call);
    become({ name: 'interrupted', since: 2, before: call as never, progress: { step: 'path-lost', ended: false } });
    become(inCall('Anna', 1));
    expect(told).toEqual(['1 connected']);

    become({ name: 'waiting' });
    become(inCall('Berta', 3));

    expect(told).toEqual(['1 connected', '1 connected']);
  });

  it('is reported no more once the visit is let go of', () => {
    end();
    become(inCall('Anna', 1));

    expect(told).toEqual([]);
  });
});

describe('a refused report', () => {
  it('is tried again where the server has not heard of the guest yet, and not where it never will', async () => {
    vi.useFakeTimers();
    const answers = [new HttpRefusal(409, 'failed_precondition', 'nobody'), null, new HttpRefusal(404, 'not_found', 'no such call')];
    let asked = 0;
    const other = pretendVisit();
    followProgress(other, async () => {
      const answer = answers[asked++];
      if (answer) throw answer;
    });

    other.call.value = { ...other.call.value, phase: inCall('Anna', 1) };
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toBe(2);
    other.call.value = { ...other.call.value, phase: { name: 'waiting' } };
    other.call.value = { ...other.call.value, phase: inCall('Anna', 2) };
    await vi.advanceTimersByTimeAsync(30_000);

    expect(asked).toBe(3);
    vi.useRealTimers();
  });
});

function become(phase: Phase): void {
  visit.call.value = { ...visit.call.value, phase };
}
