// Software that makes rooms in the practice's name: a booking portal, or the practice's own. Its rooms' keys come from a secret of its own, which the practice secret
// gives for its name (docs/signalling.md section 1): whoever has that one can compute the keys of these rooms, and of no others.

import { encodeBase64url } from '../sealed/bytes.ts';
import { identityHash, issuerSecret } from '../sealed/links.ts';
import { type DoctorKeys, identityPoint } from './keys.ts';
import { CONSOLE, RECEPTION } from './reader.ts';

/** What is wrong with a name for new software, beside those that are connected; `null`: nothing. */
export type SoftwareProblem = 'shape' | 'reserved' | 'taken' | 'too-many';

export function softwareProblem(name: string, connected: readonly string[]): SoftwareProblem | null {
  if (!SHAPE.test(name)) return 'shape';
  if (name === CONSOLE || name === RECEPTION) return 'reserved';
  if (connected.includes(name)) return 'taken';
  return connected.length >= MOST_SOFTWARE ? 'too-many' : null;
}

/** As settings have them; what is no list of such names counts for none. */
export function readSoftware(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.reduce<readonly string[]>((known, one) => (typeof one === 'string' && softwareProblem(one, known) === null ? [...known, one] : known), []);
}

/** All that the software of this name has to know of the practice, as environment variables. `practice`: its id; `origin`: where guests' links lead. */
export async function accessOf(name: string, practice: string, keys: DoctorKeys, origin: string): Promise<string> {
  const [secret, hash] = await Promise.all([issuerSecret(keys.secret, name), identityPoint(keys).then(identityHash)]);
  return [
    `VISITE_ADDRESS=${origin}`,
    `VISITE_PRACTICE=${practice}`,
    `VISITE_PRACTICE_HASH=${encodeBase64url(hash)}`,
    `VISITE_ISSUER=${name}`,
    `VISITE_ISSUER_SECRET=${encodeBase64url(secret)}`,
  ].join('\n');
}

/** As session-d takes issuers. An open hour's rooms have one with a colon. */
const SHAPE = /^[a-z\d-]{1,40}$/;
export const LONGEST_SOFTWARE = 40;
export const MOST_SOFTWARE = 20;
