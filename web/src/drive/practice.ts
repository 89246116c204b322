// A practice's side of one room.

import { LONGEST_NAME } from '../call/control.ts';
import { plainLine } from '../call/text.ts';
import { openLocalDevices } from '../rtc/devices.ts';
import { encodeBase64url, utf8 } from '../sealed/bytes.ts';
import { sha256 } from '../sealed/crypto.ts';
import { PracticeConsent } from './consent.ts';
import { Driver } from './driver.ts';
import { PracticeHandshake } from './handshake.ts';
import { practiceMemory } from './memory.ts';
import { Room } from './room.ts';
import { SharedLine } from './shared-line.ts';
import { BROWSER, type Tools } from './tools.ts';
import type { PracticeOptions, SeatPlan, Visit } from './visit.ts';

/** The practice's side of one room. `tools`: for tests. */
export function practiceVisit({ room, roomKey, identity, device, token, name, language, welcome = () => null, relay = () => 'never', seats = ALONE, local }: PracticeOptions, tools: Tools = BROWSER): Visit {
  const client = clientOf(device);
  const line = new SharedLine((options) => tools.openLine(options));
  // The same page, and the same certificate, whomever it talks to.
  let certificate: ReturnType<Tools['makeCertificate']> | null = null;
  const shared: Tools = { ...tools, openLine: (options) => line.handle(options), makeCertificate: () => (certificate ??= tools.makeCertificate()) };
  return new Room({
    plan: seats,
    local: local ?? openLocalDevices(),
    ownsLocal: !local,
    seat: ({ seat, part }, common) =>
      new Driver({
        ...common,
        role: 'practice',
        self: { name: plainLine(name, LONGEST_NAME), language, ...(part !== 'patient' && { you: part }) },
        peerSeat: seat,
        part,
        client,
        pass: { token },
        handshake: new PracticeHandshake(roomKey, identity),
        memory: practiceMemory(room, seat),
        consent: new PracticeConsent(welcome),
        relay,
        tools: shared,
      }),
  });
}

/** A device's room tokens are bound to this. */
async function clientOf(device: string): Promise<string> {
  return encodeBase64url((await sha256(utf8(device))).slice(0, CLIENT));
}

const ALONE: readonly SeatPlan[] = [{ seat: 1, part: 'patient' }];
const CLIENT = 16;
