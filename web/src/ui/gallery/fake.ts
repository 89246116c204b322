// A visit out of values: for the gallery and for tests of the views, without server, camera or other side.

import { computed, type Signal, signal } from '@preact/signals';
import type { Call, InCall, Link, Phase, Role } from '../../call/model.ts';
import { newCall } from '../../call/step.ts';
import type { WelcomeDocument } from '../../consent/document.ts';
import type { PhotoHandle, PhotoState } from '../../drive/photo.ts';
import type { ChatMessage, ConsentState, Facts, Notice, Part, Person, Quality, RemoteMedia, Seat, SharedFile, Times, Visit } from '../../drive/visit.ts';
import type { DeviceKind, Devices, Effects, LocalDevices, LocalMedia, Source } from '../../rtc/media.ts';
import type { Sending } from '../../rtc/sending.ts';

/** A `Visit` whose signals can be set, and that notes what it was told to do: `told` holds one line a call, the oldest first. */
export interface FakeVisit extends Visit {
  readonly call: Signal<Call>;
  readonly messages: Signal<readonly ChatMessage[]>;
  readonly files: Signal<readonly SharedFile[]>;
  readonly remote: Signal<RemoteMedia>;
  readonly quality: Signal<Quality | null>;
  readonly times: Signal<Times | null>;
  readonly consent: Signal<ConsentState>;
  readonly consentAsked: Signal<WelcomeDocument | null>;
  /** Beside the one of the phase, who comes first in `people`. */
  readonly others: Signal<readonly Person[]>;
  readonly seats: Signal<readonly Seat[]>;
  readonly notices: Signal<readonly Notice[]>;
  readonly facts: Signal<Facts | null>;
  readonly part: Signal<Part>;
  readonly photo: PhotoHandle & { readonly state: Signal<PhotoState> };
  readonly sending: Signal<Sending>;
  readonly local: FakeDevices;
  readonly told: string[];
  /** What the next `sendChat` and `sendFile` answer. */
  answer: boolean;
}

export interface FakeDevices extends LocalDevices {
  readonly media: Signal<LocalMedia>;
  readonly devices: Signal<Devices>;
  readonly level: Signal<number>;
  readonly effects: Signal<Effects>;
  readonly viewfinder: Signal<Source>;
  readonly unplugged: Signal<readonly DeviceKind[]>;
}

/** In this phase; `change` is laid over the call. */
export function fakeVisit(phase: Phase, change: Partial<Call> & { readonly role?: Role } = {}): FakeVisit {
  const told: string[] = [];
  const note =
    (name: string) =>
    (...args: readonly unknown[]) => {
      told.push([name, ...args.map(String)].join(' '));
    };
  const visit: FakeVisit = {
    call: signal({ ...newCall(change.role ?? 'guest', { name: 'Anna M.', language: 'de' }), line: 'up', ...change, phase }),
    messages: signal<readonly ChatMessage[]>([]),
    files: signal<readonly SharedFile[]>([]),
    remote: signal<RemoteMedia>({ camera: null, screen: null }),
    quality: signal<Quality | null>(null),
    times: signal<Times | null>(null),
    consent: signal<ConsentState>({ state: 'none', items: [], name: null, receipt: null, text: null, isSeen: false }),
    consentAsked: signal<WelcomeDocument | null>(null),
    others: signal<readonly Person[]>([]),
    people: computed(() => {
      const { role, phase } = visit.call.value;
      if (phase.name !== 'in-call' && phase.name !== 'interrupted') return [];
      const { link, theirs } = phase.name === 'in-call' ? phase : phase.before;
      const first: Person = { key: 'peer', name: link.peer.name, part: role === 'guest' ? 'practice' : 'patient', state: phase.name === 'in-call' ? 'here' : 'interrupted', theirs, remote: visit.remote.value, quality: visit.quality.value, facts: visit.facts.value };
      return [first, ...visit.others.value];
    }),
    seats: signal<readonly Seat[]>([]),
    notices: signal<readonly Notice[]>([]),
    facts: signal<Facts | null>(null),
    part: signal<Part>('patient'),
    photo: { state: signal<PhotoState>({ name: 'none' }), ask: note('photo.ask'), withdraw: note('photo.withdraw'), answer: note('photo.answer'), send: note('photo.send') },
    sending: signal<Sending>({ video: 'full', saving: false }),
    local: fakeDevices(told),
    told,
    answer: true,
    setSeats: note('setSeats'),
    prepare: note('prepare'),
    start: note('start'),
    admit: note('admit'),
    hold: note('hold'),
    tell: (text) => {
      note('tell')(text);
      return visit.answer;
    },
    remove: note('remove'),
    setSaving: note('setSaving'),
    hangUp: note('hangUp'),
    retry: note('retry'),
    dispose: note('dispose'),
    giveConsent: ({ name, agreed }) => note('giveConsent')(name, ...agreed),
    refuseConsent: note('refuseConsent'),
    revokeConsent: (items) => note('revokeConsent')(...items),
    sendChat: (text) => {
      note('sendChat')(text);
      return visit.answer;
    },
    markSeen: (id) => {
      note('markSeen')(id);
      visit.messages.value = visit.messages.value.map((message) => (message.id === id ? { ...message, seen: true } : message));
    },
    sendFile: (file) => {
      note('sendFile')(file.name);
      return visit.answer;
    },
    cancelFile: note('cancelFile'),
    markSaved: note('markSaved'),
    setMicrophone: async (on) => note('setMicrophone')(on),
    setCamera: async (on) => note('setCamera')(on),
    shareScreen: async () => note('shareScreen')(),
    stopScreen: note('stopScreen'),
    chooseDevice: async (kind, id) => note('chooseDevice')(kind, id),
  };
  return visit;
}

/** Nothing is open. */
export function fakeDevices(told: string[] = []): FakeDevices {
  const off: Source = { state: 'off' };
  const note =
    (name: string) =>
    async (...args: readonly unknown[]) => {
      told.push([`local.${name}`, ...args.map((arg) => (typeof arg === 'object' ? JSON.stringify(arg) : String(arg)))].join(' '));
    };
  return {
    media: signal<LocalMedia>({ microphone: off, camera: off, screen: off }),
    devices: signal<Devices>({ microphones: [], cameras: [], speakers: [], chosen: { microphone: '', camera: '', speaker: '' } }),
    level: signal(0),
    effects: signal<Effects>({ noiseSuppression: true }),
    viewfinder: signal<Source>(off),
    unplugged: signal<readonly DeviceKind[]>([]),
    open: note('open'),
    setMicrophone: note('setMicrophone'),
    setCamera: note('setCamera'),
    shareScreen: note('shareScreen'),
    stopScreen: () => void note('stopScreen')(),
    choose: note('choose'),
    setNoiseSuppression: note('setNoiseSuppression'),
    takePhoto: async () => {
      await note('takePhoto')();
      return new Blob(['photo'], { type: 'image/jpeg' });
    },
    openViewfinder: note('openViewfinder'),
    closeViewfinder: () => void note('closeViewfinder')(),
    bindSpeaker: () => () => undefined,
    close: () => void note('close')(),
  };
}

export function fakeLink(name: string): Link {
  return { peer: { name, language: 'de' }, safetyCode: '402917', path: 'direct' };
}

/** Two people who see and hear each other, since two minutes ago. */
export function fakeInCall(name: string, change: Partial<InCall> = {}): InCall {
  return { name: 'in-call', link: fakeLink(name), since: Date.now() - 134_000, theirs: { audio: true, video: true, screen: false }, ...change };
}

/** One more in the call. */
export function fakePerson(key: string, name: string, part: Person['part'], change: Partial<Person> = {}): Person {
  return { key, name, part, state: 'here', theirs: { audio: true, video: true, screen: false }, remote: { camera: null, screen: null }, quality: null, facts: null, ...change };
}

export function fakeMessage(id: string, from: ChatMessage['from'], text: string, seen = false): ChatMessage {
  return { id, from, at: Date.now() - 60_000, text, seen };
}

export function fakeFile(key: string, from: SharedFile['from'], name: string, state: SharedFile['state']): SharedFile {
  return { key, from, name, size: 2_400_000, state };
}
