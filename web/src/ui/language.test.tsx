// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Page } from './parts.tsx';
import { LANGUAGES, language, offered, speak, wanted } from './text.ts';

// The way to the server is broken for this one.
vi.mock('./text/uk.ts', () => {
  throw new Error('offline');
});

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await speak('en');
  act(() => render(<Page>words</Page>, document.body));
});

afterEach(() => {
  render(null, document.body);
  offered.value = LANGUAGES;
  vi.restoreAllMocks();
});

describe('the language menu', () => {
  it('offers each language by its own name, said in its own voice', () => {
    expect(options().map(({ textContent, lang, dir }) => [textContent, lang, dir])).toEqual([
      ['Deutsch', 'de', 'ltr'],
      ['English', 'en', 'ltr'],
      ['Türkçe', 'tr', 'ltr'],
      ['Українська', 'uk', 'ltr'],
      ['العربية', 'ar', 'rtl'],
    ]);
    expect(menu().value).toBe('en');
  });

  it('offers what the page has', () => {
    act(() => void (offered.value = ['de', 'en']));

    expect(options().length).toBe(2);
  });

  it('changes the page', async () => {
    await choose('ar');

    expect(language.value).toBe('ar');
    expect(menu().value).toBe('ar');
    expect(document.body.textContent).toContain('تشفير');
  });

  it('leaves everything as it is where the texts can’t be had, and says so in both languages', async () => {
    await choose('uk');

    expect(language.value).toBe('en');
    expect(menu().value).toBe('en');
    const notice = document.querySelector('[data-code="language"]');
    expect(notice?.querySelector('[lang="uk"]')?.textContent).toContain('Українські тексти');
    expect(notice?.textContent).toContain('Ukrainian');

    await choose('de');

    expect(document.querySelector('[data-code="language"]')).toBeNull();
  });
});

async function choose(of: string): Promise<void> {
  act(() => {
    menu().value = of;
    menu().dispatchEvent(new Event('change', { bubbles: true }));
  });
  await act(() => vi.waitFor(() => expect(wanted.value === null || wanted.value.hasFailed).toBe(true)));
}

function menu(): HTMLSelectElement {
  return document.querySelector('[data-test="language"]') as HTMLSelectElement;
}

function options(): HTMLOptionElement[] {
  return [...menu().querySelectorAll('option')];
}
