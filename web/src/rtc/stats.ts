// What the browser's statistics say about the path.

import type { Path } from '../call/model.ts';
import type { Came } from './flow.ts';
import type { LineSample } from './ladder.ts';

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
  /** The suite of SRTP: `SRTP_AEAD_AES_128_GCM`. */
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
  return {
    received: sum(stats, 'inbound-rtp', 'packetsReceived'),
    lost: sum(stats, 'inbound-rtp', 'packetsLost'),
    sent: sum(stats, 'outbound-rtp', 'packetsSent'),
    sentLost: sum(stats, 'remote-inbound-rtp', 'packetsLost'),
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

/** Sums since the connection began, of one moment, for `lineSample`. */
export interface LineCount {
  readonly at: number;
  readonly bytes: number;
  /** Sent by us, and not arrived, as the other has told by and by: the newest last, of some seconds. */
  readonly packets: readonly { readonly sent: number; readonly lost: number }[];
  readonly available: number | null;
  readonly roundTrip: number | null;
}

/** `before`: so that the loss is one of some seconds, since single ones have few packets. */
export function countLine(report: RTCStatsReport, at: number, before: LineCount | null): LineCount {
  const stats = entries(report);
  const pair = chosenPair(stats);
  const [available, roundTrip] = [pair?.['availableOutgoingBitrate'], pair?.['currentRoundTripTime']];
  const packets = { sent: sum(stats, 'outbound-rtp', 'packetsSent'), lost: sum(stats, 'remote-inbound-rtp', 'packetsLost') };
  return {
    at,
    bytes: sum(stats, 'outbound-rtp', 'bytesSent') + sum(stats, 'outbound-rtp', 'headerBytesSent'),
    packets: [...(before?.packets ?? []), packets].slice(-LOSS_SECONDS),
    available: typeof available === 'number' ? available : null,
    roundTrip: typeof roundTrip === 'number' ? roundTrip * 1_000 : null,
  };
}

/** `came`: what the other has just told. */
export function lineSample(before: LineCount, after: LineCount, came: Came | null): LineSample {
  const [first, last] = [after.packets[0], after.packets.at(-1)];
  const lost = (last?.lost ?? 0) - (first?.lost ?? 0);
  const sent = (last?.sent ?? 0) - (first?.sent ?? 0);
  return {
    at: after.at,
    available: after.available,
    sent: (8_000 * (after.bytes - before.bytes)) / (after.at - before.at),
    loss: sent < FEW ? null : Math.min(1, Math.max(0, lost) / sent),
    came,
    roundTrip: after.roundTrip,
  };
}

function share(lost: number, arrived: number): number {
  // A handful of packets says nothing.
  return lost + arrived < FEW ? 0 : Math.max(0, lost) / (lost + arrived);
}

function sum(stats: readonly Entry[], type: string, name: string): number {
  return stats.filter((entry) => entry.type === type).reduce((total, entry) => total + number(entry[name]), 0);
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

/** Packets: so few say nothing. */
const FEW = 20;
const LOSS_SECONDS = 6;
/** As they stand on the wire (RFC 9147 section 5.3). */
const DTLS_VERSIONS: Readonly<Record<string, string>> = { FEFF: '1.0', FEFD: '1.2', FEFC: '1.3' };
