// A practice's software: makes appointments with links, and follows what happens in them.
//
//     node built/appointments.js create [LABEL]  prints the room's id and the patient's link
//     node built/appointments.js watch [TOKEN]   prints an event a line: the resume token, type, room, seat
//
// In the environment: what the practice's console shows for this software (settings, connected software: VISITE_ADDRESS, VISITE_PRACTICE, VISITE_PRACTICE_HASH,
// VISITE_ISSUER, VISITE_ISSUER_SECRET); from the operator VISITE_API_KEY and VISITE_TARGET (session-d: `unix:/run/visite/session.sock`, or `host:port` over TLS
// with the authority in VISITE_CA); and VISITE_PROTO, the folder of the protos.

import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type ClientReadableStream, credentials, loadPackageDefinition, Metadata, type ServiceClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const [what, argument = '', ...more] = process.argv.slice(2);
if (what === 'create' && more.length === 0) await create(argument);
else if (what === 'watch' && more.length === 0) await watch(argument);
else {
  console.error('appointments.js create [LABEL] | watch [TOKEN]');
  process.exitCode = 2;
}

async function create(label: string): Promise<void> {
  // Its key is derived of the room's id, and the label is sealed with it: so the software draws the id.
  const room = randomBytes(16).toString('hex');
  const key = derive(bytes(of('VISITE_ISSUER_SECRET')), 'visite v1 room key', room);
  const request = {
    practice: of('VISITE_PRACTICE'),
    room_id: room,
    issuer: of('VISITE_ISSUER'),
    start_time: { seconds: Math.floor(Date.now() / 1000) },
    duration: { seconds: 20 * 60 },
    invites: [{ seat: 1 }],
    sealed_label: label === '' ? Buffer.alloc(0) : seal(key, room, label),
    // The same for every attempt: whoever asks again makes no second room.
    request_id: room,
  };
  const rooms = service('RoomService');
  const created = await new Promise<{ invites: { token: string }[] }>((resolve, reject) => {
    const answer = (error: ServiceError | null, value: { invites: { token: string }[] }) => (error ? reject(error) : resolve(value));
    rooms['CreateRoom']?.(request, identity(), { deadline: Date.now() + 10_000 }, answer);
  });
  rooms.close();
  // What stands behind the `#` never reaches a server; where the link leads is not for the API to say (docs/signalling.md, section 1).
  const fragment = Buffer.concat([Buffer.of(1), key, bytes(of('VISITE_PRACTICE_HASH'))]).toString('base64url');
  console.log(`${room} ${of('VISITE_ADDRESS')}/v/${created.invites[0]?.token}#${fragment}`);
}

/** HKDF-SHA256 (RFC 5869) with an empty salt. */
function derive(secret: Buffer, label: string, room: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', Buffer.concat([prefixed(label), prefixed(room)]), 32));
}

/** What the practice reads about the appointment (docs/integrate, a label): at most 400 bytes of UTF-8. */
function seal(roomKey: Buffer, room: string, label: string): Buffer {
  const text = prefixed(label);
  const plain = Buffer.concat([text, Buffer.alloc((128 - (text.length % 128)) % 128)]);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derive(roomKey, 'visite v1 software label key', room), nonce);
  cipher.setAAD(Buffer.concat([prefixed('visite v1 software label'), prefixed(room)]));
  const sealed = Buffer.concat([Buffer.of(1), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([Buffer.of(3), prefixed(sealed)]);
}

function prefixed(field: string | Buffer): Buffer {
  const content = Buffer.from(field);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length);
  return Buffer.concat([length, content]);
}

interface Answer {
  readonly resume_token: string;
  /** Absent: nothing has happened, the stream is alive. */
  readonly event?: { readonly type: string; readonly room: string; readonly seat?: number };
}

/** Goes on for ever: after an interruption from where it was, without a gap. */
async function watch(token: string): Promise<void> {
  for (;;) {
    const events = service('EventService');
    try {
      const stream = events['WatchEvents']?.({ practice: of('VISITE_PRACTICE'), resume_token: token }, identity()) as ClientReadableStream<Answer>;
      for await (const answer of stream as AsyncIterable<Answer>) {
        token = answer.resume_token;
        const { event } = answer;
        console.log(event ? `${token} ${event.type.replace('TYPE_', '')} ${event.room} ${event.seat ?? '-'}` : `${token} ALIVE - -`);
      }
    } catch (error) {
      const { code } = error as ServiceError;
      // Events are missing: read the rooms (ListRooms) after the next first answer.
      if (code === status.OUT_OF_RANGE) token = '';
      else if (code !== status.UNAVAILABLE) throw error;
    } finally {
      events.close();
    }
    await setTimeout(1_000);
  }
}

function service(name: 'RoomService' | 'EventService') {
  const includeDirs = [of('VISITE_PROTO')];
  const files = ['visite/session/v1/session.proto', 'visite/session/v1/events.proto'];
  const definition = loadSync(files, { includeDirs, keepCase: true, enums: String, longs: String, oneofs: true });
  const { visite } = loadPackageDefinition(definition) as unknown as { visite: { session: { v1: Record<typeof name, ServiceClientConstructor> } } };
  const Service = visite.session.v1[name];
  const target = of('VISITE_TARGET');
  if (!target.startsWith('unix:')) return new Service(target, credentials.createSsl(readFileSync(of('VISITE_CA'))));
  // The path of a socket, which gRPC would name here, is no name of a host (RFC 9113, section 8.3.1).
  return new Service(target, credentials.createInsecure(), { 'grpc.default_authority': 'session-d' });
}

function identity(): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${of('VISITE_API_KEY')}`);
  return metadata;
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

function of(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}
