// The examples of docs/integrate against real daemons and browsers: a practice's software follows a visit, and makes one itself.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '../e2e/harness/installation.js';
import { Stage } from '../e2e/harness/stage.js';

const PYTHON = process.env.VISITE_PYTHON;
const BUF = `${ROOT}tests/proto/node_modules/.bin/buf`;

describe("a practice's software", () => {
  let stage;
  let practice;
  let key;
  let watch;
  before(async () => {
    stage = await Stage.set('chromium', 'chromium');
    const { installation } = stage;
    practice = /\b[0-9a-f]{32}\b/.exec(await installation.visite('practice', 'list'))[0];
    key = /key: (\S+)/.exec(await installation.visite('key', 'add', 'booking', '--practice', practice))[1];
    watch = new Watch(python('watch', practice));
    await watch.next('ALIVE');
  });
  after(async () => {
    watch?.stop();
    await stage?.strike();
  });

  const environment = () => ({
    ...process.env,
    VISITE_TARGET: `unix:${stage.installation.socket}`,
    VISITE_API_KEY: key,
    VISITE_ISSUER: 'booking',
    VISITE_ISSUER_SECRET: randomBytes(32).toString('base64url'),
    VISITE_PRACTICE_HASH: randomBytes(16).toString('base64url'),
  });
  const python = (...what) => [PYTHON, [`${ROOT}docs/integrate/python/appointments.py`, ...what], { env: environment() }];

  it('sees a whole visit between two browsers, in order', async () => {
    const { doctor, guest } = stage;
    await stage.meet();
    await doctor.seesPictures();
    await doctor.hangsUp();
    await guest.page.goto('about:blank');
    await doctor.page.goto('about:blank');

    const kinds = [];
    while (kinds.at(-1) !== 'ENDED') kinds.push((await watch.next()).kind);
    // The practice looks into the room when its doors open, and both go in any order.
    const ofGuest = kinds.filter((kind) => !['LEFT', 'ALIVE'].includes(kind));
    assert.deepEqual(ofGuest.toSorted(), ['ADMITTED', 'CONNECTED', 'CREATED', 'ENDED', 'WAITING', 'WAITING']);
    for (const [one, other] of [['CREATED', 'WAITING'], ['WAITING', 'ADMITTED'], ['ADMITTED', 'CONNECTED'], ['CONNECTED', 'ENDED']]) {
      assert.ok(kinds.indexOf(one) < kinds.lastIndexOf(other), kinds.join(' '));
    }
  });

  it('makes a room, and who opens its link waits', async () => {
    const { stdout } = await promisify(execFile)(...python('create', practice));
    const [room, link] = stdout.trim().split(' ');

    const guest = await stage.anotherGuest();
    await guest.comes(link, 'Anna M.');

    assert.deepEqual([await watch.of(room), await watch.of(room)], ['CREATED', 'WAITING']);
    await guest.page.close();
  });

  it('asks from a shell, too', async () => {
    const data = JSON.stringify({ practice, filter: 'issuer = "booking"' });
    const call = ['curl', '--http2-prior-knowledge', '--protocol', 'grpc', '--unix-socket', stage.installation.socket, '--schema', `${ROOT}proto`];
    const { stdout } = await promisify(execFile)(BUF, [...call, '-H', `authorization: Bearer ${key}`, '-d', data, 'http://session-d/visite.session.v1.RoomService/ListRooms']);

    assert.equal(JSON.parse(stdout).rooms.length, 1);
  });
});

/** A program that prints what it sees. */
class Watch {
  constructor([program, args, options]) {
    this.process = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** The next event, of this kind where one is named. */
  async next(kind) {
    for (;;) {
      const { value, done } = await this.lines.next();
      assert.ok(!done, 'the program has ended');
      const [token, what, room, seat] = value.split(' ');
      if (kind ? what === kind : what !== 'ALIVE') return { token, kind: what, room, seat };
    }
  }

  async of(room) {
    for (;;) {
      const event = await this.next();
      if (event.room === room) return event.kind;
    }
  }

  stop() {
    this.process.kill();
  }
}
