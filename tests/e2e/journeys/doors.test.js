// Who is not let in, and what each is told.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { leaveEvidence } from '../harness/journey.js';
import { Stage } from '../harness/stage.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('at the door', () => {
  let stage;
  before(async () => {
    stage = await Stage.set('chromium', 'chromium');
  });
  after(() => stage?.strike());

  const tells = (name, act) =>
    it(name, async () => {
      const guest = await stage.anotherGuest();
      try {
        await act({ doctor: stage.doctor, guest });
      } catch (error) {
        await leaveEvidence(name, { doctor: stage.doctor, guest });
        throw error;
      } finally {
        await guest.page.close();
      }
    });

  tells('a link that lost its end says so at once', async ({ doctor, guest }) => {
    const { link } = await doctor.arrangesNow();

    await guest.open(link.slice(0, -5));

    await guest.notice('link-damaged');
  });

  tells('a link with another key says so, and shows nothing', async ({ doctor, guest }) => {
    const { link } = await doctor.arrangesNow();

    await guest.open(withAnotherKey(link));

    await guest.notice('link-damaged');
    assert.equal((await guest.media()).state, 'none');
  });

  tells('a browser from which WebRTC was taken is led to another one, before anything is asked', async ({ doctor, guest }) => {
    const { link } = await doctor.arrangesNow();
    await guest.page.evaluateOnNewDocument(() => delete window.RTCPeerConnection);

    await guest.open(link);

    await guest.notice('incapable-unsupported');
    await guest.see('copy-link');
    assert.equal((await guest.media()).state, 'none');
  });

  tells('an unknown link is not good', async ({ doctor, guest }) => {
    const { link } = await doctor.arrangesNow();

    await guest.open(link.replace(/\/v\/[\w-]{22}/, `/v/${randomBytes(16).toString('base64url')}`));

    await guest.notice('invite-invalid');
  });

  tells('a revoked link is not good', async ({ doctor, guest }) => {
    const { room, link } = await doctor.arrangesNow();
    await doctor.revokes(room);

    await guest.open(link);

    await guest.notice('invite-invalid');
  });

  tells('a link that is revoked under its guest closes the door', async ({ doctor, guest }) => {
    const { room, link } = await doctor.arrangesNow();
    await guest.comes(link, 'Anna M.');
    await doctor.seesGuest(room, 'Anna M.');

    await doctor.revokes(room);

    await guest.notice('closed');
  });

  tells('a link for one browser is used up by it', async ({ doctor, guest }) => {
    const { room, link } = await doctor.arranges({ uses: 1 });
    const first = await stage.anotherGuest();
    await first.comes(link, 'Anna M.');
    await doctor.seesGuest(room, 'Anna M.');

    await guest.comes(link, 'Somebody');

    await guest.notice('invite-used');
    await first.page.close();
  });

  tells('a third person on a link with a seat that is taken waits outside', async ({ doctor, guest }) => {
    const { room, link } = await doctor.arranges({ uses: 5 });
    const first = await stage.anotherGuest();
    await first.comes(link, 'Anna M.');
    await doctor.seesGuest(room, 'Anna M.');

    await guest.comes(link, 'Somebody');

    await guest.notice('occupied');
    await doctor.seesGuest(room, 'Anna M.');
    await first.page.close();
  });

  tells('too early, the page counts down and then opens by itself', async ({ doctor, guest }) => {
    const { room, link } = await doctor.arrangesNow();
    await doctor.asks(`rooms/${room}/move`, { starts_at: Date.now() + 15 * MINUTE + 12 * SECOND });

    await guest.open(link);
    await guest.notice('too-early');
    await guest.see('countdown');

    await guest.see('name-input', 30);
  });

  tells('too late, it says that the appointment is over', async ({ doctor, guest }) => {
    const link = await aRoomThatEnds(doctor, 5 * SECOND);

    await guest.open(link);

    await guest.eventually('over', 15);
  });
});

/** The same link with another room key; the practice is the same. */
function withAnotherKey(link) {
  const [address, fragment] = link.split('#');
  const bytes = Buffer.from(fragment, 'base64url');
  randomBytes(32).copy(bytes, 1);
  return `${address}#${bytes.toString('base64url')}`;
}

/** Made past the console, whose appointments all last longer; the fragment has the right form. */
async function aRoomThatEnds(doctor, left) {
  const shortest = MINUTE;
  const room = await doctor.asks('rooms', { starts_at: Date.now() - shortest + left, duration_ms: shortest, late_ms: 0, invites: [{ seat: 1 }] });
  const fragment = Buffer.concat([Buffer.from([1]), randomBytes(48)]).toString('base64url');
  return `${new URL(doctor.page.url()).origin}/v/${room.invites[0].token}#${fragment}`;
}
