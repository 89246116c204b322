// The man in the middle, in a page of its own: towards the guest it plays the practice, towards the practice the guest, each with the product's own code and a
// certificate of its own, and carries over what either says. What it comes to know stands in `learned`.
import { GuestHandshake, PracticeHandshake } from '../../../../web/src/drive/handshake.ts';
import { makeCertificate } from '../../../../web/src/rtc/certificate.ts';
import { Connection } from '../../../../web/src/rtc/connection.ts';
import { decodeBase64url, encodeBase64url, utf8 } from '../../../../web/src/sealed/bytes.ts';
import { identityHash, parseFragment } from '../../../../web/src/sealed/links.ts';

const ENVELOPE = 4;
const GUEST = 1;
const PRACTICE = 0;

/** Since it last began. */
export let learned;
let halves;

/** `fragment`: of a link that was stolen; without one it guesses a key. `say(seat, data)` is to bring something to a seat. */
export async function begin({ context, iceServers, fragment, say }) {
  learned = { names: [], chats: [], files: 0, connections: 0, codes: {}, outcomes: [] };
  const own = await drawIdentity();
  const stolen = fragment && parseFragment(fragment);
  const roomKey = stolen?.roomKey ?? crypto.getRandomValues(new Uint8Array(32));
  const practice = stolen?.practice ?? (await identityHash(own.publicKey));
  const common = { context, iceServers, say };
  const toGuest = new Half({ ...common, seat: GUEST, role: 'practice', handshake: new PracticeHandshake(roomKey, own) });
  const toPractice = new Half({ ...common, seat: PRACTICE, role: 'guest', handshake: new GuestHandshake({ roomKey, practice }) });
  halves = { [GUEST]: toGuest, [PRACTICE]: toPractice };
  toGuest.other = toPractice;
  toPractice.other = toGuest;
  await toPractice.begin();
}

/** Something sealed that this seat said. */
export function take(seat, data) {
  return halves?.[seat].take(decodeBase64url(data));
}

export function leave() {
  for (const half of Object.values(halves)) half.connection?.close();
}

class Half {
  queue = [];
  turn = Promise.resolve();
  certificate = makeCertificate();

  constructor(options) {
    Object.assign(this, options);
  }

  async begin() {
    const { fingerprint } = await this.certificate;
    this.send(await this.handshake.begin(this.context, fingerprint));
  }

  take(message) {
    this.turn = this.turn.then(() => (message[1] === ENVELOPE ? this.open(message) : this.shakeHands(message)));
    return this.turn;
  }

  async shakeHands(message) {
    const { certificate, fingerprint } = await this.certificate;
    const outcome = await this.handshake.take(message, this.context, fingerprint);
    learned.outcomes.push(`${this.role}: ${outcome.type} ${outcome.reason ?? ''}`.trim());
    if (outcome.reply) this.send(outcome.reply);
    if (outcome.type === 'done') this.connect(outcome.session, certificate);
  }

  async open(envelope) {
    if (!this.session) return;
    const { kind, payload } = await this.session.open(envelope);
    const value = JSON.parse(new TextDecoder().decode(payload));
    if (kind === 'description') this.connection.takeDescription(value);
    else if (kind === 'candidates') this.connection.takeCandidates(value);
  }

  connect(session, certificate) {
    const { role, iceServers } = this;
    this.session = session;
    learned.codes[this.seat] = session.safetyCode;
    this.connection = new Connection({ role, certificate, peerFingerprint: session.peerFingerprint, iceServers, onEvent: (event) => this.heard(event) });
    this.connection.file.addEventListener('message', ({ data }) => {
      learned.files += data.byteLength;
      this.other.connection.file.send(data);
    });
    document.body.append(Object.assign(document.createElement('video'), { autoplay: true, muted: true, playsInline: true, srcObject: this.connection.camera }));
    document.body.lastChild.dataset.test = `of-seat-${this.seat}`;
    if (role === 'guest') this.connection.offer();
  }

  heard(event) {
    switch (event.type) {
      case 'description':
        return this.seal('description', event.description);
      case 'candidates':
        return this.seal('candidates', event.candidates);
      case 'path-up':
        return this.up();
      case 'said':
        return this.hear(event.message);
    }
  }

  up() {
    learned.connections += 1;
    this.isUp = true;
    for (const message of this.queue.splice(0)) this.connection.say(message);
    if (!this.other.isUp) return;
    for (const half of [this, this.other]) half.pass();
  }

  /** What this side's other end sends, to the other one. */
  pass() {
    const [microphone = null] = this.connection.camera.getAudioTracks();
    const [camera = null] = this.connection.camera.getVideoTracks();
    this.other.connection.attach({ microphone, camera, screen: null });
  }

  hear(message) {
    if (message.type === 'hello') learned.names.push(message.name);
    if (message.type === 'chat') learned.chats.push(message.text);
    if (this.other.isUp) this.other.connection.say(message);
    else this.other.queue.push(message);
  }

  seal(kind, payload) {
    this.sealing = Promise.resolve(this.sealing).then(async () => this.send(await this.session.seal(kind, utf8(JSON.stringify(payload)))));
  }

  send(message) {
    this.say(this.seat, encodeBase64url(message));
  }
}

/** A practice's key that is not the one the link names. */
async function drawIdentity() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes)),
  };
}
