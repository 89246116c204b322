// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { templates } from '../../consent/templates.ts';
import type { Draft } from '../../practice/settings.ts';
import { PracticeSettings } from '../../practice/settings.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { language } from '../text.ts';
import { ConsentSettings } from './consent-settings.tsx';

let settings: PracticeSettings;
let saved: Draft[];

beforeEach(() => {
  language.value = 'en';
  saved = [];
  settings = new PracticeSettings({ call: async <T,>() => ({ sealed: '', revision: 0 }) as T }, { role: 'staff', identity: new Uint8Array(65) } as never, 'Praxis am Finkenweg');
  vi.spyOn(settings, 'save').mockImplementation(async (draft) => {
    saved.push(draft);
    return 'saved';
  });
});

afterEach(() => render(null, document.body));

describe('consent on the console', () => {
  it('is off at first, and says how to turn it on', async () => {
    await show();

    expect((part('policy-none') as HTMLInputElement).checked).toBe(true);
    expect(document.body.textContent).toContain('At present nobody is asked');
    expect(part('settings-text-markdown')).toBeNull();
  });

  it('is turned on with the templates, which are no legal advice', async () => {
    await show();
    click('policy-required');
    expect(document.body.textContent).toContain('no legal advice');

    await save();

    expect(saved[0]).toMatchObject({ policy: 'required', items: ['video', 'photo', 'file'] });
    expect(saved[0]?.texts.map(({ id }) => id)).toEqual(['de-adult', 'de-guardian', 'en-adult', 'en-guardian']);
    expect(part('notice')?.dataset['code']).toBe('settings-saved');
  });

  it('shows what is written as it will be read, and never as HTML', async () => {
    await show();
    click('policy-asked');

    write('# Hello\n\n<img src=x> **bold**');

    const preview = part('settings-preview');
    expect(preview?.querySelector('h3:not(:first-child), h4')?.textContent).toBe('Hello');
    expect(preview?.querySelector('strong')?.textContent).toBe('bold');
    expect(preview?.querySelector('img')).toBeNull();
    expect(preview?.textContent).toContain('<img src=x>');
  });

  it('brings a template back', async () => {
    await show();
    click('policy-asked');
    write('mine');

    click('settings-template');

    expect((part('settings-text-markdown') as HTMLTextAreaElement).value).toBe(templates('Praxis am Finkenweg')[2]?.markdown);
  });

  it('is not saved with an empty text', async () => {
    await show();
    click('policy-asked');
    write(' ');

    await save();

    expect(saved).toEqual([]);
    expect(document.querySelector('[role=alert]')?.textContent).toContain('must not be empty');
  });

  it.each([
    ['another device was faster', async () => 'conflict' as const, 'settings-conflict'],
    ['the server is away', () => Promise.reject(new HttpRefusal(0, 'offline', '')), 'settings-failed'],
  ])('says when %s', async (_, answer, code) => {
    vi.spyOn(settings, 'save').mockImplementation(answer);
    await show();

    await save();

    expect(part('notice')?.dataset['code']).toBe(code);
  });

  it('says when it can’t be loaded', async () => {
    settings = new PracticeSettings({ call: () => Promise.reject(new HttpRefusal(0, 'offline', '')) }, { role: 'staff', identity: new Uint8Array(65) } as never, 'P');
    await show();

    expect(part('notice')?.dataset['code']).toBe('settings-unreachable');
    expect(part('policy-none')).toBeNull();
  });
});

async function show(): Promise<void> {
  const identity = { publicKey: new Uint8Array(65), sign: async () => new Uint8Array(64) };
  await act(async () => render(<ConsentSettings settings={settings} identity={identity} />, document.body));
  await vi.waitFor(() => expect(settings.state.value).not.toBe('loading'));
  await act(async () => undefined);
}

async function save(): Promise<void> {
  await act(async () => void document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
}

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-test="${name}"]`);
}

function click(name: string): void {
  const element = part(name);
  if (!element) throw new Error(`there is no ${name}`);
  act(() => element.click());
}

function write(text: string): void {
  const input = part('settings-text-markdown') as HTMLTextAreaElement;
  input.value = text;
  act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
}
