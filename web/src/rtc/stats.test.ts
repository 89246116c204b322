import { describe, expect, it } from 'vitest';
import { countLine, factsOf, lineSample } from './stats.ts';

describe('what is true of the connection', () => {
  it('is what Chromium tells', () => {
    expect(
      factsOf(
        report(
          { id: 'T', type: 'transport', selectedCandidatePairId: 'P', tlsVersion: 'FEFC', dtlsCipher: 'TLS_AES_128_GCM_SHA256', srtpCipher: 'AEAD_AES_128_GCM' },
          { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: 0.0312 },
          { id: 'L', type: 'local-candidate', candidateType: 'srflx' },
          { id: 'R', type: 'remote-candidate', candidateType: 'host' },
          { id: 'V', type: 'codec', mimeType: 'video/VP8' },
          { id: 'A', type: 'codec', mimeType: 'audio/opus' },
          { id: '1', type: 'outbound-rtp', codecId: 'V' },
          { id: '2', type: 'outbound-rtp', codecId: 'A' },
          { id: '3', type: 'outbound-rtp', codecId: 'V' },
        ),
      ),
    ).toEqual({ path: 'direct', dtls: '1.3', srtp: 'AEAD_AES_128_GCM', cipher: 'TLS_AES_128_GCM_SHA256', roundTripMs: 31, codecs: 'VP8, opus' });
  });

  it.each([
    ['FEFD', '1.2'],
    ['fefc', '1.3'],
    ['0303', null],
    [undefined, null],
  ])('DTLS that is called %s is %s', (tlsVersion, dtls) => {
    expect(factsOf(report({ id: 'T', type: 'transport', tlsVersion })).dtls).toBe(dtls);
  });

  it('is nothing where nothing is told', () => {
    expect(factsOf(report())).toEqual({ path: null, dtls: null, srtp: null, cipher: null, roundTripMs: null, codecs: null });
  });
});

describe('one second of the line', () => {
  const at = (seconds: number, sent: number, lost: number) =>
    report(
      { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
      { id: 'P', type: 'candidate-pair', availableOutgoingBitrate: 300_000, currentRoundTripTime: 0.05 },
      { id: 'O', type: 'outbound-rtp', packetsSent: sent, bytesSent: 10_000 * seconds, headerBytesSent: 1_000 * seconds },
      { id: 'I', type: 'remote-inbound-rtp', packetsLost: lost },
    );

  it('is what went out in it, and the loss of some seconds', () => {
    const first = countLine(at(1, 100, 0), 1_000, null);
    const second = countLine(at(2, 200, 10), 2_000, first);
    const third = countLine(at(3, 300, 10), 3_000, second);

    expect(lineSample(second, third, null)).toEqual({ at: 3_000, available: 300_000, sent: 88_000, loss: 0.05, came: null, roundTrip: 50 });
  });

  it('says nothing of the loss while hardly anything was sent', () => {
    const first = countLine(at(1, 10, 0), 1_000, null);

    expect(lineSample(first, countLine(at(2, 20, 5), 2_000, first), null).loss).toBeNull();
  });

  it('knows nothing that the browser does not tell', () => {
    const first = countLine(report(), 1_000, null);

    expect(lineSample(first, countLine(report(), 2_000, first), null)).toEqual({ at: 2_000, available: null, sent: 0, loss: null, came: null, roundTrip: null });
  });
});

function report(...entries: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[]): RTCStatsReport {
  return new Map(entries.map((entry) => [entry.id, entry])) as unknown as RTCStatsReport;
}
