// The little that is read and changed in session descriptions.

import { isFingerprint } from './certificate.ts';

/** Whether all fingerprints of a description are this one, and there is one. */
export function showsOnly(sdp: string, fingerprint: Uint8Array): boolean {
  const shown = lines(sdp).filter((line) => /^a=fingerprint\s*:/i.test(line));
  return shown.length > 0 && shown.every((line) => isFingerprint(/^a=fingerprint:sha-256 (\S+)$/i.exec(line)?.[1], fingerprint));
}

/** Without the RTP header extension that tells everybody on the way, in clear, who speaks when (RFC 6464). */
export function withoutAudioLevel(sdp: string): string {
  return lines(sdp)
    .filter((line) => !/^a=extmap:\S+ urn:ietf:params:rtp-hdrext:ssrc-audio-level\b/.test(line))
    .join('\r\n');
}

function lines(sdp: string): string[] {
  return sdp.split(/\r\n|\r|\n/);
}
