// Why something that came from elsewhere is not taken. None of these says anything about a key.

/** The same words as in the Rust twin. */
export type RefusalReason =
  /** Too short, too long, or padded with something else than zeros. */
  | 'malformed'
  /** The other side speaks another version of the protocol. */
  | 'version'
  /** Not what this step of the handshake waits for. */
  | 'unexpected'
  /** It belongs to another handshake, an earlier page life's for example: to be thrown away in silence. */
  | 'other-handshake'
  /** The other side has another room key, or the message was changed on its way. */
  | 'mac'
  /** The practice's key is not the one that the link names. */
  | 'identity'
  /** The practice's signature is wrong. */
  | 'signature'
  /** A key exchange with a point that is not on the curve. */
  | 'point'
  /** The guest's hello is not the one it had committed to. */
  | 'commitment'
  /** An envelope twice, or one left out. */
  | 'counter'
  /** An envelope was changed on its way. */
  | 'sealed'
  /** More than fits into its bucket. */
  | 'too-large';

/** A message of the handshake, or an envelope, that is refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(readonly reason: RefusalReason) {
    super(SENTENCES[reason]);
  }
}

const SENTENCES: Record<RefusalReason, string> = {
  malformed: 'the message is malformed',
  version: 'the other side speaks another version',
  unexpected: 'the message is not the one that was due',
  'other-handshake': 'the message belongs to another handshake',
  mac: "the other side does not have this link's key",
  identity: 'this is not the practice that the link names',
  signature: "the practice's signature is wrong",
  point: 'the key exchange is broken',
  commitment: 'the hello is not the one that was committed to',
  counter: 'an envelope is missing or came twice',
  sealed: 'the envelope is damaged',
  'too-large': 'the payload is too large',
};
