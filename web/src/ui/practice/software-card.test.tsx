// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { aesKey, boardBytes, identityPoint, labelBytes, publicPoint, settingsBytes } from '../../practice/keys.ts';
import { newRoom } from '../../practice/appointments.ts';
import { Store } from '../../practice/store.ts';
import { app, appears, click, device, enrols, entrance, eventually, field, fill, leaves, opensAgain, part, parts, plainText, prepare, server, submit, visits } from './pretend-page.tsx';

prepare();

describe('connected software', () => {
  it('is named, and its access shown to who asks for it', async () => {
    await connects('booking');
    expect(part('software-block')).toBeNull();

    await click('software-access');
    await appears('software-block');

    const lines = field('software-block').value.split('\n');
    expect(lines.map((line) => line.split('=')[0])).toEqual(['VISITE_ADDRESS', 'VISITE_PRACTICE', 'VISITE_PRACTICE_HASH', 'VISITE_ISSUER', 'VISITE_ISSUER_SECRET']);
    expect(lines[3]).toBe('VISITE_ISSUER=booking');
    expect(lines[4]).toMatch(/^VISITE_ISSUER_SECRET=[\w-]{43}$/);
    expect(plainText(part('software-access-dialog')?.textContent)).toContain('can compute the keys of all appointments that booking makes, and of no others');
    expect(part('software-copy')).not.toBeNull();
  });

  it.each([
    ['Booking', 'lower-case letters'],
    ['console', 'your own devices'],
    ['booking', 'connected already'],
  ])('is not connected as %s', async (name, why) => {
    await connects('booking');

    await fill('software-name', name);
    await submit('software-connect');

    await eventually(() => expect(app.querySelector('.field-error')?.textContent).toContain(why));
    expect(parts('software-row').map((row) => row.dataset['name'])).toEqual(['booking']);
  });

  it('is disconnected by a second click', async () => {
    await connects('booking');

    await click('software-disconnect');
    await click('software-disconnect-sure');

    await eventually(() => expect(parts('software-row')).toEqual([]));
  });

  it('says where the server has refused it', async () => {
    await enrols();
    await click('settings-open');
    await appears('software-name');
    server.refusals.set('practice/settings/update', { status: 503, code: 'unavailable' });

    await fill('software-name', 'booking');
    await submit('software-connect');

    await eventually(() => expect(app.querySelector<HTMLElement>('[data-test="software"] .notice')?.dataset['code']).toBe('software-failed'));
    expect(field('software-name').value).toBe('booking');
  });

  it('has its rooms on the list by its name, without their link', async () => {
    await connects('booking');
    server.add({ id: newRoom(), issuer: 'booking', starts_at: Date.now() });
    await click('settings-back');
    const { value: place } = entrance.place;
    if (place.name === 'console') await place.console.refresh();

    await appears('item-software');
    expect(plainText(part('item-software')?.textContent)).toContain('booking');
    expect(visits.size).toBe(1);
    await click('item-more');
    await appears('cancel');
    expect([part('link'), part('new-link'), part('people'), part('move') === null]).toEqual([null, null, null, false]);
  });

  it('is only named on a staff device, which says who can do more', async () => {
    await connects('booking');
    const store = await Store.open();
    const before = await store.device();
    if (before?.keys.role !== 'doctor') throw new Error('a doctor’s device');
    const { keys } = before;
    await leaves();
    const staff = server.addDevice({ role: 'staff' });
    await store.keepDevice(
      {
        ...before,
        id: staff.id,
        keys: {
          role: 'staff',
          labels: await aesKey(await labelBytes(keys)),
          settings: await aesKey(await settingsBytes(keys)),
          board: await aesKey(await boardBytes(keys)),
          identity: await identityPoint(keys),
          box: await publicPoint(keys.box),
        },
      },
      null,
    );
    await opensAgain(null);
    expect(device()).toBe(staff.id);

    await click('settings-open');
    await appears('software');

    expect(parts('software-row').map((row) => plainText(row.textContent).trim())).toEqual(['booking']);
    expect([part('software-access'), part('software-name')]).toEqual([null, null]);
    expect(part('software')?.textContent).toContain('Only a doctor’s device');
  });
});

async function connects(name: string) {
  await enrols();
  await click('settings-open');
  await appears('software-name');
  await fill('software-name', name);
  await submit('software-connect');
  await eventually(() => expect(parts('software-row').length).toBe(1));
}
