// From the link to the door: what the link holds, what the server says about it, and which page follows from that.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { asks, type ConsentText, relayUseOf, type WelcomeDocument } from '../../consent/document.ts';
import type { Decision } from '../../consent/receipt.ts';
import { type Reply, sealReply } from '../../consent/reply.ts';
import { openWelcome, WelcomeRefusal } from '../../consent/welcome.ts';
import { type Answer, guestVisit, prepareGuest, rememberedGuest, type Visit } from '../../drive/visit.ts';
import { disability } from '../../rtc/able.ts';
import { openLocalDevices } from '../../rtc/devices.ts';
import type { LocalDevices } from '../../rtc/media.ts';
import { encodeBase64url } from '../../sealed/bytes.ts';
import { encodeFragment, hourRoomKey, isInvite, LinkError, parseFragment } from '../../sealed/links.ts';
import { enterHour, type HourInvitation, isHour, isOpen, sendReply } from '../../signal/hours.ts';
import { HttpRefusal, type Invitation, lookUpInvite } from '../../signal/http.ts';
import { language } from '../text.ts';

/** What a link is good for: an appointment, or an open consultation hour. */
export type Meeting = Invitation | HourInvitation;

/** What the page shows. */
export type Place =
  /** The link itself is not good; nobody was asked. */
  | { readonly name: 'damaged' }
  /** The page of a visit that is over was loaded anew: the link is gone. */
  | { readonly name: 'ended' }
  /** The link and the server's answer name two different practices. Nothing was joined or asked. */
  | { readonly name: 'untrusted'; readonly invitation: Meeting }
  /** This browser can't, whatever is allowed. Nothing was joined or signed. `invitation`, `welcome`: as far as the page could know them. */
  | { readonly name: 'incapable'; readonly failure: 'insecure' | 'unsupported'; readonly invitation: Meeting | null; readonly welcome: WelcomeDocument | null }
  /** The server is being asked. `trouble`: why it takes longer; it is asked again by itself. */
  | { readonly name: 'asking'; readonly trouble: 'offline' | 'unavailable' | 'slow-down' | null }
  | { readonly name: 'refused'; readonly reason: 'invite-invalid' | 'over' }
  /** `welcome`, here and below: what the practice has signed for this link; `null`: nothing, and the handshake will tell who it is. */
  | { readonly name: 'early'; readonly invitation: Invitation; readonly welcome: WelcomeDocument | null; readonly clockOffset: number }
  /** The consultation hour is not open now; it is looked at again by itself. */
  | { readonly name: 'closed'; readonly invitation: HourInvitation; readonly welcome: WelcomeDocument | null }
  /** The practice asks for consent. Nothing was joined, opened or sent. */
  | { readonly name: 'consent'; readonly invitation: Meeting; readonly welcome: WelcomeDocument }
  /** The person does not agree. */
  | { readonly name: 'declined'; readonly invitation: Meeting; readonly welcome: WelcomeDocument }
  /** `entering`: a room of one's own in the consultation hour is being asked for, or could not be had. */
  | { readonly name: 'check'; readonly invitation: Meeting; readonly welcome: WelcomeDocument | null; readonly answer: Answer | null; readonly local: LocalDevices; readonly entering: 'no' | 'asking' | 'failed' }
  /** `invitation` is absent at first after a reload, and `welcome` with it. */
  | { readonly name: 'inside'; readonly visit: Visit; readonly invitation: Meeting | null; readonly welcome: WelcomeDocument | null };

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
  readonly #link: Signal<Link | null>;
  /** Who this is to a consultation hour: a second try gets the same room. */
  readonly #client = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));

  constructor(
    link: Link | null,
    private readonly wants: Wants,
    private readonly hasEnded = false,
  ) {
    this.#link = signal(link);
  }

  get place(): ReadonlySignal<Place> {
    return this.#place;
  }

  /** What leads back to where this page is now. */
  get link(): ReadonlySignal<Link | null> {
    return this.#link;
  }

  /** Goes straight in after a reload, else asks what the link is good for. */
  begin(): void {
    const link = this.#link.value;
    if (!link || !isWhole(link)) {
      this.#place.value = { name: !link && this.hasEnded ? 'ended' : 'damaged' };
      return;
    }
    // Without https nothing that the server says could be opened.
    if (disability() === 'insecure') {
      this.#place.value = { name: 'incapable', failure: 'insecure', invitation: null, welcome: null };
      return;
    }
    const remembered = rememberedGuest(link.invite);
    if (remembered) this.#goBackIn(link, remembered);
    else void this.ask();
    addEventListener('online', () => ['asking', 'closed'].includes(this.#place.value.name) && void this.ask());
  }

  /** Asks the server what the link is good for now. Spends nothing. */
  async ask(): Promise<void> {
    const link = this.#link.value;
    if (!link) return;
    clearTimeout(this.#timer);
    try {
      const invitation: Meeting = await lookUpInvite(link.invite);
      this.#answered(invitation, await welcomeOf(invitation, link));
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

  /** The person is at it: what takes time is made ready for `enter`. */
  prepare(): void {
    const place = this.#place.value;
    const link = this.#link.value;
    if (place.name === 'check' && link && !isHour(place.invitation)) prepareGuest({ ...link, relay: relayUseOf(place.welcome) }, place.invitation);
  }

  /** Past the check: into the waiting room. Camera and microphone that were not opened yet are asked for now, beside it. */
  enter(name: string): void {
    const place = this.#place.value;
    const link = this.#link.value;
    if (place.name !== 'check' || place.entering === 'asking' || !link) return;
    if (isHour(place.invitation)) void this.#enterHour(place, link, name);
    else this.#goIn({ ...link, name }, place.local, place.invitation, place.welcome);
  }

  /** Says to the practice that one comes later, or not. Rejects with an `HttpRefusal` where it did not get there. */
  async tell(reply: Reply): Promise<void> {
    const place = this.#place.value;
    const link = this.#link.value;
    const invitation = place.name === 'early' || place.name === 'inside' ? place.invitation : null;
    if (!link || !invitation || isHour(invitation)) return;
    await sendReply(link.invite, await sealReply(reply, invitation.room, parseFragment(link.fragment).roomKey));
  }

  /** From the end back to the waiting room, as the same person. */
  again(): void {
    const place = this.#place.value;
    const link = this.#link.value;
    if (place.name !== 'inside' || !link) return;
    const { call, consent } = place.visit;
    place.visit.dispose();
    if (consent.value.state === 'revoked') {
      // What was taken back is asked for anew.
      this.#answer = null;
      this.#place.value = { name: 'asking', trouble: null };
      void this.ask();
      return;
    }
    this.#goIn({ ...link, name: call.value.self.name }, openLocalDevices(), place.invitation, place.welcome);
  }

  /** From the lasting link to a room of one's own: its key follows from the hour's. */
  async #enterHour(place: Extract<Place, { name: 'check' }>, { invite, fragment }: Link, name: string): Promise<void> {
    this.#place.value = { ...place, entering: 'asking' };
    try {
      const own = await enterHour(invite, this.#client);
      const { roomKey, practice } = parseFragment(fragment);
      const link = { invite: own.invite, fragment: encodeFragment({ roomKey: await hourRoomKey(roomKey, own.room), practice }) };
      this.#link.value = link;
      this.#goIn({ ...link, name }, place.local, place.invitation, place.welcome);
    } catch (error) {
      if (!(error instanceof HttpRefusal)) throw error;
      if (error.code !== 'not_open') {
        this.#place.value = { ...place, entering: 'failed' };
        return;
      }
      // It has closed meanwhile. What was opened goes off until there is somebody to be seen by.
      place.local.close();
      this.#place.value = { name: 'asking', trouble: null };
      void this.ask();
    }
  }

  #goBackIn(link: Link, { fragment, name, consent, relay }: NonNullable<ReturnType<typeof rememberedGuest>>): void {
    this.#answer = consent;
    const local = openLocalDevices();
    this.#goIn({ invite: link.invite, fragment, name }, local, null, null, relay);
    // For the practice's name and number only. The call needs no server, and goes on without an answer.
    const know = async () => {
      const invitation: Meeting = await lookUpInvite(link.invite);
      const welcome = await welcomeOf(invitation, link);
      const place = this.#place.value;
      if (place.name === 'inside') this.#place.value = { ...place, invitation, welcome: welcome instanceof WelcomeRefusal ? null : welcome };
    };
    know().catch(() => undefined);
  }

  #decided(answer: Answer): void {
    const place = this.#place.value;
    if (place.name !== 'consent') return;
    this.#answer = answer;
    this.#place.value = { ...place, name: 'check', answer, local: openLocalDevices(), entering: 'no' };
  }

  #goIn(guest: Link & { readonly name: string }, local: LocalDevices, invitation: Meeting | null, welcome: WelcomeDocument | null, relay = relayUseOf(welcome)): void {
    const seat = invitation && !isHour(invitation) && { invitation: { room: invitation.room, epoch: invitation.epoch, seat: invitation.seat } };
    const visit = guestVisit({ ...guest, language: language.peek(), consent: this.#answer, relay, local, ...seat });
    const { camera, microphone } = local.media.peek();
    // Where either was opened on the check page, what is off there is meant to be.
    if (camera.state === 'off' && microphone.state === 'off') void local.open(this.wants);
    visit.start();
    this.#place.value = { name: 'inside', visit, invitation, welcome };
  }

  #answered(invitation: Meeting, welcome: WelcomeDocument | WelcomeRefusal | null): void {
    const { name } = this.#place.value;
    // Two questions may have been under way at once: the first answer counts.
    if (name !== 'asking' && name !== 'early' && name !== 'closed') return;
    this.#failures = 0;
    if (welcome instanceof WelcomeRefusal) {
      this.#place.value = welcome.reason === 'untrusted' ? { name: 'untrusted', invitation } : { name: 'damaged' };
      return;
    }
    const failure = disability();
    if (failure) {
      this.#place.value = { name: 'incapable', failure, invitation, welcome };
      return;
    }
    if (isHour(invitation)) {
      if (isOpen(invitation)) return this.#opened(invitation, welcome);
      this.#place.value = { name: 'closed', invitation, welcome };
      this.#timer = setTimeout(() => void this.ask(), BETWEEN_KNOCKS);
      return;
    }
    const clockOffset = invitation.now - Date.now();
    const left = invitation.opens_at - invitation.now;
    if (left <= 0) return this.#opened(invitation, welcome);
    this.#place.value = { name: 'early', invitation, welcome, clockOffset };
    // Asked again on the way: the practice may move the appointment.
    this.#timer = setTimeout(() => void this.ask(), Math.min(left, BETWEEN_LOOKS));
  }

  #opened(invitation: Meeting, welcome: WelcomeDocument | null): void {
    if (welcome && asks(welcome)) this.#place.value = { name: 'consent', invitation, welcome };
    else this.#place.value = { name: 'check', invitation, welcome, answer: null, local: openLocalDevices(), entering: 'no' };
  }

  #refused({ code, retryAfter }: HttpRefusal): void {
    const place = this.#place.value;
    if (code === 'invite_invalid' || code === 'over') {
      this.#place.value = { name: 'refused', reason: code === 'over' ? 'over' : 'invite-invalid' };
      return;
    }
    const trouble = code === 'offline' ? 'offline' : code === 'slow_down' ? 'slow-down' : 'unavailable';
    // Who waits for the opening has an answer already, and keeps it on the screen.
    if (place.name !== 'early' && place.name !== 'closed') this.#place.value = { name: 'asking', trouble };
    const wait = retryAfter ?? Math.min(FIRST_WAIT * 2 ** this.#failures, LONGEST_WAIT);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.ask(), wait);
  }
}

/** What the practice says to this link; `null`: nothing. Whoever is not believed is refused at once. */
async function welcomeOf(invitation: Meeting, { fragment }: Link): Promise<WelcomeDocument | WelcomeRefusal | null> {
  const { sealed_welcome: sealed } = invitation;
  if (!sealed) return null;
  return openWelcome(sealed, isHour(invitation) ? invitation.hour : invitation.room, parseFragment(fragment)).catch((cause: unknown) => {
    if (cause instanceof WelcomeRefusal) return cause;
    throw cause;
  });
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
const BETWEEN_KNOCKS = 20_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;
