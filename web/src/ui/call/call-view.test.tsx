// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LONGEST_CHAT } from '../../call/control.ts';
import type { Phase } from '../../call/model.ts';
import { fakeFile, fakeInCall, fakeMessage, fakeVisit, type FakeVisit } from '../gallery/fake.ts';
import { language } from '../text.ts';
import { CallView } from './call-view.tsx';
import { initials } from './tile.tsx';

beforeEach(() => {
  language.value = 'en';
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} });
  HTMLMediaElement.prototype.play = async () => undefined;
});

afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
});

describe('the call', () => {
  it.each<Phase>([{ name: 'waiting' }, { name: 'over', reason: 'hung-up' }])('is not shown while nobody talks: $name', (phase) => {
    show(fakeVisit(phase));

    expect(part('call')).toBeNull();
  });

  it('shows who it is, the code to read out and the path', () => {
    show(fakeVisit(fakeInCall('Anna M.')));

    expect(document.querySelector('h1')?.textContent).toBe('Anna M.');
    expect(part('safety-code')?.textContent?.replaceAll(/\D/g, '')).toBe('402917');
    expect(part('path-badge')?.dataset['path']).toBe('direct');
  });

  it('shows the name as text, whatever it is', () => {
    show(fakeVisit(fakeInCall('<img src=x>')));

    expect(document.querySelector('img')).toBeNull();
    expect(document.querySelector('h1')?.textContent).toBe('<img src=x>');
  });

  it('shows the other’s screen only while there is one', () => {
    const visit = fakeVisit(fakeInCall('Anna M.', { theirs: { audio: true, video: true, screen: true } }));
    visit.remote.value = { camera: null, screen: new MediaStream() };
    show(visit);
    expect(part('remote-screen')).not.toBeNull();

    act(() => void (visit.call.value = { ...visit.call.value, phase: fakeInCall('Anna M.') }));

    expect(part('remote-screen')).toBeNull();
  });

  it('plays the other aloud, and one’s own picture never', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    const track = { getSettings: () => ({}) } as MediaStreamTrack;
    const stream = Object.assign(new MediaStream(), { getVideoTracks: () => [track] });
    visit.local.media.value = { ...visit.local.media.value, camera: { state: 'on', track, stream } };
    show(visit);

    expect((part('remote-video') as HTMLVideoElement).muted).toBe(false);
    expect(part('own-picture')?.querySelector('video')?.muted).toBe(true);
  });

  it('says what the other has switched off', () => {
    show(fakeVisit(fakeInCall('Anna M.', { theirs: { audio: false, video: false, screen: false } })));

    expect(part('remote-muted')).not.toBeNull();
    expect(part('remote-dark')).not.toBeNull();
  });

  it('stays while the path is mended, and says so', () => {
    show(fakeVisit({ name: 'interrupted', since: Date.now(), before: fakeInCall('Anna M.'), progress: { step: 'path-lost', ended: false } }));

    expect(part('call')).not.toBeNull();
    expect(part('interrupted')?.textContent).toContain('The connection is interrupted');
    expect(part('hang-up')).not.toBeNull();
    expect(document.querySelector('.call-tiles')?.hasAttribute('inert')).toBe(true);
  });

  it.each([
    ['up', 'away', /The other side has lost its network/],
    ['up', 'here', /We are restoring it/],
    // Who is cut off knows nothing of the other.
    ['down', 'away', /We are restoring it/],
  ] as const)('says why one waits: its own line %s, the other %s', (line, state, why) => {
    const visit = fakeVisit({ name: 'interrupted', since: Date.now(), before: fakeInCall('Anna M.'), progress: { step: 'path-lost', ended: false } });
    visit.call.value = { ...visit.call.value, line, peer: { state, stream: 's' } };
    show(visit);

    expect(part('interrupted')?.textContent).toMatch(why);
  });

  it('says who comes back when a page was loaded anew', () => {
    show(fakeVisit({ name: 'interrupted', since: Date.now(), before: fakeInCall('Anna M.'), progress: { step: 'handshake' } }));

    expect(part('interrupted')?.textContent).toMatch(/Anna M\..* will be right back/);
  });
});

describe('the controls', () => {
  it('switch what is on off, and what is off on', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);
    click('mute');
    click('camera');

    const track = {} as MediaStreamTrack;
    act(() => void (visit.local.media.value = { ...visit.local.media.value, microphone: { state: 'on', track, stream: new MediaStream() } }));
    expect(part('mute')?.getAttribute('aria-pressed')).toBe('false');
    click('mute');

    expect(visit.told).toEqual(['setMicrophone true', 'setCamera true', 'setMicrophone false']);
  });

  it('hang up at once', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);

    click('hang-up');

    expect(visit.told).toEqual(['hangUp']);
  });

  it('ask before hanging up when a file was not saved', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.files.value = [fakeFile('1', 'peer', 'plan.pdf', { name: 'done', file: new Blob(['x']), saved: false })];
    show(visit);

    click('hang-up');
    expect(visit.told).toEqual([]);
    click('hang-up-anyway');

    expect(visit.told).toEqual(['hangUp']);
  });
});

describe('the chat', () => {
  it('has no input while it is closed, and a bubble for what came', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.messages.value = [fakeMessage('1', 'peer', 'Hello?')];
    show(visit);

    expect(part('chat-input')).toBeNull();
    expect(part('unread')?.dataset['count']).toBe('1');
    expect(part('chat-message')?.dataset['from']).toBe('peer');
    expect(part('chat-message')?.textContent).toBe('Hello?');
    expect(visit.told).toEqual([]);
  });

  it('marks as seen what is on the screen', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.messages.value = [fakeMessage('1', 'peer', 'Hello?'), fakeMessage('2', 'me', 'Hello!')];
    show(visit);

    click('chat-open');

    await vi.waitFor(() => expect(part('unread')).toBeNull());
    expect(visit.told).toEqual(['markSeen 1']);
  });

  it('marks nothing as seen while the page is hidden', async () => {
    const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.messages.value = [fakeMessage('1', 'peer', 'Hello?')];
    show(visit);
    click('chat-open');
    await afterAFrame();
    expect(visit.told).toEqual([]);

    hidden.mockReturnValue('visible');
    act(() => void document.dispatchEvent(new Event('visibilitychange')));

    await vi.waitFor(() => expect(visit.told).toEqual(['markSeen 1']));
    hidden.mockRestore();
  });

  it('shows words in an element of their own, whose direction is theirs', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.messages.value = [fakeMessage('1', 'peer', '<b>שלום</b>', true)];
    show(visit);
    click('chat-open');

    const text = document.querySelector('.chat .chat-text');
    expect(text?.getAttribute('dir')).toBe('auto');
    expect([...(text?.childNodes ?? [])].map(({ nodeType }) => nodeType)).toEqual([Node.TEXT_NODE]);
    expect(text?.textContent).toBe('<b>שלום</b>');
  });

  it('sends what was written, without the space around it, and empties the input', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);
    click('chat-open');

    write('  Good morning ');
    click('chat-send');

    expect(visit.told).toEqual(['sendChat Good morning']);
    expect((part('chat-input') as HTMLInputElement).value).toBe('');
  });

  it('keeps what could not be sent, and says so', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.answer = false;
    show(visit);
    click('chat-open');

    write('Good morning');
    click('chat-send');

    expect((part('chat-input') as HTMLInputElement).value).toBe('Good morning');
    expect(document.querySelector('.composer [role=alert]')?.textContent).toContain('could not be sent');
  });

  it('never sends what is too long, and says so', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);
    click('chat-open');

    write('A'.repeat(LONGEST_CHAT + 1));
    click('chat-send');

    expect(visit.told).toEqual([]);
    expect(document.querySelector('.composer [role=alert]')?.textContent).toContain('too long');
  });

  it('closes by Escape, and the keyboard is back at its button', async () => {
    show(fakeVisit(fakeInCall('Anna M.')));
    click('chat-open');

    await act(async () => void part('panel')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })));

    expect(part('panel')).toBeNull();
    expect(document.activeElement).toBe(part('chat-open'));
  });
});

describe('files', () => {
  it('can be given while the panel is closed', () => {
    show(fakeVisit(fakeInCall('Anna M.')));

    expect(part('panel')).toBeNull();
    expect(part('file-input')?.getAttribute('type')).toBe('file');
  });

  it('that come open the panel by themselves', async () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    show(visit);

    act(() => void (visit.files.value = [fakeFile('1', 'peer', 'plan.pdf', { name: 'receiving', bytes: 1_200_000 })]));

    await vi.waitFor(() => expect(part('file')).not.toBeNull());
    expect(part('file')?.dataset).toMatchObject({ from: 'peer', state: 'receiving' });
    expect(part('file')?.textContent).toContain('plan.pdf');
    expect(part('file')?.querySelector('progress')?.value).toBe(0.5);
  });

  it('that came whole are saved by a link with their name, which marks them as saved', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.files.value = [fakeFile('1', 'peer', 'plan.pdf', { name: 'done', file: new Blob(['x']), saved: false })];
    show(visit);
    click('chat-open');

    const link = part('file-save') as HTMLAnchorElement;
    expect(link.download).toBe('plan.pdf');
    expect(link.href).toMatch(/^blob:/);
    link.addEventListener('click', (event) => event.preventDefault());
    click('file-save');

    expect(visit.told).toEqual(['markSaved 1']);
  });

  it('on their way can be cancelled', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.files.value = [fakeFile('1', 'me', 'scan.pdf', { name: 'offered' })];
    show(visit);
    click('chat-open');

    click('file-cancel');

    expect(visit.told).toEqual(['cancelFile 1']);
  });

  it('that were dropped are sent, and one that can’t be is named', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.answer = false;
    show(visit);

    const drop = Object.assign(new Event('drop', { bubbles: true }), { dataTransfer: { types: ['Files'], files: [new File(['x'], 'scan.pdf')] } });
    act(() => void part('call')?.dispatchEvent(drop));

    expect(visit.told).toEqual(['sendFile scan.pdf']);
    expect(document.querySelector('.call-refusal')?.textContent).toContain('scan.pdf');
  });
});

describe('initials', () => {
  it.each([
    ['Anna M.', 'AM'],
    ['dr. miriam albrecht', 'DA'],
    ['Ö', 'Ö'],
    ['<<< >>>', '?'],
  ])('of %s are %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});

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

/** Effects run then. */
function afterAFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

function write(text: string): void {
  const input = part('chat-input') as HTMLInputElement;
  input.value = text;
  act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
}
