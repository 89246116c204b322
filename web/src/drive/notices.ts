// What the practice tells who waits: "about ten minutes more". Lives in this page only.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type ControlMessage, LONGEST_NOTICE } from '../call/control.ts';
import { plainText } from '../call/text.ts';
import { encodeBase64url } from '../sealed/bytes.ts';

export interface Notice {
  readonly id: string;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number;
  /** Show it as text, in an element with `dir="auto"`. */
  readonly text: string;
}

export class Notices {
  readonly #list = signal<readonly Notice[]>([]);

  /** Newest last. */
  get list(): ReadonlySignal<readonly Notice[]> {
    return this.#list;
  }

  hear({ id, text }: Extract<ControlMessage, { type: 'notice' }>, at: number): void {
    const plain = plainText(text).trim();
    const isTwin = this.#list.value.some((notice) => notice.id === id);
    if (plain !== '' && !isTwin) this.#list.value = [...this.#list.value, { id, at, text: plain }].slice(-MOST);
  }

  clear(): void {
    this.#list.value = [];
  }
}

/** The practice's: what is to be said; `null` when it is empty or too long. */
export function writeNotice(text: string): ControlMessage | null {
  const plain = plainText(text).trim();
  if (plain === '' || plain.length > LONGEST_NOTICE) return null;
  return { type: 'notice', id: encodeBase64url(crypto.getRandomValues(new Uint8Array(16))), text: plain };
}

const MOST = 20;
