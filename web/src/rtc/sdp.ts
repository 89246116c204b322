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

/**
 * Asks the other side for a voice that lasts on a weak line: each packet carries the one before once more, in small (FEC); silence is hardly sent
 * (DTX); one channel, and no more bits than speech needs (RFC 7587).
 */
export function withFrugalVoice(sdp: string): string {
  const opus = lines(sdp).flatMap((line) => /^a=rtpmap:(\d+) opus\/48000/i.exec(line)?.[1] ?? []);
  return lines(sdp)
    .map((line) => {
      const [, type = '', settings = ''] = /^a=fmtp:(\d+) (.*)$/.exec(line) ?? [];
      return opus.includes(type) ? `a=fmtp:${type} ${frugal(settings)}` : line;
    })
    .join('\r\n');
}

function frugal(settings: string): string {
  const kept = settings.split(';').filter((setting) => setting !== '' && !Object.hasOwn(VOICE, setting.split('=')[0]?.trim() ?? ''));
  return [...kept, ...Object.entries(VOICE).map(([name, value]) => `${name}=${value}`)].join(';');
}

export function lines(sdp: string): string[] {
  return sdp.split(/\r\n|\r|\n/);
}

const VOICE = { stereo: 0, 'sprop-stereo': 0, useinbandfec: 1, usedtx: 1, maxaveragebitrate: 32_000 };
