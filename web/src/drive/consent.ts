// Each side's part in the guest's consent, over however many connections a visit has: what was signed before goes to the practice as soon as both are
// connected, bound to that connection; what is taken back holds at once.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type ControlMessage, type Item, LONGEST_ASK, MOST_ASKS } from '../call/control.ts';
import { plainLine } from '../call/text.ts';
import { asks, type ConsentText, isConsentText, ITEMS, readDocument, textHash, type WelcomeDocument, writeDocument } from '../consent/document.ts';
import { type Bond, type Decision, drawReceiptKey, isDecision, readReceipt, type Receipt, signReceipt } from '../consent/receipt.ts';
import { decodeBase64url, encodeBase64url } from '../sealed/bytes.ts';

/** How it stands with the guest's consent. */
export interface ConsentState {
  /** `none`: nobody was asked, or has answered yet. `revoked`: all, or a part, was given and taken back. */
  readonly state: 'none' | 'given' | 'refused' | 'revoked';
  /** What holds now. */
  readonly items: readonly Item[];
  /** Who signed, in its own words: to be shown as text. */
  readonly name: string | null;
  /** Absent until both are connected. The practice has only what it has verified. */
  readonly receipt: Receipt | null;
  /** The text that was signed; the practice's: `null` where it has it no more. */
  readonly text: ConsentText | null;
  /** The practice holds the same receipt. */
  readonly isSeen: boolean;
}

/** What a guest has answered to the practice's text. */
export type Answer = { readonly type: 'given'; readonly decision: Decision; readonly text: ConsentText; readonly revoked: readonly Item[] } | { readonly type: 'refused' };

export type ConsentMessage = Extract<ControlMessage, { type: 'consent' | `consent-${string}` }>;

/** A connection on which both have introduced themselves. */
export interface Ground {
  readonly bond: Bond;
  /** The guest's proof to be the same page as before. */
  readonly visit: string | undefined;
  readonly say: (message: ControlMessage) => void;
}

/** What the driver needs of either side's part. */
export interface ConsentPart {
  readonly state: ReadonlySignal<ConsentState>;
  /** The guest's: what it is asked to sign now, while it is connected. */
  readonly asked: ReadonlySignal<WelcomeDocument | null>;
  greeted(ground: Ground): void;
  /** False when nobody may say this. */
  hear(message: ConsentMessage): Promise<boolean>;
  /** Whether somebody may be let in as it stands. */
  mayAdmit(): boolean;
  give(decision: Decision, text: ConsentText): void;
  refuse(): void;
  revoke(items: readonly Item[]): void;
  /** The connection is gone. */
  parted(): void;
}

/** Whether this may be sent and shown. What nobody has been asked about is the practice's to decide. */
export function allows({ state, items }: ConsentState, item: Item): boolean {
  return state === 'none' || state === 'refused' || items.includes(item);
}

/** What a file is, by its name: both sides know it. */
export function itemOf(fileName: string): Item {
  return /\.(?:jpe?g|png|gif|webp|hei[cf]|avif|bmp|tiff?|svg)$/i.test(fileName) ? 'photo' : 'file';
}

/** For what was kept over a reload. */
export function isAnswer(value: unknown): value is Answer {
  const answer = value as Partial<Extract<Answer, { type: 'given' }>> | { readonly type: 'refused' } | null | undefined;
  if (answer?.type === 'refused') return true;
  return answer?.type === 'given' && isDecision(answer.decision) && isConsentText(answer.text) && Array.isArray(answer.revoked) && answer.revoked.every((item) => ITEMS.includes(item));
}

export class GuestConsent implements ConsentPart {
  readonly state = signal<ConsentState>(NOTHING);
  readonly asked = signal<WelcomeDocument | null>(null);
  readonly #remember: (answer: Answer) => void;
  #answer: Answer | null = null;
  #ground: Ground | null = null;
  #key: Promise<CryptoKeyPair> | null = null;
  #parts: string[] = [];

  /** `answer`: given before the visit began. `remember`: keeps a new one over reloads. */
  constructor(answer: Answer | null, remember: (answer: Answer) => void) {
    this.#remember = remember;
    if (answer) this.#set(answer);
  }

  greeted(ground: Ground): void {
    this.#ground = ground;
    this.#parts = [];
    void this.#say(ground);
  }

  async hear(message: ConsentMessage): Promise<boolean> {
    if (message.type === 'consent-seen') {
      if (message.sha256 === this.state.value.receipt?.sha256) this.state.value = { ...this.state.value, isSeen: true };
      return true;
    }
    if (message.type !== 'consent-ask') return false;
    return this.#hearAsk(message);
  }

  mayAdmit(): boolean {
    return false;
  }

  give(decision: Decision, text: ConsentText): void {
    this.#answered({ type: 'given', decision, text, revoked: [] });
  }

  refuse(): void {
    this.#answered({ type: 'refused' });
  }

  revoke(items: readonly Item[]): void {
    const answer = this.#answer;
    const taken = items.filter((item) => this.state.value.items.includes(item));
    if (answer?.type !== 'given' || taken.length === 0) return;
    this.#set({ ...answer, revoked: [...answer.revoked, ...taken] });
    this.#ground?.say({ type: 'consent-revoke', items: taken });
  }

  parted(): void {
    this.#ground = null;
  }

  #answered(answer: Answer): void {
    this.asked.value = null;
    this.#set(answer);
    if (this.#ground) void this.#say(this.#ground);
  }

  #set(answer: Answer): void {
    this.#answer = answer;
    this.#remember(answer);
    if (answer.type === 'refused') {
      this.state.value = { ...NOTHING, state: 'refused' };
      return;
    }
    const { decision, text, revoked } = answer;
    const before = this.state.value;
    const isSame = before.receipt?.decision === decision;
    const items = decision.agreed.filter((item) => !revoked.includes(item));
    this.state.value = { state: revoked.length > 0 ? 'revoked' : 'given', items, name: decision.name, text, receipt: isSame ? before.receipt : null, isSeen: isSame && before.isSeen };
  }

  async #say({ bond, say }: Ground): Promise<void> {
    const answer = this.#answer;
    if (answer?.type === 'refused') return say({ type: 'consent-refuse' });
    if (!answer) return;
    const receipt = await signReceipt(answer.decision, bond, await (this.#key ??= drawReceiptKey()));
    // Another answer, or another connection, meanwhile: that one says its own.
    if (this.#answer?.type !== 'given' || this.#answer.decision !== answer.decision || this.#ground?.bond !== bond) return;
    this.state.value = { ...this.state.value, receipt, isSeen: false };
    say({ type: 'consent', statement: receipt.statement, signature: receipt.signature });
    const { revoked } = this.#answer;
    if (revoked.length > 0) say({ type: 'consent-revoke', items: [...new Set(revoked)] });
  }

  #hearAsk({ part, of, data }: Extract<ConsentMessage, { type: 'consent-ask' }>): boolean {
    if (part === 0) this.#parts = [];
    if (part !== this.#parts.length || part >= of) return false;
    this.#parts.push(data);
    if (this.#parts.length < of) return true;
    const bytes = decodeBase64url(this.#parts.join(''));
    this.#parts = [];
    const document = bytes && readDocument(bytes);
    if (!document || !asks(document)) return false;
    // Whoever has taken something back, or said no, is not asked again.
    if (this.state.value.state === 'none' || this.state.value.state === 'given') this.asked.value = document;
    return true;
  }
}

export class PracticeConsent implements ConsentPart {
  readonly state = signal<ConsentState>(NOTHING);
  readonly asked = signal<WelcomeDocument | null>(null);
  readonly #document: () => WelcomeDocument | null;
  #ground: Ground | null = null;
  #visit: string | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  /** One message after the other, whatever each takes. */
  #turn: Promise<unknown> = Promise.resolve();

  /** `document`: what guests of this practice are asked now; `null`: nothing. */
  constructor(document: () => WelcomeDocument | null) {
    this.#document = document;
  }

  greeted(ground: Ground): void {
    // Somebody else with the same link has signed nothing.
    if (ground.visit === undefined || ground.visit !== this.#visit) this.state.value = NOTHING;
    this.#visit = ground.visit;
    this.#ground = ground;
    clearTimeout(this.#patience);
    const document = this.#document();
    if (document && asks(document)) this.#patience = setTimeout(() => this.state.value.state === 'none' && this.#ask(), PATIENCE);
  }

  hear(message: ConsentMessage): Promise<boolean> {
    const ground = this.#ground;
    const outcome = this.#turn.then(() => (ground && ground === this.#ground ? this.#take(message, ground) : true));
    this.#turn = outcome.catch(() => undefined);
    return outcome;
  }

  mayAdmit(): boolean {
    const document = this.#document();
    return !document || document.policy !== 'required' || !asks(document) || (this.state.value.receipt !== null && this.state.value.items.includes('video'));
  }

  give(): void {}

  refuse(): void {}

  revoke(): void {}

  parted(): void {
    clearTimeout(this.#patience);
    this.#ground = null;
  }

  async #take(message: ConsentMessage, ground: Ground): Promise<boolean> {
    switch (message.type) {
      case 'consent':
        return this.#receive(message, ground);
      case 'consent-refuse':
        clearTimeout(this.#patience);
        this.state.value = { ...NOTHING, state: 'refused' };
        return true;
      case 'consent-revoke': {
        const { state } = this;
        if (!state.value.receipt) return false;
        state.value = { ...state.value, state: 'revoked', items: state.value.items.filter((item) => !message.items.includes(item)) };
        return true;
      }
      default:
        return false;
    }
  }

  async #receive(message: Extract<ConsentMessage, { type: 'consent' }>, { bond, say }: Ground): Promise<boolean> {
    const receipt = await readReceipt(message, bond);
    if (!receipt) return false;
    clearTimeout(this.#patience);
    const document = this.#document();
    const text = await this.#textOf(receipt, document);
    // What was signed is not what is asked now: an older text, or none of ours.
    if (!text && document && asks(document)) {
      this.#ask();
      return true;
    }
    const { agreed, name } = receipt.decision;
    // Said again on another connection, what was taken back stays so: the guest says that again, too.
    const items = this.state.value.state === 'revoked' ? agreed.filter((item) => this.state.value.items.includes(item)) : agreed;
    const state = items.length < agreed.length ? 'revoked' : 'given';
    this.state.value = { state, items, name: plainLine(name, name.length) || '?', receipt, text, isSeen: true };
    say({ type: 'consent-seen', sha256: receipt.sha256 });
    return true;
  }

  async #textOf({ decision: { text } }: Receipt, document: WelcomeDocument | null): Promise<ConsentText | null> {
    const own = document?.texts.find(({ id, language, for: of, version }) => id === text.id && language === text.language && of === text.for && version === text.version);
    return own && (await textHash(own.markdown)) === text.sha256 ? own : null;
  }

  #ask(): void {
    const document = this.#document();
    if (!document) return;
    const data = encodeBase64url(writeDocument(document));
    const of = Math.ceil(data.length / LONGEST_ASK);
    for (let part = 0; part < Math.min(of, MOST_ASKS); part += 1) {
      this.#ground?.say({ type: 'consent-ask', part, of, data: data.slice(part * LONGEST_ASK, (part + 1) * LONGEST_ASK) });
    }
  }
}

const NOTHING: ConsentState = { state: 'none', items: [], name: null, receipt: null, text: null, isSeen: false };
/** Milliseconds in which a guest who has signed says so by itself. */
const PATIENCE = 2_000;
