// One RTCPeerConnection between the two, as docs/signalling.md sections 5 and 6 describe it: made by one handshake, closed with it.

import { type Candidate, type ControlMessage, parseControl } from '../call/control.ts';
import type { Path } from '../call/model.ts';
import { isFingerprint } from './certificate.ts';
import { Flow } from './flow.ts';
import { type Description, Negotiation } from './negotiation.ts';
import { preferRedundantVoice, Sender, type Tracks } from './sending.ts';
import { configured, type IceServer, type Route } from './relay.ts';
import { pathOf, remoteFingerprint } from './stats.ts';

export interface ConnectionOptions {
  readonly role: 'practice' | 'guest';
  readonly certificate: RTCCertificate;
  /** The other side's certificate, by the handshake: 32 bytes; `null`: the handshake is under way, `expect` follows. */
  readonly peerFingerprint: Uint8Array | null;
  readonly iceServers: readonly IceServer[];
  /** Absent: any. */
  readonly route?: Route;
  readonly onEvent: (event: ConnectionEvent) => void;
}

/** What a connection tells. After `close` it tells nothing. */
export type ConnectionEvent =
  /** `stalled`: sound and picture have stopped coming, perhaps because the path is gone. */
  | { readonly type: 'path-up' | 'path-lost' | 'stalled' | 'connection-ended' | 'wrong-certificate' | 'rules-broken' }
  | { readonly type: 'path-kind'; readonly path: Path }
  /** To be sent sealed, over the server. */
  | { readonly type: 'description'; readonly description: Description }
  | { readonly type: 'candidates'; readonly candidates: readonly Candidate[] }
  /** The other said something on `control` that is not the connection's own business. */
  | { readonly type: 'said'; readonly message: Said };

export type Said = Exclude<ControlMessage, { type: 'ping' | 'pong' | 'came' }>;

export type { Tracks } from './sending.ts';

export class Connection {
  readonly peer: RTCPeerConnection;
  /** For the bytes of files. */
  readonly file: RTCDataChannel;
  /** How one's own sound and picture go out. */
  readonly sender: Sender;
  readonly #options: ConnectionOptions;
  readonly #control: RTCDataChannel;
  readonly #negotiation: Negotiation;
  readonly #allowance = new Allowance();
  readonly #flow: Flow;
  /** Sound and camera of the other, and its screen: the same streams as long as the connection stands. */
  readonly camera = new MediaStream();
  readonly screen = new MediaStream();
  #transceivers: readonly RTCRtpTransceiver[] = [];
  /** The other's certificate has been looked at; until then nothing of what it says is heard. */
  #isCertain = false;
  #peerFingerprint: Uint8Array | null;
  readonly #early: unknown[] = [];
  #isUp = false;
  #isClosed = false;
  #heardAt = 0;
  #lookedAt = 0;
  #pings = 0;
  /** The ping whose answer is waited for. */
  #tried: number | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#peerFingerprint = options.peerFingerprint;
    const { certificate, route = 'any' } = options;
    const iceTransportPolicy = route === 'relayed' ? 'relay' : 'all';
    this.peer = new RTCPeerConnection({ iceServers: configured(options.iceServers), iceTransportPolicy, certificates: [certificate], bundlePolicy: 'max-bundle' });
    this.sender = new Sender(this.peer, () => this.#tell({ type: 'rules-broken' }));
    this.#flow = new Flow({
      peer: this.peer,
      onArrived: () => this.#alive(),
      onDried: () => this.#dried(),
      onLossy: (came) => this.say({ type: 'came', ...came }),
    });
    // In the order of the description's sections; nothing is sent before there are tracks.
    if (options.role === 'guest') this.#transceive((['audio', 'video', 'video'] as const).map((kind) => this.peer.addTransceiver(kind, { direction: 'sendrecv' })));
    const [sound] = this.#transceivers;
    if (sound) preferRedundantVoice(sound);
    this.#control = this.peer.createDataChannel('control', { negotiated: true, id: 0 });
    this.file = this.peer.createDataChannel('file', { negotiated: true, id: 1 });
    this.file.binaryType = 'arraybuffer';
    this.#negotiation = new Negotiation({
      peer: this.peer,
      route,
      fingerprint: () => this.#peerFingerprint,
      sendDescription: (description) => this.#tell({ type: 'description', description }),
      sendCandidates: (candidates) => this.#tell({ type: 'candidates', candidates }),
      prepareAnswer: () => this.#prepareAnswer(),
      onWrongCertificate: () => this.#tell({ type: 'wrong-certificate' }),
      onBroken: () => this.#tell({ type: 'rules-broken' }),
    });
    this.#listen();
  }

  /** The guest's: begins. */
  offer(): void {
    this.#negotiation.offer();
  }

  /** What was said of this side, with the candidates that have been found since; `null` before. */
  get described(): Description | null {
    return this.#negotiation.described;
  }

  /** What the handshake has led to. The other may have been described already: then it is held against that now. */
  expect(peerFingerprint: Uint8Array): void {
    this.#peerFingerprint = peerFingerprint;
    this.#negotiation.check(peerFingerprint);
    if (this.#control.readyState === 'open') void this.#opened();
  }

  /** The network may be another one: whether the other still hears is to show soon. `patience` in milliseconds. */
  doubt(patience = DOUBT): void {
    if (!this.#isUp || this.#isClosed) return;
    const [heardAt, now] = [this.#heardAt, Date.now()];
    this.#ping();
    setTimeout(() => {
      if (!this.#isUp || this.#isClosed || this.#heardAt !== heardAt) return;
      // A page that stood still has not been listening either.
      if (Date.now() - now > 2 * patience) this.doubt(patience);
      else this.#lost();
    }, patience);
  }

  /** Says `path-up`, once more, when the other has answered. */
  tryPath(): void {
    this.#ping();
    this.#tried = this.#pings;
  }

  /** What came sealed, over the server. */
  takeDescription(description: Description): void {
    this.#negotiation.take(description);
  }

  takeCandidates(candidates: readonly Candidate[]): void {
    this.#negotiation.takeCandidates(candidates);
  }

  /** Says something on `control`; nothing where that is not open (any more). */
  say(message: ControlMessage): void {
    if (this.#control.readyState === 'open') this.#control.send(JSON.stringify(message));
  }

  /** Sends these from now on, without a renegotiation. */
  attach(tracks: Tracks): void {
    this.sender.attach(tracks);
  }

  /** Closes at once. With `lastWords` what was said last still gets a moment to leave; nothing is heard or sent meanwhile. */
  close(lastWords = false): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#watch);
    this.#flow.stop();
    this.#negotiation.stop();
    this.sender.stop();
    for (const stream of [this.camera, this.screen]) for (const track of stream.getTracks()) stream.removeTrack(track);
    if (lastWords && this.#control.readyState === 'open') setTimeout(() => this.peer.close(), LAST_WORDS);
    else this.peer.close();
  }

  // --- Negotiating ---

  #prepareAnswer(): void {
    if (this.#transceivers.length > 0) return;
    const transceivers = this.peer.getTransceivers();
    for (const transceiver of transceivers) transceiver.direction = 'sendrecv';
    this.#transceive(transceivers.slice(0, 3));
  }

  #transceive(transceivers: readonly RTCRtpTransceiver[]): void {
    this.#transceivers = transceivers;
    const [audio, camera, screen] = transceivers.map(({ receiver }) => receiver.track);
    for (const track of [audio, camera]) if (track) this.camera.addTrack(track);
    if (screen) this.screen.addTrack(screen);
    this.sender.adopt(transceivers);
  }

  // --- Watching the path ---

  #listen(): void {
    const { peer } = this;
    peer.addEventListener('connectionstatechange', () => this.#connectionChanged());
    this.#control.addEventListener('open', () => void this.#opened());
    this.#control.addEventListener('message', ({ data }) => this.#hear(data));
    this.#control.addEventListener('close', () => this.#tell({ type: 'connection-ended' }));
    this.file.addEventListener('message', () => this.#alive());
  }

  #connectionChanged(): void {
    const { connectionState } = this.peer;
    if (connectionState === 'disconnected' && this.#isUp) this.#missed();
    else if (connectionState === 'failed' && !this.#isCertain) this.#lost();
    else if (connectionState === 'failed' || connectionState === 'closed') this.#tell({ type: 'connection-ended' });
    else if (connectionState === 'connected') this.#alive();
  }

  async #opened(): Promise<void> {
    // The path may be faster than the handshake: `expect` follows.
    if (!this.#peerFingerprint) return;
    const isRight = await this.#isRightCertificate().catch(() => false);
    if (this.#isClosed) return;
    if (!isRight) return this.#tell({ type: 'wrong-certificate' });
    this.#isCertain = true;
    this.#alive();
    for (const data of this.#early.splice(0)) this.#hear(data);
    this.#watch = setInterval(() => void this.#look(), LOOK);
    this.#flow.start();
    void this.#look();
  }

  /** The certificate that DTLS really used, where the browser can tell (DTLS itself has held it against the description's). */
  async #isRightCertificate(): Promise<boolean> {
    const expected = this.#peerFingerprint;
    const transport = this.peer.sctp?.transport as (RTCDtlsTransport & { getRemoteCertificates?: () => ArrayBuffer[] }) | undefined;
    const [der] = transport?.getRemoteCertificates?.() ?? [];
    if (der) {
      const used = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
      return expected !== null && used.every((byte, at) => byte === expected[at]);
    }
    const shown = remoteFingerprint(await this.peer.getStats());
    return shown === null || (expected !== null && isFingerprint(shown, expected));
  }

  async #look(): Promise<void> {
    this.#ping();
    const now = Date.now();
    // A page that has slept or stood still has not been listening either.
    const hasListened = now - this.#lookedAt < 2 * LOOK;
    this.#lookedAt = now;
    if (this.#isUp && hasListened && now - this.#heardAt > SILENCE) this.#lost();
    const report = await this.peer.getStats().catch(() => null);
    const path = report && pathOf(report);
    if (path) this.#tell({ type: 'path-kind', path });
  }

  #alive(): void {
    if (!this.#isCertain) return;
    this.#heardAt = Date.now();
    this.sender.setPath('up');
    if (this.#isUp) return;
    this.#isUp = true;
    this.#tell({ type: 'path-up' });
  }

  /** What has been silent for a while need not show for as long as others that it lives. */
  #dried(): void {
    this.sender.setPath('doubted');
    this.#tell({ type: 'stalled' });
    this.doubt(STALLED);
  }

  /** The browser misses the other. Firefox says so too when the machine stood still, while all goes on. */
  #missed(): void {
    if (Date.now() - this.#heardAt < FRESH) this.doubt();
    else this.#lost();
  }

  #lost(): void {
    this.#isUp = false;
    this.sender.setPath('broken');
    this.#tell({ type: 'path-lost' });
    this.#knock(KNOCKS);
  }

  /** One that only seemed lost, or is back, is to show at once. */
  #knock(times: number): void {
    if (this.#isUp || this.#isClosed || times === 0) return;
    this.#ping();
    setTimeout(() => this.#knock(times - 1), KNOCK);
  }

  #ping(): void {
    this.#pings += 1;
    this.say({ type: 'ping', n: this.#pings });
  }

  // --- Hearing ---

  #hear(data: unknown): void {
    if (this.#isClosed) return;
    if (!this.#isCertain) return void (this.#early.length < MOST_EARLY && this.#early.push(data));
    const message = typeof data === 'string' && this.#allowance.take(Date.now()) ? parseControl(data) : null;
    if (!message) return this.#tell({ type: 'rules-broken' });
    this.#alive();
    switch (message.type) {
      case 'ping':
        return this.say({ type: 'pong', n: message.n });
      case 'pong':
        return message.n === this.#tried ? this.#tell({ type: 'path-up' }) : undefined;
      case 'came':
        return this.sender.hear(message);
      default:
        return this.#tell({ type: 'said', message });
    }
  }

  #tell(event: ConnectionEvent): void {
    if (!this.#isClosed) this.#options.onEvent(event);
  }
}

/** How many messages the other side may say: a lot at once, then so many a second. */
class Allowance {
  #left = BURST;
  #at = 0;

  take(now: number): boolean {
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) / 1_000) * PER_SECOND);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

const MOST_EARLY = 16;
const BURST = 1_000;
const PER_SECOND = 100;
// Milliseconds.
const LOOK = 2_000;
/** Two pings and some. The browsers themselves notice a dead path after 5 to 9 s. */
const SILENCE = 5_500;
const KNOCK = 300;
const KNOCKS = 100;
const LAST_WORDS = 300;
/** Since then the path was there. */
const FRESH = 1_000;
/** Several round trips, or a packet sent again. */
const DOUBT = 1_200;
const STALLED = 700;
