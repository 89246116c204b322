// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PracticeSettings } from '../../practice/settings.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { language } from '../text.ts';
import { RelayCard } from './relay-card.tsx';

let settings: PracticeSettings;

beforeEach(async () => {
  localStorage.clear();
  language.value = 'en';
  settings = new PracticeSettings({ call: async <T,>() => ({ sealed: '', revision: 0 }) as T }, { role: 'staff', identity: new Uint8Array(65) } as never, 'Praxis am Finkenweg');
  vi.spyOn(settings, 'saveRelay').mockResolvedValue('saved');
});

afterEach(async () => {
  await act(() => render(null, document.body));
});

describe('the way of the visits', () => {
  it('can’t be chosen before it is known', async () => {
    await show(true);

    expect(part('relay-settings')).toBeNull();
  });

  it('is direct only, until somebody chooses another', async () => {
    await settings.load();
    await show(true);
    expect(choices()).toEqual(['never', 'if-needed', 'only']);
    expect(chosen()).toBe('never');
    expect(button().disabled).toBe(true);

    await choose('only');
    await save();

    expect(settings.saveRelay).toHaveBeenCalledExactlyOnceWith('only', expect.anything());
    expect(part('notice')?.dataset['code']).toBe('relay-saved');
  });

  it('is direct only, and the page says why, where the operator has no relay', async () => {
    await settings.load();
    await show(false);

    expect(choices()).toEqual(['never']);
    expect(part('notice')?.dataset['code']).toBe('relay-none');
  });

  it('that leads nowhere any more is shown as it is, with a warning', async () => {
    await settings.load();
    vi.spyOn(settings, 'relay', 'get').mockReturnValue('only');
    await show(false);

    expect([choices(), chosen()]).toEqual([['never', 'only'], 'only']);
    expect(part('notice')?.dataset['code']).toBe('relay-lost');
  });

  it.each<['conflict' | 'failed', () => Promise<'conflict'>]>([
    ['conflict', async () => 'conflict'],
    ['failed', async () => Promise.reject(new HttpRefusal(503, 'unavailable', 'away'))],
  ])('says when it was not saved: %s', async (outcome, answer) => {
    await settings.load();
    await show(true);
    vi.mocked(settings.saveRelay).mockImplementation(answer);

    await choose('if-needed');
    await save();

    expect(part('notice')?.dataset['code']).toBe(`relay-${outcome}`);
  });
});

async function show(hasRelay: boolean) {
  await act(() => render(<RelayCard settings={settings} hasRelay={hasRelay} identity={{} as never} />, document.body));
}

function radios() {
  return [...document.body.querySelectorAll<HTMLInputElement>('input[type="radio"]')];
}

function choices() {
  return radios().map(({ dataset }) => dataset['test']?.replace('relay-', ''));
}

function chosen() {
  return radios().find(({ checked }) => checked)?.dataset['test']?.replace('relay-', '');
}

async function choose(use: string) {
  await act(() => part(`relay-${use}`)?.click());
}

async function save() {
  await act(async () => {
    button().closest('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function button() {
  return part('relay-save') as HTMLButtonElement;
}

function part(name: string): HTMLElement | null {
  return document.body.querySelector<HTMLElement>(`[data-test="${name}"]`);
}
