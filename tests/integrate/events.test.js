// The examples of docs/integrate against real daemons and browsers: a practice connects software, which makes appointments and follows them; the console lets their guests in.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '../e2e/harness/installation.js';
import { part } from '../e2e/harness/screen.js';
import { Stage } from '../e2e/harness/stage.js';

const EXAMPLES = `${ROOT}docs/integrate`;
const BUF = `${ROOT}tests/proto/node_modules/.bin`;
/** How each example is called. */
const PROGRAMS = {
  Python: [process.env.VISITE_PYTHON, `${EXAMPLES}/python/appointments.py`],
  TypeScript: [process.execPath, `${EXAMPLES}/typescript/built/appointments.js`],
  Rust: [process.env.VISITE_RUST_EXAMPLE],
  Shell: ['bash', `${EXAMPLES}/shell/appointments.sh`],
};
const FOLLOWERS = ['Python', 'TypeScript', 'Rust'];

for (const [doctorKind, guestKind] of [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
]) {
  describe(`a practice's software, the practice in ${doctorKind}, its guests in ${guestKind}`, () => {
    let stage;
    let environment;
    const watches = {};
    before(async () => {
      stage = await Stage.set(doctorKind, guestKind);
      environment = await connects(stage);
      for (const name of FOLLOWERS) watches[name] = new Watch(...program(name, 'watch'));
      await Promise.all(FOLLOWERS.map((name) => watches[name].next('ALIVE')));
    });
    after(async () => {
      for (const watch of Object.values(watches)) watch.stop();
      await stage?.strike();
    });

    const program = (name, ...what) => {
      const [command, ...before] = PROGRAMS[name];
      return [command, [...before, ...what], { env: environment }];
    };
    const creates = async (name, ...label) => {
      const { stdout } = await promisify(execFile)(...program(name, 'create', ...label));
      const [room, link] = stdout.trim().split(' ');
      return { room, link };
    };

    it('makes an appointment, the patient comes by its link, the console lets them in, and the software sees it all in order', async () => {
      const { doctor, guest } = stage;
      const { room, link } = await creates('Python', 'Wunde am Knie');
      await doctor.find(`${doctor.item(room)} ${part('item-software')}`);
      await doctor.reads(`${doctor.item(room)} .appointment-label`, 'Wunde am Knie');
      await guest.comes(link, 'Anna M.');
      await doctor.seesGuest(room, 'Anna M.');
      await doctor.admits(room);
      await Promise.all([doctor.inCall(), guest.inCall()]);
      await Promise.all([doctor.seesPictures(), guest.seesPictures()]);
      await doctor.hangsUp();
      await guest.page.goto('about:blank');
      await doctor.page.goto('about:blank');

      for (const name of FOLLOWERS) {
        const kinds = [];
        // The practice looks into the room whenever its doors are open, and nobody has to know how often.
        while (kinds.at(-1) !== 'ENDED') kinds.push((await watches[name].of(room, '1')).kind);
        assert.deepEqual(kinds, ['CREATED', 'WAITING', 'ADMITTED', 'CONNECTED', 'LEFT', 'ENDED'], name);
      }
      await doctor.open(`${stage.installation.origin}/practice`);
      await doctor.see('new-appointment');
    });

    // The way to the link is every example's own; what follows is the same.
    for (const name of ['TypeScript', 'Rust', 'Shell']) {
      it(`makes one in ${name} as well, and whoever comes by its link waits at the console`, async () => {
        const label = name === 'Shell' ? [] : [`von ${name}`];
        const { room, link } = await creates(name, ...label);
        const guest = await stage.anotherGuest();
        await guest.comes(link, `Gast ${name}`);

        await stage.doctor.seesGuest(room, `Gast ${name}`);
        if (label.length > 0) await stage.doctor.reads(`${stage.doctor.item(room)} .appointment-label`, label[0]);
        await guest.page.close();
      });
    }

    it('asks from a shell, too', async () => {
      const data = JSON.stringify({ practice: environment.VISITE_PRACTICE, filter: 'issuer = "booking"' });
      const call = ['curl', '--http2-prior-knowledge', '--protocol', 'grpc', '--unix-socket', stage.installation.socket, '--schema', `${ROOT}proto`];
      const { stdout } = await promisify(execFile)(`${BUF}/buf`, [...call, '-H', `authorization: Bearer ${environment.VISITE_API_KEY}`, '-d', data, 'http://session-d/visite.session.v1.RoomService/ListRooms']);

      assert.equal(JSON.parse(stdout).rooms.length, 4);
    });

    it('that is disconnected has no guests at the console any more', async () => {
      const { doctor } = stage;
      const { room, link } = await creates('Python');
      const guest = await stage.anotherGuest();
      await guest.comes(link, 'Bernd B.');
      await doctor.seesGuest(room, 'Bernd B.');

      await doctor.click('settings-open');
      await doctor.click('software-disconnect');
      await doctor.click('software-disconnect-sure');
      await doctor.gone('software-row');
      await doctor.click('settings-back');

      await doctor.reads(`${doctor.item(room)} ${part('guest-state')}`, 'others', 'data-state');
      await guest.page.close();
    });

    it('hears of each appointment of the practice, and how soon is printed', async () => {
      const [took, kinds] = [[], []];
      for (let at = 0; at < 20; at += 1) {
        const starts_at = Date.now() + (at + 48) * 3_600_000;
        const asked = Date.now();
        const { room } = await stage.doctor.asks('rooms', { starts_at, duration_ms: 600_000, invites: [{ seat: 1 }] });
        const { kind, at: came } = await watches.Rust.of(room.id);
        kinds.push(kind);
        took.push(came - asked);
      }
      took.sort((one, other) => one - other);
      console.error(`    an event is with the Rust example ${took[10]} ms after the browser was told to make the appointment (the middle of 20), ${took[19]} ms at most`);
      assert.deepEqual(kinds, Array(20).fill('CREATED'));
    });
  });
}

/** The practice names its software, and hands it what the console shows; the operator makes it a key. */
async function connects({ doctor, installation }) {
  await doctor.click('settings-open');
  await doctor.type('software-name', 'booking');
  await doctor.click('software-connect');
  await doctor.click('software-access');
  await doctor.see('software-block');
  const block = await doctor.get(part('software-block'), 'value');
  await doctor.click('software-access-close');
  await doctor.click('settings-back');
  const shown = Object.fromEntries(block.split('\n').map((line) => line.split(/=(.*)/s)));
  const key = /key: (\S+)/.exec(await installation.visite('key', 'add', 'booking', '--practice', shown.VISITE_PRACTICE))[1];
  const { socket } = installation;
  return { ...process.env, ...shown, PATH: `${BUF}:${process.env.PATH}`, VISITE_API_KEY: key, VISITE_TARGET: `unix:${socket}`, VISITE_SOCKET: socket, VISITE_PROTO: `${ROOT}proto` };
}

/** A program that prints what it sees. */
class Watch {
  constructor(program, args, options) {
    this.process = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.process.stdout });
    this.seen = [];
    this.lines.on('line', (line) => this.take(line));
    this.lines.on('close', () => this.waiting?.(null));
  }

  take(line) {
    const [token, kind, room, seat] = line.split(' ');
    const event = { token, kind, room, seat, at: Date.now() };
    const { waiting } = this;
    this.waiting = null;
    if (waiting) waiting(event);
    else this.seen.push(event);
  }

  /** The next event, of this kind where one is named. */
  async next(kind) {
    for (;;) {
      const event = this.seen.shift() ?? (await new Promise((done) => (this.waiting = done)));
      assert.ok(event, 'the program has ended');
      if (kind ? event.kind === kind : event.kind !== 'ALIVE') return event;
    }
  }

  /** The next event of this room as a whole, or of this seat. */
  async of(room, seat) {
    for (;;) {
      const event = await this.next();
      if (event.room === room && (event.seat === '-' || event.seat === seat)) return event;
    }
  }

  stop() {
    this.process.kill();
  }
}
