// The receipt of a visit as a PDF, made in this browser. Loaded only when somebody saves one: the library and the letters are large.

import fontkit from '@cantoo/fontkit';
import { PDFDocument } from '@cantoo/pdf-lib';
import type { ConsentState } from '../../drive/visit.ts';
import { type Letters, Sheet } from '../consent/pdf.ts';
import { loadLetters } from '../consent/save.ts';
import { language, plain } from '../text.ts';
import { receiptRows } from './receipt-words.ts';
import type { VisitRecord } from './record.ts';

/** Rejects when the letters can't be loaded. */
export async function receiptPdf(record: VisitRecord, consent: ConsentState): Promise<Blob> {
  return new Blob([new Uint8Array(await receiptBytes(record, consent, await loadLetters()))], { type: 'application/pdf' });
}

/** On A4, in the reader's language. */
export async function receiptBytes(record: VisitRecord, consent: ConsentState, letters: Letters): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const [regular, bold] = await Promise.all([document.embedFont(letters.regular, { subset: true }), document.embedFont(letters.bold, { subset: true })]);
  document.setTitle(`${plain('receipt-title')}: ${record.practice}`);
  document.setProducer('Visite');
  document.setCreator('Visite');
  document.setLanguage(language.value);
  const sheet = new Sheet(document, regular, bold);
  sheet.words(plain('receipt-title'), { size: 17, font: bold, after: 2 });
  sheet.words(record.practice, { size: 11, after: 14 });
  for (const { label, values } of receiptRows(record, consent)) {
    values.forEach((value, at) => sheet.row(at === 0 ? label : '', value));
  }
  sheet.words(plain('receipt-note'), { size: 9, before: 14 });
  sheet.number();
  return document.save();
}
