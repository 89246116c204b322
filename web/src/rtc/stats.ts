// What the browser's statistics say about the path.

import type { Path } from '../call/model.ts';

type Entry = RTCStats & Readonly<Record<string, unknown>>;

/** The figures of one moment, for `compare`. Sums since the connection began, but for the round trip. */
export interface Sample {
  readonly received: number;
  readonly lost: number;
  /** Of what we sent, as the other tells. */
  readonly sent: number;
  readonly sentLost: number;
  /** Milliseconds; `null` where the browser doesn't know yet. */
  readonly roundTrip: number | null;
  /** Whether our picture is made smaller for want of bandwidth. */
  readonly isLimited: boolean;
}

/** How good a call is, and what is to blame. */
export interface Verdict {
  readonly light: 'good' | 'fair' | 'poor';
  readonly cause: 'loss' | 'delay' | 'bandwidth' | 'none';
  readonly roundTripMs: number | null;
}

/** What is true of the connection: what the browser doesn't tell is `null`. */
export interface Facts {
  readonly path: Path | null;
  /** DTLS' version: `1.3`. */
  readonly dtls: string | null;
  /** The suite of SRTP: `AEAD_AES_128_GCM`. */
  readonly srtp: string | null;
  /** The suite of DTLS: `TLS_AES_128_GCM_SHA256`. */
  readonly cipher: string | null;
  readonly roundTripMs: number | null;
  /** What sound and picture are sent in: `opus, VP8`. */
  readonly codecs: string | null;
}

export function factsOf(report: RTCStatsReport): Facts {
  const stats = entries(report);
  const transport = stats.find(({ type }) => type === 'transport');
  const roundTrip = chosenPair(stats)?.['currentRoundTripTime'];
  const sent = stats.filter(({ type }) => type === 'outbound-rtp').map((entry) => stats.find(({ id }) => id === entry['codecId'])?.['mimeType']);
  const codecs = sent.flatMap((mime) => (typeof mime === 'string' ? [mime.replace(/^\w+\//, '')] : []));
  return {
    path: pathOf(report),
    dtls: DTLS_VERSIONS[text(transport?.['tlsVersion'])?.toUpperCase() ?? ''] ?? null,
    srtp: text(transport?.['srtpCipher']),
    cipher: text(transport?.['dtlsCipher']),
    roundTripMs: typeof roundTrip === 'number' ? Math.round(roundTrip * 1_000) : null,
    codecs: codecs.length > 0 ? [...new Set(codecs)].sort().join(', ') : null,
  };
}

/** `null` until a path is chosen. */
export function pathOf(report: RTCStatsReport): Path | null {
  const stats = entries(report);
  const pair = chosenPair(stats);
  const ends = [pair?.['localCandidateId'], pair?.['remoteCandidateId']].map((id) => stats.find((entry) => entry.id === id));
  if (!ends.every(Boolean)) return null;
  return ends.some((end) => end?.['candidateType'] === 'relay') ? 'relayed' : 'direct';
}

/** The fingerprint of the certificate that the other side really showed; `null` where the browser doesn't tell. */
export function remoteFingerprint(report: RTCStatsReport): string | null {
  const stats = entries(report);
  const id = stats.find(({ type }) => type === 'transport')?.['remoteCertificateId'];
  const shown = stats.find((entry) => entry.id === id)?.['fingerprint'];
  return typeof shown === 'string' ? shown : null;
}

export function sampleOf(report: RTCStatsReport): Sample {
  const stats = entries(report);
  const roundTrip = chosenPair(stats)?.['currentRoundTripTime'];
  const sum = (type: string, name: string) => stats.filter((entry) => entry.type === type).reduce((total, entry) => total + number(entry[name]), 0);
  return {
    received: sum('inbound-rtp', 'packetsReceived'),
    lost: sum('inbound-rtp', 'packetsLost'),
    sent: sum('outbound-rtp', 'packetsSent'),
    sentLost: sum('remote-inbound-rtp', 'packetsLost'),
    roundTrip: typeof roundTrip === 'number' ? roundTrip * 1_000 : null,
    isLimited: stats.some((entry) => entry.type === 'outbound-rtp' && entry['qualityLimitationReason'] === 'bandwidth'),
  };
}

/** What the time between two samples was like. The worst cause is named. */
export function compare(before: Sample, after: Sample): Verdict {
  const incoming = share(after.lost - before.lost, after.received - before.received);
  const outgoing = share(after.sentLost - before.sentLost, after.sent - before.sent);
  const loss = Math.max(incoming, outgoing);
  const { roundTrip, isLimited } = after;
  const roundTripMs = roundTrip === null ? null : Math.round(roundTrip);
  const delay = roundTrip ?? 0;
  if (loss > 0.08) return { light: 'poor', cause: 'loss', roundTripMs };
  if (delay > 600) return { light: 'poor', cause: 'delay', roundTripMs };
  if (loss > 0.02) return { light: 'fair', cause: 'loss', roundTripMs };
  if (delay > 300) return { light: 'fair', cause: 'delay', roundTripMs };
  if (isLimited) return { light: 'fair', cause: 'bandwidth', roundTripMs };
  return { light: 'good', cause: 'none', roundTripMs };
}

function share(lost: number, arrived: number): number {
  // A handful of packets says nothing.
  return lost + arrived < 20 ? 0 : Math.max(0, lost) / (lost + arrived);
}

function chosenPair(stats: readonly Entry[]): Entry | undefined {
  const chosen = stats.find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  // Firefox has no transport's choice, but marks the pair.
  return stats.find((entry) => (chosen === undefined ? entry.type === 'candidate-pair' && entry['selected'] === true : entry.id === chosen));
}

function entries(report: RTCStatsReport): Entry[] {
  const all: Entry[] = [];
  report.forEach((entry: Entry) => all.push(entry));
  return all;
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** As they stand on the wire (RFC 9147 section 5.3). */
const DTLS_VERSIONS: Readonly<Record<string, string>> = { FEFF: '1.0', FEFD: '1.2', FEFC: '1.3' };
