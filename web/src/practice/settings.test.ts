// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import type { WelcomeDocument } from '../consent/document.ts';
import { openWelcome } from '../consent/welcome.ts';
import type { Identity } from '../drive/visit.ts';
import { hkdfKey } from '../sealed/crypto.ts';
import { identityHash } from '../sealed/links.ts';
import { HttpRefusal } from '../signal/http.ts';
import { type DoctorKeys, identityOf, settingsKey, type StaffKeys } from './keys.ts';
import { fits, PracticeSettings, welcomeFor } from './settings.ts';

const NAME = 'Praxis am Finkenweg';
const ROOM = 'ab'.repeat(16);
const ROOM_KEY = new Uint8Array(32).fill(3);
let server: Server;
let keys: DoctorKeys;
let identity: Identity;

beforeEach(async () => {
  localStorage.clear();
  server = new Server();
  keys = await doctor();
  identity = await identityOf(keys);
});

describe('the settings of a practice', () => {
  it('are at first none: nobody is asked, and the form has the templates', async () => {
    const settings = await loaded();

    expect(settings.state.value).toBe('fresh');
    expect(settings.document.value).toBeNull();
    expect(settings.draft()).toMatchObject({ policy: 'none', items: ['video', 'photo', 'file'] });
    expect(settings.draft().texts).toHaveLength(4);
  });

  it('are the same on another device, and the server reads none of them', async () => {
    const settings = await loaded();
    await settings.save({ ...settings.draft(), policy: 'required' }, identity);

    const other = await loaded();

    expect(other.document.value).toEqual(settings.document.value);
    expect(other.document.value?.policy).toBe('required');
    expect(atob(server.sealed.replaceAll('-', '+').replaceAll('_', '/'))).not.toContain('Finkenweg');
  });

  it('count a text’s changes', async () => {
    const settings = await loaded();
    await settings.save(settings.draft(), identity);
    const draft = settings.draft();
    const [first, ...rest] = draft.texts;
    const changed = { ...first!, markdown: `${first!.markdown}\n\nMehr.` };
    expect(settings.versionOf(changed)).toEqual({ version: 2, isChanged: true });

    await settings.save({ ...draft, texts: [changed, ...rest] }, identity);

    expect(settings.document.value?.texts.map(({ version }) => version)).toEqual([2, 1, 1, 1]);
  });

  it('of another device that was faster are read, not written over', async () => {
    const [mine, other] = [await loaded(), await loaded()];
    await other.save({ ...other.draft(), policy: 'asked' }, identity);

    expect(await mine.save({ ...mine.draft(), policy: 'required' }, identity)).toBe('conflict');
    expect(mine.document.value?.policy).toBe('asked');
    expect(await mine.save({ ...mine.draft(), policy: 'required' }, identity)).toBe('saved');
  });

  it('of an older revision are not taken for the newest', async () => {
    const settings = await loaded();
    await settings.save({ ...settings.draft(), policy: 'required' }, identity);
    const { sealed } = server;
    await settings.save({ ...settings.draft(), policy: 'none' }, identity);

    server.sealed = sealed;
    const other = new PracticeSettings(server, keys, NAME);
    await other.load();
    expect(other.state.value).toBe('unreadable');

    server.revision = 1;
    await expect(settings.load()).rejects.toThrow(HttpRefusal);
    expect(settings.document.value?.policy).toBe('none');
  });

  it('of other keys are not readable, and may be replaced', async () => {
    const before = await loaded();
    await before.save({ ...before.draft(), policy: 'required' }, identity);
    keys = await doctor();
    const settings = await loaded();
    expect([settings.state.value, settings.document.value]).toEqual(['unreadable', null]);

    expect(await settings.save({ ...settings.draft(), policy: 'asked' }, await identityOf(keys))).toBe('saved');
  });

  it('go on holding while the server is away', async () => {
    const settings = await loaded();
    await settings.save({ ...settings.draft(), policy: 'required' }, identity);
    server.isDown = true;

    await expect(settings.load()).rejects.toThrow(HttpRefusal);

    expect(settings.state.value).toBe('unreachable');
    expect(settings.document.value?.policy).toBe('required');
  });

  it('say whom guests are to call, and change nothing else by that', async () => {
    const settings = await loaded();
    await settings.save({ ...settings.draft(), policy: 'required' }, identity);
    const before = settings.document.value;

    expect(await settings.savePhone('030 123 45 67', identity)).toBe('saved');

    expect((await loaded()).document.value).toEqual({ ...before, made: expect.any(Number), phone: '030 123 45 67' });
    await settings.save({ ...settings.draft(), policy: 'asked' }, identity);
    expect(settings.document.value).toMatchObject({ policy: 'asked', phone: '030 123 45 67' });
    await settings.savePhone(null, identity);
    expect(settings.document.value).not.toHaveProperty('phone');
  });

  it('ask nobody anything where only a number is given', async () => {
    const settings = await loaded();
    await settings.savePhone('030 123 45 67', identity);

    expect(settings.document.value).toMatchObject({ policy: 'none', texts: [] });
    expect(settings.draft().texts).toHaveLength(4);
    expect(settings.versionOf(settings.draft().texts[0]!)).toEqual({ version: 1, isChanged: false });
  });

  it('say which way visits take, and change nothing else by that', async () => {
    const settings = await loaded();
    await settings.savePhone('030 123 45 67', identity);
    expect(settings.relay).toBe('never');

    for (const relay of ['only', 'if-needed'] as const) {
      expect(await settings.saveRelay(relay, identity)).toBe('saved');
      expect((await loaded()).document.value).toMatchObject({ relay, phone: '030 123 45 67', policy: 'none' });
      expect(settings.relay).toBe(relay);
    }
    await settings.saveRelay('never', identity);
    expect(settings.document.value).not.toHaveProperty('relay');
  });

  it('let the templates say what is true of the way, and leave the practice’s own words alone', async () => {
    const settings = await loaded();
    const [first, ...rest] = settings.draft().texts;
    await settings.save({ ...settings.draft(), policy: 'required', texts: [{ ...first!, markdown: 'Wie am Telefon besprochen.' }, ...rest] }, identity);
    expect(settings.hasOwnTexts).toBe(true);

    await settings.saveRelay('only', identity);

    const { texts } = settings.document.value!;
    expect(texts.map(({ version }) => version)).toEqual([1, 2, 2, 2]);
    expect(texts[0]!.markdown).toBe('Wie am Telefon besprochen.');
    for (const { markdown } of texts.slice(1)) expect(markdown).toMatch(/Zwischenstation|relay/);
    for (const { markdown } of texts.slice(1)) expect(markdown).not.toMatch(/\*\*(direkt|directly)\*\*/);
    expect(settings.hasOwnTexts).toBe(true);
    await settings.save({ ...settings.draft(), texts: [first!, ...rest].map(({ id }) => settings.templates().find((one) => one.id === id)!) }, identity);
    expect(settings.hasOwnTexts).toBe(false);
  });

  it('tell no way before they are known', async () => {
    const settings = new PracticeSettings(server, keys, NAME);
    server.isDown = true;
    await expect(settings.load()).rejects.toThrow(HttpRefusal);
    expect(settings.relay).toBeNull();

    server.isDown = false;
    await settings.load();
    expect(settings.relay).toBe('never');
  });

  it('that the server keeps back, or shows as they were before, show no address that was hidden', async () => {
    const settings = await loaded();
    await settings.saveRelay('if-needed', identity);
    const older = server.sealed;
    await settings.saveRelay('only', identity);
    const newest = server.sealed;

    [server.sealed, server.revision] = ['', 0];
    const kept = await loaded();
    expect([kept.document.value, kept.relay]).toEqual([null, 'only']);
    [server.sealed, server.revision] = [older, 1];
    expect((await loaded()).relay).toBe('only');
    [server.sealed, server.revision] = ['AQID', 2];
    expect((await loaded()).relay).toBe('only');
    // What is saved on top of nothing hides it still.
    [server.sealed, server.revision] = ['', 0];
    await kept.load().catch(() => undefined);
    await (await loaded()).savePhone('030 1234', identity);
    expect((await loaded()).relay).toBe('only');

    [server.sealed, server.revision] = [newest, 2];
    keys = await doctor();
    identity = await identityOf(keys);
    expect((await loaded()).relay).toBe('never');
  });

  it('tell when the texts are too long together', async () => {
    const draft = (await loaded()).draft();

    expect(fits(draft, NAME)).toBe(true);
    expect(fits({ ...draft, texts: draft.texts.map((text) => ({ ...text, markdown: 'x'.repeat(8_000) })) }, NAME)).toBe(false);
  });
});

describe('the welcome of a room', () => {
  it('says who the practice is, also before anything is settled', async () => {
    expect(await welcomed(welcomeFor(await loaded(), identity))).toMatchObject({ practice: NAME, policy: 'none', texts: [] });
  });

  it('has the texts that are settled now', async () => {
    const settings = await loaded();
    const welcome = welcomeFor(settings, identity);
    await settings.save({ ...settings.draft(), policy: 'required' }, identity);

    expect(await welcomed(welcome)).toEqual(settings.document.value);
  });

  it('goes to guests with the number to call alone', async () => {
    const settings = await loaded();
    await settings.savePhone('030 123 45 67', identity);

    expect(await welcomed(welcomeFor(settings, identity))).toMatchObject({ policy: 'none', phone: '030 123 45 67' });
  });

  it('waits for the settings: nobody is asked less than the practice requires', async () => {
    const before = await loaded();
    await before.save({ ...before.draft(), policy: 'required' }, identity);
    const welcome = welcomeFor(new PracticeSettings(server, keys, NAME), identity);
    server.isDown = true;
    await expect(welcome(ROOM, ROOM_KEY)).rejects.toThrow(HttpRefusal);

    server.isDown = false;
    expect(await welcomed(welcome)).toMatchObject({ policy: 'required' });
  });

  it('is handed out by staff as a doctor has signed it, and not at all before', async () => {
    const staff = new PracticeSettings(server, await staffOf(keys), NAME);
    expect(await welcomeFor(staff, null)(ROOM, ROOM_KEY)).toBe('');

    const settings = await loaded();
    await settings.save({ ...settings.draft(), policy: 'required' }, identity);
    await staff.load();

    expect(await welcomed(welcomeFor(staff, null))).toEqual(settings.document.value);
  });
});

/** Counts revisions, as session-d does. */
class Server {
  sealed = '';
  revision = 0;
  isDown = false;

  async call<T>(path: string, body: object): Promise<T> {
    if (this.isDown) throw new HttpRefusal(0, 'offline', '');
    if (path === 'practice/settings') return { sealed: this.sealed, revision: this.revision } as T;
    const { sealed, revision } = body as { sealed: string; revision: number };
    if (revision !== this.revision) throw new HttpRefusal(409, 'aborted', '');
    this.sealed = sealed;
    this.revision += 1;
    return { revision: this.revision } as T;
  }
}

async function loaded(): Promise<PracticeSettings> {
  const settings = new PracticeSettings(server, keys, NAME);
  await settings.load();
  return settings;
}

async function welcomed(welcome: ReturnType<typeof welcomeFor>): Promise<WelcomeDocument> {
  return openWelcome(await welcome(ROOM, ROOM_KEY), ROOM, { roomKey: ROOM_KEY, practice: await identityHash(identity.publicKey) });
}

async function doctor(): Promise<DoctorKeys> {
  const pair = (name: string, usages: KeyUsage[]) => crypto.subtle.generateKey({ name, namedCurve: 'P-256' }, false, usages) as Promise<CryptoKeyPair>;
  const secret = await hkdfKey(crypto.getRandomValues(new Uint8Array(32)));
  return { role: 'doctor', secret, identity: await pair('ECDSA', ['sign', 'verify']), box: await pair('ECDH', ['deriveBits']) };
}

async function staffOf(keys: DoctorKeys): Promise<StaffKeys> {
  const settings = await settingsKey(keys);
  return { role: 'staff', labels: settings, settings, identity: (await identityOf(keys)).publicKey, box: new Uint8Array(65) };
}
