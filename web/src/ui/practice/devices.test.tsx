// @vitest-environment happy-dom
import { IDBFactory } from 'fake-indexeddb';
import { act } from 'preact/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { sealBoard } from '../../practice/board.ts';
import { boardKey } from '../../practice/keys.ts';
import { readTransferKey } from '../../practice/transfer.ts';
import { app, appears, backup, brings, click, comesBy, device, enrols, entrance, eventually, field, fill, fresh, invites, leaves, lines, makesFile, notice, opens, opensAgain, part, parts, PASSPHRASE, plainText, saved, server, submit, unfolds, visits, prepare } from './pretend-page.tsx';

prepare();

describe('further devices', () => {
  it('a recovery file is offered until it is saved, and “later” is for today', async () => {
    await enrols();
    await appears('recovery-banner');
    await click('recovery-later');
    expect(part('recovery-banner')).toBeNull();
    await opensAgain(null);
    await appears('new-appointment');
    expect(part('recovery-banner')).toBeNull();

    localStorage.clear();
    await opensAgain(null);
    await appears('recovery-banner');
    await makesFile();

    await eventually(() => expect(part('recovery-banner')).toBeNull());
    await click('settings-open');
    expect(part('recovery')?.dataset['state']).toBe('sealed');
  });

  it('the passphrase is asked for once more before the file counts', async () => {
    await enrols();
    await click('recovery-make');
    await fill('recovery-passphrase', 'too short');
    await submit('recovery-save');
    expect(field('recovery-passphrase').getAttribute('aria-invalid')).toBe('true');
    expect(saved).toEqual([]);

    await fill('recovery-passphrase', PASSPHRASE);
    await submit('recovery-save');
    await appears('recovery-check');
    await fill('recovery-check', 'something else');
    await submit('recovery-done');

    expect(field('recovery-check').getAttribute('aria-invalid')).toBe('true');
    expect((await backup())?.state).toBe('open');
    expect(saved.map(({ name }) => name)).toEqual(['visite-recovery-Praxis-am-Finkenweg.json']);
  });

  it('a device is added by a link, and shows the number that this one shows', async () => {
    await enrols();
    await makesFile();
    await click('settings-open');
    await invites('doctor');
    const link = field('add-link').value;
    const [code = '', key = ''] = link.split('#add=')[1]?.split('.') ?? [];
    const there = new IDBFactory();
    const number = await comesBy(there, { code, transferKey: readTransferKey(key) });

    await appears('comer');

    expect(part('comer')?.querySelector<HTMLElement>('[data-test=device-number]')?.dataset['number']).toBe(number);
    await click('comer-confirm');
    await appears('add-close');
    const row = parts('device').find(({ dataset }) => dataset['state'] === 'confirmed' && dataset['device'] !== device());
    expect(row?.textContent).toContain('Phone');
  });

  it('without a recovery file none is added', async () => {
    await enrols();
    await click('settings-open');
    await click('add-device');

    expect(part('add-passphrase')).toBeNull();
    expect(part('add-dialog')?.textContent).toContain('recovery file');
  });

  it('a wrong passphrase is said at its field', async () => {
    await enrols();
    await makesFile();
    await click('settings-open');
    await click('add-device');
    await fill('add-passphrase', 'another one altogether');
    await submit('add-begin');

    await eventually(() => expect(field('add-passphrase').getAttribute('aria-invalid')).toBe('true'));
    expect(server.deviceCodes.size).toBe(0);
  });

  it('one is signed out after a question', async () => {
    await enrols();
    const other = server.addDevice({ name: 'Lost phone' });
    await click('settings-open');
    await eventually(() => expect(parts('device').length).toBe(2));
    const row = parts('device').find(({ dataset }) => dataset['device'] === other.id);
    await act(() => row?.querySelector<HTMLElement>('[data-test=revoke-device]')?.click());
    expect(server.devices.get(other.id)?.revoked_at).toBeNull();

    await click('revoke-sure');

    await eventually(() => expect(server.devices.get(other.id)?.revoked_at).not.toBeNull());
    await eventually(() => expect(parts('device').find(({ dataset }) => dataset['device'] === other.id)?.closest('details')).not.toBeNull());
  });

  it('this one signs itself out, and is told so', async () => {
    await enrols();
    await click('settings-open');
    await appears('revoke-device');
    await click('revoke-device');
    await click('revoke-sure');

    await eventually(() => expect(notice()).toBe('signed-out'));
  });
});

describe('a browser without the practice’s keys', () => {
  it('takes them from the recovery file, and says what is wrong with another', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');
    const before = field('link').value;
    await makesFile();
    const [file] = saved;
    if (!file) throw new Error('nothing was saved');
    const whole = await file.blob.text();
    await fresh('SECOND');
    await submit('enrol-submit');
    await appears('keyless');

    await brings('{"some":"file"}', PASSPHRASE);
    await eventually(() => expect(part('recover')?.textContent).toContain('not a recovery file'));
    await brings(whole.slice(0, 300), PASSPHRASE);
    await eventually(() => expect(part('recover')?.textContent).toContain('damaged'));
    await brings(whole, 'another one altogether');
    await eventually(() => expect(part('recover')?.textContent).toContain('does not open the file'));
    await brings(whole, PASSPHRASE);

    await unfolds();
    expect(field('link').value).toBe(before);
  });

  it('starts with new ones only after a plain word about the links', async () => {
    await enrols();
    await fresh('SECOND');
    await submit('enrol-submit');
    await appears('afresh');
    await click('afresh');
    expect(plainText(app.textContent)).toContain('Links that you have sent no longer lead to this device.');

    await click('afresh-sure');

    await appears('console');
  });

  it('brings the file though it may be the first', async () => {
    server.codes.add('CODE');
    await opens('CODE');
    await click('enrol-recovery');
    await submit('enrol-submit');

    await appears('recover');
  });

  it('gives up, and is a stranger', async () => {
    await enrols();
    await fresh('SECOND');
    await submit('enrol-submit');
    await appears('enrol-give-up');

    await click('enrol-give-up');

    await appears('stranger');
  });
});

describe('a staff device', () => {
  it('arranges, and neither watches nor lets in', async () => {
    await enrols();
    await makesFile();
    await click('appointment-now');
    await appears('link');
    await click('settings-open');
    await invites('staff');
    const [code = '', key = ''] = field('add-link').value.split('#add=')[1]?.split('.') ?? [];
    const there = new IDBFactory();
    await comesBy(there, { code, transferKey: readTransferKey(key) });
    await appears('comer');
    await click('comer-confirm');
    await appears('add-close');
    const [doctor, watched] = [device(), visits.size];
    await leaves();
    vi.stubGlobal('indexedDB', there);

    await opens(null);

    await appears('new-appointment');
    await appears('appointment');
    for (const name of ['appointment-now', 'own-open', 'admit', 'link', 'recovery-banner']) expect(part(name), name).toBeNull();
    expect(part('guest-state')?.dataset['state']).toBe('open');
    await click('new-appointment');
    await fill('appointment-label', 'B.B., by phone');
    await submit('appointment-save');
    await appears('link');
    expect(visits.size).toBe(watched);
    await click('settings-open');
    await eventually(() => expect(parts('device').length).toBe(2));
    expect(part('add-device')).toBeNull();
    expect(parts('revoke-device').length).toBe(1);

    await click('settings-open');
    await appears('wait-unattended');
    const { value: place } = entrance.place;
    const board = place.name === 'console' ? await boardKey(place.console.device.keys) : null;
    if (!board) throw new Error('no key');
    const line = lines.openLine(doctor)({ url: '', token: async () => '', onEvent: () => {} });
    line.open();
    line.board(await sealBoard(board, doctor, { at: Date.now(), word: null, passed: [], guests: [] }));
    await eventually(() => expect(part('wait-unattended')).toBeNull());
  });
});
