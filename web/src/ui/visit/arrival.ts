// From the link to the door: what the link holds, what the server says about it, and which page follows from that.

import { type ReadonlySignal, signal } from '@preact/signals';
import { asks, type ConsentText, type WelcomeDocument } from '../../consent/document.ts';
import type { Decision } from '../../consent/receipt.ts';
import { openWelcome, WelcomeRefusal } from '../../consent/welcome.ts';
import { type Answer, guestVisit, rememberedGuest, type Visit } from '../../drive/visit.ts';
import { openLocalDevices } from '../../rtc/devices.ts';
import type { LocalDevices } from '../../rtc/media.ts';
import { LinkError, isInvite, parseFragment } from '../../sealed/links.ts';
import { HttpRefusal, type Invitation, lookUpInvite } from '../../signal/http.ts';
import { language } from '../text.ts';

/** What the page shows. */
export type Place =
  /** The link itself is not good; nobody was asked. */
  | { readonly name: 'damaged' }
  /** The page of a visit that is over was loaded anew: the link is gone. */
  | { readonly name: 'ended' }
  /** The link and the server's answer name two different practices. Nothing was joined or asked. */
  | { readonly name: 'untrusted'; readonly invitation: Invitation }
  /** The server is being asked. `trouble`: why it takes longer; it is asked again by itself. */
  | { readonly name: 'asking'; readonly trouble: 'offline' | 'unavailable' | 'slow-down' | null }
  | { readonly name: 'refused'; readonly reason: 'invite-invalid' | 'over' }
  /** `welcome`, here and below: what the practice has signed for this link; `null`: nothing, and the handshake will tell who it is. */
  | { readonly name: 'early'; readonly invitation: Invitation; readonly welcome: WelcomeDocument | null; readonly clockOffset: number }
  /** The practice asks for consent. Nothing was joined, opened or sent. */
  | { readonly name: 'consent'; readonly invitation: Invitation; readonly welcome: WelcomeDocument }
  /** The person does not agree. */
  | { readonly name: 'declined'; readonly invitation: Invitation; readonly welcome: WelcomeDocument }
  | { readonly name: 'check'; readonly invitation: Invitation; readonly welcome: WelcomeDocument | null; readonly answer: Answer | null; readonly local: LocalDevices }
  /** `invitation` is absent at first after a reload. */
  | { readonly name: 'inside'; readonly visit: Visit; readonly invitation: Invitation | null; readonly isVerified: boolean };

/** Both halves of a link. */
export interface Link {
  readonly invite: string;
  readonly fragment: string;
}

/** Which of the guest's devices are wanted: what is switched off stays off over a reload. */
export interface Wants {
  readonly camera: boolean;
  readonly microphone: boolean;
}

/** The guest's way in. `begin` once; then the person acts. */
export class Arrival {
  readonly #place = signal<Place>({ name: 'asking', trouble: null });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #answer: Answer | null = null;

  constructor(
    private readonly link: Link | null,
    private readonly wants: Wants,
    private readonly hasEnded = false,
  ) {}

  get place(): ReadonlySignal<Place> {
    return this.#place;
  }

  /** Goes straight in after a reload, else asks what the link is good for. */
  begin(): void {
    if (!this.link || !isWhole(this.link)) {
      this.#place.value = { name: !this.link && this.hasEnded ? 'ended' : 'damaged' };
      return;
    }
    const remembered = rememberedGuest(this.link.invite);
    if (remembered) this.#goBackIn(this.link.invite, remembered);
    else void this.ask();
    addEventListener('online', () => this.#place.value.name === 'asking' && void this.ask());
  }

  /** Asks the server what the link is good for now. Spends nothing. */
  async ask(): Promise<void> {
    if (!this.link) return;
    clearTimeout(this.#timer);
    try {
      const invitation = await lookUpInvite(this.link.invite);
      this.#answered(invitation, await this.#welcomeOf(invitation, this.link));
    } catch (error) {
      if (!(error instanceof HttpRefusal)) throw error;
      this.#refused(error);
    }
  }

  /** The person has signed: on to the check. */
  give(decision: Decision, text: ConsentText): void {
    this.#decided({ type: 'given', decision, text, revoked: [] });
  }

  /** Where it is only asked for: on without signing. */
  skip(): void {
    const place = this.#place.value;
    if (place.name === 'consent' && place.welcome.policy === 'asked') this.#decided({ type: 'refused' });
  }

  /** The person does not agree: that is the end, and nobody hears of it. */
  decline(): void {
    const place = this.#place.value;
    if (place.name === 'consent') this.#place.value = { ...place, name: 'declined' };
  }

  /** To the practice's text once more. */
  reconsider(): void {
    const place = this.#place.value;
    if (place.name === 'declined') this.#place.value = { ...place, name: 'consent' };
  }

  /** Past the check: into the waiting room. Camera and microphone that were not opened yet are asked for now, beside it. */
  enter(name: string): void {
    const place = this.#place.value;
    if (place.name !== 'check' || !this.link) return;
    this.#goIn({ ...this.link, name }, place.local, place.invitation, place.welcome !== null);
  }

  /** From the end back to the waiting room, as the same person. */
  again(): void {
    const place = this.#place.value;
    if (place.name !== 'inside' || !this.link) return;
    const { call, consent } = place.visit;
    place.visit.dispose();
    if (consent.value.state === 'revoked') {
      // What was taken back is asked for anew.
      this.#answer = null;
      this.#place.value = { name: 'asking', trouble: null };
      void this.ask();
      return;
    }
    this.#goIn({ ...this.link, name: call.value.self.name }, openLocalDevices(), place.invitation, place.isVerified);
  }

  #goBackIn(invite: string, { fragment, name, consent }: NonNullable<ReturnType<typeof rememberedGuest>>): void {
    this.#answer = consent;
    const local = openLocalDevices();
    this.#goIn({ invite, fragment, name }, local, null, false);
    // For the practice's name only. The call needs no server, and goes on without an answer.
    lookUpInvite(invite).then(
      (invitation) => {
        const place = this.#place.value;
        if (place.name === 'inside') this.#place.value = { ...place, invitation };
      },
      () => undefined,
    );
  }

  #decided(answer: Answer): void {
    const place = this.#place.value;
    if (place.name !== 'consent') return;
    this.#answer = answer;
    this.#place.value = { ...place, name: 'check', answer, local: openLocalDevices() };
  }

  /** What the practice says to this link; `null`: nothing. Whoever is not believed is refused at once. */
  async #welcomeOf({ sealed_welcome: sealed, room }: Invitation, { fragment }: Link): Promise<WelcomeDocument | WelcomeRefusal | null> {
    if (!sealed) return null;
    return openWelcome(sealed, room, parseFragment(fragment)).catch((cause: unknown) => {
      if (cause instanceof WelcomeRefusal) return cause;
      throw cause;
    });
  }

  #goIn(guest: Link & { readonly name: string }, local: LocalDevices, invitation: Invitation | null, isVerified: boolean): void {
    const visit = guestVisit({ ...guest, language: language.peek(), consent: this.#answer, local });
    const { camera, microphone } = local.media.peek();
    // Where either was opened on the check page, what is off there is meant to be.
    if (camera.state === 'off' && microphone.state === 'off') void local.open(this.wants);
    visit.start();
    this.#place.value = { name: 'inside', visit, invitation, isVerified };
  }

  #answered(invitation: Invitation, welcome: WelcomeDocument | WelcomeRefusal | null): void {
    const { name } = this.#place.value;
    // Two questions may have been under way at once: the first answer counts.
    if (name !== 'asking' && name !== 'early') return;
    this.#failures = 0;
    if (welcome instanceof WelcomeRefusal) {
      this.#place.value = welcome.reason === 'untrusted' ? { name: 'untrusted', invitation } : { name: 'damaged' };
      return;
    }
    const clockOffset = invitation.now - Date.now();
    const left = invitation.opens_at - invitation.now;
    if (left <= 0) {
      if (welcome && asks(welcome)) this.#place.value = { name: 'consent', invitation, welcome };
      else this.#place.value = { name: 'check', invitation, welcome, answer: null, local: openLocalDevices() };
      return;
    }
    this.#place.value = { name: 'early', invitation, welcome, clockOffset };
    // Asked again on the way: the practice may move the appointment.
    this.#timer = setTimeout(() => void this.ask(), Math.min(left, BETWEEN_LOOKS));
  }

  #refused({ code, retryAfter }: HttpRefusal): void {
    const place = this.#place.value;
    if (code === 'invite_invalid' || code === 'over') {
      this.#place.value = { name: 'refused', reason: code === 'over' ? 'over' : 'invite-invalid' };
      return;
    }
    const trouble = code === 'offline' ? 'offline' : code === 'slow_down' ? 'slow-down' : 'unavailable';
    // Who waits for the opening has an answer already, and keeps it on the screen.
    if (place.name !== 'early') this.#place.value = { name: 'asking', trouble };
    const wait = retryAfter ?? Math.min(FIRST_WAIT * 2 ** this.#failures, LONGEST_WAIT);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.ask(), wait);
  }
}

function isWhole({ invite, fragment }: Link): boolean {
  if (!isInvite(invite)) return false;
  try {
    parseFragment(fragment);
    return true;
  } catch (error) {
    if (error instanceof LinkError) return false;
    throw error;
  }
}

/** Milliseconds. */
const BETWEEN_LOOKS = 60_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;
