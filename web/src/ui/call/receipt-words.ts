// The receipt of a visit in words, for the page, for a text file and for a PDF.

import type { Item } from '../../call/control.ts';
import type { ConsentState } from '../../drive/visit.ts';
import '../consent/texts.ts';
import { clockOf, dayOf, listOf, plain, sizeOf, timeOf, timeZoneOf } from '../text.ts';
import './texts.ts';
import type { RecordedFile, VisitRecord } from './record.ts';

/** One line of it: what is said about what. `values` are read one below the other. */
export interface ReceiptRow {
  readonly id: string;
  readonly label: string;
  readonly values: readonly string[];
}

export function receiptRows(record: VisitRecord, consent: ConsentState): readonly ReceiptRow[] {
  const row = (id: string, ...values: readonly string[]): ReceiptRow => ({ id, label: plain(`receipt-${id}`), values });
  return [
    row('practice', record.practice),
    row('time', ...record.spans.map(({ begin, end }) => spanOf(begin, end ?? begin))),
    row('length', clockOf(lengthOf(record))),
    row('people', ...record.people.map(({ name, part }) => `${name} (${plain(`call-part-${part}`)})`)),
    row('path', listOf(record.paths.map((path) => plain(`call-path-${path}`))) || plain('receipt-unknown')),
    row('encryption', record.encryption.length > 0 ? plain('receipt-encrypted', { suites: record.encryption.join(', ') }) : plain('receipt-encrypted-plain')),
    row('code', `${record.safetyCode.slice(0, 3)} ${record.safetyCode.slice(3)}`, plain(record.isCompared ? 'receipt-code-compared' : 'receipt-code-not-compared')),
    row('agreed', ...agreedWords(consent)),
    row('files', ...(record.files.length > 0 ? record.files.map(fileWords) : [plain('receipt-no-files')])),
    row('recording', plain('receipt-recording-none')),
  ];
}

/** For a text file: labels above their values. */
export function receiptText(record: VisitRecord, consent: ConsentState): string {
  const rows = receiptRows(record, consent).map(({ label, values }) => [label, ...values.map((value) => `  ${value}`)].join('\n'));
  return `${plain('receipt-title')}\n\n${rows.join('\n')}\n\n${plain('receipt-note')}\n`;
}

/** "Beleg Praxis am Finkenweg 2026-05-07": without the ending. */
export function receiptFileName({ practice, spans }: VisitRecord): string {
  const begin = new Date(spans[0]?.begin ?? 0);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${plain('receipt-file')} ${practice} ${begin.getFullYear()}-${two(begin.getMonth() + 1)}-${two(begin.getDate())}`;
}

/** Milliseconds in the call, pauses in the waiting room left out. */
function lengthOf({ spans }: VisitRecord): number {
  return spans.reduce((sum, { begin, end }) => sum + ((end ?? begin) - begin), 0);
}

function spanOf(begin: number, end: number): string {
  return plain('receipt-span', { day: `${dayOf(begin)} ${new Date(begin).getFullYear()}`, begin: timeOf(begin), end: timeOf(end), zone: timeZoneOf(begin) });
}

function agreedWords(consent: ConsentState): readonly string[] {
  if (!consent.receipt) return [plain(consent.state === 'refused' ? 'receipt-agreed-refused' : 'receipt-agreed-not-asked')];
  const { agreed, declined } = consent.receipt.decision;
  const isGone = (item: Item) => !consent.items.includes(item);
  return [
    ...agreed.map((item) => plain(isGone(item) ? 'receipt-agreed-revoked' : 'receipt-agreed-yes', { item: plain(`consent-item-${item}`) })),
    ...declined.map((item) => plain('receipt-agreed-no', { item: plain(`consent-item-${item}`) })),
  ];
}

function fileWords({ name, size, from, isPhoto }: RecordedFile): string {
  return plain(`receipt-file-${from}`, { name, size: sizeOf(size), kind: isPhoto ? 'photo' : 'file' });
}
