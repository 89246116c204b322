// What the two browsers agreed upon, as the test learns it from their pages, and under which name it is looked for.

/** Of the link only the path's half is shown to a server. */
export function ofTheLink(link) {
  const fragment = link.split('#')[1];
  const bytes = Buffer.from(fragment, 'base64url');
  return [
    ["the link's fragment", fragment],
    ['the room key', bytes.subarray(1, 33)],
  ];
}

/** Of the newest connection: each side's ufrag, password, fingerprint and candidates. */
export async function ofTheConnections({ doctor, guest }) {
  const sides = await Promise.all([doctor, guest].map((side) => side.page.evaluate(descriptions)));
  const [ours, theirs] = sides.map(({ own }) => own);
  const known = sides.flatMap(({ own, other }) => [own, other]).flatMap(ofADescription);
  const pair = [ours, theirs].map((sdp) => /^a=ice-ufrag:(\S+)/m.exec(sdp)[1]);
  return [...known, ['ufrag: both, as ICE says them', pair.join(':')], ['ufrag: both, as ICE says them', pair.toReversed().join(':')]];
}

function ofADescription(sdp) {
  const all = (line) => [...new Set([...sdp.matchAll(line)].map(([, value]) => value))];
  return [
    // Four letters alone, as Chromium's, are found in any megabyte.
    ...all(/^a=ice-ufrag:(\S+)/gm).flatMap((ufrag) => [`ufrag:${ufrag}`, `ufrag ${ufrag}`, ...(ufrag.length < 8 ? [] : [ufrag])].map((text) => ['ufrag', text])),
    ...all(/^a=ice-pwd:(\S+)/gm).map((pwd) => ['ice-pwd', pwd]),
    ...all(/^a=fingerprint:sha-256 (\S+)/gm).flatMap((fingerprint) => [
      ['fingerprint, as the description has it', fingerprint],
      ['fingerprint, its bytes', Buffer.from(fingerprint.replaceAll(':', ''), 'hex')],
    ]),
    ...all(/^a=candidate:(.*\S)/gm).flatMap((candidate) => {
      const [, , , priority, address, port] = candidate.split(' ');
      return [candidate, `${priority} ${address} ${port}`, `${address} ${port} typ`, `${address}:${port}`, ...(address.endsWith('.local') ? [address] : [])].map((text) => ['candidate', text]);
    }),
  ];
}

/** In the page. */
function descriptions() {
  const peer = window.probe.peers.findLast((peer) => peer.signalingState !== 'closed' && peer.remoteDescription);
  return { own: peer.localDescription.sdp, other: peer.remoteDescription.sdp };
}
