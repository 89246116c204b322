// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeCheck } from '../../check/code.ts';
import type { Check, Progress } from '../../check/run.ts';
import { type Outcomes, verdictOf } from '../../check/steps.ts';
import { fakeDevices, type FakeDevices } from '../gallery/fake.ts';
import { language, LANGUAGES, laterTexts, speak } from '../text.ts';
import { LineCheck } from './line-check.tsx';
import { CheckPage } from './page.tsx';
import { probesOf } from './probes.ts';
import { ReadCode } from './read-code.tsx';
import type { RelayUse } from '../../call/relay-use.ts';

const sound = vi.hoisted(() => ({ playChime: vi.fn(), playTestSound: vi.fn(async () => undefined) }));
vi.mock('../media/sound.ts', () => sound);

beforeEach(() => {
  language.value = 'en';
});

afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
});

describe('the check', () => {
  it('begins only when it is asked to', () => {
    const told: string[] = [];
    act(() => render(<CheckPage local={fakeDevices(told)} />, document.body));

    expect(part('trial-begin')).not.toBeNull();
    expect(told).toEqual([]);
  });

  it('shows each step with a word, and at the end one sentence and the code', () => {
    const { check, finish } = fakeCheck({ ...GOOD, camera: 'running', server: 'waiting' });
    act(() => render(<LineCheck local={fakeDevices()} phone={null} check={check} />, document.body));
    expect(steps()).toMatchObject({ browser: 'good', camera: 'running', server: 'waiting' });
    expect(part('trial-code')).toBeNull();

    act(() => finish({ ...GOOD, camera: 'bad' }));

    expect(part('trial')?.dataset['verdict']).toBe('no-camera');
    expect(part('trial-code')?.dataset['code']).toBe(encodeCheck({ ...GOOD, camera: 'bad' }, BROWSER));
    expect(document.querySelectorAll('[data-test=notice]')).toHaveLength(1);
  });

  it.each(LANGUAGES)('has words for every result and every state: %s', async (of) => {
    const missing = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await laterTexts();
    await speak(of);
    for (const change of [{}, { browser: 'bad' }, { server: 'bad' }, { connection: 'bad' }, { camera: 'bad' }, { microphone: 'bad' }, { camera: 'bad', microphone: 'bad' }, { router: 'weak' }, { speaker: 'weak' }, { microphone: 'weak' }, { speed: 'weak' }, { server: 'skipped' }] as const) {
      const { check, finish } = fakeCheck({ ...GOOD, ...change });
      act(() => render(<LineCheck key={JSON.stringify(change)} local={fakeDevices()} phone={null} check={check} />, document.body));
      act(() => finish({ ...GOOD, ...change }));
    }

    expect(missing).not.toHaveBeenCalled();
    missing.mockRestore();
  });

  it.each<[Partial<Outcomes>, RelayUse, string]>([
    [{ router: 'weak' }, 'never', 'router'],
    [{ router: 'weak' }, 'if-needed', 'relay'],
    [{ server: 'bad', router: 'skipped' }, 'only', 'relay'],
    [{ server: 'bad', router: 'skipped' }, 'never', 'network'],
    [{ camera: 'bad' }, 'if-needed', 'no-camera'],
  ])('says of a network what it is where the practice allows the relay, or not: %j, %s', (found, relay, reason) => {
    const { check, finish } = fakeCheck(GOOD);
    act(() => render(<LineCheck local={fakeDevices()} phone={null} relay={relay} check={check} />, document.body));

    act(() => finish({ ...GOOD, ...found }));

    expect(part('trial')?.dataset['verdict']).toBe(reason);
    expect(part('notice')?.dataset['code']).toBe(`trial-${reason}`);
    expect(part('notice')?.textContent).not.toContain('trial-');
  });

  it('asks whether the tone was heard', async () => {
    const { check } = fakeCheck(GOOD);
    act(() => render(<LineCheck local={fakeDevices()} phone={null} check={check} />, document.body));

    await act(async () => part('tone-play')?.click());
    act(() => part('tone-no')?.click());

    expect(sound.playTestSound).toHaveBeenCalledOnce();
    expect(check.heard).toHaveBeenCalledWith(false);
  });

  it('switches camera and microphone off where nobody needs them', async () => {
    const told: string[] = [];
    const { check } = fakeCheck(GOOD);
    await act(async () => render(<LineCheck local={fakeDevices(told)} phone={null} check={check} releases />, document.body));

    expect(told).toEqual(['local.close']);
  });
});

describe('what leaves the browser', () => {
  it('hears who is speaking already', async () => {
    const local = opened();
    local.level.value = 0.5;

    expect(await probesOf(local).listen(1_000)).toBe(true);
  });

  it('is the question for the STUN servers and a download from our own server, with nothing in them', async () => {
    const asked: { readonly url: string; readonly method: string; readonly body: unknown }[] = [];
    vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
      asked.push({ url: new URL(url, location.href).href, method, body });
      return method === 'POST' ? Response.json({ ice_servers: [{ urls: ['stun:[::1]:3478'] }, { urls: ['stun:[::1]:3479'] }] }) : new Response(new Uint8Array(1_000));
    });
    const made: RTCConfiguration[] = [];
    vi.stubGlobal('RTCPeerConnection', silentConnections(made));
    vi.stubGlobal('location', new URL('https://video.example.org/check'));
    const probes = probesOf(opened());

    await probes.openMedia();
    await probes.listen(10);
    await probes.gather(20);
    await probes.loopBack(20);
    await probes.download(1_000);

    expect(asked.every(({ url }) => url.startsWith(`${location.origin}/`))).toBe(true);
    expect(asked.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{}'],
      ['GET', undefined],
    ]);
    expect(asked[0]?.url).toBe(`${location.origin}/api/v1/ice`);
    // Only the search for one's own address knows a server; the connection within the page knows none.
    expect(made.map(({ iceServers = [] }) => iceServers.flatMap(({ urls }) => urls))).toEqual([['stun:[::1]:3478', 'stun:[::1]:3479'], [], []]);
  });
});

describe('the code at the practice', () => {
  it('says what was found out', () => {
    act(() => render(<ReadCode />, document.body));

    write(encodeCheck({ ...GOOD, router: 'weak' }, BROWSER).toLowerCase());

    expect(part('trial-read-found')?.textContent).toContain('Firefox');
    expect(steps()).toMatchObject({ router: 'weak', camera: 'good' });
  });

  it('that was misheard says so, once it is whole', () => {
    act(() => render(<ReadCode />, document.body));

    write('7ZZ');
    expect(document.querySelector('[role=alert]')).toBeNull();
    write('7ZZ ZZZ');

    expect(document.querySelector('[role=alert]')?.textContent).toContain('no such code');
    expect(part('trial-read-found')).toBeNull();
  });
});

const GOOD: Outcomes = { browser: 'good', camera: 'good', microphone: 'good', speaker: 'good', server: 'good', router: 'good', connection: 'good', speed: 'good' };
const BROWSER = { family: 'firefox', version: 144, os: 'windows', osVersion: null, inApp: null } as const;

function fakeCheck(progress: Progress) {
  const parts = { progress: signal(progress), speed: signal<number | null>(null), verdict: signal<Check['verdict']['value']>(null), code: signal<string | null>(null) };
  const check = { ...parts, run: vi.fn(async () => undefined), heard: vi.fn() };
  const finish = (outcomes: Outcomes) => {
    parts.progress.value = outcomes;
    parts.verdict.value = verdictOf(outcomes);
    parts.code.value = encodeCheck(outcomes, BROWSER);
  };
  return { check, finish };
}

/** Camera and microphone are on, and send nothing. */
function opened(): FakeDevices {
  const local = fakeDevices();
  const on = { state: 'on', track: {} as MediaStreamTrack, stream: {} as MediaStream } as const;
  local.media.value = { camera: on, microphone: on, screen: { state: 'off' } };
  return local;
}

/** Connections that never get anywhere, and note with which servers they were made. */
function silentConnections(made: RTCConfiguration[]) {
  return class extends EventTarget {
    localDescription = { type: 'offer', sdp: '' };
    constructor(configuration: RTCConfiguration = {}) {
      super();
      made.push(configuration);
    }
    createDataChannel() {
      return new EventTarget();
    }
    addTrack() {}
    async setLocalDescription() {}
    async setRemoteDescription() {}
    close() {}
  };
}

function steps(): Record<string, string | undefined> {
  return Object.fromEntries([...document.querySelectorAll<HTMLElement>('[data-step]')].map(({ dataset }) => [dataset['step'] ?? '', dataset['state']]));
}

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-test="${name}"]`);
}

function write(text: string): void {
  const input = part('trial-read') as HTMLInputElement;
  input.value = text;
  act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
}
