// Offers, answers and candidates on one RTCPeerConnection. Only the guest offers, so two offers never meet.

import type { Candidate } from '../call/control.ts';
import { type Late, setAside } from './aside.ts';
import { isRelayed, type Route, relayedOnly, relayOnly, withoutRelay } from './relay.ts';
import { showsOnly, withFrugalVoice, withoutAudioLevel } from './sdp.ts';

export interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

export interface NegotiationOptions {
  readonly peer: RTCPeerConnection;
  readonly route: Route;
  /** The other side's certificate, by the handshake; `null` before there is one: `check` follows. */
  readonly fingerprint: () => Uint8Array | null;
  readonly sendDescription: (description: Description) => void;
  readonly sendCandidates: (candidates: readonly Candidate[]) => void;
  /** Called between taking an offer and answering it. */
  readonly prepareAnswer: () => void;
  /** A description that shows another certificate. */
  readonly onWrongCertificate: () => void;
  /** Something that no browser of ours would have sent. */
  readonly onBroken: (why: unknown) => void;
}

export class Negotiation {
  readonly #options: NegotiationOptions;
  /** One thing after another: each call of RTCPeerConnection waits for the one before. */
  #turn: Promise<unknown> = Promise.resolve();
  #taken: Description | null = null;
  #early: Candidate[] = [];
  #gathered: Candidate[] = [];
  #flush: ReturnType<typeof setTimeout> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(options: NegotiationOptions) {
    this.#options = options;
    options.peer.addEventListener('icecandidate', ({ candidate }) => this.#gather(candidate));
  }

  /** The guest's. */
  offer(): void {
    this.#inTurn(async () => {
      const { sdp = '' } = await this.#options.peer.createOffer();
      await this.#describe({ type: 'offer', sdp });
    });
  }

  /** The offer or answer that was sent, with the candidates that have been found since; `null` before it is there. */
  get described(): Description | null {
    const described = this.#options.peer.localDescription;
    return described && this.#said({ type: described.type as Description['type'], sdp: tuned(described.sdp) });
  }

  /** Takes the other's description, the first one only: each side says it once, but perhaps on two ways. */
  take(description: Description): void {
    if (this.#taken) return;
    const fingerprint = this.#options.fingerprint();
    if (fingerprint && !showsOnly(description.sdp, fingerprint)) return this.#options.onWrongCertificate();
    this.#taken = description;
    const usable = this.#options.route === 'direct' ? { ...description, sdp: withoutRelay(description.sdp) } : description;
    this.#inTurn(() => (usable.type === 'offer' ? this.#answer(usable) : this.#takeAnswer(usable)));
  }

  /** What was taken before is held against what the handshake says now. */
  check(fingerprint: Uint8Array): void {
    if (this.#taken && !showsOnly(this.#taken.sdp, fingerprint)) this.#options.onWrongCertificate();
  }

  takeCandidates(candidates: readonly Candidate[]): void {
    const usable = this.#options.route === 'direct' ? candidates.filter(({ candidate }) => !isRelayed(candidate)) : candidates;
    this.#inTurn(async () => {
      if (this.#options.peer.remoteDescription) await this.#add(usable);
      else this.#early.push(...usable.slice(0, MOST_EARLY - this.#early.length));
    });
  }

  stop(): void {
    clearTimeout(this.#flush);
    clearTimeout(this.#late);
  }

  async #answer(offer: Description): Promise<void> {
    const { peer, prepareAnswer } = this.#options;
    await peer.setRemoteDescription(offer);
    prepareAnswer();
    const { sdp = '' } = await peer.createAnswer();
    await this.#describe({ type: 'answer', sdp });
    await this.#add(this.#early.splice(0));
  }

  async #takeAnswer({ type, sdp: whole }: Description): Promise<void> {
    const { peer } = this.#options;
    const { sdp, late } = setAside(whole, peer.localDescription?.sdp ?? '');
    await peer.setRemoteDescription({ type, sdp });
    await this.#add(this.#early.splice(0));
    if (late.length > 0) this.#late = setTimeout(() => this.#inTurn(() => this.#addLate(late)), ASIDE);
  }

  async #addLate(late: readonly Late[]): Promise<void> {
    for (const { candidate, mLine } of late) await this.#options.peer.addIceCandidate({ candidate, sdpMLineIndex: mLine }).catch(() => undefined);
  }

  async #describe({ type, sdp }: Description): Promise<void> {
    const { peer, sendDescription } = this.#options;
    const description = { type, sdp: tuned(sdp) };
    await peer.setLocalDescription(description);
    sendDescription(this.#said(description));
  }

  /** What of a description the other is told. */
  #said({ type, sdp }: Description): Description {
    return { type, sdp: this.#options.route === 'relayed' ? relayOnly(sdp) : sdp };
  }

  async #add(candidates: readonly Candidate[]): Promise<void> {
    for (const { candidate, mid } of candidates) {
      // One that the browser doesn't like (a kind that it doesn't know, a name that it can't resolve) spoils no other.
      await this.#options.peer.addIceCandidate({ candidate, sdpMid: mid }).catch(() => undefined);
    }
  }

  #gather(candidate: RTCIceCandidate | null): void {
    if (candidate && candidate.candidate !== '') {
      const said = this.#options.route === 'relayed' ? relayedOnly(candidate.candidate) : candidate.candidate;
      if (said === null) return;
      this.#gathered.push({ candidate: said, mid: candidate.sdpMid ?? '0' });
      this.#flush ??= setTimeout(() => this.#sendGathered(), GATHERING);
    } else {
      this.#sendGathered();
      if (!candidate) this.#options.sendCandidates([]);
    }
  }

  #sendGathered(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    for (const candidates of parcels(this.#gathered.splice(0))) this.#options.sendCandidates(candidates);
  }

  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#options.peer.signalingState !== 'closed') await act();
    }).catch((error: unknown) => {
      if (this.#options.peer.signalingState !== 'closed') this.#options.onBroken(error);
    });
  }
}

function tuned(sdp: string): string {
  return withFrugalVoice(withoutAudioLevel(sdp));
}

/** As many candidates together as a sealed envelope has room for. */
function parcels(candidates: readonly Candidate[]): Candidate[][] {
  const parcels: Candidate[][] = [];
  let room = 0;
  for (const candidate of candidates) {
    const length = JSON.stringify(candidate).length + 1;
    const parcel = parcels.at(-1);
    if (parcel && parcel.length < MOST_TOGETHER && length <= room) {
      parcel.push(candidate);
      room -= length;
    } else {
      parcels.push([candidate]);
      room = PARCEL - length;
    }
  }
  return parcels;
}

// Milliseconds.
/** Candidates of one moment go together. */
const GATHERING = 5;
/** What hardly leads to the other is tried when the rest has been. */
const ASIDE = 100;
const MOST_TOGETHER = 8;
/** What a plaintext of 1 024 bytes holds, less its length and the brackets. */
const PARCEL = 1_024 - 4 - 2;
const MOST_EARLY = 64;
