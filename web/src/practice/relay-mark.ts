// Which way visits take, as this browser has last read it: a server that keeps the practice's settings back, or shows older ones, must not make it show an address that it hides.

import { relayUseOf, type WelcomeDocument } from '../consent/document.ts';
import { isRelayUse, type RelayUse } from '../call/relay-use.ts';
import { encodeBase64url } from '../sealed/bytes.ts';

/** Reads nothing and keeps nothing before `read`. */
export class RelayMark {
  readonly #identity: () => Promise<Uint8Array<ArrayBuffer>>;
  #practice = '';
  #known: Known | null = null;

  /** `identity`: the practice's key. One that begins anew has another, and nothing is known of it. */
  constructor(identity: () => Promise<Uint8Array<ArrayBuffer>>) {
    this.#identity = identity;
  }

  async read(): Promise<void> {
    if (this.#practice !== '') return;
    this.#practice = encodeBase64url(await this.#identity());
    const known = kept();
    if (known?.practice === this.#practice) this.#known = known;
  }

  /** What the newest says of `document` and of what was known before. */
  newest(document: WelcomeDocument | null): RelayUse {
    if (document && document.made >= (this.#known?.made ?? 0)) return relayUseOf(document);
    return this.#known?.use ?? 'never';
  }

  note(document: WelcomeDocument): void {
    if (document.made < (this.#known?.made ?? 0)) return;
    this.#known = { practice: this.#practice, made: document.made, use: relayUseOf(document) };
    localStorage.setItem(KEY, JSON.stringify(this.#known));
  }
}

interface Known {
  readonly practice: string;
  readonly made: number;
  readonly use: RelayUse;
}

function kept(): Known | null {
  try {
    const { practice, made, use } = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Known;
    return typeof practice === 'string' && Number.isSafeInteger(made) && isRelayUse(use) ? { practice, made, use } : null;
  } catch {
    return null;
  }
}

const KEY = 'visite.relay';
