import { describe, expect, it } from 'vitest';
import type { Browser } from './browser.ts';
import { decodeCheck, encodeCheck } from './code.ts';
import { type Gathered, isReached, isSymmetric, type Seen } from './router.ts';
import { Check, type Probes } from './run.ts';
import { type Outcome, type Outcomes, STEPS, UNTRIED, verdictOf } from './steps.ts';

const BROWSER: Browser = { family: 'firefox', version: 144, os: 'android', osVersion: 15, inApp: null };
const GOOD: Outcomes = { browser: 'good', camera: 'good', microphone: 'good', speaker: 'good', server: 'good', router: 'good', connection: 'good', speed: 'good' };

describe('the code', () => {
  it('is six characters that nobody mishears, and reads back', () => {
    const outcomes: readonly Outcome[] = ['good', 'weak', 'bad', 'skipped'];
    for (let round = 0; round < 500; round++) {
      const found = Object.fromEntries(STEPS.map((step, at) => [step, outcomes[(round * 7 + at * (round % 5)) % 4]])) as unknown as Outcomes;
      const code = encodeCheck(found, { ...BROWSER, inApp: round % 2 === 0 ? null : 'GMX' });

      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/);
      expect(decodeCheck(code)).toEqual({ outcomes: found, family: 'firefox', os: 'android', isInApp: round % 2 === 1 });
    }
  });

  it('is taken as people write it', () => {
    const code = encodeCheck({ ...GOOD, camera: 'bad' }, BROWSER);

    expect(decodeCheck(`${code.slice(0, 3)} ${code.slice(3).toLowerCase()}`.replaceAll('0', 'o'))).toMatchObject({ outcomes: { camera: 'bad' } });
  });

  it('with one wrong character, or two that changed places, is none', () => {
    const code = encodeCheck({ ...GOOD, microphone: 'weak', router: 'weak' }, BROWSER);
    for (let at = 0; at < 6; at++) {
      const other = code[at] === '7' ? '8' : '7';
      expect(decodeCheck(code.slice(0, at) + other + code.slice(at + 1)), `character ${at + 1}`).toBeNull();
    }
    const [first = '', second = ''] = code;
    if (first !== second) expect(decodeCheck(second + first + code.slice(2))).toBeNull();
  });

  it.each(['', '12345', '1234567', 'ÄÖÜ123', 'UUUUUU'])('is not %j', (text) => {
    expect(decodeCheck(text)).toBeNull();
  });
});

describe('the router', () => {
  const mapped = (port: number, relatedPort: number, foundation = '1', address = '203.0.113.7'): Seen => ({ type: 'srflx', protocol: 'udp', foundation, address, port, relatedPort });
  const host: Seen = { type: 'host', protocol: 'udp', foundation: '9', address: 'a.local', port: 50_000, relatedPort: 0 };
  const gathered = (candidates: readonly Seen[], rest: Partial<Gathered> = {}): Gathered => ({ candidates, isComplete: true, hasError: false, ...rest });

  it('that keeps one port for one socket lets people in', () => {
    expect(isSymmetric(gathered([host, mapped(40_000, 50_000), mapped(40_000, 50_000)]))).toBe(false);
  });

  it('that gives each server another port does not', () => {
    expect(isSymmetric(gathered([host, mapped(40_000, 50_000), mapped(40_001, 50_000)]))).toBe(true);
  });

  it('is told also where the browser hides its own port', () => {
    expect(isSymmetric(gathered([mapped(40_000, 0), mapped(40_001, 0)]))).toBe(true);
    expect(isSymmetric(gathered([mapped(40_000, 0, '1'), mapped(40_001, 0, '2')]))).toBe(false);
  });

  it('of two networks are two', () => {
    expect(isSymmetric(gathered([mapped(40_000, 50_000), mapped(41_000, 51_000), mapped(42_000, 50_000, '1', '2001:db8::1')]))).toBe(false);
  });

  it('blocks UDP where no server answers', () => {
    expect(isReached(gathered([host, mapped(1, 2)], { isComplete: false }))).toBe(true);
    expect(isReached(gathered([host], { isComplete: false }))).toBe(false);
    expect(isReached(gathered([host], { hasError: true }))).toBe(false);
    // Without a router there is nothing to be told.
    expect(isReached(gathered([host]))).toBe(true);
  });
});

describe('the result', () => {
  it.each<[Partial<Outcomes>, string]>([
    [{}, 'good good'],
    [{ speaker: 'skipped' }, 'good good'],
    [{ browser: 'bad', camera: 'bad' }, 'bad browser'],
    [{ server: 'bad', router: 'skipped', camera: 'bad' }, 'bad network'],
    [{ connection: 'bad' }, 'bad connection'],
    [{ camera: 'bad' }, 'limited no-camera'],
    [{ microphone: 'bad', speed: 'weak' }, 'limited no-microphone'],
    [{ camera: 'bad', microphone: 'bad' }, 'limited no-media'],
    [{ router: 'weak' }, 'limited router'],
    [{ microphone: 'weak' }, 'limited unheard'],
    [{ speaker: 'weak' }, 'limited silent'],
    [{ speed: 'weak' }, 'limited slow'],
    [{ server: 'skipped', router: 'skipped' }, 'limited unknown'],
  ])('is one sentence: %j', (change, expected) => {
    const { level, reason } = verdictOf({ ...GOOD, ...change });

    expect(`${level} ${reason}`).toBe(expected);
  });
});

describe('the check', () => {
  const probes = (change: Partial<Probes> = {}): Probes => ({
    isAble: () => true,
    openMedia: async () => ({ camera: 'good', microphone: 'good' }),
    listen: async () => true,
    gather: async () => ({ candidates: [{ type: 'srflx', protocol: 'udp', foundation: '1', address: '203.0.113.7', port: 1, relatedPort: 2 }], isComplete: true, hasError: false }),
    loopBack: async () => true,
    download: async () => 12_000_000,
    ...change,
  });

  it('is good where everything is, and the tone can still be asked about', async () => {
    const check = new Check(probes(), BROWSER);
    expect(check.verdict.value).toBeNull();

    await check.run();
    expect(check.verdict.value).toEqual({ level: 'good', reason: 'good' });
    expect(check.speed.value).toBe(12);
    expect(decodeCheck(check.code.value ?? '')?.outcomes.speaker).toBe('skipped');

    check.heard(false);
    expect(check.verdict.value).toEqual({ level: 'limited', reason: 'silent' });
    expect(decodeCheck(check.code.value ?? '')?.outcomes.speaker).toBe('weak');
  });

  it('shows what runs', async () => {
    let open = (_: { camera: Outcome; microphone: Outcome }) => undefined as void;
    const check = new Check(probes({ openMedia: () => new Promise((resolve) => (open = resolve)) }), BROWSER);
    const running = check.run();
    expect(check.progress.value).toMatchObject({ browser: 'good', camera: 'running', microphone: 'running', server: 'waiting' });

    open({ camera: 'bad', microphone: 'skipped' });
    await running;

    expect(check.progress.value).toMatchObject({ camera: 'bad', microphone: 'skipped', server: 'good' });
  });

  it('ends with a browser that can’t', async () => {
    const check = new Check(probes({ isAble: () => false }), BROWSER);
    await check.run();

    expect(check.verdict.value).toEqual({ level: 'bad', reason: 'browser' });
    expect(check.progress.value).toEqual({ ...UNTRIED, browser: 'bad' });
  });

  it('where the server can’t be asked goes on with the rest', async () => {
    const check = new Check(probes({ gather: () => Promise.reject(new Error('offline')), download: () => Promise.reject(new Error('offline')) }), BROWSER);
    await check.run();

    expect(check.progress.value).toMatchObject({ server: 'skipped', connection: 'good', speed: 'skipped' });
    expect(check.verdict.value).toEqual({ level: 'limited', reason: 'unknown' });
  });

  it('has steps that end in time', async () => {
    const given: number[] = [];
    const note = <T,>(answer: T) => async (patience: number) => {
      given.push(patience);
      return answer;
    };
    await new Check(probes({ gather: note({ candidates: [], isComplete: false, hasError: false }), loopBack: note(false), download: note(null) }), BROWSER).run();

    expect(given).toHaveLength(3);
    expect(given.reduce((sum, one) => sum + one)).toBeLessThan(10_000);
  });
});
