// From the link to the door: what the link holds, what the server says about it, and which page follows from that.

import { type ReadonlySignal, signal } from '@preact/signals';
import { guestVisit, rememberedGuest, type Visit } from '../../drive/visit.ts';
import { openLocalDevices } from '../../rtc/devices.ts';
import type { LocalDevices } from '../../rtc/media.ts';
import { LinkError, isInvite, parseFragment } from '../../sealed/links.ts';
import { HttpRefusal, type Invitation, lookUpInvite } from '../../signal/http.ts';
import { language } from '../text.ts';

/** What the page shows. */
export type Place =
  /** The link itself is not good; nobody was asked. */
  | { readonly name: 'damaged' }
  /** The server is being asked. `trouble`: why it takes longer; it is asked again by itself. */
  | { readonly name: 'asking'; readonly trouble: 'offline' | 'unavailable' | 'slow-down' | null }
  | { readonly name: 'refused'; readonly reason: 'invite-invalid' | 'over' }
  | { readonly name: 'early'; readonly invitation: Invitation; readonly clockOffset: number }
  | { readonly name: 'check'; readonly invitation: Invitation; readonly local: LocalDevices }
  /** `invitation` is absent at first after a reload. */
  | { readonly name: 'inside'; readonly visit: Visit; readonly invitation: Invitation | null };

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

  constructor(
    private readonly link: Link | null,
    private readonly wants: Wants,
  ) {}

  get place(): ReadonlySignal<Place> {
    return this.#place;
  }

  /** Goes straight in after a reload, else asks what the link is good for. */
  begin(): void {
    if (!this.link || !isWhole(this.link)) {
      this.#place.value = { name: 'damaged' };
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
      this.#answered(await lookUpInvite(this.link.invite));
    } catch (error) {
      if (!(error instanceof HttpRefusal)) throw error;
      this.#refused(error);
    }
  }

  /** Past the check: into the waiting room. Camera and microphone that were not opened yet are asked for now, beside it. */
  enter(name: string): void {
    const place = this.#place.value;
    if (place.name !== 'check' || !this.link) return;
    this.#goIn({ ...this.link, name }, place.local, place.invitation);
  }

  /** From the end back to the waiting room, as the same person. */
  again(): void {
    const place = this.#place.value;
    if (place.name !== 'inside' || !this.link) return;
    const { name } = place.visit.call.value.self;
    place.visit.dispose();
    this.#goIn({ ...this.link, name }, openLocalDevices(), place.invitation);
  }

  #goBackIn(invite: string, { fragment, name }: { readonly fragment: string; readonly name: string }): void {
    const local = openLocalDevices();
    this.#goIn({ invite, fragment, name }, local, null);
    // For the practice's name only. The call needs no server, and goes on without an answer.
    lookUpInvite(invite).then(
      (invitation) => {
        const place = this.#place.value;
        if (place.name === 'inside') this.#place.value = { ...place, invitation };
      },
      () => undefined,
    );
  }

  #goIn(guest: Link & { readonly name: string }, local: LocalDevices, invitation: Invitation | null): void {
    const visit = guestVisit({ ...guest, language: language.peek(), local });
    const { camera, microphone } = local.media.peek();
    // Where either was opened on the check page, what is off there is meant to be.
    if (camera.state === 'off' && microphone.state === 'off') void local.open(this.wants);
    visit.start();
    this.#place.value = { name: 'inside', visit, invitation };
  }

  #answered(invitation: Invitation): void {
    const { name } = this.#place.value;
    // Two questions may have been under way at once: the first answer counts.
    if (name !== 'asking' && name !== 'early') return;
    this.#failures = 0;
    const clockOffset = invitation.now - Date.now();
    const left = invitation.opens_at - invitation.now;
    if (left <= 0) {
      this.#place.value = { name: 'check', invitation, local: openLocalDevices() };
      return;
    }
    this.#place.value = { name: 'early', invitation, clockOffset };
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
