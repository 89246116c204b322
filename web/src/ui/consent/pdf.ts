// A receipt as a document to keep: what was read, who signed what and when, and the proof; the receipt itself is attached for machines. Made in this browser.
// Loaded only when somebody saves one: the library and the letters are large.

import { type Color, PDFDocument, type PDFFont, type PDFPage, rgb } from '@cantoo/pdf-lib';
import fontkit from '@cantoo/fontkit';
import type { Item } from '../../call/control.ts';
import type { ConsentText } from '../../consent/document.ts';
import { type Inline, plainWords, readMarkdown } from '../../consent/markdown.ts';
import { FIELD, type Receipt } from '../../consent/receipt.ts';
import { dayOf, directionOf, language, plain, timeOf, timeZoneOf } from '../text.ts';
import { type Direction, runsOf } from './bidi.ts';
import { pathOf } from './signature.tsx';
import './texts.ts';

export interface ConsentPdf {
  readonly practice: string;
  readonly receipt: Receipt;
  /** `null`: this browser does not have the text any more; its hash stands there all the same. */
  readonly text: ConsentText | null;
  readonly revoked: readonly Item[];
}

/** TrueType, of all letters that a name may have. */
export interface Letters {
  readonly regular: ArrayBuffer;
  readonly bold: ArrayBuffer;
}

/** On A4, in the reader's language; the text in its own. */
export async function consentPdf({ practice, receipt, text, revoked }: ConsentPdf, letters: Letters): Promise<Uint8Array> {
  const { decision, bond } = receipt;
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const [regular, bold] = await Promise.all([document.embedFont(letters.regular, { subset: true }), document.embedFont(letters.bold, { subset: true })]);
  const at = new Date(decision.at);
  document.setTitle(`${plain('consent-pdf-file')}: ${decision.name}`);
  document.setCreationDate(at);
  document.setModificationDate(at);
  document.setProducer('Visite');
  document.setCreator('Visite');
  document.setLanguage(decision.text.language);
  await document.attach(attachment({ receipt, text, revoked }), 'consent.json', { mimeType: 'application/json', creationDate: at, modificationDate: at });

  const sheet = new Sheet(document, regular, bold);
  const direction = directionOf(text?.language ?? language.peek());
  sheet.words(text?.title ?? plain('consent-title'), { size: 17, font: bold, after: 2, direction });
  sheet.words(practice, { size: 11, colour: SOFT, after: 14, direction });
  if (text) await sheet.markdown(text.markdown, direction);

  sheet.rule(DECISION);
  const comma = directionOf(language.peek()) === 'rtl' ? '، ' : ', ';
  const items = (of: readonly Item[]) => of.map((item) => plain(`consent-item-${item}`)).join(comma) || plain('consent-pdf-nothing');
  sheet.row(plain('consent-pdf-name'), decision.name);
  sheet.row(plain('consent-pdf-for'), plain(`consent-pdf-for-${decision.text.for}`));
  sheet.row(plain('consent-pdf-at'), `${dayOf(decision.at)} ${at.getFullYear()}${comma}${timeOf(decision.at)} ${timeZoneOf(decision.at)}`);
  sheet.row('', at.toISOString());
  sheet.row(plain('consent-pdf-agreed'), items(decision.agreed));
  sheet.row(plain('consent-pdf-declined'), items(decision.declined));
  if (revoked.length > 0) sheet.row(plain('consent-pdf-revoked'), items(revoked));
  if ('drawn' in decision.mark) sheet.drawing(plain('consent-signature'), decision.mark.drawn);
  else sheet.row(plain('consent-signature'), `${decision.mark.typed} (${plain('consent-pdf-typed')})`);

  sheet.words(plain('consent-pdf-proof'), { size: 12, font: bold, before: 14, after: 2 });
  sheet.words(plain('consent-pdf-proof-text'), { size: 9, colour: SOFT, after: 6 });
  const small = { size: 8 };
  sheet.row(plain('consent-pdf-practice'), practice, small);
  sheet.row(plain('consent-pdf-text'), plain('consent-pdf-text-version', { id: decision.text.id, version: String(decision.text.version) }), small);
  sheet.row(plain('consent-pdf-text-hash'), decision.text.sha256, small);
  sheet.row(plain('consent-pdf-room'), plain('consent-pdf-room-epoch', { room: bond.room, epoch: String(bond.epoch) }), small);
  sheet.row(plain('consent-pdf-certificate-practice'), bond.fingerprints.practice, small);
  sheet.row(plain('consent-pdf-certificate-guest'), bond.fingerprints.guest, small);
  sheet.row(plain('consent-pdf-key'), receipt.key, small);
  sheet.row(plain('consent-pdf-receipt'), receipt.sha256, small);
  sheet.number();
  return document.save();
}

/** What a machine needs to check the receipt without us. */
function attachment({ receipt, text, revoked }: Pick<ConsentPdf, 'receipt' | 'text' | 'revoked'>): Uint8Array {
  const { statement, signature, sha256 } = receipt;
  return new TextEncoder().encode(JSON.stringify({ visite: 'consent', v: 1, statement, signature, sha256, text, revoked }, null, 2));
}

interface Setting {
  readonly size?: number;
  readonly font?: PDFFont;
  readonly colour?: Color;
  readonly before?: number;
  readonly after?: number;
  /** The reader's where absent. */
  readonly direction?: Direction;
}

/** Fills pages from the top. Lengths are points; across, they count from the margin where reading begins. */
export class Sheet {
  #page: PDFPage;
  #y = TOP;
  #direction: Direction = directionOf(language.peek());
  readonly #widths = new Map<string, number>();

  constructor(
    private readonly document: PDFDocument,
    private readonly regular: PDFFont,
    private readonly bold: PDFFont,
  ) {
    this.#page = document.addPage([WIDTH, HEIGHT]);
  }

  /** Lets the page do other things between the blocks: the call goes on meanwhile. */
  async markdown(source: string, direction: Direction = this.#direction): Promise<void> {
    const readers = this.#direction;
    this.#direction = direction;
    for (const block of readMarkdown(source)) {
      await new Promise((done) => setTimeout(done));
      if (block.type === 'heading') this.words(plainWords(block.content), { size: 11.5, font: this.bold, before: 7, after: 2 });
      else if (block.type === 'paragraph') this.#flow(block.content, LEFT, 5);
      else
        block.items.forEach((item, at) => {
          this.#room(LINE);
          this.#draw(block.ordered ? `${at + 1}.` : '•', LEFT + 4, this.#y - SIZE, SIZE, this.regular, INK);
          this.#flow(item, LEFT + 18, 3);
        });
    }
    this.#direction = readers;
  }

  words(text: string, { size = SIZE, font = this.regular, colour = INK, before = 0, after = 4, direction = this.#direction }: Setting = {}): void {
    const readers = this.#direction;
    this.#direction = direction;
    this.#y -= before;
    for (const line of wrapped(text, font, size, RIGHT - LEFT)) {
      this.#room(size * LEADING);
      this.#draw(line, LEFT, this.#y - size, size, font, colour);
      this.#y -= size * LEADING;
    }
    this.#y -= after;
    this.#direction = readers;
  }

  row(label: string, value: string, { size = SIZE }: Setting = {}): void {
    const lines = wrapped(value, this.regular, size, RIGHT - COLUMN);
    this.#room(lines.length * size * LEADING);
    this.#draw(label, LEFT, this.#y - size, size, this.regular, SOFT);
    for (const line of lines) {
      this.#draw(line, COLUMN, this.#y - size, size, this.regular, INK);
      this.#y -= size * LEADING;
    }
    this.#y -= 2;
  }

  drawing(label: string, strokes: readonly (readonly number[])[]): void {
    const scale = 180 / FIELD.width;
    this.#room(FIELD.height * scale + 8);
    this.#draw(label, LEFT, this.#y - SIZE, SIZE, this.regular, SOFT);
    const x = this.#direction === 'ltr' ? COLUMN : WIDTH - COLUMN - FIELD.width * scale;
    this.#page.drawRectangle({ x, y: this.#y - FIELD.height * scale - 2, width: FIELD.width * scale, height: FIELD.height * scale, borderColor: FAINT, borderWidth: 0.5 });
    for (const stroke of strokes) this.#page.drawSvgPath(pathOf(stroke), { x, y: this.#y - 2, scale, borderColor: INK, borderWidth: 7, borderLineCap: 1 });
    this.#y -= FIELD.height * scale + 10;
  }

  /** What follows, `needed` high, stays on one page. */
  rule(needed: number): void {
    this.#room(needed);
    this.#y -= 8;
    this.#page.drawLine({ start: { x: LEFT, y: this.#y }, end: { x: RIGHT, y: this.#y }, thickness: 0.5, color: FAINT });
    this.#y -= 12;
  }

  /** At the foot of each page, once all are there. */
  number(): void {
    const pages = this.document.getPages();
    pages.forEach((page, at) => {
      const words = plain('consent-pdf-page', { page: String(at + 1), pages: String(pages.length) });
      this.#page = page;
      this.#draw(words, RIGHT - widthOf(words, this.regular, 8), 28, 8, this.regular, SOFT);
    });
  }

  /** Words of several weights, one after the other. */
  #flow(content: readonly Inline[], left: number, after: number): void {
    let x = left;
    this.#room(LINE);
    for (const { text, style } of content) {
      const font = style === 'plain' ? this.regular : this.bold;
      // What follows in one weight and on one line is drawn at once: each drawing shapes its words anew.
      let run = '';
      let from = x;
      const draw = () => {
        if (run !== '') this.#draw(run, from, this.#y - SIZE, SIZE, font, INK);
        run = '';
        from = x;
      };
      for (const word of text.split(/(?<= )/)) {
        const width = this.#widthOf(word, font);
        const isSpaced = word.endsWith(' ');
        if (x + width - (isSpaced ? this.#widthOf(' ', font) : 0) > RIGHT && x > left) {
          draw();
          this.#y -= LINE;
          this.#room(LINE);
          x = from = left;
        }
        run += word;
        x += width;
      }
      draw();
    }
    this.#y -= LINE + after;
  }

  /** Of the text's size; words come again and again. */
  #widthOf(word: string, font: PDFFont): number {
    const key = `${font.name} ${word}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const width = widthOf(word, font, SIZE);
    this.#widths.set(key, width);
    return width;
  }

  #draw(text: string, x: number, y: number, size: number, font: PDFFont, color: Color): void {
    let left = this.#direction === 'ltr' ? x : WIDTH - x - widthOf(text, font, size);
    const runs = runsOf(bare(text), this.#direction);
    runs.forEach((run, at) => {
      this.#page.drawText(run.text, { x: left, y, size, font, color });
      if (at < runs.length - 1) left += font.widthOfTextAtSize(run.text, size);
    });
  }

  #room(needed: number): void {
    if (this.#y - needed >= BOTTOM) return;
    this.#page = this.document.addPage([WIDTH, HEIGHT]);
    this.#y = TOP;
  }
}

/** Lines that fit; a word that doesn't is broken. */
function wrapped(text: string, font: PDFFont, size: number, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/(?<=[ ,])/)) {
    let rest = word;
    const line = lines.at(-1) ?? '';
    if (widthOf(line + rest.trimEnd(), font, size) <= width) {
      lines[lines.length - 1] = line + rest;
      continue;
    }
    if (line !== '') lines.push('');
    while (widthOf(rest.trimEnd(), font, size) > width && rest.length > 1) {
      let fits = rest.length - 1;
      while (fits > 1 && widthOf(rest.slice(0, fits), font, size) > width) fits -= 1;
      lines[lines.length - 1] = rest.slice(0, fits);
      lines.push('');
      rest = rest.slice(fits);
    }
    lines[lines.length - 1] = rest;
  }
  return lines;
}

/** Each piece is shaped by itself, as it will be drawn. */
function widthOf(text: string, font: PDFFont, size: number): number {
  return runsOf(bare(text), 'ltr').reduce((sum, run) => sum + font.widthOfTextAtSize(run.text, size), 0);
}

/** Without the marks above and below Arabic letters, which are read without: the library would set each beside its letter. */
function bare(text: string): string {
  return text.replaceAll(/[\u064b-\u0652\u0670]/g, '');
}

// A4, in points.
const WIDTH = 595.28;
const HEIGHT = 841.89;
const LEFT = 62;
const RIGHT = WIDTH - 62;
const TOP = HEIGHT - 62;
const BOTTOM = 56;
const COLUMN = LEFT + 130;
/** Name, choices and signature. */
const DECISION = 220;
const SIZE = 10;
const LEADING = 1.45;
const LINE = SIZE * LEADING;
const INK = rgb(0.11, 0.15, 0.145);
const SOFT = rgb(0.33, 0.38, 0.365);
const FAINT = rgb(0.75, 0.75, 0.72);
