// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PhotoState } from '../../drive/photo.ts';
import type { Source } from '../../rtc/media.ts';
import { fakeFile, fakeInCall, fakePerson, fakeVisit, type FakeVisit } from '../gallery/fake.ts';
import { language } from '../text.ts';
import { CallView } from './call-view.tsx';
import { areShortcutsOn } from './shortcuts.tsx';

beforeEach(() => {
  language.value = 'en';
  areShortcutsOn.value = true;
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} });
  HTMLMediaElement.prototype.play = async () => undefined;
});

afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
});

describe('a key', () => {
  it('does what its button does, and what came of it is read out', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);

    await press('m');

    expect(visit.told).toEqual(['setMicrophone true']);
    expect(part('said')?.textContent).toBe('Your microphone is off.');
  });

  it('is known by its place where the keyboard writes other letters', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);

    await press('м', { code: 'KeyV' });

    expect(visit.told).toEqual(['setCamera true']);
  });

  it('is a letter while somebody writes', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);
    click('chat-open');

    await act(async () => void part('chat-input')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'm', bubbles: true })));

    expect(visit.told).toEqual([]);
  });

  it('with Ctrl or Alt belongs to the browser', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);

    await press('m', { ctrlKey: true });
    await press('v', { altKey: true });

    expect(visit.told).toEqual([]);
  });

  it('does nothing while a dialog is open, nor after all were switched off', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);
    await press('?');
    expect(part('shortcut-list')?.querySelectorAll('kbd').length).toBeGreaterThan(4);
    await press('m');
    expect(visit.told).toEqual([]);

    const on = part('shortcuts-on') as HTMLInputElement;
    act(() => {
      on.checked = false;
      on.dispatchEvent(new Event('change', { bubbles: true }));
    });
    act(() => (part('shortcut-list') as HTMLDialogElement).querySelector<HTMLElement>('button')?.click());
    await press('m');

    expect(visit.told).toEqual([]);
  });
});

describe('the menu', () => {
  it('saves data by hand', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);
    click('more');

    click('menu-save-data');

    expect(visit.told).toEqual(['setSaving true']);
  });

  it('has nothing of the practice’s on a guest’s page', () => {
    show(fakeVisit(fakeInCall('Dr. Albrecht')));

    for (const name of ['hold', 'notes-open', 'photo-ask']) expect(part(name), name).toBeNull();
  });
});

describe('the practice', () => {
  it('puts a visit on hold', () => {
    const visit = practice();
    show(visit);

    click('hold');

    expect(visit.told).toEqual(['hold']);
  });

  it('removes a person only when it is sure', () => {
    const visit = practice();
    visit.others.value = [fakePerson('seat-2', 'Katharina E.', 'interpreter')];
    show(visit);
    click('persons-open');

    click('remove-seat-2');
    expect(visit.told).toEqual([]);
    click('remove-sure');

    expect(visit.told).toEqual(['remove seat-2']);
  });

  it('writes notes that go nowhere, and is asked before they are lost', () => {
    const visit = practice();
    show(visit);
    click('notes-open');
    write('notes-text', 'BP 135/85');
    expect(part('notes')?.textContent).toContain('not sent and not stored');

    click('hang-up');
    expect(visit.told).toEqual([]);
    click('hang-up-anyway');

    expect(visit.told).toEqual(['hangUp']);
  });
});

describe('the notes', () => {
  it('are asked about before the page is left, and only while there are some', () => {
    show(practice());
    const leaves = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leaves()).toBe(true);
    click('notes-open');

    write('notes-text', 'BP 135/85');

    expect(leaves()).toBe(false);
  });

  it('are still there when the panel is opened again', () => {
    show(practice());
    click('notes-open');
    write('notes-text', 'BP 135/85');
    click('panel-close');

    click('notes-open');

    expect((part('notes-text') as HTMLTextAreaElement).value).toBe('BP 135/85');
  });
});

describe('a photo', () => {
  it('is asked for by the practice with one click, and the state is told', () => {
    const visit = practice();
    show(visit);
    click('photo-ask');

    click('photo-request');
    expect(visit.told).toEqual(['photo.ask']);

    for (const name of ['asked', 'refused', 'withdrawn', 'failed'] as const) {
      act(() => void (visit.photo.state.value = { name }));
      expect(part('photo-state')?.dataset['state']).toBe(name);
      expect(part('photo-state')?.textContent).not.toBe('');
    }
  });

  it('is not asked for any more by a click, while nothing is decided', () => {
    const visit = practice();
    show(visit);
    click('photo-ask');
    expect(part('photo-withdraw')).toBeNull();

    act(() => void (visit.photo.state.value = { name: 'asked' }));
    click('photo-withdraw');
    expect(visit.told).toEqual(['photo.withdraw']);

    act(() => void (visit.photo.state.value = { name: 'sending', key: null }));
    expect(part('photo-withdraw')).toBeNull();
  });

  it('that is not needed any more is no question: the guest reads so, and puts it away', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);
    act(() => void (visit.photo.state.value = { name: 'asked' }));

    act(() => void (visit.photo.state.value = { name: 'withdrawn' }));
    expect([part('photo-take'), part('photo-state')?.dataset['state']]).toEqual([null, 'withdrawn']);
    expect(part('photo-question')?.textContent).toContain('does not need the photo any more');
    click('photo-close');

    expect([part('photo-state'), visit.told]).toEqual([null, []]);
  });

  it('can’t be asked for without consent to photos', () => {
    const visit = practice();
    visit.consent.value = { ...visit.consent.value, state: 'revoked', items: ['video'] };
    show(visit);
    click('photo-ask');

    expect((part('photo-request') as HTMLButtonElement).disabled).toBe(true);
    expect(part('photo')?.textContent).toContain('has not agreed');
  });

  it('that came goes into the downloads at once, and only once', async () => {
    const saved: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
    const visit = practice();
    show(visit);

    act(() => void (visit.files.value = [{ ...fakeFile('p', 'peer', 'photo.jpg', { name: 'done', file: new Blob(['x']), saved: false }), photo: true }]));
    await vi.waitFor(() => expect(visit.told).toEqual(['markSaved p']));
    act(() => void (visit.files.value = [...visit.files.value]));

    expect(saved).toEqual(['photo.jpg']);
    vi.restoreAllMocks();
  });

  it('needs the guest’s yes, each time', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.local.media.value = { ...visit.local.media.value, camera: camera() };
    show(visit);
    expect(part('photo-take')).toBeNull();

    act(() => void (visit.photo.state.value = { name: 'asked' }));
    expect(part('photo-question')?.textContent).toContain('Only');
    click('photo-take');
    act(() => void (visit.photo.state.value = { name: 'came', key: 'p' }));
    act(() => void (visit.photo.state.value = { name: 'asked' }));
    click('photo-refuse');

    expect(visit.told).toEqual(['photo.answer true', 'photo.answer false']);
  });

  it('is aimed with a camera that only its owner sees, where it is off in the call', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);
    act(() => void (visit.photo.state.value = { name: 'asked' }));
    expect([part('photo-take'), part('photo-question')?.querySelector('video')]).toEqual([null, null]);

    click('photo-camera-on');
    act(() => void (visit.local.viewfinder.value = camera()));
    expect(part('photo-question')?.querySelector('video')).not.toBeNull();
    click('photo-take');

    expect(visit.told).toEqual(['local.openViewfinder', 'photo.answer true']);
  });

  it('says what is wrong with a camera that does not open for it', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.local.viewfinder.value = { state: 'failed', failure: 'in-use' };
    show(visit);

    act(() => void (visit.photo.state.value = { name: 'asked' }));

    expect(part('photo-question')?.querySelector('[role="alert"]')).not.toBeNull();
    expect(part('photo-camera-on')).not.toBeNull();
  });

  it('is seen by the guest before it is sent', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);
    act(() => void (visit.photo.state.value = { name: 'taken', photo: new Blob(['jpeg'], { type: 'image/jpeg' }) }));
    expect((part('photo-look') as HTMLImageElement).src).toMatch(/^blob:/);

    click('photo-again');
    click('photo-send');

    expect(visit.told).toEqual(['photo.answer true', 'photo.send']);
  });

  it.each<PhotoState>([{ name: 'asked' }, { name: 'taken', photo: new Blob(['jpeg']) }])('is refused by closing the question: $name', (state) => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    show(visit);
    act(() => void (visit.photo.state.value = state));

    act(() => (part('photo-question') as HTMLDialogElement).close());

    expect(visit.told).toEqual(['photo.answer false']);
  });

  it('may be taken by another camera', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    const cameras = ['front', 'back'].map((id) => ({ kind: 'camera' as const, id, label: id }));
    visit.local.devices.value = { ...visit.local.devices.value, cameras, chosen: { microphone: '', camera: 'front', speaker: '' } };
    show(visit);
    act(() => void (visit.photo.state.value = { name: 'asked' }));

    const menu = part('choose-camera') as HTMLSelectElement;
    menu.value = 'back';
    act(() => void menu.dispatchEvent(new Event('change', { bubbles: true })));

    expect(visit.told).toEqual(['chooseDevice camera back']);
  });
});

describe('the explanation', () => {
  it('says what the browser has told of the encryption, and that nothing is recorded', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.facts.value = { path: 'direct', dtls: '1.3', srtp: 'AEAD_AES_128_GCM', cipher: 'TLS_AES_128_GCM_SHA256', roundTripMs: 31, codecs: 'opus, VP8' };
    show(visit);

    click('call-facts');

    expect(part('facts')?.textContent).toMatch(/DTLS 1\.3 · SRTP AEAD_AES_128_GCM · TLS_AES_128_GCM_SHA256 · opus, VP8 · round trip .*31/);
    expect(part('no-recording')?.textContent).toContain('Visite cannot record');
  });

  it('says nothing of what the browser has not told', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.facts.value = { path: null, dtls: null, srtp: null, cipher: null, roundTripMs: null, codecs: null };
    show(visit);

    click('call-facts');

    expect(part('facts')).toBeNull();
  });
});

describe('of three or four', () => {
  it('the badge keeps no relay back, the light is that of the worst line, and each is told', () => {
    const visit = fakeVisit(fakeInCall('Dr. Albrecht'));
    visit.quality.value = { light: 'good', cause: 'none', roundTripMs: 31 };
    const facts = { path: 'relayed', dtls: '1.3', srtp: null, cipher: null, roundTripMs: null, codecs: null } as const;
    visit.others.value = [fakePerson('seat-2', 'Katharina E.', 'interpreter', { facts, quality: { light: 'poor', cause: 'loss', roundTripMs: 90 } })];
    show(visit);

    expect(part('path-badge')?.dataset['path']).toBe('relayed');
    expect(part('call-facts')?.textContent).toContain('Weak connection');
    click('call-facts');
    expect(part('line-seat-2')?.textContent).toContain('Through a relay · Weak connection');
  });
});

function camera(): Extract<Source, { state: 'on' }> {
  const track = { getSettings: () => ({}) } as MediaStreamTrack;
  return { state: 'on', track, stream: Object.assign(new MediaStream(), { getVideoTracks: () => [track] }) };
}

function practice(): FakeVisit {
  return fakeVisit(fakeInCall('Anna M.'), { role: 'practice', self: { name: 'Praxis am Finkenweg', language: 'en' } });
}

function show(visit: FakeVisit): void {
  act(() => render(<CallView visit={visit} />, document.body));
}

function part(name: string): HTMLElement | null {
  return document.querySelector(`[data-test="${name}"]`);
}

function click(name: string): void {
  const element = part(name);
  if (!element) throw new Error(`there is no ${name}`);
  act(() => element.click());
}

function write(name: string, text: string): void {
  const input = part(name) as HTMLTextAreaElement;
  input.value = text;
  act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(async () => void document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })));
}
