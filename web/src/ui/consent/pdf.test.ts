// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { PDFDocument, PDFName, PDFRawStream } from '@cantoo/pdf-lib';
import { describe, expect, it, vi } from 'vitest';
import { textHash } from '../../consent/document.ts';
import { type Bond, type Decision, drawReceiptKey, readReceipt, signReceipt } from '../../consent/receipt.ts';
import { templates } from '../../consent/templates.ts';
import { LANGUAGES, laterTexts, speak } from '../text.ts';
import { consentPdf, type ConsentPdf } from './pdf.ts';

const NAMES = ['Anna Müller-Lüdenscheidt', 'Ayşe Yılmaz Ğüğüm', 'Олексій Ґалаґан', 'Łukasz Dvořák', 'محمد الأحمد'];

describe('the PDF', () => {
  it.each(NAMES)('holds the receipt of %s, for a machine to check', async (name) => {
    const content = await contentOf(name);
    const attached = attachedTo(await PDFDocument.load(await made(content)));

    expect(attached['text']).toEqual(content.text);
    const message = { type: 'consent', statement: attached['statement'] as string, signature: attached['signature'] as string } as const;
    expect(await readReceipt(message, BOND)).toEqual(content.receipt);
    expect(await textHash(content.text?.markdown ?? '')).toBe(content.receipt.decision.text.sha256);
  });

  it.each(NAMES)('has every letter of %s', async (name) => {
    const document = await PDFDocument.load(await made(await contentOf(name)));

    expect(lettersOf(document)).toEqual(expect.arrayContaining([...new Set(name.replaceAll(' ', ''))].map((letter) => letter.codePointAt(0))));
  });

  it.each(LANGUAGES)('is made in %s, with all pages', async (of) => {
    await laterTexts();
    await speak(of);
    const document = await PDFDocument.load(await made(await contentOf('Anna M.')));
    expect(document.getPageCount()).toBeGreaterThanOrEqual(2);
  });

  it('is made also without the text, and of words that never end', async () => {
    const content = await contentOf('n'.repeat(80));
    const document = await PDFDocument.load(await made({ ...content, practice: 'P'.repeat(200), text: null, revoked: ['video'] }));

    expect(attachedTo(document)).toMatchObject({ text: null, revoked: ['video'] });
  });
});

it('neither the library nor the letters’ reader makes code out of text', async () => {
  const forbidden = vi.fn(() => {
    throw new Error('eval');
  });
  vi.stubGlobal('eval', forbidden);
  vi.stubGlobal('Function', new Proxy(Function, { apply: forbidden, construct: forbidden }));
  await made(await contentOf('Anna M.'));
  vi.unstubAllGlobals();

  expect(forbidden).not.toHaveBeenCalled();
});

const BOND: Bond = { room: 'ab'.repeat(16), epoch: 1, fingerprints: { practice: '01'.repeat(32), guest: '02'.repeat(32) } };
const path = createRequire(import.meta.url).resolve;
const letters = (name: string) => new Uint8Array(readFileSync(path(`dejavu-fonts-ttf/ttf/${name}.ttf`))).buffer;

function made(content: ConsentPdf): Promise<Uint8Array> {
  return consentPdf(content, { regular: letters('DejaVuSansCondensed'), bold: letters('DejaVuSansCondensed-Bold') });
}

async function contentOf(name: string): Promise<ConsentPdf> {
  const text = templates('Praxis am Finkenweg')[0]!;
  const { id, language: of, version } = text;
  const decision: Decision = {
    text: { id, language: of, for: text.for, version, sha256: await textHash(text.markdown) },
    name,
    agreed: ['video', 'photo'],
    declined: ['file'],
    at: 1_764_000_000_000,
    mark: { drawn: [[100, 200, 200, 100, 300, 250, 420, 120], [500, 200]] },
  };
  return { practice: 'Praxis am Finkenweg', receipt: await signReceipt(decision, BOND, await drawReceiptKey()), text, revoked: [] };
}

function attachedTo(document: PDFDocument): Record<string, unknown> {
  const [file] = document.getAttachments();
  expect(file?.name).toBe('consent.json');
  return JSON.parse(new TextDecoder().decode(file?.data)) as Record<string, unknown>;
}

/** What a reader can copy out of it, by code point. */
function lettersOf(document: PDFDocument): number[] {
  const found: number[] = [];
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFRawStream)) continue;
    const isPacked = object.dict.get(PDFName.of('Filter')) === PDFName.of('FlateDecode');
    const content = isPacked ? inflateSync(object.contents).toString('latin1') : new TextDecoder('latin1').decode(object.contents);
    if (!content.includes('beginbfchar')) continue;
    // Joined Arabic letters are one sign.
    for (const [, codes = ''] of content.matchAll(/<[\dA-F]{4}> <((?:[\dA-F]{4})+)>/gi)) found.push(...(codes.match(/.{4}/g) ?? []).map((code) => Number.parseInt(code, 16)));
  }
  return found;
}
