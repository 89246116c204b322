// How a practice's keys come to a further device. The link that adds it carries a transfer key behind its `#`, which no server sees:
//
//   https://<public name>/practice#add=<enrolment code>.<transfer key, 32 bytes, base64url>
//
//   number = HKDF-SHA256(ikm = transfer key, salt = "", info = lp("visite v1 device number") ‖ the new device's public key, 8 bytes) as a big-endian number modulo
//            1 000 000: both sides show it. A server that put another device in the new one's place doesn't know the transfer key, so its number is another.
//   key    = HKDF-SHA256(ikm = transfer key, salt = "", info = lp("visite v1 device keys") ‖ lp(device id) ‖ lp(the new device's public key), 32 bytes)
//   sealed = 0x01 ‖ nonce (12) ‖ AES-256-GCM(key, AAD = lp("visite v1 device keys") ‖ lp(device id), the keys as JSON)

import { type Bytes, concat, decodeBase64url, encodeBase64url, lp, utf8 } from '../sealed/bytes.ts';
import { derive, NOTHING, POINT } from '../sealed/crypto.ts';
import { aesKey, boardBytes, type DoctorKeys, identityPoint, labelBytes, publicPoint, type Role, seal, settingsBytes, type StaffKeys, unseal } from './keys.ts';
import { isWhole, keysOf, parse, readBytes, readMaterial, type WholeMaterial, writeMaterial } from './material.ts';
import { readRecovery, type RecoveryFile, writeRecovery } from './recovery.ts';

/** What comes to the new device. A doctor's gets the recovery file, too: with its passphrase it can add devices itself. */
export type Handed = { readonly keys: DoctorKeys; readonly recovery: RecoveryFile } | { readonly keys: StaffKeys; readonly recovery: null };

/** A link that adds a device. */
export function addLink(origin: string, code: string, transferKey: Bytes): string {
  return `${origin}/practice#add=${code}.${encodeBase64url(transferKey)}`;
}

export function drawTransferKey(): Bytes {
  return crypto.getRandomValues(new Uint8Array(TRANSFER_KEY));
}

export function readTransferKey(text: string): Bytes | null {
  return readBytes(text, TRANSFER_KEY);
}

/** Six digits that both devices show. */
export async function deviceNumber(transferKey: Bytes | CryptoKey, publicKey: Bytes): Promise<string> {
  const bytes = await derive(transferKey, NOTHING, concat(lp('visite v1 device number'), publicKey), 8);
  return String(new DataView(bytes.buffer).getBigUint64(0) % 1_000_000n).padStart(6, '0');
}

/** For a doctor's device. */
export function forDoctor(material: WholeMaterial, recovery: RecoveryFile): Bytes {
  return utf8(JSON.stringify({ v: 1, role: 'doctor', material: encodeBase64url(writeMaterial(material)), recovery: writeRecovery(recovery) }));
}

/** For a staff device: no practice secret, no private key. */
export async function forStaff(keys: DoctorKeys): Promise<Bytes> {
  const [labels, settings, board, identity, box] = await Promise.all([labelBytes(keys), settingsBytes(keys), boardBytes(keys), identityPoint(keys), publicPoint(keys.box)]);
  const fields = { labels, settings, board, identity, box };
  return utf8(JSON.stringify({ v: 1, role: 'staff', ...Object.fromEntries(Object.entries(fields).map(([name, bytes]) => [name, encodeBase64url(bytes)])) }));
}

export async function sealForDevice(transferKey: Bytes | CryptoKey, device: string, publicKey: Bytes, handed: Bytes): Promise<string> {
  return encodeBase64url(await seal(await keyFor(transferKey, device, publicKey), boundTo(device), handed));
}

/** `null` when it was not sealed with this transfer key for this device in this role. */
export async function openForDevice(transferKey: CryptoKey, device: string, publicKey: Bytes, role: Role, sealed: Bytes): Promise<Handed | null> {
  const opened = await unseal(await keyFor(transferKey, device, publicKey), boundTo(device), sealed);
  const fields = opened && parse(opened);
  if (fields?.['v'] !== 1 || fields['role'] !== role) return null;
  return role === 'doctor' ? readDoctor(fields) : readStaff(fields);
}

async function readDoctor({ material, recovery }: Readonly<Record<string, unknown>>): Promise<Handed | null> {
  if (typeof material !== 'string' || typeof recovery !== 'string') return null;
  const bytes = decodeBase64url(material);
  const whole = bytes && readMaterial(bytes);
  if (!whole || !isWhole(whole)) return null;
  return { keys: await keysOf(whole), recovery: await readRecovery(utf8(recovery)) };
}

async function readStaff(fields: Readonly<Record<string, unknown>>): Promise<Handed | null> {
  const [labels, settings, board] = ['labels', 'settings', 'board'].map((name) => readBytes(fields[name], 32));
  const [identity, box] = [readBytes(fields['identity'], POINT), readBytes(fields['box'], POINT)];
  if (!labels || !settings || !identity || !box) return null;
  const keys = { role: 'staff' as const, labels: await aesKey(labels), settings: await aesKey(settings), identity, box };
  // A device of an older version leaves none.
  return { keys: board ? { ...keys, board: await aesKey(board) } : keys, recovery: null };
}

async function keyFor(transferKey: Bytes | CryptoKey, device: string, publicKey: Bytes): Promise<CryptoKey> {
  return aesKey(await derive(transferKey, NOTHING, concat(lp('visite v1 device keys'), lp(device), lp(publicKey)), 32));
}

function boundTo(device: string): Bytes {
  return concat(lp('visite v1 device keys'), lp(device));
}

const TRANSFER_KEY = 32;
