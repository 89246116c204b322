// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeInCall, fakePerson, fakeVisit, type FakeVisit } from '../gallery/fake.ts';
import { language } from '../text.ts';
import { CallView } from './call-view.tsx';

beforeEach(() => {
  language.value = 'en';
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} });
  HTMLMediaElement.prototype.play = async () => undefined;
});

afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
});

describe('the pictures of two', () => {
  it('are the other’s, large, and one’s own in a corner', () => {
    show(fakeVisit(fakeInCall('Anna M.')));

    expect(place('[data-person="peer"][data-test="person"]')).toBe('large');
    expect(place('[data-test="own-picture"]')).toBe('floating');
  });

  it('are swapped, and swapped back, without the other’s video being made anew', () => {
    show(fakeVisit(fakeInCall('Anna M.')));
    const video = part('remote-video');

    click('swap');
    expect(place('[data-test="own-picture"]')).toBe('large');
    expect(place('[data-test="person"]')).toBe('floating');
    click('swap');

    expect(place('[data-test="own-picture"]')).toBe('floating');
    expect(part('remote-video')).toBe(video);
  });

  it('leave out one’s own when it is hidden, and it comes back', () => {
    show(fakeVisit(fakeInCall('Anna M.')));

    click('own-hide');
    expect(part('own-picture')).toBeNull();
    expect(part('said')?.textContent).toContain('The others go on seeing you');
    click('own-show');

    expect(part('own-picture')).not.toBeNull();
  });

  it('go to the next corner by the keyboard', () => {
    show(fakeVisit(fakeInCall('Anna M.')));
    const move = part('own-picture')?.querySelector<HTMLElement>('.call-move');

    act(() => move?.click());

    expect(part('own-picture')?.className).toContain('bottom start');
  });

  it('go to the side that an arrow points to', () => {
    show(fakeVisit(fakeInCall('Anna M.')));
    const move = part('own-picture')?.querySelector<HTMLElement>('.call-move');
    const corner = () => /(top|bottom) (start|end)/.exec(part('own-picture')?.className ?? '')?.[0];

    const corners = ['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight', 'a'].map((key) => {
      act(() => void move?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));
      return corner();
    });

    expect(corners).toEqual(['top end', 'top start', 'bottom start', 'bottom end', 'bottom end']);
  });
});

describe('the pictures of three and four', () => {
  it('are one for each, with the name on it, and the bar names all', () => {
    show(fourPeople());

    expect(names()).toEqual(['Anna M.', 'Katharina E.', 'Jonas M.']);
    expect(document.querySelectorAll('[data-test="remote-video"]')).toHaveLength(3);
    expect(document.querySelector('h1')?.textContent).toBe('Anna M., Katharina E., and Jonas M.');
  });

  it('stay large when two are pinned, and a third takes the oldest one’s place', () => {
    show(fourPeople());
    click('pin-peer');
    click('pin-seat-2');
    expect(large()).toEqual(['peer', 'seat-2']);
    expect(part('said')?.textContent).toMatch(/Anna M\..*Katharina E\./);

    click('pin-seat-3');

    expect(large()).toEqual(['seat-2', 'seat-3']);
    expect(part('pin-seat-3')?.getAttribute('aria-pressed')).toBe('true');
  });

  it('are pinned by two taps', () => {
    show(fourPeople());
    const tile = document.querySelector('[data-test="person"][data-person="seat-2"]');

    for (let tap = 0; tap < 2; tap++) act(() => void tile?.dispatchEvent(new PointerEvent('pointerup', { bubbles: true })));

    expect(large()).toEqual(['seat-2']);
  });

  it('have a message’s writer by name', () => {
    const visit = fourPeople();
    visit.messages.value = [{ id: '1', from: 'peer', name: 'Katharina E.', at: 0, text: 'Hello', seen: false }];
    show(visit);
    expect(document.querySelector('.call-bubble .chat-name')?.textContent).toBe('Katharina E.');

    click('chat-open');

    expect(document.querySelector('.chat-message .chat-name')?.textContent).toBe('Katharina E.');
  });

  it('let go of who has left', () => {
    const visit = fourPeople();
    show(visit);
    click('pin-seat-2');

    act(() => void (visit.others.value = visit.others.value.filter(({ key }) => key !== 'seat-2')));

    expect(names()).toEqual(['Anna M.', 'Jonas M.']);
    expect(large()).toEqual(['peer', 'seat-3']);
  });

  it('say who is still coming and whose connection is broken', () => {
    const visit = fourPeople();
    visit.others.value = [fakePerson('seat-2', 'Katharina E.', 'interpreter', { state: 'interrupted' }), fakePerson('seat-3', 'Jonas M.', 'companion', { state: 'connecting' })];
    show(visit);

    const states = [...document.querySelectorAll<HTMLElement>('[data-test="remote-state"]')];
    expect(states.map(({ dataset }) => dataset['state'])).toEqual(['interrupted', 'connecting']);
    expect(part('interrupted')).toBeNull();
  });

  it('give a shown screen the stage, and keep the pinned interpreter large beside it', () => {
    const visit = fourPeople();
    visit.call.value = { ...visit.call.value, phase: fakeInCall('Anna M.', { theirs: { audio: true, video: true, screen: true } }) };
    visit.remote.value = { camera: null, screen: new MediaStream() };
    show(visit);
    click('pin-seat-2');

    expect(place('.call-tile:has([data-test="remote-screen"])')).toBe('screen');
    expect(large()).toEqual(['seat-2']);
    expect(document.body.textContent).toContain('is showing the screen');
  });
});

describe('a weak line', () => {
  it('is named where the other’s picture pauses, not taken for a camera that is off', () => {
    show(fakeVisit(fakeInCall('Anna M.', { theirs: { audio: true, video: false, screen: false, weak: true } })));

    expect(part('remote-weak')?.textContent).toContain('The sound goes on');
    expect(part('remote-dark')).toBeNull();
  });

  it('is named where one’s own picture pauses, until it is put away', () => {
    const visit = withCamera();
    visit.sending.value = { video: 'paused', saving: false };
    show(visit);
    expect(part('own-weak')?.textContent).toContain('You are still heard');

    act(() => part('own-weak')?.querySelector<HTMLElement>('button')?.click());

    expect(part('own-weak')).toBeNull();
  });
});

describe('one’s own screen', () => {
  it('is told for as long as it is seen, with the way to end it', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    const track = {} as MediaStreamTrack;
    visit.local.media.value = { ...visit.local.media.value, screen: { state: 'on', track, stream: new MediaStream() } };
    show(visit);
    expect(part('sharing')?.textContent).toContain('You are showing your screen');

    click('stop-sharing');

    expect(visit.told).toEqual(['stopScreen']);
  });
});

describe('a device that was unplugged', () => {
  it('is named with what is used in its place, and leads to the choice', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.local.devices.value = { ...visit.local.devices.value, microphones: [{ kind: 'microphone', id: 'm1', label: 'Built-in' }], chosen: { microphone: 'm1', camera: '', speaker: '' } };
    visit.local.unplugged.value = ['microphone'];
    show(visit);
    expect(part('unplugged')?.textContent).toMatch(/microphone is not connected any more.*Built-in/);

    click('unplugged-choose');

    expect(part('choose-microphone')).not.toBeNull();
  });

  it('is told again when another one goes', () => {
    const visit = fakeVisit(fakeInCall('Anna M.'));
    visit.local.unplugged.value = ['microphone'];
    show(visit);
    act(() => [...(part('unplugged')?.querySelectorAll('button') ?? [])].at(-1)?.click());
    expect(part('unplugged')).toBeNull();

    act(() => void (visit.local.unplugged.value = ['microphone', 'speaker']));

    expect(part('unplugged')?.dataset['kinds']).toBe('microphone,speaker');
  });
});

function fourPeople(): FakeVisit {
  const visit = fakeVisit(fakeInCall('Anna M.'), { role: 'practice' });
  visit.others.value = [fakePerson('seat-2', 'Katharina E.', 'interpreter'), fakePerson('seat-3', 'Jonas M.', 'companion')];
  return visit;
}

function withCamera(): FakeVisit {
  const visit = fakeVisit(fakeInCall('Anna M.'));
  const track = { getSettings: () => ({}) } as MediaStreamTrack;
  const stream = Object.assign(new MediaStream(), { getVideoTracks: () => [track] });
  visit.local.media.value = { ...visit.local.media.value, camera: { state: 'on', track, stream } };
  return visit;
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

function place(selector: string): string | undefined {
  return document.querySelector<HTMLElement>(selector)?.dataset['place'];
}

function large(): (string | undefined)[] {
  return [...document.querySelectorAll<HTMLElement>('[data-test="person"][data-place="large"]')].map(({ dataset }) => dataset['person']);
}

function names(): (string | null)[] {
  return [...document.querySelectorAll('[data-test="person"] .call-name')].map(({ textContent }) => textContent);
}
