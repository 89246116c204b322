// Runs in every page before the page's own scripts, and is sent there as text: it can use nothing from outside itself.
// It needs nothing of the page either: what it notes stands in `window.probe`.

/** `camera` and `screen`: a colour each to put in place of the real thing, where the browser has no fake of its own that could be told apart. */
export function probe({ camera, screen }) {
  const notes = { peers: [], channels: {}, tracks: [], heard: [], said: [], errors: [] };
  window.probe = notes;
  addEventListener('error', (event) => notes.errors.push(event.message));
  addEventListener('unhandledrejection', (event) => notes.errors.push(String(event.reason)));

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...settings) {
      super(...settings);
      notes.peers.push(this);
    }
    createDataChannel(label, settings) {
      const channel = super.createDataChannel(label, settings);
      notes.channels[settings?.id] = channel;
      return channel;
    }
  };

  // Only the types of the frames: what they carry is sealed anyway.
  const type = (frame) => typeof frame === 'string' && /"type":"([a-z-]+)"/.exec(frame)?.[1];
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener('message', ({ data }) => notes.heard.push(type(data)));
    }
    send(frame) {
      notes.said.push(type(frame));
      super.send(frame);
    }
  };

  function painted(colour) {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const context = canvas.getContext('2d');
    let frame = 0;
    setInterval(() => {
      context.fillStyle = `rgb(${colour})`;
      context.fillRect(0, 0, 640, 480);
      context.fillStyle = 'white';
      context.fillRect((frame++ % 40) * 16, 0, 16, 480);
    }, 50);
    return canvas.captureStream(20).getVideoTracks()[0];
  }

  const devices = navigator.mediaDevices;
  const real = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = await real(wanted);
    if (camera && wanted.video) {
      for (const track of stream.getVideoTracks()) {
        stream.removeTrack(track);
        track.stop();
      }
      stream.addTrack(painted(camera));
    }
    notes.tracks.push(...stream.getTracks());
    return stream;
  };
  const realDisplay = devices.getDisplayMedia?.bind(devices);
  devices.getDisplayMedia = async (wanted) => {
    const stream = screen ? new MediaStream([painted(screen)]) : await realDisplay(wanted);
    notes.tracks.push(...stream.getTracks());
    return stream;
  };
}

/** In the page: what came in and what went out on the newest connection that has got a remote description. */
export async function mediaReport() {
  const peer = window.probe.peers.findLast((peer) => peer.remoteDescription);
  if (!peer) return { state: 'none', frames: 0, screenFrames: 0, energy: 0, mediaBytes: 0, path: null };
  const stats = [...(await peer.getStats()).values()];
  const byId = (id) => stats.find((one) => one.id === id);
  const incoming = stats.filter((one) => one.type === 'inbound-rtp');
  const outgoing = stats.filter((one) => one.type === 'outbound-rtp');
  const [camera, screen] = peer.getTransceivers().filter((one) => one.receiver.track.kind === 'video');
  const framesOf = (transceiver) => incoming.find((one) => one.mid === transceiver?.mid)?.framesDecoded ?? 0;
  const transport = stats.find((one) => one.type === 'transport');
  const pair = byId(transport?.selectedCandidatePairId) ?? stats.find((one) => one.type === 'candidate-pair' && one.selected);
  const sum = (all, key) => all.reduce((total, one) => total + (one[key] ?? 0), 0);
  return {
    state: peer.connectionState,
    frames: framesOf(camera),
    screenFrames: framesOf(screen),
    energy: sum(incoming, 'totalAudioEnergy'),
    mediaBytes: sum(incoming, 'bytesReceived') + sum(outgoing, 'bytesSent'),
    path: pair ? [byId(pair.localCandidateId), byId(pair.remoteCandidateId)].map((one) => one?.candidateType) : null,
  };
}
