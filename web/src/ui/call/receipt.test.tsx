// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Facts } from '../../drive/visit.ts';
import { fakeFile, fakeInCall, fakeLink, fakePerson, fakeVisit, type FakeVisit } from '../gallery/fake.ts';
import { language } from '../text.ts';
import { CallView } from './call-view.tsx';
import { receiptBytes } from './receipt-pdf.ts';
import { receiptFileName, receiptRows, receiptText } from './receipt-words.ts';
import { LastReceipt, VisitReceipt } from './receipt.tsx';
import { lastTalk, notesOf, recordOf, type VisitRecord } from './record.ts';

beforeEach(() => {
  language.value = 'en';
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} });
  HTMLMediaElement.prototype.play = async () => undefined;
});

afterEach(() => {
  render(null, document.body);
  lastTalk.value = null;
  vi.unstubAllGlobals();
});

describe('what was', () => {
  it('is noted while it goes on, and is complete when it is over', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'), { self: { name: 'Anna M.', language: 'en' } });
    show(visit);

    act(() => void (visit.others.value = [fakePerson('seat-2', 'Katharina E.', 'interpreter')]));
    act(() => void (visit.others.value = []));
    act(() => void (visit.files.value = [fakeFile('a', 'me', 'lab.pdf', { name: 'sending', bytes: 1 })]));
    act(() => void (visit.files.value = [fakeFile('a', 'me', 'lab.pdf', { name: 'done', file: null, saved: false }), { ...fakeFile('p', 'me', 'photo.jpg', { name: 'done', file: null, saved: false }), photo: true }]));
    over(visit);
    act(() => void (visit.files.value = []));

    const record = noted(visit);
    expect(record.people).toEqual([
      { name: 'Anna M.', part: 'patient' },
      { name: 'Dr. Albrecht', part: 'practice' },
      { name: 'Katharina E.', part: 'interpreter' },
    ]);
    expect(record.files.map(({ name, isPhoto }) => [name, isPhoto])).toEqual([
      ['lab.pdf', false],
      ['photo.jpg', true],
    ]);
    expect(record.spans).toHaveLength(1);
    expect(record.spans[0]?.end).toBeGreaterThanOrEqual(record.spans[0]?.begin ?? Infinity);
  });

  it('leaves out files that did not come', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);

    act(() => void (visit.files.value = [fakeFile('a', 'peer', 'plan.pdf', { name: 'failed', reason: 'damaged' })]));
    over(visit);

    expect(noted(visit).files).toEqual([]);
  });

  it('has both ways that the data took', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);

    act(() => void (visit.call.value = { ...visit.call.value, phase: fakeInCall('Dr. Albrecht', { link: { ...fakeLink('Dr. Albrecht'), path: 'relayed' } }) }));

    expect(noted(visit).paths).toEqual(['direct', 'relayed']);
  });

  it('has a relay that only one of several connections goes through', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);

    act(() => void (visit.others.value = [fakePerson('seat-2', 'Katharina E.', 'interpreter', { facts: { ...FACTS, path: 'relayed' } })]));

    expect(noted(visit).paths).toEqual(['direct', 'relayed']);
  });

  it('has the encryption as the browser has told it, also when it tells no more', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);

    act(() => void (visit.facts.value = FACTS));
    act(() => void (visit.facts.value = null));

    expect(noted(visit).encryption).toEqual(['DTLS 1.3', 'SRTP AEAD_AES_128_GCM']);
  });

  it('is two spans with a pause in the waiting room between them', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);

    act(() => void (visit.call.value = { ...visit.call.value, phase: { name: 'lobby', link: fakeLink('Dr. Albrecht'), isHeld: true } }));
    act(() => void (visit.call.value = { ...visit.call.value, phase: fakeInCall('Dr. Albrecht', { since: Date.now() }) }));
    over(visit);

    expect(noted(visit).spans.map(({ end }) => end === null)).toEqual([false, false]);
  });

  it('knows a compared code only as long as it is the same', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);
    click('call-facts');
    click('code-same');
    expect(noted(visit).isCompared).toBe(true);

    act(() => void (visit.call.value = { ...visit.call.value, phase: fakeInCall('Dr. Albrecht', { link: { ...fakeLink('Dr. Albrecht'), safetyCode: '111111' } }) }));

    expect(noted(visit).isCompared).toBe(false);
  });

  it('is nothing where nobody talked', () => {
    const visit = fakeVisit({ name: 'over', reason: 'closed' });
    act(() => render(<VisitReceipt visit={visit} />, document.body));

    expect(part('receipt')).toBeNull();
  });
});

describe('the receipt', () => {
  it('says all of it in words', () => {
    const rows = new Map(receiptRows(RECORD, NOT_ASKED).map(({ id, values }) => [id, values]));

    expect(rows.get('practice')).toEqual(['Praxis am Finkenweg']);
    expect(rows.get('length')).toEqual(['20:00']);
    expect(rows.get('people')).toEqual(['Anna M. (patient)', 'Dr. Albrecht (practice)']);
    expect(rows.get('path')).toEqual(['Direct']);
    expect(rows.get('encryption')?.map((words) => words.replaceAll(/[\u2068\u2069]/g, ''))).toEqual(['from device to device (DTLS 1.3, SRTP AEAD_AES_128_GCM)']);
    expect(rows.get('code')).toEqual(['402 917', 'compared: the same']);
    expect(rows.get('agreed')).toEqual(['none asked for']);
    expect(rows.get('files')?.[0]).toMatch(/^photo, sent: photo\.jpg \(2\.4.MB\)$/);
    expect(rows.get('recording')).toEqual(['none: Visite cannot record']);
  });

  it('is a text with every row in it, and no invisible marks', () => {
    const text = receiptText(RECORD, NOT_ASKED);

    for (const { label, values } of receiptRows(RECORD, NOT_ASKED)) for (const words of [label, ...values]) expect(text).toContain(words);
    expect(text).not.toMatch(/[\u2066-\u2069]/);
  });

  it('is a PDF', async () => {
    const font = (name: string) => new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`))).buffer;
    const bytes = await receiptBytes(RECORD, NOT_ASKED, { regular: font('DejaVuSansCondensed'), bold: font('DejaVuSansCondensed-Bold') });

    expect(new TextDecoder().decode(bytes.slice(0, 5))).toBe('%PDF-');
    expect(bytes.length).toBeGreaterThan(5_000);
  }, 60_000);

  it('is called by its day and practice', () => {
    expect(receiptFileName(RECORD)).toBe('Receipt Praxis am Finkenweg 2026-05-07');
  });

  it('keeps the doctor’s notes at hand where the other side ended the visit', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'), { role: 'practice', self: { name: 'Praxis am Finkenweg', language: 'en' } });
    show(visit);
    notesOf(visit).value = 'BP 135/85';
    over(visit);

    act(() => render(<VisitReceipt visit={visit} />, document.body));

    expect(part('notes-left')?.textContent).toContain('BP 135/85');
    expect(part('receipt-people')?.textContent).toContain('Praxis am Finkenweg');
  });

  it('of the last visit lies on the practice’s page until it is put away', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'), { role: 'practice', self: { name: 'Praxis am Finkenweg', language: 'en' } });
    const page = () => act(() => render([<LastReceipt key="last" />, <CallView key="call" visit={visit} />], document.body));
    page();
    expect(part('receipt')).toBeNull();

    over(visit);
    expect(part('receipt')?.querySelector('h2')?.textContent).toMatch(/call with .*Anna M\./);
    click('receipt-dismiss');

    expect(part('receipt')).toBeNull();
    expect(lastTalk.value).toBeNull();
  });
});

const RECORD: VisitRecord = {
  role: 'guest',
  practice: 'Praxis am Finkenweg',
  people: [
    { name: 'Anna M.', part: 'patient' },
    { name: 'Dr. Albrecht', part: 'practice' },
  ],
  spans: [{ begin: new Date(2026, 4, 7, 14, 30).getTime(), end: new Date(2026, 4, 7, 14, 50).getTime() }],
  paths: ['direct'],
  encryption: ['DTLS 1.3', 'SRTP AEAD_AES_128_GCM'],
  safetyCode: '402917',
  isCompared: true,
  files: [{ key: 'p', from: 'me', name: 'photo.jpg', size: 2_400_000, isPhoto: true }],
};
const FACTS: Facts = { path: 'direct', dtls: '1.3', srtp: 'SRTP_AEAD_AES_128_GCM', cipher: null, roundTripMs: null, codecs: null };
const NOT_ASKED = fakeVisit({ name: 'waiting' }).consent.value;

function noted(visit: FakeVisit): VisitRecord {
  const record = recordOf(visit);
  if (!record) throw new Error('nothing was noted');
  return record;
}

function over(visit: FakeVisit): void {
  act(() => void (visit.call.value = { ...visit.call.value, phase: { name: 'over', reason: 'hung-up' } }));
}

function show(visit: FakeVisit): void {
  act(() => render(<CallView visit={visit} />, document.body));
}

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-test="${name}"]`);
}

function click(name: string): void {
  const element = part(name);
  if (!element) throw new Error(`there is no ${name}`);
  act(() => element.click());
}
