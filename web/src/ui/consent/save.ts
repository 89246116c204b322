// Saves a receipt as a PDF.

import bold from 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf?url';
import regular from 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf?url';
import { safeFileName } from '../../call/text.ts';
import { plain } from '../text.ts';
import type { ConsentPdf, Letters } from './pdf.ts';

/** Rejects when the library or the letters can't be loaded. */
export async function saveConsent(content: ConsentPdf): Promise<void> {
  const [{ consentPdf }, letters] = await Promise.all([import('./pdf.ts'), loadLetters()]);
  const bytes = await consentPdf(content, letters);
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = safeFileName(`${plain('consent-pdf-file')} ${content.receipt.decision.name} ${new Date(content.receipt.decision.at).toISOString().slice(0, 10)}.pdf`);
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

/** Of all that a name may be written in; fetched from our own server when a PDF is made. */
export async function loadLetters(): Promise<Letters> {
  const load = async (url: string) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`no letters: ${response.status}`);
    return response.arrayBuffer();
  };
  const [one, other] = await Promise.all([load(regular), load(bold)]);
  return { regular: one, bold: other };
}

/** Milliseconds. */
const KEPT = 60_000;
