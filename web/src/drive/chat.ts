// What the two write to each other. Lives in this page only.

import { type ReadonlySignal, signal } from '@preact/signals';
import { type ControlMessage, LONGEST_CHAT } from '../call/control.ts';
import { plainText } from '../call/text.ts';
import { encodeBase64url } from '../sealed/bytes.ts';
import type { ChatMessage } from './visit.ts';

export class Chat {
  readonly #messages = signal<readonly ChatMessage[]>([]);

  /** Oldest first. */
  get messages(): ReadonlySignal<readonly ChatMessage[]> {
    return this.#messages;
  }

  /** What is to be said, noted as ours; `null` when it is empty or too long. */
  write(text: string, at: number): ControlMessage | null {
    const plain = plainText(text).trim();
    if (plain === '' || plain.length > LONGEST_CHAT) return null;
    const id = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
    this.#note({ id, from: 'me', at, text: plain, seen: false });
    return { type: 'chat', id, at, text: plain };
  }

  /** Another's words, or that it has seen ours. `name`: who that is. */
  hear(message: Extract<ControlMessage, { type: 'chat' | 'chat-seen' }>, at: number, name?: string): void {
    if (message.type === 'chat-seen') return this.#see('me', message.id);
    const isTwin = this.#messages.value.some(({ id }) => id === message.id);
    // By this machine's clock: the other's may be anything.
    if (!isTwin) this.#note({ id: message.id, from: 'peer', ...(name !== undefined && { name }), at, text: plainText(message.text), seen: false });
  }

  /** One of the other's is on the screen: what is to be said about it, once. */
  markSeen(id: string): ControlMessage | null {
    const isNew = this.#messages.value.some((message) => message.id === id && message.from === 'peer' && !message.seen);
    if (!isNew) return null;
    this.#see('peer', id);
    return { type: 'chat-seen', id };
  }

  clear(): void {
    this.#messages.value = [];
  }

  #see(from: 'me' | 'peer', id: string): void {
    this.#messages.value = this.#messages.value.map((message) => (message.id === id && message.from === from ? { ...message, seen: true } : message));
  }

  #note(message: ChatMessage): void {
    this.#messages.value = [...this.#messages.value, message].slice(-MOST);
  }
}

const MOST = 500;
