// What is said of a call's connections: of three or four people each has one with every other.

import type { InCall, Path } from '../../call/model.ts';
import type { Facts, Person, Quality } from '../../drive/visit.ts';

/** The path that is named where there are several: a relay is never kept back. */
export function pathOf(talk: InCall, people: readonly Person[]): Path | null {
  return people.some(({ facts }) => facts?.path === 'relayed') ? 'relayed' : talk.link.path;
}

/** The connection that most is wrong with. */
export function worst(people: readonly Person[]): Quality | null {
  const known = people.flatMap(({ quality }) => (quality ? [quality] : []));
  return known.find(({ light }) => light === 'poor') ?? known.find(({ light }) => light === 'fair') ?? known[0] ?? null;
}

/** `DTLS 1.3`, `SRTP AEAD_AES_128_GCM`: of what the browser has told. */
export function suitesOf({ dtls, srtp }: Facts): readonly string[] {
  // Some call the suite by a name that begins with the protocol's.
  return [dtls && `DTLS ${dtls}`, srtp && `SRTP ${srtp.replace(/^SRTP_/, '')}`].filter((one) => one !== null);
}
