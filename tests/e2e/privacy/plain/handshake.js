// What stands in for web/src/sealed/handshake.ts where sealing is switched off: the same messages in the same order, and nothing that protects them.
// The proof needs it: what the hostile server does to the product must work against this, or it would prove nothing.
import { concat } from '../../../../web/src/sealed/bytes.ts';
import { expectBody, head, parseMessage } from '../../../../web/src/sealed/message.ts';

export class Guest {
  constructor(hid, own) {
    Object.assign(this, { hid, own });
  }

  static async commit(context, link, hid, own) {
    return { guest: new Guest(hid, own), commit: head('commit', hid) };
  }

  async hello(helloA) {
    const session = new Session(this.hid, expectBody(helloA, 'helloA', this.hid));
    return { session, helloB: concat(head('helloB', this.hid), this.own.fingerprint) };
  }
}

export class Practice {
  constructor(hid) {
    this.hid = hid;
  }

  static async answer(context, roomKey, identity, own, commit) {
    const { hid } = parseMessage(commit);
    return { practice: new Practice(hid), helloA: concat(head('helloA', hid), own.fingerprint) };
  }

  async finish(helloB) {
    return new Session(this.hid, expectBody(helloB, 'helloB', this.hid));
  }
}

class Session {
  safetyCode = '000000';

  constructor(hid, peerFingerprint) {
    Object.assign(this, { hid, peerFingerprint });
  }

  async seal(kind, payload) {
    return concat(head('envelope', this.hid), Uint8Array.of(KINDS.indexOf(kind)), payload);
  }

  async open(envelope) {
    const body = expectBody(envelope, 'envelope', this.hid);
    return { kind: KINDS[body[0]], payload: body.slice(1) };
  }
}

const KINDS = ['description', 'candidates', 'restart'];
