// What the doctor and the patient notice of a connection between them.
import { describe, expect, it } from 'vitest';
import type { Call, Effect, Event, Interrupted, Introduction, Media, OverReason, Phase, Presence, Role, Timer } from './model.ts';
import { isConnected, isTalking, newCall, step } from './step.ts';

const BOTH: readonly Role[] = ['practice', 'guest'];
/** A new connection: what each side does for it. */
const BEGINS_ANEW: Readonly<Record<Role, readonly string[]>> = { practice: ['ask-for-restart'], guest: ['disconnect', 'begin-handshake'] };
/** The same, while the old one stands by. */
const BEGINS_BESIDE: Readonly<Record<Role, readonly string[]>> = { practice: ['ask-for-restart'], guest: ['begin-handshake'] };

describe('at the door', () => {
  it.each(BOTH)('whoever starts joins, and takes nobody else’s seat: %s', (role) => {
    const side = new Side(role);

    expect(side.does({ type: 'start' })).toEqual(['join']);
    expect(side.phase).toEqual({ name: 'joining', trouble: null });
  });

  it('without the server the page says why it takes longer, and goes on when it is there', () => {
    const guest = new Side('guest');
    guest.does({ type: 'start' });

    guest.does({ type: 'line-lost', trouble: 'offline' });
    expect(guest.phase).toEqual({ name: 'joining', trouble: 'offline' });
    guest.does({ type: 'line-lost', trouble: 'unavailable' });
    expect(guest.phase).toEqual({ name: 'joining', trouble: 'unavailable' });

    guest.does({ type: 'joined', peer: GONE });
    expect(guest.phase).toEqual({ name: 'waiting' });
  });

  it('too early, it opens by itself', () => {
    const guest = new Side('guest');
    guest.does({ type: 'start' });
    guest.does({ type: 'too-early', opensAt: guest.now + 12_000 });
    expect(guest.phase).toEqual({ name: 'too-early', opensAt: guest.now + 12_000 });

    expect(guest.waits(11_999)).toEqual([]);
    expect(guest.waits(1)).toEqual(['join']);

    expect(guest.phase.name).toBe('joining');
    guest.does({ type: 'joined', peer: GONE });
    expect(guest.phase.name).toBe('waiting');
  });

  it('a clock that runs ahead has us ask once a second at the most', () => {
    const guest = new Side('guest');

    guest.does({ type: 'too-early', opensAt: guest.now - 3_600_000 });

    expect(guest.waits(999)).toEqual([]);
    expect(guest.waits(1)).toEqual(['join']);
  });

  it('hours too early, the page asks each minute: the appointment may be moved, and clocks may be wrong', () => {
    const guest = new Side('guest');

    guest.does({ type: 'too-early', opensAt: guest.now + 3_600_000 });

    expect(guest.waits(59_999)).toEqual([]);
    expect(guest.waits(1)).toEqual(['join']);
  });

  it.each(reasons())('refused with %s, it is over, and everything is let go of', (reason) => {
    const guest = new Side('guest');
    guest.does({ type: 'start' });

    expect(guest.does({ type: 'refused', reason })).toEqual(['disconnect', 'leave', 'clear']);
    expect(guest.phase).toEqual({ name: 'over', reason });
  });

  it('an appointment that is moved while somebody waits sends back to the countdown', () => {
    const guest = inLobby('guest');

    expect(guest.does({ type: 'too-early', opensAt: guest.now + 60_000 })).toEqual(['disconnect']);
    expect(guest.phase.name).toBe('too-early');

    expect(guest.waits(60_000)).toEqual(['join']);
    expect(guest.does({ type: 'joined', peer: HERE })).toEqual(['disconnect', 'begin-handshake']);
  });
});

describe('in the waiting room', () => {
  it('the guest begins as soon as the practice is there', () => {
    const guest = waiting('guest');

    expect(guest.does({ type: 'peer', peer: HERE })).toEqual(['disconnect', 'begin-handshake']);
    expect(guest.phase).toEqual({ name: 'connecting', progress: { step: 'handshake' } });
  });

  it('the guest begins at once when the practice was there before', () => {
    const guest = new Side('guest');
    guest.does({ type: 'start' });

    expect(guest.does({ type: 'joined', peer: HERE })).toEqual(['disconnect', 'begin-handshake']);
  });

  it('the guest begins with a practice whose line to the server is away for a moment', () => {
    const guest = waiting('guest');

    expect(guest.does({ type: 'peer', peer: AWAY })).toEqual(['disconnect', 'begin-handshake']);
    expect(guest.does({ type: 'peer', peer: HERE })).toEqual([]);
  });

  it('the practice never begins: it waits for the guest', () => {
    const practice = waiting('practice');

    expect(practice.does({ type: 'peer', peer: HERE })).toEqual([]);
    expect(practice.waits(60_000)).toEqual([]);
    expect(practice.phase.name).toBe('waiting');

    practice.does({ type: 'handshake-began' });
    expect(practice.phase).toEqual({ name: 'connecting', progress: { step: 'handshake' } });
  });

  it('an unanswered handshake is begun again after 10 s, and the practice that hears nothing more waits', () => {
    const [practice, guest] = [agreeing('practice'), agreeing('guest')];

    expect(guest.waits(9_999)).toEqual([]);
    expect(guest.waits(1)).toEqual(['disconnect', 'begin-handshake']);
    expect(guest.waits(10_000)).toEqual(['disconnect', 'begin-handshake']);
    expect(practice.waits(10_000)).toEqual(['disconnect']);
    expect(practice.phase.name).toBe('waiting');
  });

  it('a handshake that was begun with a new page of the practice has its own 10 s', () => {
    const guest = agreeing('guest');
    guest.waits(9_000);

    expect(guest.does({ type: 'peer', peer: RELOADED })).toEqual(['disconnect', 'begin-handshake']);

    expect(guest.waits(9_999)).toEqual([]);
    expect(guest.waits(1)).toEqual(['disconnect', 'begin-handshake']);
  });

  it('a guest that begins anew gives the practice 10 s more', () => {
    const practice = agreeing('practice');
    practice.waits(9_000);

    practice.does({ type: 'handshake-began' });

    expect(practice.waits(9_999)).toEqual([]);
    expect(practice.phase.name).toBe('connecting');
  });

  it('without the line no handshake is begun anew; the one under way counts when the line is back', () => {
    const guest = agreeing('guest');
    guest.does({ type: 'line-lost', trouble: 'offline' });

    expect(guest.waits(60_000)).toEqual([]);
    expect(guest.does({ type: 'joined', peer: HERE })).toEqual([]);
    expect(guest.does({ type: 'handshake-done', safetyCode: CODE })).toEqual(['connect']);
  });

  it('a practice that goes while it is being connected to is waited for', () => {
    const guest = looking('guest');

    expect(guest.does({ type: 'peer', peer: GONE })).toEqual(['disconnect']);
    expect(guest.phase.name).toBe('waiting');
    expect(guest.does({ type: 'peer', peer: HERE })).toEqual(['disconnect', 'begin-handshake']);
  });

  it('a connection that ends while both stay is made anew by the guest, after a moment', () => {
    const [practice, guest] = [inLobby('practice'), inLobby('guest')];

    expect(practice.does({ type: 'connection-ended' })).toEqual(['disconnect']);
    expect(guest.does({ type: 'connection-ended' })).toEqual(['disconnect']);

    expect(guest.waits(3_999)).toEqual([]);
    expect(guest.waits(1)).toEqual(['disconnect', 'begin-handshake']);
    expect(practice.waits(60_000)).toEqual([]);
    expect(practice.phase.name).toBe('waiting');
  });

  it('nobody is called who has gone', () => {
    const guest = inLobby('guest');
    guest.does({ type: 'connection-ended' });

    guest.does({ type: 'peer', peer: GONE });

    expect(guest.waits(60_000)).toEqual([]);
    expect(guest.phase.name).toBe('waiting');
  });
});

describe('a link without the right key', () => {
  it('tells its guest that it is damaged', () => {
    const guest = agreeing('guest');

    expect(guest.does({ type: 'handshake-refused', reason: 'link-damaged' })).toEqual(['disconnect', 'leave', 'clear']);
    expect(guest.phase).toEqual({ name: 'over', reason: 'link-damaged' });
  });

  it.each(['waiting', 'agreeing', 'looking', 'no-path'] as const)('never closes the practice’s door: %s', (stage) => {
    const practice = STAGES[stage]('practice');

    practice.does({ type: 'handshake-refused', reason: 'link-damaged' });
    practice.does({ type: 'handshake-refused', reason: 'untrusted' });

    expect(practice.phase.name).toBe('waiting');
    practice.does({ type: 'handshake-began' });
    expect(practice.phase.name).toBe('connecting');
  });

  it('but the practice says so, until a guest has come', () => {
    const practice = waiting('practice');
    const setbacks = [practice.call.setback];

    for (const event of [{ type: 'turned-away' }, { type: 'handshake-began' }, { type: 'handshake-refused', reason: 'untrusted' }, { type: 'handshake-began' }, { type: 'peer', peer: { state: 'gone' } }] as const) {
      practice.does(event);
      setbacks.push(practice.call.setback);
    }
    expect(setbacks).toEqual([null, 'link-damaged', 'link-damaged', 'untrusted', 'untrusted', 'broken-off']);

    for (const event of [{ type: 'peer', peer: HERE }, { type: 'handshake-began' }, { type: 'handshake-done', safetyCode: CODE }, { type: 'path-up' }, { type: 'said', message: { type: 'hello', ...ANNA } }] as const) practice.does(event);
    expect([practice.phase.name, practice.call.setback]).toEqual(['lobby', null]);
  });

  it.each(BOTH)('disturbs nobody who is connected: %s', (role) => {
    for (const side of [inLobby(role), inCall(role), pathLost(role)]) {
      const { phase } = side;

      expect(side.does({ type: 'handshake-refused', reason: 'untrusted' })).toEqual([]);
      expect(side.phase).toEqual(phase);
    }
  });
});

describe('between the two networks', () => {
  it.each(BOTH)('no path after 6 s, and the page says so: %s', (role) => {
    const side = agreeing(role);
    expect(side.does({ type: 'handshake-done', safetyCode: CODE })).toEqual(['connect']);

    expect(side.waits(5_999)).toEqual([]);
    expect(side.phase.name).toBe('connecting');
    side.waits(1);

    expect(side.phase).toEqual({ name: 'no-path', safetyCode: CODE });
  });

  it('a practice that connects by the relay alone knows at once that there is none, and looks for it again', () => {
    const practice = looking('practice');

    practice.does({ type: 'relay-missing' });
    expect(practice.phase).toEqual({ name: 'no-path', safetyCode: CODE, isRelayMissing: true });

    expect(practice.does({ type: 'retry' })).toEqual(['ask-for-restart']);
    expect(practice.phase).toEqual({ name: 'connecting', progress: { step: 'path', safetyCode: CODE } });
  });

  it.each(BOTH)('the browser may know sooner: %s', (role) => {
    const side = looking(role);

    side.does({ type: 'path-lost' });

    expect(side.phase.name).toBe('no-path');
  });

  it.each(BOTH)('a path that breaks before the other has said its name is mended: %s', (role) => {
    const side = greeting(role);

    expect(side.does({ type: 'path-lost' })).toEqual(BEGINS_ANEW[role]);
    side.does({ type: 'handshake-done', safetyCode: NEW_CODE });
    expect(side.does({ type: 'path-up' })).toEqual(['say hello']);
    side.hears(hello(role));

    expect(side.phase.name).toBe('lobby');
  });

  it.each(BOTH)('a path that is found late is taken: %s', (role) => {
    const side = noPath(role);

    expect(side.does({ type: 'path-up' })).toEqual(['say hello']);
    side.hears(hello(role));

    expect(side.phase.name).toBe('lobby');
  });

  it('who tries again begins anew as a guest', () => {
    const guest = noPath('guest');

    expect(guest.does({ type: 'retry' })).toEqual(['disconnect', 'begin-handshake']);
  });

  it('who tries again asks the guest for it as the practice, and both know after 6 s again', () => {
    const [practice, guest] = [noPath('practice'), noPath('guest')];

    expect(practice.does({ type: 'retry' })).toEqual(['ask-for-restart']);
    expect(guest.does({ type: 'restart-wanted' })).toEqual(['disconnect', 'begin-handshake']);
    expect([practice.phase.name, guest.phase.name]).toEqual(['connecting', 'connecting']);
    guest.does({ type: 'handshake-done', safetyCode: NEW_CODE });

    practice.waits(6_000);
    guest.waits(6_000);
    expect([practice.phase.name, guest.phase.name]).toEqual(['no-path', 'no-path']);
  });

  it('another network is tried by itself', () => {
    expect(noPath('guest').does({ type: 'network-changed' })).toEqual(['disconnect', 'begin-handshake']);
    expect(noPath('practice').does({ type: 'network-changed' })).toEqual(['ask-for-restart']);
  });

  it('another network is tried by itself also where the line to the server broke with the old one', () => {
    const guest = noPath('guest');
    guest.does({ type: 'line-lost', trouble: 'offline' });

    expect(guest.does({ type: 'network-changed' })).toEqual([]);
    expect(guest.does({ type: 'joined', peer: HERE })).toEqual(['disconnect', 'begin-handshake']);
  });
});

describe('in the lobby', () => {
  it.each(BOTH)('each hears the other’s name before anybody is let in, and no camera is on: %s', (role) => {
    const side = looking(role);

    const did = [...side.does({ type: 'path-up' }), ...side.does({ type: 'path-kind', path: 'direct' }), ...side.hears(hello(role))];

    expect(did).toEqual(['say hello']);
    expect(side.phase).toEqual({ name: 'lobby', link: { peer: introductionOfTheOther(role), safetyCode: CODE, path: 'direct' } });
  });

  it('each says about itself what the person typed', () => {
    const guest = looking('guest');

    guest.does({ type: 'path-up' });

    expect(guest.said).toEqual([{ type: 'hello', name: 'Anna M.', language: 'de', visit: VISIT }]);
  });

  it('let in, media start on both sides, said on the control channel', () => {
    const [practice, guest] = [inLobby('practice'), inLobby('guest')];

    expect(practice.does({ type: 'admit' })).toEqual(['say admit', 'attach-media', 'say media', 'remember-admitted']);
    expect(guest.hears({ type: 'admit' })).toEqual(['attach-media', 'say media']);

    for (const { phase, now } of [practice, guest]) expect(phase).toMatchObject({ name: 'in-call', since: now, theirs: SILENT });
  });

  it.each(BOTH)('no one lets in but the practice, and none but who has said hello: %s', (role) => {
    for (const stage of Object.values(STAGES)) {
      const side = stage(role);
      if (role === 'practice' && side.phase.name === 'lobby') continue;
      const { phase } = side;

      expect(side.does({ type: 'admit' })).toEqual([]);
      expect(side.phase).toEqual(phase);
    }
  });

  it('a guest that says "admit" lets nobody in', () => {
    const practice = inLobby('practice');

    expect(practice.hears({ type: 'admit' })).toEqual([]);
    expect(practice.phase.name).toBe('lobby');
  });

  it('an "admit" that comes before the practice’s name starts no camera', () => {
    const guest = looking('guest');
    guest.does({ type: 'path-up' });

    expect(guest.hears({ type: 'admit' })).toEqual([]);
    expect(guest.phase.name).toBe('connecting');
  });

  it('a second hello changes no name', () => {
    const practice = inLobby('practice');

    practice.hears({ type: 'hello', name: 'Dr. Somebody', language: 'de' });

    expect(practice.phase).toMatchObject({ link: { peer: { name: 'Anna M.' } } });
  });

  it.each(BOTH)('a server that forgets, or goes, disturbs nobody: %s', (role) => {
    const side = inLobby(role);

    const did = [
      ...side.does({ type: 'line-lost', trouble: 'offline' }),
      ...side.waits(60_000),
      ...side.does({ type: 'joined', peer: GONE }),
      ...side.does({ type: 'peer', peer: HERE }),
    ];

    expect(did).toEqual([]);
    expect(side.phase.name).toBe('lobby');
  });

  it('a guest that leaves may come back: the practice’s door stays open', () => {
    const practice = inLobby('practice');

    expect(practice.hears({ type: 'bye', reason: 'left' })).toEqual(['disconnect']);
    expect(practice.phase.name).toBe('waiting');
  });

  it('a guest that is sent away is told', () => {
    const guest = inLobby('guest');

    guest.hears({ type: 'bye', reason: 'ended' });

    expect(guest.phase).toEqual({ name: 'over', reason: 'peer-left' });
  });

  it.each(BOTH)('a path that breaks and comes back by itself is the same path, also when only one side noticed: %s', (role) => {
    const side = inLobby(role);
    const { phase } = side;

    expect(side.does({ type: 'path-lost' })).toEqual([]);
    expect(side.phase.name).toBe('connecting');
    side.waits(2_000);

    side.does({ type: 'path-up' });
    expect(side.phase).toEqual(phase);
  });

  it.each(BOTH)('a path that breaks and does not come back gets a new connection: %s', (role) => {
    const side = inLobby(role);

    side.does({ type: 'path-lost' });

    expect(side.waits(3_000)).toEqual(BEGINS_ANEW[role]);
  });

  it.each(BOTH)('a path that breaks and comes back too late is a path: %s', (role) => {
    const side = inLobby(role);
    const { phase } = side;
    side.does({ type: 'line-lost', trouble: 'offline' });

    side.does({ type: 'path-lost' });
    side.waits(6_000);
    expect(side.phase.name).toBe('no-path');
    side.does({ type: 'path-up' });

    expect(side.phase).toEqual(phase);
  });

  it.each(BOTH)('a path that broke with the line to the server is mended when that is back: %s', (role) => {
    const side = inLobby(role);
    side.does({ type: 'line-lost', trouble: 'offline' });

    expect(side.does({ type: 'path-lost' })).toEqual([]);
    expect(side.does({ type: 'joined', peer: HERE })).toEqual(BEGINS_ANEW[role]);
  });

  it('whoever was let in by a practice that did not notice a broken path is in', () => {
    const guest = inLobby('guest');
    guest.does({ type: 'path-lost' });

    expect(guest.hears({ type: 'admit' })).toEqual(['attach-media', 'say media']);
    expect(guest.phase).toMatchObject({ name: 'in-call', link: { safetyCode: CODE } });
  });
});

describe('in the call', () => {
  it.each(BOTH)('each sees what the other sends, and says what it sends itself: %s', (role) => {
    const side = inCall(role);

    expect(side.does({ type: 'own-media', media: { audio: true, video: false, screen: false } })).toEqual(['say media']);
    expect(side.said.at(-1)).toEqual({ type: 'media', audio: true, video: false, screen: false });
    side.hears({ type: 'media', audio: true, video: true, screen: false });

    expect(side.phase).toMatchObject({ theirs: { audio: true, video: true, screen: false } });
  });

  it('what was chosen before is said when media start, and nothing of it earlier', () => {
    const practice = inLobby('practice');

    expect(practice.does({ type: 'own-media', media: LOUD })).toEqual([]);
    practice.does({ type: 'admit' });

    expect(practice.said.at(-1)).toEqual({ type: 'media', ...LOUD });
  });

  it.each(BOTH)('the badge follows the path: %s', (role) => {
    const side = inCall(role);

    side.does({ type: 'path-kind', path: 'relayed' });

    expect(side.phase).toMatchObject({ link: { path: 'relayed' } });
  });

  it.each(BOTH)('all daemons are killed and come back: nothing is interrupted: %s', (role) => {
    const side = inCall(role);
    const { phase } = side;

    const did = [
      ...side.does({ type: 'line-lost', trouble: 'unavailable' }),
      ...side.waits(600_000),
      ...side.does({ type: 'joined', peer: GONE }),
      ...side.waits(60_000),
      ...side.does({ type: 'peer', peer: HERE }),
    ];

    expect(did).toEqual([]);
    expect(side.phase).toEqual(phase);
  });

  it('a server that comes back sooner at the guest than at the practice begins no new handshake', () => {
    const guest = inCall('guest');
    guest.does({ type: 'line-lost', trouble: 'offline' });

    expect(guest.does({ type: 'joined', peer: HERE })).toEqual([]);
    expect(guest.does({ type: 'peer', peer: AWAY })).toEqual([]);
    expect(guest.does({ type: 'peer', peer: GONE })).toEqual([]);
    expect(guest.does({ type: 'peer', peer: HERE })).toEqual([]);
    expect(guest.phase.name).toBe('in-call');
  });

  it.each(reasons().filter((reason) => !['closed', 'evicted', 'taken-over'].includes(reason)))('a server that won’t have us any more (%s) ends no call', (reason) => {
    for (const role of BOTH) {
      const side = inCall(role);

      expect(side.does({ type: 'refused', reason })).toEqual([]);
      expect(side.phase.name).toBe('in-call');
      expect(side.call.line).toBe('refused');
    }
  });

  it.each(['closed', 'evicted', 'taken-over'] as const)('%s was meant for this visit, and ends it', (reason) => {
    for (const role of BOTH) {
      for (const side of [inCall(role), pathLost(role)]) {
        expect(side.does({ type: 'refused', reason })).toEqual(['disconnect', 'leave', 'clear']);
        expect(side.phase).toEqual({ name: 'over', reason });
      }
    }
  });

  it.each(BOTH)('an appointment that is moved to tomorrow ends no call: %s', (role) => {
    const side = inCall(role);

    expect(side.does({ type: 'too-early', opensAt: side.now + 86_400_000 })).toEqual([]);
    expect(side.phase.name).toBe('in-call');
    expect(side.call.line).toBe('refused');
  });

  it('another certificate than the one that was agreed on ends it, and says why', () => {
    const guest = inCall('guest');

    expect(guest.does({ type: 'wrong-certificate' })).toEqual(['say bye', 'disconnect', 'leave', 'clear']);
    expect(guest.phase).toEqual({ name: 'over', reason: 'untrusted' });
  });

  it('what breaks the rules ends it', () => {
    const practice = inCall('practice');

    practice.does({ type: 'rules-broken' });

    expect(practice.phase).toEqual({ name: 'over', reason: 'failed' });
  });
});

describe('on hold', () => {
  it('both are in the waiting room again, on the same connection, and one click leads back', () => {
    const [practice, guest] = [inCall('practice'), inCall('guest')];

    expect(practice.does({ type: 'hold' })).toEqual(['say hold', 'detach-media', 'forget-admitted']);
    expect(guest.hears({ type: 'hold' })).toEqual(['detach-media']);
    for (const { phase } of [practice, guest]) expect(phase).toMatchObject({ name: 'lobby', isHeld: true, link: { safetyCode: CODE } });

    expect(practice.does({ type: 'admit' })).toEqual(['say admit', 'attach-media', 'say media', 'remember-admitted']);
    expect(guest.hears({ type: 'admit' })).toEqual(['attach-media', 'say media']);
    for (const { phase } of [practice, guest]) expect(phase.name).toBe('in-call');
  });

  it('a guest that loads its page anew waits on, and is told so', () => {
    const practice = inCall('practice');
    practice.does({ type: 'hold' });

    expect(connectsAnew(practice)).toEqual(['connect', 'say hello', 'say hold']);
    expect(practice.phase).toMatchObject({ name: 'lobby', isHeld: true });
  });

  it('somebody else with the same link is not: nobody has put that one on hold', () => {
    const practice = inCall('practice');
    practice.does({ type: 'hold' });

    connectsAnew(practice, { ...ANNA, visit: ANOTHER_VISIT });

    expect(practice.phase).toMatchObject({ name: 'lobby' });
    expect(practice.phase).not.toHaveProperty('isHeld');
  });

  it('a guest whose page is new hears it in the waiting room', () => {
    const guest = inLobby('guest');

    expect(guest.hears({ type: 'hold' })).toEqual([]);
    expect(guest.phase).toMatchObject({ name: 'lobby', isHeld: true });
  });

  it.each(BOTH)('a path that breaks and comes back changes nothing of it: %s', (role) => {
    const side = inCall(role);
    if (role === 'practice') side.does({ type: 'hold' });
    else side.hears({ type: 'hold' });
    const { phase } = side;

    side.does({ type: 'path-lost' });
    side.does({ type: 'path-up' });

    expect(side.phase).toEqual(phase);
  });

  it('a guest puts nobody on hold, and a practice is put on hold by nobody', () => {
    expect(inCall('guest').does({ type: 'hold' })).toEqual([]);
    expect(inCall('practice').hears({ type: 'hold' })).toEqual([]);
  });
});

describe('an old commit that is sent again', () => {
  it('interrupts nobody: only a handshake that is done takes the place of what stands', () => {
    for (const practice of [inLobby('practice'), inCall('practice'), pathLost('practice')]) {
      const { phase } = practice;

      expect(practice.does({ type: 'handshake-began' })).toEqual([]);
      expect(practice.phase).toEqual(phase);
      expect(practice.does({ type: 'handshake-done', safetyCode: NEW_CODE })).toEqual(['connect']);
    }
  });
});

describe('a path that is lost in the call', () => {
  it.each(BOTH)('mostly comes back by itself, and the call goes on as it was: %s', (role) => {
    const side = inCall(role);
    const { phase } = side;

    expect(side.does({ type: 'path-lost' })).toEqual([]);
    expect(side.phase).toMatchObject({ name: 'interrupted', since: side.now, before: phase });
    expect(side.waits(2_999)).toEqual([]);

    expect(side.does({ type: 'path-up' })).toEqual(['say media']);
    expect(side.phase).toEqual(phase);
  });

  it('gets a new connection from the guest, again and again', () => {
    const guest = pathLost('guest');

    expect(guest.waits(3_000)).toEqual(['begin-handshake']);
    expect(guest.waits(10_000)).toEqual(['begin-handshake']);
  });

  it('that comes back while a new one is being agreed on is used on, and the new one is let go', () => {
    const guest = inCall('guest');
    const { phase } = guest;
    guest.does({ type: 'path-lost' });
    guest.waits(3_000);

    expect(guest.does({ type: 'path-up' })).toEqual(['abandon-handshake', 'say media']);
    expect(guest.phase).toEqual(phase);
  });

  it('and closed while a new one is being agreed on holds that up no more', () => {
    const guest = pathLost('guest');
    guest.waits(3_000);

    expect(guest.does({ type: 'connection-ended' })).toEqual(['disconnect']);
    expect(guest.phase).toMatchObject({ name: 'interrupted', progress: { step: 'handshake' } });
    expect(guest.does({ type: 'path-up' })).toEqual([]);
    expect(guest.does({ type: 'handshake-done', safetyCode: NEW_CODE })).toEqual(['connect']);
  });

  it('is not begun to be mended twice: what the practice asks for is under way', () => {
    const guest = pathLost('guest');
    guest.waits(3_000);

    expect(guest.does({ type: 'restart-wanted' })).toEqual([]);
  });

  it.each(BOTH)('is mended at once when the other is back at the server: %s', (role) => {
    const side = inCall(role);
    side.does({ type: 'peer', peer: AWAY });
    side.does({ type: 'path-lost' });

    expect(side.does({ type: 'peer', peer: HERE })).toEqual(BEGINS_BESIDE[role]);
  });

  it('is asked to be mended by the practice, again and again; what comes back meanwhile is taken', () => {
    const practice = pathLost('practice');
    const { before } = practice.phase as Interrupted;

    expect(practice.waits(3_000)).toEqual(['ask-for-restart']);
    expect(practice.waits(3_000)).toEqual(['ask-for-restart']);
    practice.does({ type: 'path-up' });

    expect(practice.phase).toEqual(before);
  });

  it('and is closed at the practice has it ask while there still is a session to ask in', () => {
    expect(inCall('practice').does({ type: 'connection-ended' })).toEqual(['ask-for-restart', 'disconnect']);
    expect(inCall('guest').does({ type: 'connection-ended' })).toEqual(['disconnect']);
  });

  it.each(BOTH)('can not be mended without the line, and is as soon as that is back: %s', (role) => {
    const side = inCall(role);
    side.does({ type: 'line-lost', trouble: 'offline' });

    expect(side.does({ type: 'path-lost' })).toEqual([]);
    expect(side.waits(20_000)).toEqual([]);
    expect(side.does({ type: 'joined', peer: HERE })).toEqual(BEGINS_BESIDE[role]);
  });

  it.each(BOTH)('is mended at once with another network: %s', (role) => {
    const side = pathLost(role);

    expect(side.does({ type: 'network-changed' })).toEqual(BEGINS_BESIDE[role]);
    expect(inCall(role).does({ type: 'network-changed' })).toEqual([]);
  });

  it('only at the practice is mended by the guest, who noticed nothing', () => {
    const guest = inCall('guest');

    expect(guest.does({ type: 'restart-wanted' })).toEqual(['begin-handshake in 350 ms', 'try-path']);
    expect(guest.phase.name).toBe('interrupted');
    expect(guest.does({ type: 'handshake-done', safetyCode: NEW_CODE })).toEqual(['connect']);
    expect(inCall('practice').does({ type: 'restart-wanted' })).toEqual([]);
  });

  it('only at the practice, and there no more when it is to be mended, goes on where the other answers', () => {
    const guest = inCall('guest');
    const { phase } = guest;
    guest.does({ type: 'restart-wanted' });

    expect(guest.does({ type: 'path-up' })).toEqual(['abandon-handshake', 'say media']);
    expect(guest.phase).toEqual(phase);
  });

  it('what the other switches meanwhile is known when it is back', () => {
    const guest = pathLost('guest');

    guest.hears({ type: 'media', audio: true, video: false, screen: false });
    guest.does({ type: 'path-up' });

    expect(guest.phase).toMatchObject({ name: 'in-call', theirs: { audio: true, video: false } });
  });

  it('what one switches meanwhile oneself is said when it is back', () => {
    const guest = pathLost('guest');

    expect(guest.does({ type: 'own-media', media: LOUD })).toEqual([]);
    guest.does({ type: 'path-up' });

    expect(guest.said.at(-1)).toEqual({ type: 'media', ...LOUD });
  });

  it('is given up after 180 s, and the guest calls again', () => {
    const guest = pathLost('guest');

    guest.waits(179_999);
    expect(guest.phase.name).toBe('interrupted');
    expect(guest.waits(1)).toContain('disconnect');

    expect(guest.phase.name).toBe('waiting');
    expect(guest.waits(4_000)).toEqual(['disconnect', 'begin-handshake']);
  });

  it('is given up after 180 s from when it broke, whatever is tried meanwhile', () => {
    const practice = pathLost('practice');
    practice.waits(100_000);
    practice.does({ type: 'handshake-done', safetyCode: NEW_CODE });
    practice.waits(79_999);
    expect(practice.phase.name).toBe('interrupted');

    practice.waits(1);

    expect(practice.phase.name).toBe('waiting');
  });

  it.each(BOTH)('for good, with a server that won’t have us any more, ends the visit: %s', (role) => {
    const side = pathLost(role);
    side.does({ type: 'refused', reason: 'over' });
    expect(side.phase.name).toBe('interrupted');

    side.waits(180_000);

    expect(side.phase).toEqual({ name: 'over', reason: 'peer-left' });
  });
});

describe('a page that is loaded anew', () => {
  it('the guest’s: the practice lets the same visit in by itself', () => {
    const practice = inCall('practice');
    const { since } = practice.phase as Phase & { name: 'in-call' };

    practice.does({ type: 'connection-ended' });
    expect(practice.phase).toMatchObject({ name: 'interrupted', progress: { step: 'path-lost', ended: true } });
    practice.does({ type: 'peer', peer: RELOADED });
    practice.waits(1_000);
    const did = connectsAnew(practice);

    expect(did).toEqual(['connect', 'say hello', 'say admit', 'attach-media', 'say media']);
    expect(practice.phase).toMatchObject({ name: 'in-call', since, link: { safetyCode: NEW_CODE, path: 'direct' }, theirs: SILENT });
  });

  it('the guest’s: it is in the lobby until the practice says so, and then in the call', () => {
    const guest = inLobby('guest');

    expect(guest.phase.name).toBe('lobby');
    expect(guest.hears({ type: 'admit' })).toEqual(['attach-media', 'say media']);
  });

  it('another visit is not let in by itself, and the practice sees its name', () => {
    const practice = inCall('practice');

    practice.does({ type: 'connection-ended' });
    const did = connectsAnew(practice, { name: 'Bert', language: 'de', visit: ANOTHER_VISIT });

    expect(did).not.toContain('attach-media');
    expect(did).not.toContain('say admit');
    expect(practice.phase).toMatchObject({ name: 'lobby', link: { peer: { name: 'Bert' } } });
  });

  it('a guest that proves nothing is never let in by itself', () => {
    const practice = inLobby('practice', { name: 'Anna M.', language: 'de' });
    expect(practice.does({ type: 'admit' })).toEqual(['say admit', 'attach-media', 'say media']);
    expect(practice.call.admitted).toEqual([]);

    practice.does({ type: 'connection-ended' });
    connectsAnew(practice, { name: 'Anna M.', language: 'de' });

    expect(practice.phase.name).toBe('lobby');
  });

  it('the practice’s: the guest begins a handshake with the new page at once, and is not sent back to the lobby', () => {
    const guest = inCall('guest');
    const { phase } = guest;

    expect(guest.does({ type: 'peer', peer: RELOADED })).toEqual(['begin-handshake']);
    expect(guest.phase).toMatchObject({ name: 'interrupted', before: phase, progress: { step: 'handshake' } });
    guest.does({ type: 'handshake-done', safetyCode: NEW_CODE });
    guest.does({ type: 'path-up' });
    guest.hears(hello('guest'));
    guest.does({ type: 'path-kind', path: 'relayed' });
    expect(guest.phase.name).toBe('interrupted');

    expect(guest.hears({ type: 'admit' })).toEqual(['attach-media', 'say media']);
    expect(guest.phase).toMatchObject({ name: 'in-call', link: { safetyCode: NEW_CODE, path: 'relayed' } });
  });

  it('the practice’s: it knows whom it had let in', () => {
    const practice = inLobby('practice');
    practice.does({ type: 'admit' });
    expect(practice.effects).toContainEqual({ type: 'remember-admitted', visit: VISIT });

    const reloaded = looking('practice', [VISIT]);
    reloaded.does({ type: 'path-up' });

    expect(reloaded.hears(hello('practice'))).toEqual(['say admit', 'attach-media', 'say media']);
    expect(reloaded.phase.name).toBe('in-call');
  });

  it('the practice’s: "admit" without a hello shows no old safety code', () => {
    const guest = inCall('guest');
    guest.does({ type: 'peer', peer: RELOADED });
    guest.does({ type: 'handshake-done', safetyCode: NEW_CODE });
    guest.does({ type: 'path-up' });

    expect(guest.hears({ type: 'admit' })).toEqual([]);
    expect(guest.phase.name).toBe('interrupted');
  });

  it('while the line was down, is noticed when it is back', () => {
    const guest = inCall('guest');
    guest.does({ type: 'line-lost', trouble: 'offline' });

    expect(guest.does({ type: 'joined', peer: RELOADED })).toEqual(['begin-handshake']);
  });

  it('a connection that the other closed without loading anew is made again by the guest', () => {
    const guest = inCall('guest');

    expect(guest.does({ type: 'connection-ended' })).toEqual(['disconnect']);
    expect(guest.does({ type: 'path-up' })).toEqual([]);
    expect(guest.phase.name).toBe('interrupted');

    expect(guest.waits(4_000)).toEqual(['disconnect', 'begin-handshake']);
  });

  it('an unanswered handshake in an interrupted call is begun again', () => {
    const guest = inCall('guest');
    guest.does({ type: 'peer', peer: RELOADED });

    expect(guest.waits(10_000)).toEqual(['begin-handshake']);
    expect(guest.phase.name).toBe('interrupted');
  });

  it.each(BOTH)('a new connection whose path is slow, or breaks before the greeting, is mended too: %s', (role) => {
    const side = inCall(role);
    side.does(role === 'guest' ? { type: 'peer', peer: RELOADED } : { type: 'handshake-began' });
    side.does({ type: 'handshake-done', safetyCode: NEW_CODE });

    expect(side.waits(6_000)).toEqual(BEGINS_ANEW[role]);
    side.does({ type: 'handshake-done', safetyCode: NEW_CODE });
    side.does({ type: 'path-up' });
    expect(side.does({ type: 'path-lost' })).toEqual(BEGINS_ANEW[role]);
    side.does({ type: 'handshake-done', safetyCode: CODE });
    expect(side.does({ type: 'path-up' })).toEqual(['say hello']);
    expect(side.phase.name).toBe('interrupted');
  });
});

describe('the end', () => {
  it.each(BOTH)('who hangs up says so, and lets go of everything: %s', (role) => {
    for (const side of [inCall(role), inLobby(role), pathLost(role)]) {
      expect(side.does({ type: 'hang-up' })).toEqual(['say bye', 'disconnect', 'leave', 'clear']);
      expect(side.said.at(-1)).toEqual({ type: 'bye', reason: role === 'practice' ? 'ended' : 'left' });
      expect(side.phase).toEqual({ name: 'over', reason: 'hung-up' });
    }
  });

  it.each(BOTH)('says no bye where nobody is: %s', (role) => {
    for (const side of [new Side(role), tooEarly(role), waiting(role), noPath(role)]) expect(side.does({ type: 'hang-up' })).toEqual(['disconnect', 'leave', 'clear']);
  });

  it.each(BOTH)('a bye in the call is the end, and is not answered: %s', (role) => {
    for (const side of [inCall(role), pathLost(role)]) {
      expect(side.hears({ type: 'bye', reason: role === 'practice' ? 'left' : 'ended' })).toEqual(['disconnect', 'leave', 'clear']);
      expect(side.phase).toEqual({ name: 'over', reason: 'peer-left' });
    }
  });

  it.each(BOTH)('no timer outlives it: %s', (role) => {
    for (const stage of Object.values(STAGES)) {
      const side = stage(role);

      side.does({ type: 'hang-up' });

      expect([...side.timers.keys()]).toEqual([]);
    }
  });

  it.each(BOTH)('is final: %s', (role) => {
    for (const reason of reasons().filter((reason) => reason !== 'occupied' && reason !== 'taken-over')) {
      const side = new Side(role);
      side.does({ type: 'refused', reason });
      const { call } = side;

      for (const event of EVERY_EVENT) expect(side.does(event), event.type).toEqual([]);
      expect(side.call).toEqual(call);
    }
  });

  it.each(['taken-over', 'occupied'] as const)('but for %s, where the practice takes its seat back and a guest tries again', (reason) => {
    for (const role of BOTH) {
      const side = inCall(role);
      if (reason === 'taken-over') side.does({ type: 'refused', reason });
      else side.call = { ...side.call, phase: { name: 'over', reason } };
      const { admitted, own } = side.call;

      expect(side.does({ type: 'retry' })).toEqual(['join']);

      expect(side.effects.at(-1)).toEqual({ type: 'join', takeover: role === 'practice' });
      expect(side.call).toEqual({ ...newCall(role, side.call.self, admitted), own });
    }
  });

  it('trying again means nothing where all is well', () => {
    for (const role of BOTH) {
      for (const side of [waiting(role), agreeing(role), looking(role), inLobby(role), inCall(role)]) expect(side.does({ type: 'retry' })).toEqual([]);
    }
  });
});

describe('whether two talk', () => {
  it('is told by the phase', () => {
    const talking = (role: Role) => Object.entries(STAGES).filter(([, stage]) => isTalking(stage(role).call)).map(([name]) => name);
    const connected = (role: Role) => Object.entries(STAGES).filter(([, stage]) => isConnected(stage(role).call)).map(([name]) => name);

    for (const role of BOTH) {
      expect(talking(role)).toEqual(['in-call', 'path-lost']);
      expect(connected(role)).toEqual(['lobby', 'in-call']);
    }
  });
});

// --- The bench ---

/** One side of a visit, its clock, and the timers that it has asked for. */
class Side {
  call: Call;
  now = 1_764_000_000_000;
  readonly timers = new Map<Timer, number>();
  /** Everything that was to be done so far. */
  readonly effects: Effect[] = [];

  constructor(role: Role, admitted: readonly string[] = []) {
    this.call = newCall(role, role === 'practice' ? DOCTOR : ANNA, admitted);
  }

  get phase(): Phase {
    return this.call.phase;
  }

  get said(): unknown[] {
    return this.effects.flatMap((effect) => (effect.type === 'say' ? [effect.message] : []));
  }

  /** What is to be done after an event, but for the timers. */
  does(event: WithoutTime): string[] {
    if (event.type === 'timer') this.timers.delete(event.timer);
    const [next, effects] = step(this.call, { ...event, now: this.now } as Event);
    this.call = next;
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.type === 'start-timer') this.timers.set(effect.timer, this.now + effect.after);
      if (effect.type === 'stop-timer') this.timers.delete(effect.timer);
    }
    return effects.filter(({ type }) => type !== 'start-timer' && type !== 'stop-timer').map(nameOf);
  }

  hears(message: (Event & { type: 'said' })['message']): string[] {
    return this.does({ type: 'said', message });
  }

  /** Lets time pass: the timers that run out do so in their order. */
  waits(millis: number): string[] {
    const until = this.now + millis;
    const did: string[] = [];
    for (;;) {
      const [timer, due] = [...this.timers].sort(([, one], [, other]) => one - other)[0] ?? [];
      if (timer === undefined || due === undefined || due > until) break;
      this.now = due;
      did.push(...this.does({ type: 'timer', timer }));
    }
    this.now = until;
    return did;
  }
}

type WithoutTime = Event extends infer One ? (One extends Event ? Omit<One, 'now'> : never) : never;

function nameOf(effect: Effect): string {
  if (effect.type === 'say') return `say ${effect.message.type}`;
  if (effect.type === 'begin-handshake' && effect.after) return `begin-handshake in ${effect.after} ms`;
  return effect.type;
}

function tooEarly(role: Role): Side {
  const side = new Side(role);
  side.does({ type: 'too-early', opensAt: side.now + 60_000 });
  return side;
}

function waiting(role: Role, admitted?: readonly string[]): Side {
  const side = new Side(role, admitted);
  side.does({ type: 'start' });
  side.does({ type: 'joined', peer: GONE });
  return side;
}

function agreeing(role: Role, admitted?: readonly string[]): Side {
  const side = waiting(role, admitted);
  side.does({ type: 'peer', peer: HERE });
  if (role === 'practice') side.does({ type: 'handshake-began' });
  return side;
}

function looking(role: Role, admitted?: readonly string[]): Side {
  const side = agreeing(role, admitted);
  side.does({ type: 'handshake-done', safetyCode: CODE });
  return side;
}

function noPath(role: Role): Side {
  const side = looking(role);
  side.waits(6_000);
  return side;
}

function greeting(role: Role): Side {
  const side = looking(role);
  side.does({ type: 'path-up' });
  return side;
}

function inLobby(role: Role, other: Introduction = introductionOfTheOther(role)): Side {
  const side = greeting(role);
  side.does({ type: 'path-kind', path: 'direct' });
  side.hears({ type: 'hello', ...other });
  return side;
}

function inCall(role: Role): Side {
  const side = inLobby(role);
  if (role === 'practice') side.does({ type: 'admit' });
  else side.hears({ type: 'admit' });
  return side;
}

function pathLost(role: Role): Side {
  const side = inCall(role);
  side.does({ type: 'path-lost' });
  return side;
}

/** A guest, by default the same, comes to the practice with a new page. */
function connectsAnew(practice: Side, guest: Introduction = ANNA): string[] {
  return [
    ...practice.does({ type: 'handshake-began' }),
    ...practice.does({ type: 'handshake-done', safetyCode: NEW_CODE }),
    ...practice.does({ type: 'path-up' }),
    ...practice.does({ type: 'path-kind', path: 'direct' }),
    ...practice.hears({ type: 'hello', ...guest }),
  ];
}

/** What a side of this role hears from the other. */
function hello(role: Role): (Event & { type: 'said' })['message'] {
  return { type: 'hello', ...introductionOfTheOther(role) };
}

function introductionOfTheOther(role: Role): Introduction {
  return role === 'practice' ? ANNA : DOCTOR;
}

/** A function, since the tables above are read before the constants are. */
function reasons(): OverReason[] {
  return ['invite-invalid', 'invite-used', 'over', 'closed', 'occupied', 'evicted', 'taken-over', 'signed-out', 'failed'];
}

const STAGES = {
  joining: (role: Role) => new Side(role),
  'too-early': tooEarly,
  waiting: (role: Role) => waiting(role),
  agreeing: (role: Role) => agreeing(role),
  looking: (role: Role) => looking(role),
  'no-path': noPath,
  greeting,
  lobby: (role: Role) => inLobby(role),
  'in-call': inCall,
  'path-lost': pathLost,
};

const DOCTOR: Introduction = { name: 'Praxis am Finkenweg', language: 'de' };
const VISIT = 'AAAAAAAAAAAAAAAAAAAAAA';
const ANOTHER_VISIT = 'BBBBBBBBBBBBBBBBBBBBBA';
const ANNA: Introduction = { name: 'Anna M.', language: 'de', visit: VISIT };
const GONE: Presence = { state: 'gone' };
const HERE: Presence = { state: 'here', stream: 'first page' };
const AWAY: Presence = { state: 'away', stream: 'first page' };
const RELOADED: Presence = { state: 'here', stream: 'second page' };
const CODE = '123456';
const NEW_CODE = '654321';
const SILENT: Media = { audio: false, video: false, screen: false };
const LOUD: Media = { audio: true, video: true, screen: false };
const EVERY_EVENT: readonly WithoutTime[] = [
  { type: 'start' },
  { type: 'admit' },
  { type: 'hold' },
  { type: 'hang-up' },
  { type: 'retry' },
  { type: 'own-media', media: LOUD },
  { type: 'joined', peer: HERE },
  { type: 'line-lost', trouble: 'offline' },
  { type: 'too-early', opensAt: 0 },
  { type: 'refused', reason: 'closed' },
  { type: 'peer', peer: RELOADED },
  { type: 'network-changed' },
  { type: 'handshake-began' },
  { type: 'handshake-done', safetyCode: CODE },
  { type: 'turned-away' },
  { type: 'handshake-refused', reason: 'untrusted' },
  { type: 'path-up' },
  { type: 'path-kind', path: 'direct' },
  { type: 'path-lost' },
  { type: 'relay-missing' },
  { type: 'connection-ended' },
  { type: 'restart-wanted' },
  { type: 'wrong-certificate' },
  { type: 'rules-broken' },
  { type: 'said', message: { type: 'hello', ...ANNA } },
  { type: 'said', message: { type: 'admit' } },
  { type: 'said', message: { type: 'hold' } },
  { type: 'said', message: { type: 'media', ...LOUD } },
  { type: 'said', message: { type: 'bye', reason: 'left' } },
  { type: 'timer', timer: 'opens' },
  { type: 'timer', timer: 'handshake' },
  { type: 'timer', timer: 'path' },
  { type: 'timer', timer: 'mend' },
  { type: 'timer', timer: 'give-up' },
];
