// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeBase64url } from '../../sealed/bytes.ts';
import type { Decision } from '../../consent/receipt.ts';
import { templates } from '../../consent/templates.ts';
import { openReply } from '../../consent/reply.ts';
import { sealWelcome, signWelcome } from '../../consent/welcome.ts';
import { encodeFragment, hourRoomKey, identityHash } from '../../sealed/links.ts';
import type { HourInvitation } from '../../signal/hours.ts';
import { HttpRefusal, type Invitation } from '../../signal/http.ts';
import { type FakeDevices, fakeDevices, fakeVisit, type FakeVisit } from '../gallery/fake.ts';
import { dropLink, isLinkKept, keepLink, keepWants, takeLink, textOf } from './address.ts';
import { Arrival, type Wants } from './arrival.ts';

const outside = vi.hoisted(() => ({
  lookUpInvite: vi.fn(),
  guestVisit: vi.fn(),
  rememberedGuest: vi.fn(),
  openLocalDevices: vi.fn(),
  enterHour: vi.fn(),
  sendReply: vi.fn(),
  disability: vi.fn(),
}));
vi.mock('../../drive/visit.ts', () => ({ guestVisit: outside.guestVisit, prepareGuest: vi.fn(), rememberedGuest: outside.rememberedGuest }));
vi.mock('../../rtc/able.ts', () => ({ disability: outside.disability }));
vi.mock('../../rtc/devices.ts', () => ({ openLocalDevices: outside.openLocalDevices }));
vi.mock('../../signal/hours.ts', async (original) => ({ ...(await original<object>()), enterHour: outside.enterHour, sendReply: outside.sendReply }));
vi.mock('../../signal/http.ts', async (original) => ({ ...(await original<object>()), lookUpInvite: outside.lookUpInvite }));

const NOW = 1_700_000_000_000;
let visit: FakeVisit;
let local: FakeDevices;
let told: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  told = [];
  local = fakeDevices(told);
  visit = fakeVisit({ name: 'joining', trouble: null });
  outside.lookUpInvite.mockReset().mockResolvedValue(invitation());
  outside.guestVisit.mockReset().mockReturnValue(visit);
  outside.rememberedGuest.mockReset().mockReturnValue(null);
  outside.enterHour.mockReset().mockResolvedValue({ room: '2'.repeat(32), invite: OWN_INVITE });
  outside.sendReply.mockReset().mockResolvedValue(undefined);
  outside.disability.mockReset().mockReturnValue(null);
  outside.openLocalDevices.mockReset().mockImplementation(() => local);
});

describe('arriving', () => {
  it('with a good link leads to the check', async () => {
    const arrival = await arrive();

    expect(arrival.place.value.name).toBe('check');
    expect(outside.guestVisit).not.toHaveBeenCalled();
  });

  it.each([
    ['no fragment', null],
    ['a fragment that lost its end', { invite: INVITE, fragment: FRAGMENT.slice(0, -5) }],
    ['an invite that lost its end', { invite: INVITE.slice(0, -1), fragment: FRAGMENT }],
  ])('with %s asks nobody', async (_, link) => {
    const arrival = new Arrival(link, BOTH);
    arrival.begin();

    expect(arrival.place.value.name).toBe('damaged');
    expect(outside.lookUpInvite).not.toHaveBeenCalled();
  });

  it.each([
    ['invite_invalid', 'invite-invalid'],
    ['over', 'over'],
  ])('with a link that is %s is the end', async (code, reason) => {
    outside.lookUpInvite.mockRejectedValue(new HttpRefusal(404, code, ''));
    const arrival = await arrive();

    expect(arrival.place.value).toEqual({ name: 'refused', reason });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('while the server is away tries again by itself', async () => {
    outside.lookUpInvite.mockRejectedValueOnce(new HttpRefusal(0, 'offline', '')).mockRejectedValueOnce(new HttpRefusal(503, 'unavailable', '', null, 3_000));
    const arrival = await arrive();
    expect(arrival.place.value).toEqual({ name: 'asking', trouble: 'offline' });

    await vi.advanceTimersByTimeAsync(1_000);
    expect(arrival.place.value).toEqual({ name: 'asking', trouble: 'unavailable' });

    await vi.advanceTimersByTimeAsync(2_999);
    expect(outside.lookUpInvite).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(arrival.place.value.name).toBe('check');
  });

  it('too early waits by the server’s clock and goes on by itself', async () => {
    // This machine's clock is an hour ahead.
    const server = NOW - 3_600_000;
    outside.lookUpInvite.mockResolvedValueOnce(invitation({ now: server, opens_at: server + 12_000 }));
    const arrival = await arrive();
    expect(arrival.place.value).toMatchObject({ name: 'early', clockOffset: -3_600_000 });

    await vi.advanceTimersByTimeAsync(12_000);

    expect(arrival.place.value.name).toBe('check');
  });

  it('too early by far looks now and then whether the appointment was moved', async () => {
    outside.lookUpInvite.mockResolvedValueOnce(invitation({ opens_at: NOW + 86_400_000 }));
    const arrival = await arrive();

    await vi.advanceTimersByTimeAsync(60_000);

    expect(arrival.place.value.name).toBe('check');
  });
});

describe('a browser that can’t', () => {
  it('says so before anything is signed or joined, and knows the practice', async () => {
    outside.disability.mockReturnValue('unsupported');
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('required') }));
    const arrival = await arrive();
    await settled(arrival, 'incapable');

    expect(arrival.place.value).toMatchObject({ failure: 'unsupported', welcome: { policy: 'required' } });
    expect(outside.openLocalDevices).not.toHaveBeenCalled();
  });

  it('for want of https asks nobody', async () => {
    outside.disability.mockReturnValue('insecure');
    const arrival = await arrive();

    expect(arrival.place.value).toEqual({ name: 'incapable', failure: 'insecure', invitation: null, welcome: null });
    expect(outside.lookUpInvite).not.toHaveBeenCalled();
  });
});

describe('a practice that says something', () => {
  it('is asked about consent before anything is opened', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('required') }));
    const arrival = await arrive();
    await settled(arrival, 'consent');

    expect(outside.openLocalDevices).not.toHaveBeenCalled();
    arrival.give(DECISION, TEXT);

    expect(arrival.place.value).toMatchObject({ name: 'check', answer: { type: 'given', decision: DECISION } });
    arrival.enter('Anna M.');
    expect(outside.guestVisit).toHaveBeenCalledWith(expect.objectContaining({ consent: { type: 'given', decision: DECISION, text: TEXT, revoked: [] } }));
  });

  it('and requires consent lets nobody past without it', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('required') }));
    const arrival = await arrive();
    await settled(arrival, 'consent');

    arrival.skip();
    arrival.enter('Anna M.');
    expect(arrival.place.value.name).toBe('consent');

    arrival.decline();
    expect(arrival.place.value.name).toBe('declined');
    expect(outside.guestVisit).not.toHaveBeenCalled();
    expect(outside.lookUpInvite).toHaveBeenCalledTimes(1);

    arrival.reconsider();
    expect(arrival.place.value.name).toBe('consent');
  });

  it('and only asks lets past', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('asked') }));
    const arrival = await arrive();
    await settled(arrival, 'consent');

    arrival.skip();
    arrival.enter('Anna M.');

    expect(outside.guestVisit).toHaveBeenCalledWith(expect.objectContaining({ consent: { type: 'refused' } }));
  });

  it('and asks nothing is verified all the same', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('none') }));
    const arrival = await arrive();
    await settled(arrival, 'check');

    expect(arrival.place.value).toMatchObject({ welcome: { practice: 'Praxis am Finkenweg' }, answer: null });
  });

  it('is another than the link’s: that is the end', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('required', await signer()) }));
    const arrival = await arrive();
    await settled(arrival, 'untrusted');

    expect(outside.openLocalDevices).not.toHaveBeenCalled();
    expect(outside.guestVisit).not.toHaveBeenCalled();
  });

  it('and can’t be opened with this link: it is damaged', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('required', PRACTICE, new Uint8Array(32).fill(9)) }));
    const arrival = await arrive();

    await settled(arrival, 'damaged');
  });

  it('is asked again after all was taken back', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ sealed_welcome: await sealed('required') }));
    const arrival = await arrive();
    await settled(arrival, 'consent');
    arrival.give(DECISION, TEXT);
    arrival.enter('Anna M.');
    visit.consent.value = { ...visit.consent.value, state: 'revoked' };

    arrival.again();
    await settled(arrival, 'consent');

    expect(outside.guestVisit).toHaveBeenCalledTimes(1);
  });
});

describe('going in', () => {
  it('takes both halves of the link and the name along, and asks for what was not opened', async () => {
    const arrival = await arrive();

    arrival.enter('Anna M.');

    expect(outside.guestVisit).toHaveBeenCalledWith(expect.objectContaining({ invite: INVITE, fragment: FRAGMENT, name: 'Anna M.', local }));
    expect(told).toEqual(['local.open {"camera":true,"microphone":true}']);
    expect(visit.told).toEqual(['start']);
    expect(arrival.place.value.name).toBe('inside');
  });

  it('leaves off what was switched off on the check page', async () => {
    const arrival = await arrive();
    local.media.value = { ...local.media.value, microphone: { state: 'muted', track: {} as MediaStreamTrack, stream: {} as MediaStream } };

    arrival.enter('Anna M.');

    expect(told).toEqual([]);
  });

  it('after a reload needs neither the check nor an answer', async () => {
    outside.rememberedGuest.mockReturnValue({ fragment: FRAGMENT, name: 'Anna M.' });
    outside.lookUpInvite.mockRejectedValue(new HttpRefusal(0, 'offline', ''));
    const arrival = await arrive({ camera: false, microphone: true });

    expect(arrival.place.value).toMatchObject({ name: 'inside', invitation: null });
    expect(visit.told).toEqual(['start']);
    expect(told).toEqual(['local.open {"camera":false,"microphone":true}']);
  });

  it('again is another visit of the same person', async () => {
    const arrival = await arrive();
    arrival.enter('Anna M.');
    const second = fakeVisit({ name: 'joining', trouble: null });
    outside.guestVisit.mockReturnValue(second);

    arrival.again();

    expect(visit.told).toEqual(['start', 'dispose']);
    expect(second.told).toEqual(['start']);
    expect(outside.guestVisit).toHaveBeenLastCalledWith(expect.objectContaining({ invite: INVITE, fragment: FRAGMENT, name: 'Anna M.' }));
  });
});

describe('an open consultation hour', () => {
  it('that is closed is looked at again every 20 seconds, and opens by itself', async () => {
    outside.lookUpInvite.mockResolvedValue(hour({ open_until: null }));
    const arrival = await arrive();
    expect(arrival.place.value.name).toBe('closed');

    outside.lookUpInvite.mockRejectedValueOnce(new HttpRefusal(0, 'offline', ''));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(arrival.place.value.name).toBe('closed');

    outside.lookUpInvite.mockResolvedValue(hour());
    await vi.advanceTimersByTimeAsync(20_000);
    expect(arrival.place.value.name).toBe('check');
    expect(outside.openLocalDevices).toHaveBeenCalledOnce();
  });

  it('is closed when its time is over, too', async () => {
    outside.lookUpInvite.mockResolvedValue(hour({ open_until: NOW - 1 }));
    const arrival = await arrive();

    expect(arrival.place.value.name).toBe('closed');
  });

  it('gives everybody a room of their own, whose key follows from the hour’s', async () => {
    outside.lookUpInvite.mockResolvedValue(hour());
    const arrival = await arrive();

    arrival.enter('Anna M.');
    arrival.enter('Anna M.');
    await settled(arrival, 'inside');

    const fragment = encodeFragment({ roomKey: await hourRoomKey(ROOM_KEY, '2'.repeat(32)), practice: await identityHash(PRACTICE.publicKey) });
    expect(outside.enterHour).toHaveBeenCalledOnce();
    expect(outside.enterHour).toHaveBeenCalledWith(INVITE, expect.stringMatching(/^[\w-]{22}$/));
    expect(outside.guestVisit).toHaveBeenCalledWith(expect.objectContaining({ invite: OWN_INVITE, fragment, name: 'Anna M.', local }));
    expect(arrival.link.value).toEqual({ invite: OWN_INVITE, fragment });
  });

  it('that could not be entered is tried again as the same guest', async () => {
    outside.lookUpInvite.mockResolvedValue(hour());
    outside.enterHour.mockRejectedValueOnce(new HttpRefusal(0, 'offline', ''));
    const arrival = await arrive();
    arrival.enter('Anna M.');
    await vi.advanceTimersByTimeAsync(0);
    expect(arrival.place.value).toMatchObject({ name: 'check', entering: 'failed' });

    arrival.enter('Anna M.');
    await settled(arrival, 'inside');

    const [[, first], [, second]] = outside.enterHour.mock.calls as [[string, string], [string, string]];
    expect(second).toBe(first);
  });

  it('that closes at that moment closes the camera, too', async () => {
    outside.lookUpInvite.mockResolvedValueOnce(hour()).mockResolvedValue(hour({ open_until: null }));
    outside.enterHour.mockRejectedValueOnce(new HttpRefusal(409, 'not_open', ''));
    const arrival = await arrive();

    arrival.enter('Anna M.');
    await vi.advanceTimersByTimeAsync(0);

    expect(arrival.place.value.name).toBe('closed');
    expect(told).toEqual(['local.close']);
  });
});

describe('a word to the practice', () => {
  it('is sealed for who holds the room’s key', async () => {
    outside.lookUpInvite.mockResolvedValue(invitation({ opens_at: NOW + 600_000 }));
    const arrival = await arrive();

    await arrival.tell({ kind: 'late', minutes: 10 });

    const [invite, words] = outside.sendReply.mock.calls[0] as [string, string];
    expect(invite).toBe(INVITE);
    expect(await openReply(words, '0'.repeat(32), ROOM_KEY)).toEqual({ kind: 'late', minutes: 10 });
  });

  it('that did not arrive is not taken for told', async () => {
    outside.sendReply.mockRejectedValue(new HttpRefusal(0, 'offline', ''));
    const arrival = await arrive();
    arrival.enter('Anna M.');

    await expect(arrival.tell({ kind: 'cancel' })).rejects.toThrow(HttpRefusal);
  });
});

describe('the address', () => {
  it('follows into a room of one’s own', () => {
    history.replaceState(null, '', `/v/${INVITE}#${FRAGMENT}`);
    takeLink();

    keepLink({ invite: OWN_INVITE, fragment: FRAGMENT }, BOTH);

    expect(takeLink().link).toEqual({ invite: OWN_INVITE, fragment: FRAGMENT });
    expect(textOf({ invite: OWN_INVITE, fragment: FRAGMENT })).toBe(`${location.origin}/v/${OWN_INVITE}#${FRAGMENT}`);
  });

  it('loses the fragment at once, and a reload still has it', () => {
    history.replaceState(null, '', `/v/${INVITE}#${FRAGMENT}`);

    expect(takeLink().link).toEqual({ invite: INVITE, fragment: FRAGMENT });
    expect(location.hash).toBe('');
    expect(location.pathname).toBe(`/v/${INVITE}`);

    expect(takeLink().link).toEqual({ invite: INVITE, fragment: FRAGMENT });
  });

  it('with another fragment is another link', () => {
    history.replaceState({ fragment: 'old', wants: BOTH }, '', `/v/${INVITE}#${FRAGMENT}`);

    expect(takeLink().link?.fragment).toBe(FRAGMENT);
  });

  it('remembers what is switched off', () => {
    history.replaceState(null, '', `/v/${INVITE}#${FRAGMENT}`);
    expect(takeLink().wants).toEqual(BOTH);

    keepWants({ camera: false, microphone: true });

    expect(takeLink()).toEqual({ link: { invite: INVITE, fragment: FRAGMENT }, wants: { camera: false, microphone: true }, hasEnded: false });
  });

  it('lets the link go when the visit is over, and then a reload says so', () => {
    history.replaceState(null, '', `/v/${INVITE}#${FRAGMENT}`);
    takeLink();
    dropLink();
    expect([isLinkKept(), JSON.stringify(history.state)]).toEqual([false, '"ended"']);

    for (const _ of ['once', 'and again']) {
      const { link, wants, hasEnded } = takeLink();
      expect([link, hasEnded]).toEqual([null, true]);
      const arrival = new Arrival(link, wants, hasEnded);
      arrival.begin();
      expect(arrival.place.value).toEqual({ name: 'ended' });
    }
  });

  it('opened again after the end is a link like any other', () => {
    history.replaceState('ended', '', `/v/${INVITE}#${FRAGMENT}`);

    expect(takeLink()).toMatchObject({ link: { invite: INVITE, fragment: FRAGMENT }, hasEnded: false });
    expect(isLinkKept()).toBe(true);
  });

  it('without a second half is no link', () => {
    history.replaceState(null, '', `/v/${INVITE}`);

    expect(takeLink().link).toBeNull();
  });
});

const INVITE = encodeBase64url(new Uint8Array(16).fill(7));
const OWN_INVITE = encodeBase64url(new Uint8Array(16).fill(9));
const ROOM_KEY = new Uint8Array(32).fill(1);
const PRACTICE = await signer();
const FRAGMENT = encodeFragment({ roomKey: ROOM_KEY, practice: await identityHash(PRACTICE.publicKey) });
const TEXTS = templates('Praxis am Finkenweg');
const TEXT = TEXTS[0]!;
const DECISION: Decision = { text: { id: TEXT.id, language: 'de', for: 'adult', version: 1, sha256: '0'.repeat(64) }, name: 'Anna M.', agreed: ['video'], declined: [], at: 0, mark: { typed: 'A' } };
const BOTH: Wants = { camera: true, microphone: true };

async function signer() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const sign = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes));
  return { publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)), sign };
}

async function sealed(policy: 'required' | 'asked' | 'none', by = PRACTICE, key = ROOM_KEY): Promise<string> {
  const document = { practice: 'Praxis am Finkenweg', made: 0, policy, texts: policy === 'none' ? [] : TEXTS, items: ['video'] } as const;
  return sealWelcome(await signWelcome(document, by), '0'.repeat(32), key);
}

/** WebCrypto takes real time, also where the clock is a pretended one. */
async function settled(arrival: Arrival, name: string): Promise<void> {
  const deadline = performance.now() + 4_000;
  while (arrival.place.value.name !== name && performance.now() < deadline) await new Promise((done) => setImmediate(done));
  expect(arrival.place.value.name).toBe(name);
}

async function arrive(wants: Wants = BOTH): Promise<Arrival> {
  const arrival = new Arrival({ invite: INVITE, fragment: FRAGMENT }, wants);
  arrival.begin();
  await vi.advanceTimersByTimeAsync(0);
  return arrival;
}

function hour(change: Partial<HourInvitation> = {}): HourInvitation {
  return { practice: 'Praxis am Finkenweg', hour: '1'.repeat(32), open_until: NOW + 3_600_000, now: NOW, sealed_welcome: '', ...change };
}

function invitation(change: Partial<Invitation> = {}): Invitation {
  return { practice: 'Praxis am Finkenweg', room: '0'.repeat(32), seat: 1, epoch: 1, starts_at: NOW, ends_at: NOW, opens_at: NOW - 1, closes_at: NOW, now: NOW, sealed_welcome: '', ...change };
}
