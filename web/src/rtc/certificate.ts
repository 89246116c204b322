// The DTLS certificate of this page: made before anything is said, since the handshake binds itself to it.

export interface Certificate {
  readonly certificate: RTCCertificate;
  /** SHA-256 of its DER, 32 bytes. */
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

/** ECDSA on P-256, as docs/sealed-signalling.md wants it. */
export async function makeCertificate(): Promise<Certificate> {
  const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier);
  const fingerprint = parseFingerprint(ownFingerprint(certificate) ?? (await offeredFingerprint(certificate)));
  if (!fingerprint) throw new Error('this browser does not tell the fingerprint of its certificate');
  return { certificate, fingerprint };
}

/** Where the browser tells it at once. */
function ownFingerprint(certificate: RTCCertificate): string | undefined {
  const { getFingerprints } = certificate as Partial<Pick<RTCCertificate, 'getFingerprints'>>;
  return getFingerprints?.call(certificate).find(({ algorithm }) => algorithm === 'sha-256')?.value;
}

/** Where it doesn't (Firefox): out of an offer that nobody gets. */
async function offeredFingerprint(certificate: RTCCertificate): Promise<string | undefined> {
  const peer = new RTCPeerConnection({ certificates: [certificate] });
  try {
    peer.createDataChannel('');
    const { sdp = '' } = await peer.createOffer();
    return /^a=fingerprint:sha-256 (\S+)\s*$/m.exec(sdp)?.[1];
  } finally {
    peer.close();
  }
}

/** `AB:CD:…` as 32 bytes; `null` when it is none of SHA-256. */
export function parseFingerprint(text: string | undefined): Uint8Array<ArrayBuffer> | null {
  if (text === undefined || !/^[\da-f]{2}(:[\da-f]{2}){31}$/i.test(text)) return null;
  return Uint8Array.from(text.split(':'), (digits) => Number.parseInt(digits, 16));
}

/** Whether it is the same certificate. */
export function isFingerprint(text: string | undefined, expected: Uint8Array): boolean {
  const bytes = parseFingerprint(text);
  return bytes !== null && bytes.every((byte, at) => byte === expected[at]);
}
