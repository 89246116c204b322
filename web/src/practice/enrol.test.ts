import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { begin, deviceName, enrol, enter, takeCode } from './enrol.ts';
import { publicPoint, sign } from './keys.ts';
import { PretendServer } from './pretend.ts';
import { Store } from './store.ts';

let factory: IDBFactory;
let server: PretendServer;
let store: Store;
beforeEach(async () => {
  factory = new IDBFactory();
  server = new PretendServer();
  server.codes.add('CODE');
  vi.stubGlobal('fetch', server.fetch);
  store = await Store.open(factory);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the code', () => {
  it('is taken out of the address bar', () => {
    const [location, history] = bar('#enrol=AbC-_9');

    expect(takeCode(location, history)).toBe('AbC-_9');
    expect(history.replaceState).toHaveBeenCalledWith(null, '', '/practice');
  });

  it('is one, or nothing', () => {
    for (const hash of ['', '#enrol=', '#enrol=<b>', '#other', `#enrol=${'x'.repeat(65)}`]) expect(takeCode(...bar(hash))).toBeNull();
  });

  function bar(hash: string): [Location, History] {
    const location = { hash, pathname: '/practice', search: '' } as Location;
    return [location, { state: null, replaceState: vi.fn() } as unknown as History];
  }
});

describe('a browser', () => {
  it('that nothing is known of is a stranger', async () => {
    expect(await enter(store, null)).toEqual({ state: 'stranger' });
  });

  it('with a link becomes a device, and is one after a reload', async () => {
    const entry = await enter(store, 'CODE');
    if (entry.state !== 'enrolling') throw new Error(entry.state);

    const device = await enrol(store, entry.pending, 'Reception');

    expect(device).toMatchObject({ name: 'Reception', practice: server.practice, practiceName: 'Praxis am Finkenweg' });
    const again = await enter(await Store.open(factory), null);
    expect(again).toMatchObject({ state: 'enrolled', spareCode: null, device: { id: device.id } });
    expect(await store.pending()).toBeNull();
  });

  it('that died before it asked finds its code and the very keys again', async () => {
    const before = await enter(store, 'CODE');
    const after = await enter(await Store.open(factory), null);

    if (before.state !== 'enrolling' || after.state !== 'enrolling') throw new Error(after.state);
    expect(after.pending.code).toBe('CODE');
    expect(await publicPoint(after.pending.keys.device)).toEqual(await publicPoint(before.pending.keys.device));
    expect(after.pending.keys.secret).toEqual(before.pending.keys.secret);
  });

  it('that lost the answer is told that the link is spent, and goes on with another one', async () => {
    const entry = await enter(store, 'CODE');
    if (entry.state !== 'enrolling') throw new Error(entry.state);
    server.losesAnswer.add('enrol');
    await expect(enrol(store, entry.pending, 'Reception')).rejects.toMatchObject({ code: 'offline' });
    await expect(enrol(store, entry.pending, 'Reception')).rejects.toMatchObject({ code: 'enrolment_invalid' });
    expect(await store.device()).toBeNull();

    server.codes.add('SECOND');
    const device = await enrol(store, await begin(store, 'SECOND'), 'Reception');

    expect(device.keys.secret).toEqual(entry.pending.keys.secret);
  });

  it('that is a device already keeps a further code aside', async () => {
    const entry = await enter(store, 'CODE');
    if (entry.state !== 'enrolling') throw new Error(entry.state);
    await enrol(store, entry.pending, 'Reception');

    expect(await enter(store, 'OTHER')).toMatchObject({ state: 'enrolled', spareCode: 'OTHER' });
  });

  it('that was revoked keeps the secret when it is enrolled in the same practice again', async () => {
    const former = await enrol(store, await begin(store, 'CODE'), 'Reception');
    server.codes.add('AGAIN');

    const again = await enrol(store, await begin(store, 'AGAIN'), 'Reception', former);

    expect(again.id).not.toBe(former.id);
    expect(again.keys.secret).toEqual(former.keys.secret);
    expect(await publicPoint(again.keys.identity)).toEqual(await publicPoint(former.keys.identity));
    expect(await publicPoint(again.keys.device)).not.toEqual(await publicPoint(former.keys.device));
  });

  it('takes nothing of one practice over to another', async () => {
    const former = await enrol(store, await begin(store, 'CODE'), 'Reception');
    server.codes.add('ELSEWHERE');

    const other = await enrol(store, await begin(store, 'ELSEWHERE'), 'Reception', { ...former, practice: 'b0'.repeat(16) });

    expect(other.keys.secret).not.toEqual(former.keys.secret);
  });
});

it('kept keys sign, and are not to be read out', async () => {
  await begin(store, 'CODE');
  const kept = (await (await Store.open(factory)).pending())?.keys;
  if (!kept) throw new Error('no keys');

  for (const pair of [kept.device, kept.identity]) {
    expect((await sign(pair, new Uint8Array([1, 2, 3]))).length).toBe(64);
    await expect(crypto.subtle.exportKey('pkcs8', pair.privateKey)).rejects.toThrow();
  }
});

it('a device is called what the server takes', () => {
  expect(deviceName('  Empfang ')).toBe('Empfang');
  expect(deviceName('ä'.repeat(60))).toBe('ä'.repeat(60));
  for (const bad of ['', '   ', 'ä'.repeat(61), 'a\u0000b', 'a\u202eb']) expect(deviceName(bad)).toBeNull();
});
