// A pretend server and pretend visits, for tests and for the gallery: what the console does can be seen without either.

import { type Signal, signal } from '@preact/signals';
import { newCall } from '../call/step.ts';
import type { Call, Introduction, Phase } from '../call/model.ts';
import type { SharedFile, Visit } from '../drive/visit.ts';
import type { LocalDevices, LocalMedia } from '../rtc/media.ts';

/** Answers the calls of docs/signalling.md section 2 that the practice makes, as session-d does, as far as the console can tell. */
export class PretendServer {
  readonly practice = 'a0'.repeat(16);
  practiceName = 'Praxis am Finkenweg';
  /** Codes that are good. */
  readonly codes = new Set<string>();
  /** Ids of devices; revoked when taken out. */
  readonly devices = new Set<string>();
  readonly rooms = new Map<string, PretendRoom>();
  readonly tokens = new Set<string>();
  /** Every call, by its path, in order. */
  readonly asked: string[] = [];
  /** The server can't be reached. */
  isDown = false;
  /** The answers to these paths get lost on their way, once. */
  readonly losesAnswer = new Set<string>();
  /** What the next call of a path is refused with. */
  readonly refusals = new Map<string, { readonly status: number; readonly code: string; readonly field?: string }>();
  pageSize = 100;
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

  private answer(path: string, body: Json, bearer: string): Response {
    if (path === 'clock') return json({ now: this.now() });
    if (Object.values(body).some((value) => typeof value === 'number' && !Number.isInteger(value))) return refused(400, 'bad_request');
    if (path === 'enrol') return this.enrol(body);
    if (path === 'device/challenge') return json({ challenge: 'AAAA' });
    if (path === 'device/session') return this.signIn(body);
    if (!this.tokens.has(bearer)) return refused(401, 'unauthenticated');
    if (path === 'rooms/list') return this.list(body);
    if (path === 'rooms') return this.create(body);
    const [kind, id = '', action] = path.split('/');
    if (kind === 'invites') return this.revoke(id);
    const room = this.rooms.get(id);
    if (!room) return refused(404, 'not_found');
    if (action === 'token') return json({ token: 'room-token', expires_at: this.now() + 600_000 });
    if (action === 'close') return json(this.put({ ...room, state: 'closed' }));
    if (room.state === 'closed') return refused(409, 'failed_precondition');
    if (action === 'move') return json(this.put({ ...room, ...times(body), epoch: room.epoch + 1 }));
    const invite = this.invite(body);
    if ([...this.rooms.values()].some(({ invites }) => invites.some(({ sha256 }) => sha256 === invite.sha256))) return refused(409, 'already_exists');
    this.put({ ...room, invites: [...room.invites, invite] });
    return json({ id: invite.id, seat: invite.seat });
  }

  private enrol({ code, name }: Json): Response {
    if (name === '') return refused(400, 'invalid_argument', 'name');
    if (!this.codes.delete(String(code))) return refused(404, 'enrolment_invalid');
    const device = this.newId();
    this.devices.add(device);
    return json({ device, practice: this.practice, practice_name: this.practiceName });
  }

  private signIn({ device }: Json): Response {
    if (!this.devices.has(String(device))) return refused(401, 'sign_in_failed');
    const token = `ey${(this.count += 1)}`;
    this.tokens.add(token);
    return json({ token, expires_at: this.now() + 600_000, practice: this.practice, practice_name: this.practiceName });
  }

  private list({ from, until, page_token }: Json): Response {
    const found = [...this.rooms.values()].filter((room) => room.starts_at >= Number(from) && room.starts_at < Number(until));
    found.sort((one, other) => one.starts_at - other.starts_at || one.id.localeCompare(other.id));
    const at = Number(page_token ?? 0);
    const next = at + this.pageSize;
    return json({ rooms: found.slice(at, next).map(shown), next_page_token: next < found.length ? String(next) : '' });
  }

  private create(body: Json): Response {
    const id = String(body['room']);
    const known = this.rooms.get(id);
    const invites = (body['invites'] as readonly Json[]).map((one) => this.invite(one));
    const room = known ?? this.put({ id, ...times(body), epoch: 1, issuer: 'console', state: 'open', sealed_label: String(body['sealed_label']), invites });
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
  readonly invites: readonly PretendInvite[];
}

export interface PretendInvite {
  readonly id: string;
  readonly seat: number;
  readonly max_uses: number;
  readonly uses: number;
  readonly revoked: boolean;
  readonly sha256: string;
}

/** A visit that does nothing by itself; what was asked of it is in `asked`. */
export interface PretendVisit extends Visit {
  readonly call: Signal<Call>;
  readonly files: Signal<readonly SharedFile[]>;
  readonly asked: string[];
}

export function pretendVisit(phase: Phase = { name: 'waiting' }): PretendVisit {
  const self: Introduction = { name: 'Praxis am Finkenweg', language: 'de' };
  const call = signal<Call>({ ...newCall('practice', self), line: 'up', phase });
  const asked: string[] = [];
  const noted = (what: string) => () => void asked.push(what);
  const later = (what: string) => async () => void asked.push(what);
  return {
    call,
    messages: signal([]),
    files: signal([]),
    remote: signal({ camera: null, screen: null }),
    quality: signal(null),
    local: pretendDevices(),
    times: signal(null),
    asked,
    start: noted('start'),
    admit: noted('admit'),
    hangUp: noted('hang up'),
    retry: noted('retry'),
    dispose: noted('dispose'),
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
  };
}

export function pretendDevices(media: Partial<LocalMedia> = {}): LocalDevices & { readonly media: Signal<LocalMedia> } {
  const off = { state: 'off' } as const;
  return {
    media: signal<LocalMedia>({ microphone: off, camera: off, screen: off, ...media }),
    devices: signal({ microphones: [], cameras: [], speakers: [], chosen: { microphone: '', camera: '', speaker: '' } }),
    level: signal(0),
    open: async () => {},
    setMicrophone: async () => {},
    setCamera: async () => {},
    shareScreen: async () => {},
    stopScreen: () => {},
    choose: async () => {},
    bindSpeaker: () => () => {},
    close: () => {},
  };
}

/** As it is in the waiting room, connected. */
export function lobby(name: string): Phase {
  return { name: 'lobby', link: { peer: { name, language: 'de', visit: 'AAAAAAAAAAAAAAAAAAAAAA' }, safetyCode: '482915', path: 'direct' } };
}

export function inCall(name: string, since: number): Phase {
  const link = { peer: { name, language: 'de' }, safetyCode: '482915', path: 'direct' as const };
  return { name: 'in-call', link, since, theirs: { audio: true, video: false, screen: false } };
}

type Json = Readonly<Record<string, unknown>>;

/** Without what only the server knows. */
function shown(room: PretendRoom): unknown {
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
