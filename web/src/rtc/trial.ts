// Connections that lead nowhere: what a browser learns about its own network, and whether it can connect at all.

export interface Candidate {
  readonly type: string;
  readonly protocol: string;
  readonly foundation: string;
  readonly address: string;
  readonly port: number;
  readonly relatedPort: number;
}

/** All own addresses as these servers see them, from one socket for each network. Answers after `patience` milliseconds with what there is. */
export async function gatherCandidates(
  servers: readonly { readonly urls: readonly string[] }[],
  patience: number,
): Promise<{ readonly candidates: readonly Candidate[]; readonly isComplete: boolean; readonly hasError: boolean }> {
  const peer = new RTCPeerConnection({ iceServers: servers.map(({ urls }) => ({ urls: [...urls] })) });
  const candidates: Candidate[] = [];
  let hasError = false;
  try {
    const isComplete = await within(patience, async () => {
      const done = new Promise<void>((resolve) => {
        peer.addEventListener('icecandidate', ({ candidate }) => {
          if (!candidate) resolve();
          else if (candidate.candidate !== '') candidates.push(read(candidate));
        });
        // A server of a kind that this network does not have (no IPv6) fails, too, and says nothing about the others.
        peer.addEventListener('icecandidateerror', () => (hasError = true));
      });
      peer.createDataChannel('trial');
      await peer.setLocalDescription();
      await done;
    });
    return { candidates, isComplete, hasError };
  } finally {
    peer.close();
  }
}

/** Whether two connections in this page find each other and a message gets through; with these tracks, whether their packets do, too. */
export async function loopBack(tracks: readonly MediaStreamTrack[], patience: number): Promise<boolean> {
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  try {
    return await within(patience, async () => {
      pass(one, other);
      pass(other, one);
      const heard = new Promise<void>((resolve) => other.addEventListener('datachannel', ({ channel }) => channel.addEventListener('message', () => resolve())));
      const seen = tracks.length === 0 ? Promise.resolve() : firstOf(other);
      for (const track of tracks) one.addTrack(track, new MediaStream([track]));
      const channel = one.createDataChannel('trial');
      channel.addEventListener('open', () => channel.send('heard?'));
      await one.setLocalDescription();
      await other.setRemoteDescription(one.localDescription ?? { type: 'offer', sdp: '' });
      await other.setLocalDescription();
      await one.setRemoteDescription(other.localDescription ?? { type: 'answer', sdp: '' });
      await Promise.all([heard, seen]);
    });
  } finally {
    one.close();
    other.close();
  }
}

/** Something of a track has come. */
function firstOf(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    peer.addEventListener('track', ({ track }) => {
      if (track.muted) track.addEventListener('unmute', () => resolve());
      else resolve();
    });
  });
}

function pass(from: RTCPeerConnection, to: RTCPeerConnection): void {
  const kept: RTCIceCandidate[] = [];
  const add = (candidate: RTCIceCandidate) => void to.addIceCandidate(candidate).catch(() => undefined);
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate) return;
    if (to.remoteDescription) add(candidate);
    else kept.push(candidate);
  });
  to.addEventListener('signalingstatechange', () => {
    if (to.remoteDescription) kept.splice(0).forEach(add);
  });
}

function read({ type, protocol, foundation, address, port, relatedPort }: RTCIceCandidate): Candidate {
  return { type: type ?? '', protocol: protocol ?? '', foundation: foundation ?? '', address: address ?? '', port: port ?? 0, relatedPort: relatedPort ?? 0 };
}

/** Whether it was done in time. */
function within(patience: number, work: () => Promise<void>): Promise<boolean> {
  return Promise.race([work().then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), patience))]);
}
