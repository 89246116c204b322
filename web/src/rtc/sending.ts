// How this side's sound and picture go out: the voice first. What the line carries besides is the picture's.

import { type ReadonlySignal, signal } from '@preact/signals';
import type { Came } from './flow.ts';
import { afterBreak, climb, type Ladder, LEVELS, levelFor, newLadder, PAUSED, type Wish } from './ladder.ts';
import { countLine, type LineCount, lineSample } from './stats.ts';

/** What the line lets through of this side's picture. */
export interface Sending {
  readonly video: 'full' | 'reduced' | 'paused';
  /** The person wants as little as possible to be sent. */
  readonly saving: boolean;
}

/** Whether anything gets through. */
export type PathState = 'up' | 'doubted' | 'broken';

/** The tracks that one sends; `null`: nothing. */
export interface Tracks {
  readonly microphone: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
}

/** The three senders of one connection, from `adopt` to `stop`. */
export class Sender {
  readonly #peer: RTCPeerConnection;
  readonly #sending = signal<Sending>({ video: 'full', saving: false });
  readonly #onRefused: () => void;
  #hands: readonly Hand[] = [];
  #tracks: Tracks = { microphone: null, camera: null, screen: null };
  #wish: Wish = { saving: false, people: 1 };
  #ladder: Ladder = newLadder();
  #before: LineCount | null = null;
  /** What the other has told last. */
  #came: (Came & { readonly at: number }) | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #path: PathState = 'up';
  /** Looks. */
  #settling = 0;
  #isStopped = false;

  /** `onRefused`: the browser does not take a track. */
  constructor(peer: RTCPeerConnection, onRefused: () => void) {
    this.#peer = peer;
    this.#onRefused = onRefused;
  }

  get sending(): ReadonlySignal<Sending> {
    return this.#sending;
  }

  /** Sound, camera and screen, in this order: they send what is attached, now or later. */
  adopt(transceivers: readonly RTCRtpTransceiver[]): void {
    this.#hands = transceivers.map(({ sender }) => new Hand(sender));
    if (Object.values(this.#tracks).some(Boolean)) this.attach(this.#tracks);
  }

  /** Gets ready for these, which may be attached soon: the first picture is not held up by what it is to be like then. Nothing goes out. */
  expect(tracks: Tracks): void {
    const inOrder = [tracks.microphone, tracks.camera, tracks.screen];
    this.#hands.forEach((hand, at) => hand.expect(inOrder[at] ?? null));
    this.#apply();
  }

  /** Sends these from now on, without a renegotiation. */
  attach(tracks: Tracks): void {
    this.#tracks = tracks;
    const inOrder = [tracks.microphone, tracks.camera, tracks.screen];
    this.#hands.forEach((hand, at) => void hand.take(inOrder[at] ?? null).catch(this.#onRefused));
    this.#apply();
    if (inOrder.some(Boolean) && !this.#isStopped) this.#watch ??= setInterval(() => void this.#look(), SECOND);
  }

  /** The smallest picture, at once. */
  setSaving(saving: boolean): void {
    this.#wish = { ...this.#wish, saving };
    this.#apply();
  }

  /** How many others there are in the call: each costs an encoder, and its share of the line. */
  setPeople(people: number): void {
    this.#wish = { ...this.#wish, people };
    this.#apply();
  }

  /** The other tells how much of it has come. */
  hear({ rate, lost }: Came): void {
    this.#came = { rate, lost, at: performance.now() };
    // Each second of it is one that nobody understands.
    if (lost > MOST_LOST) void this.#look();
  }

  /**
   * What the path does. While it is in doubt, what goes out stays as it is. Broken, no pictures go out: what is sent when they do again begins with a whole
   * one, where the other would wait for 3 s for the parts that were lost (Chromium).
   */
  setPath(path: PathState): void {
    const before = this.#path;
    if (path === before || (before === 'broken' && path === 'doubted')) return;
    this.#path = path;
    if (path === 'broken') return this.#apply();
    if (before !== 'broken') return;
    this.#before = this.#came = null;
    this.#settling = SETTLING;
    this.#ladder = afterBreak(this.#ladder, performance.now());
    this.#apply();
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#watch);
    for (const hand of this.#hands) hand.take(null).catch(() => undefined);
  }

  async #look(): Promise<void> {
    const report = await this.#peer.getStats().catch(() => null);
    if (!report || this.#isStopped || this.#path !== 'up') return;
    const count = countLine(report, performance.now(), this.#before);
    // After a sleep of the page the difference would be of many seconds, and of no line that is still there.
    const isFresh = this.#before !== null && count.at - this.#before.at < STALE;
    const came = this.#came && count.at - this.#came.at < TOLD ? this.#came : null;
    const { level } = this.#ladder;
    if (this.#before && isFresh) this.#ladder = climb(this.#ladder, lineSample(this.#before, count, came));
    // What was lost on a larger level says nothing of this one; and what a break has cost is told late, and is to count for one second only.
    const isAnew = (this.#before !== null && !isFresh) || this.#ladder.level > level || this.#settling > 0;
    this.#settling = Math.max(0, this.#settling - 1);
    this.#before = isAnew ? { ...count, packets: count.packets.slice(-1) } : count;
    this.#apply();
  }

  #apply(): void {
    const level = levelFor(this.#ladder, this.#wish);
    const { lines, rate, camera, screen } = LEVELS[level] ?? SLOWEST;
    const [voice, face, page] = this.#hands;
    void voice?.want({ priority: 'high', maxBitrate: this.#ladder.isVoiceSmall ? SMALL_VOICE : VOICE });
    // Who shows a screen is looked at less: the page has the line's room then.
    const isShowing = this.#tracks.screen !== null;
    const isBroken = this.#path === 'broken';
    void face?.want({ priority: 'low', active: level < PAUSED && !isBroken, lines: isShowing ? Math.min(lines, SMALL) : lines, maxFramerate: rate, maxBitrate: isShowing ? Math.min(camera, SMALL_BITS) : camera, degradation: 'maintain-framerate' });
    void page?.want({ priority: 'medium', active: !isBroken, maxFramerate: Math.max(rate, 5), maxBitrate: screen, degradation: 'maintain-resolution' });
    const video = level === PAUSED ? 'paused' : level > MILD ? 'reduced' : 'full';
    const { saving } = this.#wish;
    if (video !== this.#sending.value.video || saving !== this.#sending.value.saving) this.#sending.value = { video, saving };
  }
}

/** How a track is to go out. */
interface Manner {
  readonly priority: RTCPriorityType;
  readonly active?: boolean;
  /** The shorter side of the picture at the most. */
  readonly lines?: number;
  readonly maxFramerate?: number;
  readonly maxBitrate?: number;
  readonly degradation?: RTCDegradationPreference;
}

/** One sender. What is wanted last holds: the browser refuses a change that begins before another is done. */
class Hand {
  readonly #sender: RTCRtpSender;
  #track: MediaStreamTrack | null = null;
  #expected: MediaStreamTrack | null = null;
  #hasHadTrack = false;
  #manner: Manner = { priority: 'low' };
  #applied = '';
  #isBusy = false;

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
  }

  expect(track: MediaStreamTrack | null): void {
    this.#expected = track;
  }

  async take(track: MediaStreamTrack | null): Promise<void> {
    this.#track = track;
    this.#hasHadTrack ||= track !== null;
    if (this.#sender.track !== track) await this.#sender.replaceTrack(track);
  }

  async want(manner: Manner): Promise<void> {
    this.#manner = manner;
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let wanted = this.#wanted(); keyOf(wanted) !== this.#applied; wanted = this.#wanted()) {
      const parameters = this.#sender.getParameters();
      // Not negotiated yet.
      if (parameters.encodings.length === 0) break;
      for (const each of parameters.encodings) Object.assign(each, wanted.encoding);
      await this.#sender.setParameters(Object.assign(parameters, wanted.rest)).catch(() => undefined);
      this.#applied = keyOf(wanted);
    }
    this.#isBusy = false;
  }

  #wanted(): Wanted {
    const track = this.#track;
    const { priority, active, lines, maxFramerate, maxBitrate, degradation } = this.#manner;
    return {
      encoding: {
        // Firefox goes on sending the last picture, once a second, where there is no track any more. Where there was none yet nothing goes out, and Chromium
        // has less to set up for the first picture.
        ...(active !== undefined && { active: active && (track !== null || !this.#hasHadTrack) }),
        priority,
        networkPriority: priority,
        ...(maxBitrate !== undefined && { maxBitrate }),
        ...(maxFramerate !== undefined && { maxFramerate }),
        ...(lines !== undefined && { scaleResolutionDownBy: scaleFor(track ?? this.#expected, lines) }),
      },
      rest: { ...(degradation && { degradationPreference: degradation }) },
    };
  }
}

/** Of a sender's parameters, what is ours to say. */
interface Wanted {
  readonly encoding: Partial<RTCRtpEncodingParameters>;
  readonly rest: { readonly degradationPreference?: RTCDegradationPreference };
}

function keyOf(wanted: Wanted): string {
  return JSON.stringify(wanted);
}

/**
 * Lets each packet of sound carry the one before whole (RFC 2198), where the browser can: with 5 % of the packets lost on 150 kbit/s, 0.1 to 3 %
 * of the sound was made up instead of 4 to 5 % (Chromium), for 25 kbit/s more.
 * To be called before the offer; who answers follows it.
 */
export function preferRedundantVoice(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities?.('audio')?.codecs ?? [];
  const isRedundant = ({ mimeType }: RTCRtpCodec) => mimeType === 'audio/red';
  if (codecs.some(isRedundant)) transceiver.setCodecPreferences([...codecs.filter(isRedundant), ...codecs.filter((codec) => !isRedundant(codec))]);
}

function scaleFor(track: MediaStreamTrack | null, lines: number): number {
  const { width = 0, height = 0 } = track?.getSettings() ?? {};
  return Math.max(1, Math.min(width, height) / lines);
}

/** Looks: the browsers tell of sound each 5 s. */
const SETTLING = 6;
/** Percent. */
const MOST_LOST = 25;
/** Bits a second, before each packet carries the one before too. */
const VOICE = 32_000;
const SMALL_VOICE = 14_000;
/** What goes on while the camera is paused. */
const SLOWEST = { lines: 180, rate: 5, camera: 45_000, screen: 80_000 };
/** Levels that nobody needs to be told of. */
const MILD = 1;
/** The camera's beside a screen. */
const SMALL = 360;
const SMALL_BITS = 350_000;
// Milliseconds.
const SECOND = 1_000;
const STALE = 5_000;
/** The other tells each second, and what it says may have to be sent again. */
const TOLD = 1_500;
