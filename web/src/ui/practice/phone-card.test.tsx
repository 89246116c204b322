// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PracticeSettings } from '../../practice/settings.ts';
import { HttpRefusal } from '../../signal/http.ts';
import { language } from '../text.ts';
import { PhoneCard } from './phone-card.tsx';

let settings: PracticeSettings;
let saved: (string | null)[];

beforeEach(async () => {
  language.value = 'en';
  saved = [];
  settings = new PracticeSettings({ call: async <T,>() => ({ sealed: '', revision: 0 }) as T }, { role: 'staff', identity: new Uint8Array(65) } as never, 'Praxis am Finkenweg');
  vi.spyOn(settings, 'savePhone').mockImplementation(async (phone) => {
    saved.push(phone);
    return 'saved';
  });
});

afterEach(async () => {
  await act(() => render(null, document.body));
});

describe('the practice’s number', () => {
  it('can’t be changed before it is known', async () => {
    await show();

    expect(part('phone-settings')).toBeNull();
  });

  it('is saved as it was typed, and taken away when it is left empty', async () => {
    await settings.load();
    await show();
    expect((part('phone-save') as HTMLButtonElement).disabled).toBe(true);

    await type(' +49 30 123-45 67 ');
    await save();

    expect(saved).toEqual(['+49 30 123-45 67']);
    expect(part('notice')?.dataset['code']).toBe('phone-saved');
  });

  it('that nobody can call is refused at the field', async () => {
    await settings.load();
    await show();

    await type('030 1234 (Frau Yılmaz)');
    await save();

    expect(saved).toEqual([]);
    expect(part('phone-number')?.getAttribute('aria-invalid')).toBe('true');
    await type('030 1234');
    expect(part('phone-number')?.getAttribute('aria-invalid')).toBeNull();
  });

  it.each<['conflict' | 'failed', () => Promise<'conflict'>]>([
    ['conflict', async () => 'conflict'],
    ['failed', async () => Promise.reject(new HttpRefusal(503, 'unavailable', 'away'))],
  ])('says when it was not saved: %s', async (outcome, answer) => {
    await settings.load();
    await show();
    vi.mocked(settings.savePhone).mockImplementation(answer);

    await type('030 1234');
    await save();

    expect(part('notice')?.dataset['code']).toBe(`phone-${outcome}`);
  });
});

async function show() {
  await act(() => render(<PhoneCard settings={settings} identity={{} as never} />, document.body));
}

async function type(number: string) {
  const field = part('phone-number') as HTMLInputElement;
  await act(() => {
    field.value = number;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function save() {
  await act(async () => {
    part('phone-save')?.closest('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function part(name: string): HTMLElement | null {
  return document.body.querySelector<HTMLElement>(`[data-test="${name}"]`);
}
