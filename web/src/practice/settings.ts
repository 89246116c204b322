// What a practice has settled for its guests, consent, whom to call and which way visits take: its document, signed once with the identity key, and kept at the server so that only its own browsers can read it.
//
//   settings = 0x01 (version) ‖ nonce (12 bytes, at random) ‖ AES-256-GCM(settings key, nonce, AAD = lp("visite v1 settings") ‖ revision (u32), plaintext)
//   plaintext = JSON {"v":1,"document":the welcome's document as it was signed,"signature":b64u,"software"?:the names of connected software}
//
// The revision is the one that the server counts up to with this update: an older one can't be passed off as the newest. A staff device can hand the document out,
// and change nothing of it: the signature is a doctor's.

import { type ReadonlySignal, signal } from '@preact/signals';
import { fieldsOf, parseJson } from '../call/json.ts';
import { type ConsentText, ITEMS, LARGEST_DOCUMENT, LONGEST_PHONE, readDocument, type WelcomeDocument, writeDocument } from '../consent/document.ts';
import { templates } from '../consent/templates.ts';
import { sealWelcome, type SignedWelcome, signWelcome } from '../consent/welcome.ts';
import type { Identity } from '../drive/visit.ts';
import type { RelayUse } from '../call/relay-use.ts';
import { concat, decodeBase64url, encodeBase64url, lp, u32, utf8 } from '../sealed/bytes.ts';
import { HttpRefusal } from '../signal/http.ts';
import { identityPoint, type Keys, seal, settingsKey, unseal } from './keys.ts';
import { RelayMark } from './relay-mark.ts';
import type { Session } from './session.ts';
import { readSoftware } from './software.ts';

/** What stands in the form. */
export type Draft = Pick<WelcomeDocument, 'policy' | 'items'> & { readonly texts: readonly Omit<ConsentText, 'version'>[] };

export type SettingsState =
  | 'loading'
  | 'fresh'
  /** The server could not be asked: what was known goes on holding. */
  | 'unreachable'
  /** Sealed with other keys than this browser's, by a practice that began anew: nothing holds. */
  | 'unreadable';

/** The settings of a practice, as this browser knows them. */
export class PracticeSettings {
  readonly #session: Pick<Session, 'call'>;
  readonly #keys: Keys;
  readonly #practice: string;
  readonly #state = signal<SettingsState>('loading');
  readonly #document = signal<WelcomeDocument | null>(null);
  readonly #software = signal<readonly string[]>([]);
  #signed: SignedWelcome | null = null;
  readonly #mark: RelayMark;
  /** The server has said something since the page was opened. */
  #isKnown = false;
  #revision = 0;
  #loading: Promise<void> | null = null;

  /** `practice`: its name, as guests are to read it. */
  constructor(session: Pick<Session, 'call'>, keys: Keys, practice: string) {
    this.#session = session;
    this.#keys = keys;
    this.#practice = practice;
    this.#mark = new RelayMark(() => identityPoint(keys));
  }

  get state(): ReadonlySignal<SettingsState> {
    return this.#state;
  }

  /** What guests are asked; `null` where nothing was settled yet, and nobody is. */
  get document(): ReadonlySignal<WelcomeDocument | null> {
    return this.#document;
  }

  /** The software whose guests are met here, by the names under which it makes rooms. */
  get software(): ReadonlySignal<readonly string[]> {
    return this.#software;
  }

  get practice(): string {
    return this.#practice;
  }

  /** As it goes to guests; `null` where nothing was settled. */
  get signed(): SignedWelcome | null {
    return this.#signed;
  }

  /** What visits are allowed; `null` before it is known: who hides an address must not be connected without. */
  get relay(): RelayUse | null {
    return this.#isKnown ? this.#mark.newest(this.#document.value) : null;
  }

  /** Asks the server. Throws an `HttpRefusal`. */
  load(): Promise<void> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** Before the first answer there is nothing to go by. Throws an `HttpRefusal`. */
  async ready(): Promise<void> {
    if (this.#state.value === 'loading' || this.#state.value === 'unreachable') await this.load();
  }

  /** For the form: what is settled, or the templates, switched off. */
  draft(): Draft {
    const { policy, items, texts } = this.#document.value ?? this.#nothing();
    return { policy, items, texts: texts.length > 0 ? texts : this.templates() };
  }

  /** `conflict`: another device was faster, and what it saved is read. Throws an `HttpRefusal`; a `RangeError` when the texts are too long together. */
  save({ policy, items, texts }: Draft, identity: Identity): Promise<'saved' | 'conflict'> {
    const before = this.#document.value ?? this.#nothing();
    return this.#store({ ...before, policy, items, texts: texts.map((text) => this.#numbered(text)) }, identity);
  }

  /** Whom guests are to call where a visit does not come about: what `isPhone` takes, or nobody. Otherwise as `save`. */
  savePhone(phone: string | null, identity: Identity): Promise<'saved' | 'conflict'> {
    const { phone: _, ...before } = this.#document.value ?? this.#nothing();
    return this.#store({ ...before, ...(phone !== null && { phone }) }, identity);
  }

  /**
   * Which way visits take. Texts that are still the templates go with it, and say what is true of the new way; what the practice has written itself stays. Otherwise as `save`.
   */
  saveRelay(relay: RelayUse, identity: Identity): Promise<'saved' | 'conflict'> {
    const { relay: _, ...before } = this.#document.value ?? this.#nothing();
    const [old, now] = [this.templates(), templates(this.#practice, relay)];
    const isOld = ({ id, markdown }: ConsentText) => old.some((text) => text.id === id && text.markdown === markdown);
    const texts = before.texts.map((text) => {
      const markdown = isOld(text) ? now.find(({ id }) => id === text.id)?.markdown : undefined;
      return markdown === undefined ? text : this.#numbered({ ...text, markdown });
    });
    return this.#store({ ...before, texts, ...(relay !== 'never' && { relay }) }, identity);
  }

  /** Whose guests are met here: at most `MOST_SOFTWARE` names that `softwareProblem` finds nothing wrong with. Otherwise as `save`; what guests read stays as it is. */
  async saveSoftware(names: readonly string[], identity: Identity): Promise<'saved' | 'conflict'> {
    const { value: document } = this.#document;
    return document && this.#signed ? this.#send(this.#signed, document, names) : this.#store(this.#nothing(), identity, names);
  }

  /** Those that are true of the way that visits take. */
  templates(): readonly ConsentText[] {
    return templates(this.#practice, this.#mark.newest(this.#document.value));
  }

  /** Whether a text of the practice's own may say something else about the way than is true. */
  get hasOwnTexts(): boolean {
    const { policy, texts } = this.#document.value ?? this.#nothing();
    const known = this.templates();
    return policy !== 'none' && texts.some(({ id, markdown }) => !known.some((text) => text.id === id && text.markdown === markdown));
  }

  /** What holds where nothing was settled. */
  #nothing(): WelcomeDocument {
    const relay = this.#mark.newest(null);
    return { practice: this.#practice, made: 0, policy: 'none', items: ITEMS, texts: [], ...(relay !== 'never' && { relay }) };
  }

  async #store(settled: WelcomeDocument, identity: Identity, software = this.#software.value): Promise<'saved' | 'conflict'> {
    // Newer than what it replaces, whatever the clocks of the practice's devices say.
    const document = { ...settled, practice: this.#practice, made: Math.max(Date.now(), settled.made + 1) };
    return this.#send(await signWelcome(document, identity), document, software);
  }

  async #send(signed: SignedWelcome, document: WelcomeDocument, software: readonly string[]): Promise<'saved' | 'conflict'> {
    const plain = utf8(JSON.stringify({ v: VERSION, document: new TextDecoder().decode(signed.document), signature: encodeBase64url(signed.signature), software }));
    const sealed = encodeBase64url(await seal(await settingsKey(this.#keys), boundTo(this.#revision + 1), plain));
    try {
      const { revision } = await this.#session.call<{ revision: number }>('practice/settings/update', { sealed, revision: this.#revision });
      this.#revision = revision;
    } catch (cause) {
      if (!(cause instanceof HttpRefusal) || cause.code !== 'aborted') throw cause;
      await this.load();
      return 'conflict';
    }
    this.#hold(signed, document, software);
    return 'saved';
  }

  /** The version that a text has, or gets when it is saved. */
  versionOf(text: Omit<ConsentText, 'version'>): { readonly version: number; readonly isChanged: boolean } {
    const before = this.#document.value?.texts.find(({ id }) => id === text.id);
    const isChanged = before !== undefined && (before.markdown !== text.markdown || before.title !== text.title);
    return { version: (before?.version ?? 0) + (isChanged || !before ? 1 : 0), isChanged };
  }

  #numbered({ id, language, for: of, title, markdown }: Omit<ConsentText, 'version'>): ConsentText {
    const text = { id, language, for: of, title: title.trim(), markdown: markdown.trim() };
    return { ...text, version: this.versionOf(text).version };
  }

  async #read(): Promise<void> {
    try {
      await this.#mark.read();
      const { sealed, revision } = await this.#session.call<{ sealed: string; revision: number }>('practice/settings', {});
      // An older revision than was known is none that any device of ours asked for.
      if (revision < this.#revision) throw new HttpRefusal(200, 'unavailable', 'the server knows older settings than before');
      this.#revision = revision;
      if (sealed === '') this.#set('fresh', null);
      else await this.#open(sealed, revision);
    } catch (cause) {
      if (cause instanceof HttpRefusal) this.#state.value = 'unreachable';
      throw cause;
    }
  }

  async #open(sealed: string, revision: number): Promise<void> {
    const bytes = decodeBase64url(sealed);
    const plain = bytes && (await unseal(await settingsKey(this.#keys), boundTo(revision), bytes));
    const read = plain && readPlain(plain);
    if (!read) return this.#set('unreadable', null);
    const document = utf8(read.document);
    const parsed = readDocument(document);
    if (!parsed) return this.#set('unreadable', null);
    this.#hold({ identity: await identityPoint(this.#keys), signature: read.signature, document }, parsed, read.software);
  }

  #hold(signed: SignedWelcome, document: WelcomeDocument, software: readonly string[]): void {
    this.#signed = signed;
    this.#meet(software);
    this.#mark.note(document);
    this.#isKnown = true;
    this.#document.value = document;
    this.#state.value = 'fresh';
  }

  #meet(software: readonly string[]): void {
    if (JSON.stringify(software) !== JSON.stringify(this.#software.value)) this.#software.value = software;
  }

  #set(state: SettingsState, document: null): void {
    this.#signed = document;
    this.#meet([]);
    this.#isKnown = true;
    this.#document.value = document;
    this.#state.value = state;
  }
}

/**
 * What goes to the server with each new room: its guest reads who the practice is before anything else, and what it asks. `identity`: `null` on a staff device,
 * which can hand out only what a doctor has signed. The answer throws an `HttpRefusal` where the settings can't be read.
 */
export function welcomeFor(settings: PracticeSettings, identity: Identity | null): (room: string, roomKey: Uint8Array<ArrayBuffer>) => Promise<string> {
  let bare: Promise<SignedWelcome> | null = null;
  return async (room, roomKey) => {
    await settings.ready();
    if (!settings.signed && identity) bare ??= signWelcome({ practice: settings.practice, made: Date.now(), policy: 'none', texts: [], items: [] }, identity);
    const signed = settings.signed ?? (await bare);
    return signed ? sealWelcome(signed, room, roomKey) : '';
  };
}

/** Whether all of them fit into one document together. */
export function fits(draft: Draft, practice: string): boolean {
  const texts = draft.texts.map((text) => ({ ...text, version: 9_999 }));
  return writeDocument({ practice, made: Date.now(), policy: draft.policy, items: draft.items, texts, phone: '0'.repeat(LONGEST_PHONE), relay: 'if-needed' }).length <= LARGEST_DOCUMENT;
}

interface Plain {
  readonly document: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly software: readonly string[];
}

function readPlain(plain: Uint8Array<ArrayBuffer>): Plain | null {
  try {
    const fields = fieldsOf(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(plain)));
    const { v, document, signature, software } = fields ?? {};
    const bytes = typeof signature === 'string' ? decodeBase64url(signature) : null;
    return v === VERSION && typeof document === 'string' && bytes ? { document, signature: bytes, software: readSoftware(software) } : null;
  } catch {
    return null;
  }
}

function boundTo(revision: number): Uint8Array<ArrayBuffer> {
  return concat(lp('visite v1 settings'), u32(revision));
}

const VERSION = 1;
