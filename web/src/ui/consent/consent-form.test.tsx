// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WelcomeDocument } from '../../consent/document.ts';
import { templates } from '../../consent/templates.ts';
import { laterTexts, speak } from '../text.ts';
import { ConsentForm } from './consent-form.tsx';

beforeEach(async () => {
  await laterTexts();
  await speak('tr');
});
afterEach(() => render(null, document.body));

it('says in the reader’s language which ones the text is there in, and shows the German one as what it is', () => {
  asks(DOCUMENT);

  expect(part('notice')?.textContent).toContain('Almanca ve İngilizce');
  expect(part('consent-text')?.lang).toBe('de');
  expect(part('consent-text')?.dir).toBe('ltr');
});

it('lets the reader choose another one', () => {
  asks(DOCUMENT);

  act(() => part('consent-read-en')?.click());

  expect(part('consent-text')?.lang).toBe('en');
  expect(part('consent-read-en')?.getAttribute('aria-pressed')).toBe('true');
});

it('says nothing of it where the text is there in the reader’s language', () => {
  asks({ ...DOCUMENT, texts: DOCUMENT.texts.map((text) => (text.language === 'en' ? { ...text, language: 'tr' } : text)) });

  expect(part('notice')).toBeNull();
  expect(part('consent-text')?.lang).toBe('tr');
});

it('shows an Arabic text from right to left, whatever the page is read in', async () => {
  await speak('de');
  asks({ ...DOCUMENT, texts: DOCUMENT.texts.slice(0, 1).map((text) => ({ ...text, language: 'ar' })) });

  expect(part('consent-text')?.dir).toBe('rtl');
  expect(part('notice')?.textContent).toContain('Arabisch');
});

function asks(document_: WelcomeDocument): void {
  const nothing = () => undefined;
  act(() => render(<ConsentForm document={document_} onGive={nothing} onRefuse={nothing} onSkip={nothing} />, document.body));
}

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-test="${name}"]`);
}

const PRACTICE = 'Praxis am Finkenweg';
const DOCUMENT: WelcomeDocument = { practice: PRACTICE, made: 0, policy: 'asked', texts: templates(PRACTICE), items: ['video'] };
