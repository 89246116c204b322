// A hostile signal-d that sits in the middle of the two: with sealing switched off it sees and hears everything, and nobody notices. Against the product it gets nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Installation } from '../harness/installation.js';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';
import { buildInto } from './build.js';
import { GOOD, HostileSignalD } from './hostile-signal-d.js';
import { Middle } from './middle.js';

const NAME = 'Anna Marker';
const WORDS = 'It hurts here.';
const [PRACTICE, GUEST] = [0, 1];
const [COMMIT, HELLO_A, ENVELOPE] = [1, 2, 4];
const [HEAD, POINT, NONCE] = [18, 65, 32];

journey('the one in the middle, where nothing is sealed,', {
  prepare: () => besieged('chromium', 'firefox', { sealed: false }),
  cleanUp: lift,
  steps: (step) => {
    step('brings the two together', async (stage) => {
      const { doctor, guest, middle } = stage;
      const { room, link } = await doctor.arrangesNow();
      middle.stepIn(room);
      await guest.comes(link, NAME);
      await doctor.seesGuest(room, NAME);
      await doctor.admits(room);
      await Promise.all([doctor.inCall(), guest.inCall()]);
    });

    step('knows their names and what they write', async ({ doctor, guest, middle }) => {
      await guest.says(WORDS);
      await doctor.hasRead(WORDS);

      const { names, chats } = await middle.learned();
      assert.deepEqual([names.toSorted(), chats], [[NAME, 'Praxis am Finkenweg'], [WORDS]]);
    });

    step('sees both of them', async ({ middle }) => {
      await until('the guest is seen', async () => (await middle.colour('of-seat-1')) === 'red');
      await until('the doctor is seen', async () => (await middle.colour('of-seat-0')) === 'blue');
    });

    step('and neither notices', async ({ doctor, guest }) => {
      await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
      const codes = await Promise.all([doctor.safetyCode(), guest.safetyCode()]);
      assert.equal(codes[0], codes[1]);
    });
  },
});

journey('the one in the middle, against the product,', {
  prepare: () => besieged('chromium', 'firefox', { sealed: true }),
  cleanUp: lift,
  steps: (step) => {
    /** A guest comes to an appointment while the server does its worst; and then neither was heard or seen by anybody. */
    const attack = (what, act) =>
      step(what, async (stage) => {
        const { doctor, hostile } = stage;
        const guest = (stage.guest = await stage.anotherGuest());
        const appointment = await doctor.arrangesNow();
        /** The console's own sentence about it. */
        const warns = (code) => doctor.reads(`${doctor.item(appointment.room)} ${part('guest-setback')}`, code, 'data-code');
        await act({ ...stage, guest, warns, ...appointment });
        assert.equal(await doctor.get(`${doctor.item(appointment.room)} ${part('guest-name')}`), null);
        for (const side of [doctor, guest]) assert.equal((await side.media()).state, 'none');
        await guest.hasLetGo();
        await guest.page.close();
        Object.assign(hostile, GOOD);
      });

    attack('without the link’s key, hears nothing, and both are told', async ({ middle, guest, warns, room, link }) => {
      middle.stepIn(room);
      await guest.comes(link, NAME);

      await guest.notice('link-damaged');
      await warns('link-damaged');
      const { names, connections, outcomes } = await middle.learned();
      assert.deepEqual([names, connections], [[], 0]);
      assert.ok(outcomes.includes('guest: refused link-damaged'), `the practice has turned it away: ${outcomes}`);
    });

    for (const [message, type, setback] of [['hello of the practice', HELLO_A, 'broken-off'], ['commit of the guest', COMMIT, 'link-damaged']]) {
      attack(`with another fingerprint in the ${message} gets nothing, and both are told`, async ({ hostile, guest, warns, link }) => {
        hostile.carry = (sealed) => hostile.deliver(typeOf(sealed) === type ? withAnotherFingerprint(sealed) : sealed);
        await guest.comes(link, NAME);

        await guest.notice('link-damaged');
        await warns(setback);
      });
    }

    attack('with the link stolen is a stranger at the practice’s door, and no practice to the guest', async ({ hostile, middle, doctor, guest, room, link }) => {
      hostile.keepsSeats = true;
      middle.stepIn(room, link.split('#')[1]);
      await guest.comes(link, NAME);

      await guest.notice('untrusted');
      assert.equal(await guest.safetyCode(), undefined);
      await until('the practice takes it for a guest', async () => (await middle.learned()).connections === 1);
      const { names, chats, codes } = await middle.learned();
      assert.ok(!names.includes(NAME));
      assert.deepEqual([chats, Object.keys(codes)], [[], ['0']]);
      assert.equal((await middle.media()).frames, 0);
      await middle.leaves();
      await until('the practice has let go of it', async () => (await doctor.media()).state === 'none');
    });

    attack('that brings an envelope twice ends it', async ({ hostile, guest, link }) => {
      hostile.carry = (sealed) => {
        hostile.deliver(sealed);
        if (typeOf(sealed) === ENVELOPE && sealed.to === GUEST) hostile.deliver(sealed);
      };
      await guest.comes(link, NAME);

      await guest.notice('untrusted');
    });

    attack('that brings an envelope back to its sender ends it', async ({ hostile, guest, link }) => {
      hostile.carry = (sealed) => hostile.deliver(typeOf(sealed) === ENVELOPE ? { ...sealed, to: sealed.from, from: sealed.to } : sealed);
      await guest.comes(link, NAME);

      await guest.notice('untrusted');
    });

    attack('that changes the order of two envelopes ends it', async ({ hostile, guest, link }) => {
      let held;
      hostile.carry = (sealed) => {
        if (typeOf(sealed) !== ENVELOPE || sealed.to !== GUEST) return hostile.deliver(sealed);
        if (!held) return (held = sealed);
        for (const one of [sealed, held]) hostile.deliver(one);
      };
      await guest.comes(link, NAME);

      await guest.notice('untrusted');
    });

    attack('that leads the guest into another room gets nothing there', async ({ hostile, doctor, guest, room, link }) => {
      const { room: another } = await doctor.arrangesNow();
      await until('the practice is in both', () => hostile.room(room).seats.has(PRACTICE) && hostile.room(another).seats.has(PRACTICE));
      hostile.carry = (sealed) => {
        if (sealed.from === GUEST) hostile.room(another).seats.set(GUEST, hostile.room(room).seats.get(GUEST));
        hostile.deliver(sealed.from === GUEST ? { ...sealed, room: another } : { ...sealed, room });
      };
      await guest.comes(link, NAME);

      await guest.notice('link-damaged');
      await doctor.reads(`${doctor.item(another)} ${part('guest-setback')}`, 'link-damaged', 'data-code');
    });

    attack('that takes the guest to another time gets nothing there', async ({ hostile, guest, warns, link }) => {
      hostile.told = (joined) => (joined.seat === GUEST ? { ...joined, epoch: joined.epoch + 1 } : joined);
      await guest.comes(link, NAME);

      await guest.notice('link-damaged');
      // A first commit, for the time that the page was told before, is on its way with the join: the practice sees that one broken off.
      await warns(/^(link-damaged|broken-off)$/);
    });

    attack('that keeps back what the practice has left for the guest to know it by, can’t put another practice in its place', async ({ hostile, guest, warns, link }) => {
      hostile.welcome = () => '';
      await guest.comes(ofAnotherPractice(link), NAME);

      await guest.notice('untrusted');
      await warns('broken-off');
    });

    attack('that changes it stops the guest before anything is asked or joined', async ({ hostile, guest, link }) => {
      hostile.welcome = (sealed) => {
        const bytes = Buffer.from(sealed, 'base64url');
        bytes[bytes.length >> 1] ^= 1;
        return bytes.toString('base64url');
      };
      await guest.open(link);

      await guest.notice('link-damaged');
      assert.deepEqual(await guest.page.evaluate(() => [window.probe.said, window.probe.tracks].map((all) => all.length)), [0, 0]);
    });

    step('and where it keeps its hands off, the two meet', async (stage) => {
      stage.guest = await stage.anotherGuest();
      await stage.meet(NAME);

      await Promise.all([stage.doctor.seesPictures('red'), stage.guest.seesPictures('blue')]);
    });
  },
});

/** An installation behind a hostile signal-d, the two in their browsers, and the one in the middle in a third. */
async function besieged(doctorKind, guestKind, { sealed }) {
  const folder = mkdtempSync(join(tmpdir(), 'visite-middle-'));
  const { program, pages } = await buildInto(folder, { sealed });
  const front = await freePort();
  const installation = await Installation.start({ front, pages });
  const hostile = await HostileSignalD.before(installation, front);
  const stage = await Stage.set(doctorKind, guestKind, { installation });
  const middle = await Middle.in(doctorKind === 'chromium' ? stage.doctors : stage.guests, hostile, program);
  return Object.assign(stage, { folder, hostile, middle, screens: () => ({ doctor: stage.doctor, guest: stage.guest, middle }) });
}

async function lift(stage) {
  await stage.strike();
  await stage.hostile.stop();
  rmSync(stage.folder, { recursive: true });
}

function typeOf({ data }) {
  return Buffer.from(data, 'base64url')[1];
}

/** A message of the handshake, with a certificate of somebody else's; in a commit, with another commitment. */
function withAnotherFingerprint(sealed) {
  const bytes = Buffer.from(sealed.data, 'base64url');
  randomBytes(32).copy(bytes, bytes[1] === COMMIT ? HEAD : HEAD + POINT + NONCE);
  return { ...sealed, data: bytes.toString('base64url') };
}

/** The same link, of another practice: the room key is right. */
function ofAnotherPractice(link) {
  const [address, fragment] = link.split('#');
  const bytes = Buffer.from(fragment, 'base64url');
  randomBytes(16).copy(bytes, 33);
  return `${address}#${bytes.toString('base64url')}`;
}
