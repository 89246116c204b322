// A pretend server and pretend visits, for tests and for the gallery: what the console does can be seen without either.

import { computed, type Signal, signal } from '@preact/signals';
import { newCall } from '../call/step.ts';
import type { Call, Introduction, Phase } from '../call/model.ts';
import type { ConsentState, Quality, Seat, SharedFile, Visit } from '../drive/visit.ts';
import type { LocalDevices, LocalMedia, Source } from '../rtc/media.ts';
import { begin, enrol } from './enrol.ts';
import type { PracticeLineOptions } from '../signal/practice-line.ts';
import type { Role } from './keys.ts';
import type { Device, Store } from './store.ts';
import type { TeamOptions } from './team.ts';

/** Answers the calls of docs/signalling.md section 2 that the practice makes, as session-d does, as far as the console can tell. */
export class PretendServer {
  readonly practice = 'a0'.repeat(16);
  practiceName = 'Praxis am Finkenweg';
  /** Codes of the operator's that are good, for doctors. */
  readonly codes = new Set<string>();
  /** Codes that a device has made; who comes by one has to be confirmed. */
  readonly deviceCodes = new Map<string, Role>();
  /** By id; revoked when taken out. */
  readonly devices = new Map<string, PretendDevice>();
  readonly rooms = new Map<string, PretendRoom>();
  readonly hours = new Map<string, PretendHour>();
  /** With the device that each is for. */
  readonly tokens = new Map<string, string>();
  settings = { sealed: '', revision: 0 };
  /** The operator has a relay. */
  hasRelay = false;
  /** Every call, by its path, in order. */
  readonly asked: string[] = [];
  /** The server can't be reached. */
  isDown = false;
  /** The answers to these paths get lost on their way, once. */
  readonly losesAnswer = new Set<string>();
  /** What the next call of a path is refused with. */
  readonly refusals = new Map<string, { readonly status: number; readonly code: string; readonly field?: string }>();
  pageSize = 100;
  /** By room. */
  private readonly requests = new Map<string, string>();
  private count = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** In place of the browser's own. */
  readonly fetch = async (address: RequestInfo | URL, request: RequestInit = {}): Promise<Response> => {
    if (this.isDown) throw new TypeError('failed to fetch');
    const path = String(address).replace(/^.*\/api\/v1\//, '');
    this.asked.push(path);
    const refusal = this.refusals.get(path);
    this.refusals.delete(path);
    const body = typeof request.body === 'string' ? (JSON.parse(request.body) as Json) : {};
    const bearer = new Headers(request.headers).get('authorization')?.replace('Bearer ', '') ?? '';
    const answer = refusal ? refused(refusal.status, refusal.code, refusal.field) : this.answer(path, body, bearer);
    if (this.losesAnswer.delete(path)) throw new TypeError('failed to fetch');
    return answer;
  };

  /** A room as some other program or device makes it. */
  add(room: Partial<PretendRoom> & { readonly id: string }): void {
    const starts = room.starts_at ?? this.now();
    const times = { starts_at: starts, ends_at: starts + 1_800_000, opens_at: starts - 900_000, closes_at: starts + 3_600_000 };
    this.rooms.set(room.id, { ...times, epoch: 1, issuer: 'console', state: 'open', sealed_label: '', invites: [], ...room });
  }

  /** A device as an operator sees it made. */
  addDevice(device: Partial<PretendDevice> = {}): PretendDevice {
    const id = device.id ?? this.newId();
    const made: PretendDevice = { id, name: 'Empfang', role: 'doctor', public_key: '', created_at: this.now(), confirmed_at: this.now(), revoked_at: null, keys: null, ...device };
    this.devices.set(id, made);
    return made;
  }

  private answer(path: string, body: Json, bearer: string): Response {
    if (path === 'clock') return json({ now: this.now() });
    if (Object.values(body).some((value) => typeof value === 'number' && !Number.isInteger(value))) return refused(400, 'bad_request');
    if (path === 'enrol') return this.enrol(body);
    if (path === 'device/challenge') return json({ challenge: 'AAAA' });
    if (path === 'device/session') return this.signIn(body);
    const self = this.devices.get(this.tokens.get(bearer) ?? '');
    if (!self) return refused(401, 'unauthenticated');
    if (path === 'rooms/list') return this.list(body);
    if (path === 'rooms') return this.create(body, self);
    if (path.startsWith('device')) return this.answerDevice(path, body, self);
    if (path === 'practice/settings') return json(this.settings);
    if (path === 'practice/settings/update') return this.update(body, self);
    const [kind, id = '', action] = path.split('/');
    if (kind === 'hours') return this.answerHour(id, action, body, self);
    if (kind === 'invites') return this.revoke(id);
    const room = this.rooms.get(id);
    if (!room) return refused(404, 'not_found');
    if (action === 'token' && self.role === 'staff') return refused(403, 'permission_denied');
    if (action === 'token') return json({ token: 'room-token', expires_at: this.now() + 600_000 });
    if (action === 'close') return json(shown(this.put({ ...room, state: 'closed', sealed_reply: '' })));
    if (room.state === 'closed') return refused(409, 'failed_precondition');
    if (action === 'welcome') return json(this.put({ ...room, sealed_welcome: String(body['sealed_welcome']) }) && {});
    if (action === 'label') return json(shown(this.put({ ...room, sealed_label: String(body['sealed_label']) })));
    if (action === 'move') return json(shown(this.put({ ...room, ...times(body), epoch: room.epoch + 1, sealed_reply: '' })));
    const invite = this.invite(body);
    if ([...this.rooms.values()].some(({ invites }) => invites.some(({ sha256 }) => sha256 === invite.sha256))) return refused(409, 'already_exists');
    this.put({ ...room, invites: [...room.invites, invite] });
    return json({ id: invite.id, seat: invite.seat });
  }

  private enrol({ code, name, public_key }: Json): Response {
    if (name === '') return refused(400, 'invalid_argument', 'name');
    const again = [...this.devices.values()].find((one) => one.public_key === public_key && one.code === code);
    const role = this.deviceCodes.get(String(code)) ?? 'doctor';
    const pending = this.deviceCodes.delete(String(code));
    if (!again && !pending && !this.codes.delete(String(code))) return refused(404, 'enrolment_invalid');
    const confirmed_at = pending ? null : this.now();
    const device = again ?? this.addDevice({ name: String(name), role, public_key: String(public_key), confirmed_at, code: String(code) });
    const others = [...this.devices.values()].filter((one) => one.role === 'doctor' && one.confirmed_at !== null && one.revoked_at === null && one.id !== device.id).length;
    return json({ device: device.id, practice: this.practice, practice_name: this.practiceName, role: device.role, pending: device.confirmed_at === null, others });
  }

  private signIn({ device }: Json): Response {
    const known = this.devices.get(String(device));
    if (!known || known.confirmed_at === null || known.revoked_at !== null) return refused(401, 'sign_in_failed');
    const token = `ey${(this.count += 1)}`;
    this.tokens.set(token, known.id);
    return json({ token, expires_at: this.now() + 600_000, practice: this.practice, practice_name: this.practiceName, role: known.role, has_relay: this.hasRelay });
  }

  private answerDevice(path: string, { device, sealed_keys, role }: Json, self: PretendDevice): Response {
    const other = this.devices.get(String(device));
    switch (path) {
      case 'device/keys':
        return self.keys === null ? refused(404, 'not_found') : json({ sealed_keys: self.keys });
      case 'device/keys/drop':
        this.addDevice({ ...self, keys: null });
        return json({});
      case 'devices/list':
        return json({ devices: [...this.devices.values()].map(({ keys: _, code: __, ...one }) => ({ ...one, is_self: one.id === self.id })) });
      case 'devices/revoke':
        if (self.role === 'staff' && other?.id !== self.id) return refused(403, 'permission_denied');
        if (!other) return refused(404, 'not_found');
        this.addDevice({ ...other, revoked_at: other.revoked_at ?? this.now() });
        for (const [token, of] of this.tokens) if (of === other.id) this.tokens.delete(token);
        return json({});
    }
    if (self.role === 'staff') return refused(403, 'permission_denied');
    if (path === 'devices/enrolment') {
      const code = `ADD${(this.count += 1)}`;
      this.deviceCodes.set(code, role === 'staff' ? 'staff' : 'doctor');
      return json({ code, expires_at: this.now() + 900_000 });
    }
    if (!other) return refused(404, 'not_found');
    if (other.confirmed_at !== null || other.revoked_at !== null) return refused(409, 'failed_precondition');
    this.addDevice({ ...other, confirmed_at: this.now(), keys: String(sealed_keys) });
    return json({});
  }

  private answerHour(id: string, action: string | undefined, body: Json, { role }: PretendDevice): Response {
    if (id === 'list') return json({ hours: [...this.hours.values()].map(({ sha256: _, ...hour }) => hour) });
    if (role === 'staff') return refused(403, 'permission_denied');
    if (id === '') {
      const made = String(body['hour']);
      const hour = { id: made, sealed_label: String(body['sealed_label']), open_until: null, revoked: false, created_at: this.now(), sha256: String(body['sha256']) };
      if (!this.hours.has(made)) this.hours.set(made, hour);
      return json(this.hours.get(made));
    }
    const hour = this.hours.get(id);
    if (!hour) return refused(404, 'not_found');
    if (action === 'revoke') this.hours.set(id, { ...hour, open_until: null, revoked: true });
    else if (hour.revoked) return refused(409, 'failed_precondition');
    else if (action === 'open') this.hours.set(id, { ...hour, open_until: Number(body['until']) });
    else if (action === 'close') this.hours.set(id, { ...hour, open_until: null });
    return json(action === 'open' || action === 'close' ? this.hours.get(id) : {});
  }

  /** A guest comes by an open hour's link, as `invite/enter` lets them. */
  enter(hour: string): PretendRoom {
    const id = this.newId();
    this.add({ id, issuer: `hour:${hour}`, invites: [this.invite({ seat: 1, max_uses: 1, sha256: id })] });
    return this.rooms.get(id) as PretendRoom;
  }

  private update({ sealed, revision }: Json, self: PretendDevice): Response {
    if (self.role === 'staff') return refused(403, 'permission_denied');
    if (revision !== this.settings.revision) return refused(409, 'aborted');
    this.settings = { sealed: String(sealed), revision: this.settings.revision + 1 };
    return json({ revision: this.settings.revision });
  }

  private list({ from, until, page_token }: Json): Response {
    const found = [...this.rooms.values()].filter((room) => room.starts_at >= Number(from) && room.starts_at < Number(until));
    found.sort((one, other) => one.starts_at - other.starts_at || one.id.localeCompare(other.id));
    const at = Number(page_token ?? 0);
    const next = at + this.pageSize;
    return json({ rooms: found.slice(at, next).map(shown), next_page_token: next < found.length ? String(next) : '' });
  }

  private create(body: Json, { role }: PretendDevice): Response {
    const id = String(body['room']);
    const known = this.rooms.get(id);
    const request = JSON.stringify(body);
    if ((this.requests.get(id) ?? request) !== request) return refused(400, 'invalid_argument', 'request_id');
    this.requests.set(id, request);
    const invites = (body['invites'] as readonly Json[]).map((one) => this.invite(one));
    const room = known ?? this.put({ id, ...times(body), epoch: 1, issuer: role === 'staff' ? 'reception' : 'console', state: 'open', sealed_label: String(body['sealed_label']), sealed_welcome: String(body['sealed_welcome'] ?? ''), invites });
    return json({ room: shown(room), invites: room.invites.map(({ id, seat }) => ({ id, seat })) });
  }

  private invite({ seat, max_uses, sha256 }: Json): PretendInvite {
    return { id: this.newId(), seat: Number(seat), max_uses: Number(max_uses ?? 3), uses: 0, revoked: false, sha256: String(sha256) };
  }

  private revoke(id: string): Response {
    for (const room of this.rooms.values()) {
      const invites = room.invites.map((invite) => (invite.id === id ? { ...invite, revoked: true } : invite));
      this.put({ ...room, invites });
    }
    return json({});
  }

  private put(room: PretendRoom): PretendRoom {
    this.rooms.set(room.id, room);
    return room;
  }

  private newId(): string {
    return (this.count += 1).toString(16).padStart(32, '0');
  }
}

/** Enrols the practice's first device, by the code CODE. */
export async function firstDevice(store: Store): Promise<Device> {
  const enrolment = await enrol(store, await begin(store, { code: 'CODE', transfer: null }), 'Reception');
  if (enrolment.state !== 'enrolled') throw new Error('it is not the first');
  return enrolment.device;
}

export interface PretendDevice {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly public_key: string;
  readonly created_at: number;
  readonly confirmed_at: number | null;
  readonly revoked_at: number | null;
  /** What the confirming device left for it. */
  readonly keys: string | null;
  /** By which it came. */
  readonly code?: string;
}

export interface PretendRoom {
  readonly id: string;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly epoch: number;
  readonly issuer: string;
  readonly state: 'open' | 'closed';
  readonly sealed_label: string;
  readonly sealed_welcome?: string;
  readonly sealed_reply?: string;
  readonly replied_at?: number;
  readonly invites: readonly PretendInvite[];
}

export interface PretendHour {
  readonly id: string;
  readonly sealed_label: string;
  readonly open_until: number | null;
  readonly revoked: boolean;
  readonly created_at: number;
  readonly sha256: string;
}

export interface PretendInvite {
  readonly id: string;
  readonly seat: number;
  readonly max_uses: number;
  readonly uses: number;
  readonly revoked: boolean;
  readonly sha256: string;
}

/** The practice's lines of all devices, without a server between them: what one says, the others hear. */
export class PretendLines {
  private readonly lines = new Map<PracticeLineOptions, { readonly device: string; board: string | null; isOpen: boolean }>();

  /** In place of the device's own. */
  openLine(device: string): NonNullable<TeamOptions['openLine']> {
    return (options) => {
      const line = { device, board: null as string | null, isOpen: false };
      this.lines.set(options, line);
      return {
        open: () => {
          line.isOpen = true;
          const boards = [...this.lines.values()].flatMap((one) => (one !== line && one.isOpen && one.board !== null ? [{ device: one.device, data: one.board }] : []));
          options.onEvent({ type: 'joined', device, boards });
        },
        board: (data) => {
          line.board = data;
          this.say(options, data);
        },
        close: () => {
          line.isOpen = false;
          this.say(options, null);
        },
      };
    };
  }

  /** Something of the practice's is another now. */
  change(): void {
    for (const [{ onEvent }, { isOpen }] of this.lines) if (isOpen) onEvent({ type: 'changed' });
  }

  private say(from: PracticeLineOptions, data: string | null): void {
    const device = this.lines.get(from)?.device ?? '';
    for (const [options, { isOpen }] of this.lines) if (options !== from && isOpen) options.onEvent({ type: 'board', device, data });
  }
}

/** A visit that does nothing by itself; what was asked of it is in `asked`. */
export interface PretendVisit extends Visit {
  readonly call: Signal<Call>;
  readonly files: Signal<readonly SharedFile[]>;
  readonly consent: Signal<ConsentState>;
  readonly seats: Signal<readonly Seat[]>;
  readonly quality: Signal<Quality | null>;
  readonly asked: string[];
}

export function pretendVisit(phase: Phase = { name: 'waiting' }): PretendVisit {
  const self: Introduction = { name: 'Praxis am Finkenweg', language: 'de' };
  const call = signal<Call>({ ...newCall('practice', self), line: 'up', phase });
  const asked: string[] = [];
  const noted = (what: string) => () => void asked.push(what);
  const later = (what: string) => async () => void asked.push(what);
  const seats = signal<readonly Seat[]>([]);
  const visit: PretendVisit = {
    call,
    people: computed(() => {
      const { phase } = call.value;
      if (phase.name !== 'in-call' && phase.name !== 'interrupted') return [];
      const { link, theirs } = phase.name === 'in-call' ? phase : phase.before;
      return [{ key: 'peer', name: link.peer.name, part: 'patient' as const, state: 'here' as const, theirs, remote: visit.remote.value, quality: visit.quality.value, facts: null }];
    }),
    seats,
    notices: signal([]),
    facts: signal(null),
    part: signal('patient'),
    sending: signal({ video: 'full', saving: false }),
    photo: { state: signal({ name: 'none' }), ask: noted('ask for a photo'), withdraw: noted('need no photo'), answer: (take) => void asked.push(`photo ${take}`), send: noted('send the photo') },
    messages: signal([]),
    files: signal([]),
    remote: signal({ camera: null, screen: null }),
    quality: signal<Quality | null>(null),
    local: pretendDevices(),
    times: signal(null),
    consent: signal<ConsentState>({ state: 'none', items: [], name: null, receipt: null, text: null, isSeen: false }),
    consentAsked: signal(null),
    asked,
    setSeats: (plan) => void asked.push(`set seats ${plan.map(({ seat, part }) => `${seat} ${part}`).join(', ')}`),
    prepare: noted('prepare'),
    start: noted('start'),
    admit: noted('admit'),
    hold: noted('hold'),
    tell: (text) => asked.push(`tell ${text}`) > 0,
    remove: (key) => void asked.push(`remove ${key}`),
    hangUp: noted('hang up'),
    retry: noted('retry'),
    dispose: noted('dispose'),
    giveConsent: noted('give consent'),
    refuseConsent: noted('refuse consent'),
    revokeConsent: noted('revoke consent'),
    sendChat: () => false,
    markSeen: noted('mark seen'),
    sendFile: () => false,
    cancelFile: noted('cancel file'),
    markSaved: (key) => void asked.push(`saved ${key}`),
    setMicrophone: later('microphone'),
    setCamera: later('camera'),
    shareScreen: later('share screen'),
    stopScreen: noted('stop screen'),
    chooseDevice: later('choose device'),
    setSaving: (on) => void asked.push(`saving ${on}`),
  };
  seats.value = [{ seat: 1, part: 'patient', visit }];
  return visit;
}

export function pretendDevices(media: Partial<LocalMedia> = {}): LocalDevices & { readonly media: Signal<LocalMedia> } {
  const off = { state: 'off' } as const;
  return {
    media: signal<LocalMedia>({ microphone: off, camera: off, screen: off, ...media }),
    devices: signal({ microphones: [], cameras: [], speakers: [], chosen: { microphone: '', camera: '', speaker: '' } }),
    level: signal(0),
    effects: signal({ noiseSuppression: true }),
    viewfinder: signal<Source>(off),
    unplugged: signal([]),
    open: async () => {},
    setMicrophone: async () => {},
    setCamera: async () => {},
    shareScreen: async () => {},
    stopScreen: () => {},
    choose: async () => {},
    setNoiseSuppression: async () => {},
    openViewfinder: async () => {},
    closeViewfinder: () => {},
    takePhoto: async () => new Blob(['photo'], { type: 'image/jpeg' }),
    bindSpeaker: () => () => {},
    close: () => {},
  };
}

/** As it is in the waiting room, connected. */
export function lobby(name: string): Phase {
  return { name: 'lobby', link: { peer: { name, language: 'de', visit: 'AAAAAAAAAAAAAAAAAAAAAA' }, safetyCode: '482915', path: 'direct' } };
}

export function inCall(name: string, since: number): Phase {
  const link = { peer: { name, language: 'de', visit: 'AAAAAAAAAAAAAAAAAAAAAA' }, safetyCode: '482915', path: 'direct' as const };
  return { name: 'in-call', link, since, theirs: { audio: true, video: false, screen: false } };
}

type Json = Readonly<Record<string, unknown>>;

/** Without what only the server knows. */
function shown({ sealed_welcome: _, ...room }: PretendRoom): unknown {
  return { ...room, invites: room.invites.map(({ sha256: _, ...invite }) => invite) };
}

function times({ starts_at, duration_ms }: Json) {
  const starts = Math.floor(Number(starts_at) / 1_000) * 1_000;
  const ends = starts + Number(duration_ms);
  return { starts_at: starts, ends_at: ends, opens_at: starts - 900_000, closes_at: ends + 1_800_000 };
}

function json(body: unknown): Response {
  return Response.json(body);
}

function refused(status: number, code: string, field?: string): Response {
  return Response.json({ error: { code, message: code, ...(field !== undefined && { field }) } }, { status });
}
