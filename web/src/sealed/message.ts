// The head that every message has, and its cutting into fields.

import { type Bytes, concat, equal } from './bytes.ts';
import { Refusal } from './refusal.ts';

export const MESSAGE = { commit: 1, helloA: 2, helloB: 3, envelope: 4, prekey: 5, earlyB: 6, earlyA: 7 } as const;
export type MessageType = keyof typeof MESSAGE;

export interface Message {
  readonly type: MessageType;
  /** Names the handshake. */
  readonly hid: Bytes;
  readonly body: Bytes;
}

export function head(type: MessageType, hid: Bytes): Bytes {
  return concat(Uint8Array.of(VERSION, MESSAGE[type]), hid);
}

/** The type and the handshake of a message, and what follows. */
export function parseMessage(message: Bytes): Message {
  if (message.length < HEAD) throw new Refusal('malformed');
  if (message[0] !== VERSION) throw new Refusal('version');
  const type = TYPES.find((type) => MESSAGE[type] === message[1]);
  if (!type) throw new Refusal('malformed');
  return { type, hid: message.slice(2, HEAD), body: message.slice(HEAD) };
}

/** The body of a message that must be of type `due` and of handshake `hid`. */
export function expectBody(message: Bytes, due: MessageType, hid: Bytes): Bytes {
  const { type, hid: of, body } = parseMessage(message);
  if (!equal(of, hid)) throw new Refusal('other-handshake');
  if (type !== due) throw new Refusal('unexpected');
  return body;
}

/** Cuts `bytes` into fields of these lengths; refuses what is shorter or longer. */
export function cut<const L extends readonly number[]>(bytes: Bytes, ...lengths: L): { [At in keyof L]: Bytes } {
  let at = 0;
  const fields = lengths.map((length) => bytes.slice(at, (at += length)));
  if (at !== bytes.length) throw new Refusal('malformed');
  return fields as { [At in keyof L]: Bytes };
}

const TYPES = Object.keys(MESSAGE) as MessageType[];
const VERSION = 1;
export const HID = 16;
const HEAD = 2 + HID;
