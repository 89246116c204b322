// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call, OverReason, Phase } from '../../call/model.ts';
import { fakeDevices, fakeFile, fakeInCall, fakeLink, fakeVisit, type FakeDevices, type FakeVisit } from '../gallery/fake.ts';
import type { Invitation } from '../../signal/http.ts';
import { LANGUAGES, language } from '../text.ts';
import type { Place } from './arrival.ts';
import { VisitPage } from './page.tsx';

const sound = vi.hoisted(() => ({ playChime: vi.fn(), playTestSound: vi.fn() }));
vi.mock('../media/sound.ts', () => sound);

beforeEach(() => {
  language.value = 'en';
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} });
  HTMLMediaElement.prototype.play = async () => undefined;
});

afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a link', () => {
  it('that is damaged says so', () => {
    show({ name: 'damaged' });

    expect(notice()).toBe('link-damaged');
  });

  it.each(['invite-invalid', 'over'] as const)('that is refused says why: %s', (reason) => {
    show({ name: 'refused', reason });

    expect(notice()).toBe(reason);
  });

  it.each(['offline', 'unavailable', 'slow-down'] as const)('that could not be looked up says why: %s', (trouble) => {
    show({ name: 'asking', trouble });

    expect(notice()).toBe(trouble);
  });

  it('that is too early counts down by the server’s clock', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    show({ name: 'early', invitation: { ...INVITATION, opens_at: 1_125_000 }, welcome: null, clockOffset: 60_000 });
    expect(notice()).toBe('too-early');
    expect(part('countdown')?.textContent).toBe('1:05');

    act(() => void vi.advanceTimersByTime(2_000));

    expect(part('countdown')?.textContent).toBe('1:03');
  });
});

describe('the check', () => {
  it('names the practice and asks for nothing by itself', () => {
    const { local, told } = check();

    expect(document.querySelector('h1')?.textContent).toContain('Praxis am Finkenweg');
    expect(local.media.value.camera.state).toBe('off');
    expect(told).toEqual([]);
  });

  it('goes on with a name, also while the camera opens', () => {
    const { entered, local } = check();
    act(() => void (local.media.value = { ...local.media.value, camera: { state: 'opening' } }));

    write('  Anna M. ');
    click('check-continue');

    expect(entered).toEqual(['Anna M.']);
  });

  it('does not go on without a name, and says so at the field', () => {
    const { entered } = check();

    write('   ');
    click('check-continue');

    expect(entered).toEqual([]);
    expect(part('name-input')?.getAttribute('aria-invalid')).toBe('true');
    expect(document.querySelector('[role=alert]')?.textContent).toContain('enter your name');
  });

  it('opens camera and microphone when it is asked to', () => {
    const { told } = check();

    click('check-media');

    expect(told).toEqual(['local.open {"camera":true,"microphone":true}']);
  });

  it.each(['denied', 'no-device', 'in-use', 'insecure', 'unsupported', 'failed'] as const)('says what to do when the camera fails: %s', (failure) => {
    const { local, entered } = check();
    act(() => void (local.media.value = { ...local.media.value, camera: { state: 'failed', failure } }));

    expect(part('media-trouble')?.dataset).toMatchObject({ what: 'camera', failure });
    expect(part('media-trouble')?.textContent).not.toContain('media-');
    write('Anna M.');
    click('check-continue');
    expect(entered).toEqual(['Anna M.']);
  });

  it('says once what camera and microphone have in common', () => {
    const { local } = check();
    act(() => void (local.media.value = { ...local.media.value, camera: { state: 'failed', failure: 'denied' }, microphone: { state: 'failed', failure: 'denied' } }));

    expect([...document.querySelectorAll<HTMLElement>('[data-test=media-trouble]')].map(({ dataset }) => dataset['what'])).toEqual(['both']);
  });
});

describe('the waiting room', () => {
  it.each<[string, Phase, Partial<Call>]>([
    ['joining', { name: 'joining', trouble: null }, {}],
    ['offline', { name: 'joining', trouble: 'offline' }, {}],
    ['unavailable', { name: 'joining', trouble: 'unavailable' }, {}],
    ['absent', { name: 'waiting' }, {}],
    ['away', { name: 'waiting' }, { peer: { state: 'away', stream: 's' } }],
    ['connecting', { name: 'waiting' }, { peer: { state: 'here', stream: 's' } }],
    ['connecting', { name: 'connecting', progress: { step: 'handshake' } }, {}],
    ['lobby', { name: 'lobby', link: fakeLink('Praxis am Finkenweg') }, {}],
    ['no-path', { name: 'no-path', safetyCode: '402917' }, {}],
  ])('says how it stands: %s', (status, phase, change) => {
    inside(fakeVisit(phase, change));

    expect(part('waiting')?.dataset['status']).toBe(status);
  });

  it('says what to do when there is no path, and tries again', () => {
    const visit = inside(fakeVisit({ name: 'no-path', safetyCode: '402917' }));
    expect(notice()).toBe('no-path');

    click('retry');

    expect(visit.told).toEqual(['retry']);
  });

  it('is left after a question', () => {
    const visit = inside(fakeVisit({ name: 'waiting' }));

    click('leave');
    expect(visit.told).toEqual([]);
    click('leave-anyway');

    expect(visit.told).toEqual(['hangUp']);
  });

  it('gives way to the call, which is heard', async () => {
    const visit = inside(fakeVisit({ name: 'lobby', link: fakeLink('Praxis am Finkenweg') }));
    expect(part('call')).toBeNull();

    act(() => void (visit.call.value = { ...visit.call.value, phase: fakeInCall('Dr. Albrecht') }));

    expect(part('waiting')).toBeNull();
    expect(part('call')).not.toBeNull();
    await vi.waitFor(() => expect(sound.playChime).toHaveBeenCalledOnce());
  });
});

describe('the end', () => {
  const reasons = Object.keys({
    'hung-up': 0,
    'peer-left': 0,
    'link-damaged': 0,
    untrusted: 0,
    'invite-invalid': 0,
    'invite-used': 0,
    over: 0,
    closed: 0,
    occupied: 0,
    evicted: 0,
    'taken-over': 0,
    'signed-out': 0,
    failed: 0,
  } satisfies Record<OverReason, number>) as OverReason[];

  it.each(reasons.flatMap((reason) => LANGUAGES.map((of) => [reason, of] as const)))('has its own words: %s in %s', (reason, of) => {
    language.value = of;
    inside(fakeVisit({ name: 'over', reason }));

    expect(notice()).toBe(reason);
    expect(part('notice')?.textContent).not.toContain(`over-${reason}`);
    expect(part('call')).toBeNull();
  });

  it('leads back to the waiting room after hanging up', () => {
    const { again } = pageOf(fakeVisit({ name: 'over', reason: 'hung-up' }));

    click('again');

    expect(again).toHaveBeenCalledOnce();
  });

  it.each(['occupied', 'taken-over'] as const)('can be tried again: %s', (reason) => {
    const visit = inside(fakeVisit({ name: 'over', reason }));

    click('retry');

    expect(visit.told).toEqual(['retry']);
  });

  it('still has the files that came', () => {
    const visit = fakeVisit({ name: 'over', reason: 'peer-left' });
    visit.files.value = [
      fakeFile('1', 'peer', 'plan.pdf', { name: 'done', file: new Blob(['x']), saved: false }),
      fakeFile('2', 'me', 'scan.pdf', { name: 'done', file: null, saved: false }),
    ];
    inside(visit);

    expect([...document.querySelectorAll<HTMLAnchorElement>('[data-test=file-save]')].map(({ download }) => download)).toEqual(['plan.pdf']);
  });
});

const INVITATION: Invitation = { practice: 'Praxis am Finkenweg', room: '0'.repeat(32), seat: 1, epoch: 1, starts_at: 0, ends_at: 0, opens_at: 0, closes_at: 0, now: 0, sealed_welcome: '' };

function show(place: Place) {
  const arrival = { place: signal(place), ask: vi.fn(async () => undefined), give: vi.fn(), skip: vi.fn(), decline: vi.fn(), reconsider: vi.fn(), enter: vi.fn(), again: vi.fn() };
  act(() => render(<VisitPage arrival={arrival} />, document.body));
  return arrival;
}

function pageOf(visit: FakeVisit) {
  return show({ name: 'inside', visit, invitation: INVITATION, isVerified: false });
}

function inside(visit: FakeVisit): FakeVisit {
  pageOf(visit);
  return visit;
}

function check(): { readonly local: FakeDevices; readonly told: string[]; readonly entered: readonly string[] } {
  const told: string[] = [];
  const local = fakeDevices(told);
  const entered: string[] = [];
  show({ name: 'check', invitation: INVITATION, welcome: null, answer: null, local }).enter.mockImplementation((name: string) => entered.push(name));
  return { local, told, entered };
}

/** The first one: what the page is about. */
function notice(): string | undefined {
  return part('notice')?.dataset['code'];
}

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-test="${name}"]`);
}

function click(name: string): void {
  const element = part(name);
  if (!element) throw new Error(`there is no ${name}`);
  act(() => element.click());
}

function write(text: string): void {
  const input = part('name-input') as HTMLInputElement;
  input.value = text;
  act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
}
