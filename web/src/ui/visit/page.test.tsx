// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call, OverReason, Phase } from '../../call/model.ts';
import { fakeDevices, fakeFile, fakeInCall, fakeLink, fakeVisit, type FakeDevices, type FakeVisit } from '../gallery/fake.ts';
import { type ConsentText, textHash, type WelcomeDocument } from '../../consent/document.ts';
import { type Decision, drawReceiptKey, signReceipt } from '../../consent/receipt.ts';
import { templates } from '../../consent/templates.ts';
import type { Answer, ConsentState } from '../../drive/visit.ts';
import type { HourInvitation } from '../../signal/hours.ts';
import type { Invitation } from '../../signal/http.ts';
import type { Reply } from '../../consent/reply.ts';
import type { MediaFailure } from '../../rtc/media.ts';
import { LANGUAGES, language, speak } from '../text.ts';
import type { Place } from './arrival.ts';
import { CallView } from './inside.tsx';
import { MediaTrouble, OtherBrowser } from './own-media.tsx';
import { ConsentView, Declined, Inside, VisitPage } from './page.tsx';
import { ConsentForm } from './waiting-view.tsx';

const sound = vi.hoisted(() => ({ playChime: vi.fn(), playTestSound: vi.fn() }));
vi.mock('../media/sound.ts', () => sound);

// What comes in pieces of its own is there; how it comes is the test of `later`.
beforeAll(async () => void (await Promise.all([ConsentView, Declined, Inside, CallView, ConsentForm, MediaTrouble, OtherBrowser].map((view) => view.preload()))));

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

describe('consent', () => {
  it('is asked for before anything else, by a practice that is verified', () => {
    consent();

    expect(part('verified')?.textContent).toMatch(/Praxis am Finkenweg.? – verified/);
    expect(part('consent-text')?.textContent).toContain('Nobody records the conversation');
    expect(part('name-input')).not.toBeNull();
    expect(part('own-preview')).toBeNull();
  });

  it('is given with a choice for each item, a name and a signature', async () => {
    const { arrival } = consent();
    for (const choice of ['consent-video-yes', 'consent-photo-no', 'consent-file-yes']) click(choice);
    write(' Anna M. ');
    click('consent-signature-swap');
    write('Anna M.', 'consent-typed');

    submit('consent-form');

    await vi.waitFor(() => expect(arrival.give).toHaveBeenCalledOnce());
    const [decision, text] = arrival.give.mock.calls[0] ?? [];
    expect(decision).toMatchObject({ name: 'Anna M.', agreed: ['video', 'file'], declined: ['photo'], mark: { typed: 'Anna M.' }, text: { id: 'en-adult', for: 'adult', version: 1, sha256: await textHash(text?.markdown ?? '') } });
  });

  it('for a child has its own text', () => {
    consent();

    click('consent-for-guardian');

    expect(part('consent-text')?.textContent).toContain('You may decide for the child');
  });

  it('is in the language of the page', () => {
    consent();

    act(() => void (language.value = 'de'));

    expect(part('consent-text')?.textContent).toContain('Niemand zeichnet das Gespräch auf');
    expect(part('consent-text')?.lang).toBe('de');
  });

  it('is not given by halves: what is missing is said', () => {
    const { arrival } = consent();

    submit('consent-form');

    expect(arrival.give).not.toHaveBeenCalled();
    expect(document.querySelectorAll('[role=alert]')).toHaveLength(5);
  });

  it('without picture and sound is none', () => {
    const { arrival } = consent();
    for (const choice of ['consent-video-no', 'consent-photo-yes', 'consent-file-yes']) click(choice);
    write('Anna M.');
    click('consent-signature-swap');
    write('A. M.', 'consent-typed');

    submit('consent-form');

    expect(arrival.give).not.toHaveBeenCalled();
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Without picture and sound');
  });

  it('can be refused, and where it is only asked for be left out', () => {
    const { arrival } = consent();
    expect(part('consent-skip')).toBeNull();

    click('consent-refuse');
    expect(arrival.decline).toHaveBeenCalledOnce();

    const asked = consent('asked');
    click('consent-skip');
    expect(asked.arrival.skip).toHaveBeenCalledOnce();
  });

  it('refused is a polite end, with a way back', () => {
    const arrival = show({ name: 'declined', invitation: INVITATION, welcome: welcome('required') });
    expect(notice()).toBe('declined');

    click('consent-back');

    expect(arrival.reconsider).toHaveBeenCalledOnce();
  });

  it('once signed, the name is not asked again', () => {
    const given = fakeAnswer();
    const arrival = show({ name: 'check', invitation: INVITATION, welcome: welcome('required'), answer: given, entering: 'no', local: fakeDevices() });
    expect(part('name-input')).toBeNull();

    click('check-continue');

    expect(arrival.enter).toHaveBeenCalledWith('Anna M.');
  });

  it('of another practice stops the page in red', () => {
    show({ name: 'untrusted', invitation: INVITATION });

    expect(notice()).toBe('untrusted');
    expect(part('notice')?.className).toContain('danger');
    expect(part('verified')).toBeNull();
  });

  it('HTML in the practice’s text stays text', () => {
    const text = { id: 'en-adult', language: 'en', for: 'adult', title: '<b>T</b>', markdown: '<img src=x onerror=alert(1)>\n\n- <script>1</script>', version: 1 } as const;
    show({ name: 'consent', invitation: INVITATION, welcome: { ...welcome('required'), texts: [text] } });

    expect(part('consent-text')?.querySelector('img, script, b')).toBeNull();
    expect(part('consent-text')?.textContent).toContain('<img src=x onerror=alert(1)>');
  });

  it('is asked for in the waiting room where it was not before, without asking for the name again', async () => {
    const visit = fakeVisit({ name: 'lobby', link: fakeLink('Praxis am Finkenweg') });
    visit.consentAsked.value = welcome('required');
    inside(visit);
    expect(part('name-input')).toBeNull();
    for (const choice of ['consent-video-yes', 'consent-photo-no', 'consent-file-no']) click(choice);
    click('consent-signature-swap');
    write('Anna M.', 'consent-typed');

    submit('consent-form');

    await vi.waitFor(() => expect(visit.told).toEqual(['giveConsent Anna M. video']));
  });

  it('is taken back in the call, item by item or whole', async () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.consent.value = await signed();
    inside(visit);
    click('call-consent');

    click('consent-revoke-file');
    click('consent-revoke-all');

    expect(visit.told).toEqual(['revokeConsent file', 'revokeConsent video file']);
  });

  it('taken back, camera and microphone can’t be switched on again', async () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.consent.value = { ...(await signed()), state: 'revoked', items: ['file'] };
    inside(visit);

    expect([part('mute'), part('camera'), part('remote-video')]).toEqual([null, null, null]);
    expect(part('chat-open')).not.toBeNull();
  });

  it('is seen by the practice, which can’t take it back', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'), { role: 'practice' });
    visit.consent.value = await signed();
    inside(visit);
    expect(part('call-consent')?.dataset['state']).toBe('given');

    click('call-consent');

    expect(part('consent-summary')?.textContent).toContain('Signed by');
    expect(part('consent-save')).not.toBeNull();
    expect(part('consent-revoke-all')).toBeNull();
  });

  it('after the call, a copy can still be saved', async () => {
    const visit = fakeVisit({ name: 'over', reason: 'hung-up' });
    visit.consent.value = { ...(await signed()), state: 'revoked', items: [] };
    inside(visit);

    expect(part('consent-save')).not.toBeNull();
    expect(part('notice')?.textContent).toContain('taken your consent back');
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

  it.each(['denied', 'ignored', 'denied-by-system', 'no-device', 'in-use', 'insecure', 'unsupported', 'failed'] as const)('says what to do when the camera fails: %s', (failure) => {
    const { local, entered } = check();
    act(() => void (local.media.value = { ...local.media.value, camera: { state: 'failed', failure } }));

    expect(part('media-trouble')?.dataset).toMatchObject({ what: 'camera', failure });
    expect(part('media-trouble')?.textContent).not.toMatch(/media-|help-/);
    expect(part('media-trouble')?.querySelectorAll('li').length).toBeGreaterThan(0);
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

describe('a camera that does not open', () => {
  const failing = (failure: MediaFailure) => {
    const all = check();
    const failed = { state: 'failed', failure } as const;
    act(() => void (all.local.media.value = { ...all.local.media.value, camera: failed, microphone: failed }));
    return all;
  };

  it('is tried again, or left: sound alone, or neither', () => {
    const { told, entered } = failing('denied');
    write('Anna M.');

    click('check-media');
    click('sound-only');
    click('check-continue');

    expect(told).toEqual(['local.open {"camera":true,"microphone":true}', 'local.setCamera false', 'local.open {"microphone":true}']);
    expect(entered).toEqual(['Anna M.']);
  });

  it('in a mail program leads to a browser, with the whole link', async () => {
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 WEB.DE Mail/9.12', maxTouchPoints: 5, languages: ['en'], clipboard: { writeText } });
    failing('unsupported');
    expect(part('media-trouble')?.dataset['failure']).toBe('in-app');
    expect(part('media-trouble')?.textContent).toContain('WEB.DE');
    expect(part('check-media')).toBeNull();

    click('copy-link');

    await vi.waitFor(() => expect(writeText).toHaveBeenCalledWith(`${location.origin}/v/${LINK.invite}#secret`));
  });

  it.each(['insecure', 'unsupported', 'no-device'] as const)('offers no sound alone where that can’t be: %s', (failure) => {
    failing(failure);

    expect(part('sound-only')).toBeNull();
    expect(part('check-continue')?.textContent).toContain('Only listen and write');
  });

  it('goes on by itself as soon as the browser’s settings allow it', async () => {
    const permissions = { camera: permission('denied'), microphone: permission('denied') };
    vi.stubGlobal('navigator', { userAgent: '', maxTouchPoints: 0, languages: ['en'], permissions: { query: async ({ name }: { name: 'camera' | 'microphone' }) => permissions[name] } });
    const { told } = failing('denied');
    await vi.waitFor(() => expect(permissions.microphone.addEventListener).toHaveBeenCalled());

    permissions.camera.become('granted');

    expect(told).toEqual(['local.open {"camera":true,"microphone":true}']);
    permissions.microphone.become('prompt');
    expect(told).toHaveLength(1);
  });

  it('goes on by itself as soon as one is plugged in', () => {
    const mediaDevices = new EventTarget();
    vi.stubGlobal('navigator', { userAgent: '', maxTouchPoints: 0, languages: ['en'], mediaDevices });
    const { told } = failing('no-device');

    act(() => void mediaDevices.dispatchEvent(new Event('devicechange')));

    expect(told).toEqual(['local.open {"camera":true,"microphone":true}']);
  });

  it('in the call still has the practice’s number', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.local.media.value = { ...visit.local.media.value, camera: { state: 'failed', failure: 'in-use' } };
    show({ name: 'inside', visit, invitation: INVITATION, welcome: { ...welcome('asked'), phone: '030 12345' } });

    expect(part('media-trouble')).not.toBeNull();
    expect(part('call-practice')).not.toBeNull();
    expect(part('check-media')).toBeNull();
  });

  it('has the practice’s number where it is known', () => {
    const local = fakeDevices();
    local.media.value = { ...local.media.value, camera: { state: 'failed', failure: 'failed' } };
    show({ name: 'check', invitation: INVITATION, welcome: { ...welcome('asked'), phone: '030 123-45' }, answer: null, entering: 'no', local });

    expect(part('call-practice')?.getAttribute('href')).toBe('tel:03012345');
  });
});

describe('a browser that can’t', () => {
  it('says where it can, with the link and the telephone', () => {
    vi.stubGlobal('navigator', { userAgent: IPHONE, maxTouchPoints: 5, languages: ['en'] });
    show({ name: 'incapable', failure: 'unsupported', invitation: INVITATION, welcome: { ...welcome('asked'), phone: '030 12345' } });

    expect(notice()).toBe('incapable-unsupported');
    expect(document.querySelector('h1')?.textContent).toContain('do not work in this browser');
    expect(document.body.textContent).toContain('Lockdown Mode');
    expect(part('copy-link')).not.toBeNull();
    expect(part('call-practice')).not.toBeNull();
  });

  it('is told so of a page without https, where no link would help', () => {
    show({ name: 'incapable', failure: 'insecure', invitation: null, welcome: null });

    expect(notice()).toBe('incapable-insecure');
    expect(part('copy-link')).toBeNull();
  });

  it('in a mail program is told before anything is signed', () => {
    vi.stubGlobal('navigator', { userAgent: IPHONE.replace(/ Version.*/, ' Mobile/15E148 GMX/9.12'), maxTouchPoints: 5, languages: ['en'] });
    consent();

    expect(notices()).toContain('in-app');
    expect(document.querySelector('[data-code=in-app]')?.textContent).toContain('GMX');
    expect(part('copy-link')).not.toBeNull();
  });
});

describe('a guardian', () => {
  const decision = { text: { id: 'en-guardian', language: 'en', for: 'guardian', version: 1, sha256: '' }, name: 'Anna M.', agreed: ['video'], declined: [], at: 0, mark: { typed: 'Anna M.' } } as const satisfies Decision;

  it('is asked to have the child there', () => {
    const text = templates('Praxis am Finkenweg').find(({ id }) => id === 'en-guardian');
    if (!text) throw new Error('no text for guardians');
    show({ name: 'check', invitation: INVITATION, welcome: welcome('required'), answer: { type: 'given', decision, text, revoked: [] }, entering: 'no', local: fakeDevices() });

    expect(document.body.textContent).toContain('You have signed for your child');
    expect(document.body.textContent).toContain('Your child should be with you');
  });
});

describe('a word to the practice', () => {
  const early = () => show({ name: 'early', invitation: INVITATION, welcome: { ...welcome('asked'), phone: '030 12345' }, clockOffset: 0 });

  it('says how late one will be', async () => {
    const arrival = early();

    click('reply-late');
    click('reply-15');

    expect(arrival.tell).toHaveBeenCalledWith({ kind: 'late', minutes: 15 });
    await vi.waitFor(() => expect(notices()).toContain('reply-told'));
    expect(part('reply')?.textContent).toContain('15');
  });

  it('that one can’t come is asked about once more', async () => {
    const arrival = early();
    HTMLDialogElement.prototype.showModal ??= () => undefined;

    click('reply-cancel');
    expect(arrival.tell).not.toHaveBeenCalled();
    click('reply-cancel-sure');

    expect(arrival.tell).toHaveBeenCalledWith({ kind: 'cancel' });
    await vi.waitFor(() => expect(notices()).toContain('reply-told'));
  });

  it('that does not get through says so, with the telephone', async () => {
    const arrival = early();
    arrival.tell.mockRejectedValueOnce(new Error('offline'));
    click('reply-late');
    click('reply-5');
    await vi.waitFor(() => expect(notices()).toContain('reply-failed'));
    expect(part('call-practice')).not.toBeNull();

    click('reply-again');

    await vi.waitFor(() => expect(notices()).toContain('reply-told'));
    expect(arrival.tell).toHaveBeenCalledTimes(2);
  });

  it('can be given from the waiting room, by a patient', () => {
    const visit = inside(fakeVisit({ name: 'waiting' }));
    expect(part('reply-late')).not.toBeNull();

    act(() => void (visit.part.value = 'interpreter'));

    expect(part('reply-late')).toBeNull();
  });
});

describe('an open consultation hour', () => {
  it('that is closed says so', () => {
    show({ name: 'closed', invitation: { ...HOUR, open_until: null }, welcome: null });

    expect(notice()).toBe('hour-closed');
  });

  it('needs no appointment, and says until when', () => {
    show({ name: 'check', invitation: HOUR, welcome: null, answer: null, entering: 'no', local: fakeDevices() });

    expect(document.querySelector('h1')?.textContent).toContain('Open consultation hour');
    expect(part('check-continue')).toHaveProperty('disabled', false);
  });

  it('is entered once at a time, and says when that failed', () => {
    show({ name: 'check', invitation: HOUR, welcome: null, answer: null, entering: 'asking', local: fakeDevices() });
    expect(part('check-continue')).toHaveProperty('disabled', true);

    show({ name: 'check', invitation: HOUR, welcome: null, answer: null, entering: 'failed', local: fakeDevices() });
    expect(notices()).toContain('hour-failed');
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
    ['held', { name: 'lobby', link: fakeLink('Praxis am Finkenweg'), isHeld: true }, {}],
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

  it.each(['never', 'if-needed', 'only'] as const)('says what was tried where there is no path: %s', (relay) => {
    const allowed = { ...welcome('asked'), ...(relay !== 'never' && { relay }) };
    show({ name: 'inside', visit: fakeVisit({ name: 'no-path', safetyCode: '402917' }), invitation: INVITATION, welcome: allowed });

    const said = part('notice')?.textContent;
    expect([said?.includes('direct'), said?.includes('relay')]).toEqual([relay !== 'only', relay !== 'never']);
  });

  it.each(['never', 'if-needed', 'only'] as const)('is entered by who has read which way the practice allows: %s', (relay) => {
    const allowed = { ...welcome('asked'), ...(relay !== 'never' && { relay }) };
    show({ name: 'check', invitation: INVITATION, welcome: allowed, answer: null, entering: 'no', local: fakeDevices() });

    const said = part('check-way')?.textContent;
    expect([said?.includes('directly'), said?.includes('relay')]).toEqual([relay !== 'only', relay !== 'never']);
  });

  it('promises no way that the practice has not signed', () => {
    show({ name: 'check', invitation: INVITATION, welcome: null, answer: null, entering: 'no', local: fakeDevices() });

    expect(part('check-way')).toBeNull();
  });

  it('is left after a question', () => {
    const visit = inside(fakeVisit({ name: 'waiting' }));

    click('leave');
    expect(visit.told).toEqual([]);
    click('leave-anyway');

    expect(visit.told).toEqual(['hangUp']);
  });

  it('shows and reads out what the practice writes, the newest last', () => {
    const visit = inside(fakeVisit({ name: 'lobby', link: fakeLink('Praxis am Finkenweg') }));
    expect(part('written')?.getAttribute('role')).toBe('log');

    act(() => void (visit.notices.value = [{ id: '1', at: 0, text: 'Guten Tag' }, { id: '2', at: 60_000, text: '<b>Noch zehn Minuten</b>' }]));

    const written = [...document.querySelectorAll('[data-test=written-one]')];
    expect(written.map((one) => one.querySelector('p')?.textContent)).toEqual(['Guten Tag', '<b>Noch zehn Minuten</b>']);
    expect(written.map((one) => one.classList.contains('newest'))).toEqual([false, true]);
  });

  it('says as what one came', () => {
    const visit = fakeVisit({ name: 'lobby', link: fakeLink('Praxis am Finkenweg') });
    visit.part.value = 'interpreter';
    inside(visit);

    expect(part('waiting')?.textContent).toContain('here to interpret');
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

  it.each(reasons.flatMap((reason) => LANGUAGES.map((of) => [reason, of] as const)))('has its own words: %s in %s', async (reason, of) => {
    await speak(of);
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

describe('A step that is new', () => {
  it('is read from its top, wherever the one before was left', () => {
    const toTop = vi.spyOn(globalThis, 'scrollTo').mockImplementation(() => undefined);
    const arrival = show({ name: 'check', invitation: INVITATION, welcome: null, answer: null, entering: 'no', local: fakeDevices() });
    const visit = fakeVisit({ name: 'joining', trouble: null });
    const scrolledFor = (change: () => void) => {
      toTop.mockClear();
      act(change);
      return toTop.mock.calls;
    };

    expect(scrolledFor(() => (arrival.place.value = { name: 'inside', visit, invitation: INVITATION, welcome: null }))).toContainEqual([0, 0]);
    expect(scrolledFor(() => (visit.call.value = { ...visit.call.value, phase: { name: 'lobby', link: fakeLink('Praxis am Finkenweg') } }))).toEqual([]);
    expect(scrolledFor(() => (visit.call.value = { ...visit.call.value, phase: { name: 'over', reason: 'hung-up' } }))).toEqual([[0, 0]]);
  });

  it('says nothing to anybody because its heading has the keyboard', () => {
    const arrival = show({ name: 'asking', trouble: 'offline' });
    document.body.dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
    act(() => void (arrival.place.value = { name: 'check', invitation: INVITATION, welcome: null, answer: null, entering: 'no', local: fakeDevices() }));
    expect(document.activeElement).toBe(document.querySelector('h1'));
    expect(arrival.prepare).not.toHaveBeenCalled();

    part('name-input')?.focus();

    expect(arrival.prepare).toHaveBeenCalled();
  });

  it('leaves the keyboard where it begins as long as nothing has had it', () => {
    const arrival = show({ name: 'asking', trouble: null });

    act(() => void (arrival.place.value = { name: 'check', invitation: INVITATION, welcome: null, answer: null, entering: 'no', local: fakeDevices() }));

    expect(document.activeElement).toBe(document.body);
  });

  it('has the keyboard at its heading where what had it is gone', () => {
    const arrival = show({ name: 'check', invitation: INVITATION, welcome: null, answer: null, entering: 'no', local: fakeDevices() });
    expect(document.activeElement).toBe(document.body);
    part('check-continue')?.focus();

    act(() => void (arrival.place.value = { name: 'inside', visit: fakeVisit({ name: 'joining', trouble: null }), invitation: INVITATION, welcome: null }));

    expect(document.activeElement).toBe(document.querySelector('h1'));
  });
});

const INVITATION: Invitation = { practice: 'Praxis am Finkenweg', room: '0'.repeat(32), seat: 1, epoch: 1, starts_at: 0, ends_at: 0, opens_at: 0, closes_at: 0, now: 0, sealed_welcome: '' };

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';
const LINK = { invite: 'A'.repeat(22), fragment: 'secret' };
const HOUR: HourInvitation = { practice: 'Praxis am Finkenweg', hour: '1'.repeat(32), open_until: 7_200_000, now: 0, sealed_welcome: '' };

const TEXTS = templates('Praxis am Finkenweg');

function welcome(policy: 'required' | 'asked'): WelcomeDocument {
  return { practice: 'Praxis am Finkenweg', made: 0, policy, texts: TEXTS, items: ['video', 'photo', 'file'] };
}

function consent(policy: 'required' | 'asked' = 'required') {
  return { arrival: show({ name: 'consent', invitation: INVITATION, welcome: welcome(policy) }) };
}

function fakeAnswer(): Extract<Answer, { type: 'given' }> {
  const text = { id: 'en-adult', language: 'en', for: 'adult', version: 1, sha256: '0'.repeat(64) } as const;
  return { type: 'given', decision: { text, name: 'Anna M.', agreed: ['video', 'file'], declined: ['photo'], at: 0, mark: { typed: 'Anna M.' } }, text: TEXTS[2]!, revoked: [] };
}

async function signed(): Promise<ConsentState> {
  const { decision, text } = fakeAnswer();
  const bond = { room: '0'.repeat(32), epoch: 1, fingerprints: { practice: '1'.repeat(64), guest: '2'.repeat(64) } };
  return { state: 'given', items: ['video', 'file'], name: 'Anna M.', text, isSeen: true, receipt: await signReceipt(decision, bond, await drawReceiptKey()) };
}

function show(place: Place) {
  const arrival = { place: signal(place), link: signal(LINK), tell: vi.fn<(reply: Reply) => Promise<void>>(async () => undefined), ask: vi.fn(async () => undefined), give: vi.fn<(decision: Decision, text: ConsentText) => void>(), skip: vi.fn(), decline: vi.fn(), reconsider: vi.fn(), prepare: vi.fn(), enter: vi.fn(), again: vi.fn() };
  act(() => render(<VisitPage arrival={arrival} />, document.body));
  return arrival;
}

function pageOf(visit: FakeVisit) {
  return show({ name: 'inside', visit, invitation: INVITATION, welcome: null });
}

function inside(visit: FakeVisit): FakeVisit {
  pageOf(visit);
  return visit;
}

function check(): { readonly local: FakeDevices; readonly told: string[]; readonly entered: readonly string[] } {
  const told: string[] = [];
  const local = fakeDevices(told);
  const entered: string[] = [];
  show({ name: 'check', invitation: INVITATION, welcome: null, answer: null, entering: 'no', local }).enter.mockImplementation((name: string) => entered.push(name));
  return { local, told, entered };
}

/** The first one: what the page is about. */
/** What the browser tells of a permission, and how it changes. */
function permission(state: PermissionState) {
  const target = new EventTarget();
  const addEventListener = vi.fn(target.addEventListener.bind(target));
  const status = {
    state,
    addEventListener,
    become: (now: PermissionState) => {
      status.state = now;
      target.dispatchEvent(new Event('change'));
    },
  };
  return status;
}

function notice(): string | undefined {
  return part('notice')?.dataset['code'];
}

function notices(): (string | undefined)[] {
  return [...document.querySelectorAll<HTMLElement>('[data-test=notice]')].map(({ dataset }) => dataset['code']);
}

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-test="${name}"]`);
}

function click(name: string): void {
  const element = part(name);
  if (!element) throw new Error(`there is no ${name}`);
  act(() => element.click());
}

function submit(name: string): void {
  act(() => void part(name)?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
}

function write(text: string, name = 'name-input'): void {
  const input = part(name) as HTMLInputElement;
  input.value = text;
  act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
}
