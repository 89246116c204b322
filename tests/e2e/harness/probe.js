// Runs in every page before the page's own scripts, and is sent there as text: it can use nothing from outside itself.
// It needs nothing of the page either: what it notes stands in `window.probe`.

/** `camera` and `screen`: a colour each to put in place of the real thing, where the browser has no fake of its own that could be told apart. */
export function probe({ camera, screen }) {
  const notes = { peers: [], channels: {}, tracks: [], heard: [], said: [], errors: [], history: [] };
  window.probe = notes;
  /** What went on behind the page, for whoever has to find out why a step failed. */
  const remember = (what) => {
    notes.history.push(`${(performance.now() / 1000).toFixed(1)} s ${what}`);
    if (notes.history.length > 200) notes.history.shift();
  };
  addEventListener('error', (event) => notes.errors.push(event.message));
  addEventListener('unhandledrejection', (event) => notes.errors.push(String(event.reason)));

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...settings) {
      super(...settings);
      const at = notes.peers.push(this);
      this.addEventListener('connectionstatechange', () => remember(`connection ${at}: ${this.connectionState}`));
      this.addEventListener('signalingstatechange', () => remember(`connection ${at}: ${this.signalingState}`));
    }
    createDataChannel(label, settings) {
      const channel = super.createDataChannel(label, settings);
      notes.channels[settings?.id] = channel;
      this.isNamed ||= label !== '';
      for (const type of ['open', 'error', 'close']) channel.addEventListener(type, ({ error }) => remember(`${label}: ${type} ${error ?? ''}`));
      return channel;
    }
    close() {
      remember(`closed by the page: ${new Error().stack.split('\n').slice(1, 4).join(' < ')}`);
      super.close();
    }
  };

  // Only the types of the frames: what they carry is sealed anyway.
  const type = (frame) => typeof frame === 'string' && /"type":"([a-z-]+)"/.exec(frame)?.[1];
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener('message', ({ data }) => {
        notes.heard.push(type(data));
        if (!['ping', 'pong', 'ack'].includes(type(data))) remember(`heard ${type(data)}`);
      });
      this.addEventListener('close', ({ code }) => remember(`line closed: ${code}`));
    }
    send(frame) {
      notes.said.push(type(frame));
      if (!['ping', 'pong', 'ack'].includes(type(frame))) remember(`said ${type(frame)}`);
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

/** In the page: what came in and what went out on the newest connection that sends something, else on the newest that has got a remote description. */
export async function mediaReport() {
  const nothing = { state: 'none', frames: 0, screenFrames: 0, energy: 0, soundPackets: 0, samples: 0, concealed: 0, mediaBytes: 0, path: null };
  const standing = window.probe.peers.filter((peer) => peer.signalingState !== 'closed' && peer.remoteDescription);
  // A practice has others, with who waits.
  const peer = standing.findLast((peer) => peer.getSenders().some(({ track }) => track)) ?? standing.at(-1);
  // One that is closed while it is asked never answers in Firefox.
  const soon = new Promise((done) => setTimeout(done, 1_000, null));
  const stats = [...((await Promise.race([peer?.getStats().catch(() => null), soon]))?.values() ?? [])];
  // One that is closed meanwhile tells nothing, and in Firefox throws at each question.
  if (!peer || peer.signalingState === 'closed') return nothing;
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
    soundPackets: sum(incoming.filter((one) => one.kind === 'audio'), 'packetsReceived'),
    samples: sum(incoming, 'totalSamplesReceived'),
    concealed: sum(incoming, 'concealedSamples'),
    mediaBytes: sum(incoming, 'bytesReceived') + sum(outgoing, 'bytesSent'),
    path: pair ? [byId(pair.localCandidateId), byId(pair.remoteCandidateId)].map((one) => one?.candidateType) : null,
  };
}

/** In the page: from now on `window.probe.arrivals` has the moments (milliseconds since the epoch) at which sound and pictures came in, on whichever connection. */
export function watchArrivals() {
  const arrivals = (window.probe.arrivals = { sound: [], picture: [] });
  const asked = new Set();
  const counted = new Map();
  const look = async (peer) => {
    asked.add(peer);
    const stats = await peer.getStats().catch(() => []);
    asked.delete(peer);
    stats.forEach(({ type, kind, id, packetsReceived = 0, framesDecoded = 0 }) => {
      if (type !== 'inbound-rtp') return;
      const [key, now] = [`${window.probe.peers.indexOf(peer)} ${id}`, kind === 'audio' ? packetsReceived : framesDecoded];
      if (now > (counted.get(key) ?? 0)) arrivals[kind === 'audio' ? 'sound' : 'picture'].push(Date.now());
      counted.set(key, now);
    });
  };
  // One that is closed while it is asked never answers in Firefox: the others are asked all the same.
  setInterval(() => {
    for (const peer of window.probe.peers) if (peer.signalingState !== 'closed' && !asked.has(peer)) void look(peer);
  }, 50);
}
