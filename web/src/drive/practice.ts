// A practice's side of one room.

import { encodeBase64url, utf8 } from '../sealed/bytes.ts';
import { sha256 } from '../sealed/crypto.ts';
import { LONGEST_NAME } from '../call/control.ts';
import { plainLine } from '../call/text.ts';
import { PracticeConsent } from './consent.ts';
import { Driver } from './driver.ts';
import { PracticeHandshake } from './handshake.ts';
import { practiceMemory } from './memory.ts';
import type { PracticeOptions, Visit } from './visit.ts';

/** The practice's side of one room. */
export function practiceVisit({ room, roomKey, identity, device, token, name, language, welcome = () => null, seat = 1, local }: PracticeOptions): Visit {
  return new Driver({
    role: 'practice',
    self: { name: plainLine(name, LONGEST_NAME), language },
    peerSeat: seat,
    part: 'patient',
    client: clientOf(device),
    pass: { token },
    handshake: new PracticeHandshake(roomKey, identity),
    memory: practiceMemory(room),
    consent: new PracticeConsent(welcome),
    local,
  });
}

/** A device's room tokens are bound to this. */
async function clientOf(device: string): Promise<string> {
  return encodeBase64url((await sha256(utf8(device))).slice(0, CLIENT));
}

const CLIENT = 16;
