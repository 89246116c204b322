// The yardstick: join, then offer, then gather, as tutorials have it. Who is there first offers when told of the other; descriptions are sent when all
// candidates are in them.
const { stun } = document.currentScript.dataset;
const isFirst = location.search === '?first';
window.marks = {};
const mark = (name) => (window.marks[name] ??= performance.timeOrigin + performance.now());

const media = navigator.mediaDevices.getUserMedia({ audio: true, video: true });
media.then(() => document.body.append(Object.assign(document.createElement('p'), { id: 'ready' })));
const button = document.querySelector('button');
button.addEventListener('click', () => {
  mark('click');
  void join();
});
if (isFirst) media.then(join);

async function join() {
  const socket = new WebSocket(location.origin.replace('https', 'wss'));
  const say = (message) => socket.send(JSON.stringify(message));
  const peer = new RTCPeerConnection({ iceServers: stun.split(',').map((urls) => ({ urls })) });
  const stream = await media;
  for (const track of stream.getTracks()) peer.addTrack(track, stream);
  peer.ontrack = ({ streams }) => {
    const video = document.querySelector('video');
    video.srcObject ??= streams[0];
    video.requestVideoFrameCallback((_, { presentationTime }) => (window.marks.frame ??= performance.timeOrigin + presentationTime));
  };
  peer.ondatachannel = ({ channel }) => {
    const greet = () => channel.send('Anna M.');
    if (channel.readyState === 'open') greet();
    else channel.onopen = greet;
  };
  const gathered = () => new Promise((done) => (peer.iceGatheringState === 'complete' ? done() : peer.addEventListener('icegatheringstatechange', () => peer.iceGatheringState === 'complete' && done())));
  const describe = async (description) => {
    await peer.setLocalDescription(description);
    await gathered();
    say({ description: peer.localDescription });
  };
  socket.onopen = () => {
    if (!isFirst) say({ joined: true });
    else document.body.append(Object.assign(document.createElement('p'), { id: 'joined' }));
  };
  socket.onmessage = async ({ data }) => {
    const { joined, description } = JSON.parse(data);
    if (joined) {
      const channel = peer.createDataChannel('control');
      channel.onmessage = () => mark('name');
      await describe(await peer.createOffer());
    } else if (description.type === 'offer') {
      await peer.setRemoteDescription(description);
      await describe(await peer.createAnswer());
    } else await peer.setRemoteDescription(description);
  };
}
