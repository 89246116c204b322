import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ControlMessage } from '../call/control.ts';
import { parseControl } from '../call/control.ts';
import { type ConsentText, textHash, type WelcomeDocument } from '../consent/document.ts';
import type { Bond, Decision } from '../consent/receipt.ts';
import { templates } from '../consent/templates.ts';
import { allows, type Answer, type ConsentMessage, GuestConsent, isAnswer, itemOf, PracticeConsent } from './consent.ts';

const PRACTICE = 'Praxis am Finkenweg';
const TEXTS = templates(PRACTICE);
const TEXT = TEXTS[0]!;
const DOCUMENT: WelcomeDocument = { practice: PRACTICE, made: 1, policy: 'required', texts: TEXTS, items: ['video', 'photo', 'file'] };
let document: WelcomeDocument | null;

beforeEach(() => {
  document = DOCUMENT;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

describe('a consent that was given before', () => {
  it('reaches the practice, and both hold the same receipt', async () => {
    const { guest, practice } = await met(given());

    expect(practice.state.value).toMatchObject({ state: 'given', items: ['video', 'file'], name: 'Anna M.', text: TEXT });
    expect(practice.state.value.receipt).toEqual(guest.state.value.receipt);
    expect(guest.state.value.isSeen).toBe(true);
    expect(practice.mayAdmit()).toBe(true);
  });

  it('is bound anew to each connection', async () => {
    const pair = await met(given());
    const first = pair.practice.state.value.receipt;

    await pair.connect({ ...BOND, fingerprints: { ...BOND.fingerprints, guest: '05'.repeat(32) } });

    expect(pair.practice.state.value.state).toBe('given');
    expect(pair.practice.state.value.receipt?.sha256).not.toBe(first?.sha256);
    expect(pair.practice.state.value.receipt).toEqual(pair.guest.state.value.receipt);
  });

  it('is not another person’s who comes by the same link', async () => {
    const pair = await met(given());

    pair.practice.greeted({ bond: BOND, visit: 'another', say: () => undefined });

    expect(pair.practice.state.value.state).toBe('none');
    expect(pair.practice.mayAdmit()).toBe(false);
  });

  it('for another connection is refused', async () => {
    const pair = await met(given());
    const { statement, signature } = pair.guest.state.value.receipt!;
    pair.practice.greeted({ bond: { ...BOND, room: 'cd'.repeat(16) }, visit: 'V', say: () => undefined });

    expect(await pair.practice.hear({ type: 'consent', statement, signature })).toBe(false);
    expect(pair.practice.state.value.receipt?.bond.room).not.toBe('cd'.repeat(16));
  });
});

describe('what is taken back', () => {
  it('holds on both sides at once', async () => {
    const { guest, practice, settle } = await met(given());

    guest.revoke(['file']);
    await settle();

    for (const side of [guest, practice]) {
      expect(side.state.value).toMatchObject({ state: 'revoked', items: ['video'] });
      expect(allows(side.state.value, 'file')).toBe(false);
      expect(allows(side.state.value, 'video')).toBe(true);
    }
  });

  it('stays taken back on another connection, and over a reload', async () => {
    const kept: Answer[] = [];
    const first = await met(given(), kept);
    first.guest.revoke(['video']);
    await first.settle();

    const again = await met(kept.at(-1)!);

    expect(again.practice.state.value).toMatchObject({ state: 'revoked', items: ['file'] });
    expect(again.practice.mayAdmit()).toBe(false);

    await first.connect(BOND);
    expect(first.practice.state.value).toMatchObject({ state: 'revoked', items: ['file'] });
  });

  it('was given before: nothing else can be', async () => {
    const { practice } = await met(null);

    expect(await practice.hear({ type: 'consent-revoke', items: ['video'] })).toBe(false);
  });
});

describe('a guest who has signed nothing', () => {
  it('is not let in where it is required, and is asked over the connection', async () => {
    const pair = await met(null);
    expect(pair.practice.mayAdmit()).toBe(false);
    expect(pair.guest.asked.value).toBeNull();

    await pair.patience();
    expect(pair.guest.asked.value).toEqual(DOCUMENT);

    const { decision, text } = given();
    pair.guest.give(decision, text);
    await pair.settle();
    expect(pair.guest.asked.value).toBeNull();
    expect(pair.practice.state.value).toMatchObject({ state: 'given', name: 'Anna M.' });
    expect(pair.practice.mayAdmit()).toBe(true);
  });

  it('may come in all the same where it is only asked, and says so', async () => {
    document = { ...DOCUMENT, policy: 'asked' };
    const { guest, practice, patience, settle } = await met(null);
    await patience();

    guest.refuse();
    await settle();

    expect(practice.state.value.state).toBe('refused');
    expect(practice.mayAdmit()).toBe(true);
    expect(allows(practice.state.value, 'video')).toBe(true);
  });

  it('is not asked where nobody is', async () => {
    document = null;
    const { guest, practice, patience } = await met(null);
    await patience();

    expect(guest.asked.value).toBeNull();
    expect(practice.mayAdmit()).toBe(true);
  });

  it('is not asked after it has refused', async () => {
    const { guest, practice, patience } = await met({ type: 'refused' });
    await patience();

    expect(guest.asked.value).toBeNull();
    expect(practice.state.value.state).toBe('refused');
    expect(practice.mayAdmit()).toBe(false);
  });

  it('signed an older text: it is asked to sign the new one', async () => {
    document = { ...DOCUMENT, texts: TEXTS.map((text) => ({ ...text, version: 2, markdown: `${text.markdown}\n\nNew.` })) };
    const { guest, practice } = await met(given());

    expect(practice.state.value.state).toBe('none');
    expect(practice.mayAdmit()).toBe(false);
    expect(guest.asked.value?.texts[0]?.version).toBe(2);
  });
});

describe('what nobody may say', () => {
  it.each<ConsentMessage>([{ type: 'consent', statement: '{}', signature: 'A'.repeat(86) }, { type: 'consent-refuse' }, { type: 'consent-revoke', items: ['video'] }])('to a guest: $type', async (message) => {
    const { guest } = await met(null);

    expect(await guest.hear(message)).toBe(false);
  });

  it.each<ConsentMessage>([{ type: 'consent-seen', sha256: '0'.repeat(64) }, { type: 'consent-ask', part: 0, of: 1, data: 'AAAA' }, { type: 'consent', statement: '{"v":1}', signature: 'A'.repeat(86) }])('to a practice: $type', async (message) => {
    const { practice } = await met(null);

    expect(await practice.hear(message)).toBe(false);
    expect(practice.state.value.state).toBe('none');
  });

  it.each<[string, ConsentMessage]>([
    ['is none', { type: 'consent-ask', part: 0, of: 1, data: 'AAAA' }],
    ['begins in the middle', { type: 'consent-ask', part: 1, of: 2, data: 'AAAA' }],
    ['has more parts than it says', { type: 'consent-ask', part: 0, of: 0, data: 'AAAA' }],
  ])('a question that %s', async (_, message) => {
    const { guest } = await met(null);

    expect(await guest.hear(message)).toBe(false);
    expect(guest.asked.value).toBeNull();
  });
});

describe('what was kept', () => {
  it('is an answer, or nothing', () => {
    expect(isAnswer(JSON.parse(JSON.stringify(given())))).toBe(true);
    expect(isAnswer({ type: 'refused' })).toBe(true);
    for (const value of [null, undefined, 'given', {}, { type: 'given' }, { ...given(), revoked: ['blood'] }, { ...given(), text: {} }]) expect(isAnswer(value)).toBe(false);
  });
});

it('a photo is known by its name', () => {
  expect(['a.JPG', 'IMG_1.heic', 'x.png', 'befund.pdf', 'png', 'a.png.exe'].map(itemOf)).toEqual(['photo', 'photo', 'photo', 'file', 'file', 'file']);
});

let underWay = 0;
for (const name of ['digest', 'exportKey', 'generateKey', 'importKey', 'sign', 'verify'] as const) {
  const real = crypto.subtle[name].bind(crypto.subtle) as (...args: readonly unknown[]) => Promise<unknown>;
  const counted = (...args: readonly unknown[]) => {
    underWay += 1;
    return real(...args).finally(() => (underWay -= 1));
  };
  vi.spyOn(crypto.subtle, name).mockImplementation(counted as never);
}

const BOND: Bond = { room: 'ab'.repeat(16), epoch: 1, fingerprints: { practice: '01'.repeat(32), guest: '02'.repeat(32) } };
const HASH = await textHash(TEXT.markdown);

function given(): Extract<Answer, { type: 'given' }> & { readonly decision: Decision; readonly text: ConsentText } {
  const { id, language, version } = TEXT;
  const text = { id, language, for: TEXT.for, version, sha256: HASH };
  return { type: 'given', decision: { text, name: 'Anna M.', agreed: ['video', 'file'], declined: ['photo'], at: 1, mark: { typed: 'Anna M.' } }, text: TEXT, revoked: [] };
}

/** Both on one connection, each message as it would come over the wire. */
async function met(answer: Answer | null, kept: Answer[] = []) {
  const guest = new GuestConsent(answer, (newer) => kept.push(newer));
  const practice = new PracticeConsent(() => document);
  const under: Promise<unknown>[] = [];
  const to = (side: GuestConsent | PracticeConsent) => (message: ControlMessage) => {
    const heard = parseControl(JSON.stringify(message));
    if (!heard) throw new Error(`nobody may say ${message.type}`);
    under.push(side.hear(heard as ConsentMessage).then((isRight) => expect(isRight).toBe(true)));
  };
  /** WebCrypto takes real time: until nothing of it is under way, and nothing has come of it for a while. */
  const settle = async () => {
    for (let quiet = 0; quiet < 5; quiet = underWay === 0 && under.length === 0 ? quiet + 1 : 0) {
      await new Promise((done) => setImmediate(done));
      await Promise.all(under.splice(0));
    }
  };
  const connect = async (bond: Bond) => {
    practice.greeted({ bond, visit: 'V', say: to(guest) });
    guest.greeted({ bond, visit: undefined, say: to(practice) });
    await settle();
  };
  const patience = async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    await settle();
  };
  await connect(BOND);
  return { guest, practice, connect, settle, patience };
}
