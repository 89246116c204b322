// Known pictures: each camera has a colour of its own, so that a test can tell whose picture is on the screen.
import { writeFileSync } from 'node:fs';

export const COLOURS = { red: [230, 20, 20], green: [20, 200, 20], blue: [20, 20, 230], yellow: [220, 220, 20] };

/** A file for Chromium's fake camera: one colour, and a white bar that wanders, so that frames differ. */
export function writeCamera(path, colour) {
  const [y, u, v] = yuv(COLOURS[colour]);
  const chroma = Buffer.concat([Buffer.alloc((WIDTH * HEIGHT) / 4, u), Buffer.alloc((WIDTH * HEIGHT) / 4, v)]);
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < FRAMES; frame++) {
    const luma = Buffer.alloc(WIDTH * HEIGHT, y);
    const left = frame * (WIDTH / FRAMES);
    for (let row = 0; row < HEIGHT; row++) luma.fill(255, row * WIDTH + left, row * WIDTH + left + BAR);
    parts.push(Buffer.from('FRAME\n'), luma, chroma);
  }
  writeFileSync(path, Buffer.concat(parts));
}

/** In the page: which of our colours a video shows, or its mean where that is none of them. */
export function colourShown(selector, colours) {
  const video = document.querySelector(selector);
  if (!video || video.videoWidth === 0) return 'no picture';
  const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 24 });
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 32, 24);
  const pixels = context.getImageData(0, 0, 32, 24).data;
  const mean = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let at = channel; at < pixels.length; at += 4) sum += pixels[at];
    return Math.round(sum / (pixels.length / 4));
  });
  const near = ([, colour]) => colour.every((value, channel) => Math.abs(value - mean[channel]) < 60);
  return Object.entries(colours).find(near)?.[0] ?? `mean ${mean}`;
}

/** JPEG's full range BT.601, as Chromium reads the file. */
function yuv([r, g, b]) {
  const y = 0.299 * r + 0.587 * g + 0.114 * b;
  return [y, 128 + 0.564 * (b - y), 128 + 0.713 * (r - y)].map(Math.round);
}

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 8;
const BAR = 16;
