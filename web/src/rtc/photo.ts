// A still picture out of a camera that runs: every pixel that its sensor has, and nothing about the place.

/** A JPEG in the greatest size that this camera gives. Its picture in the call goes on. */
export async function takePhoto(track: MediaStreamTrack): Promise<Blob> {
  const taken = await shoot(track);
  // What is painted anew holds no EXIF: no place, no time, no name of the machine. Its turn is in the pixels then.
  return jpegOf(taken ? await createImageBitmap(taken, { imageOrientation: 'from-image' }) : await grab(track));
}

/** By the camera itself, where the browser can tell it to (Chromium); `null` where not. */
async function shoot(track: MediaStreamTrack): Promise<Blob | null> {
  if (!('ImageCapture' in globalThis)) return null;
  const capture = new ImageCapture(track);
  const { imageWidth, imageHeight } = await capture.getPhotoCapabilities().catch(() => ({}) as Partial<PhotoCapabilities>);
  const size = { ...(imageWidth?.max && { imageWidth: imageWidth.max }), ...(imageHeight?.max && { imageHeight: imageHeight.max }) };
  return inTime(capture.takePhoto(size)).catch(() => inTime(capture.takePhoto())).catch(() => null);
}

/** Out of the running picture, which is made as large as it can be for that moment. */
async function grab(track: MediaStreamTrack): Promise<ImageBitmap> {
  const before = track.getConstraints();
  const { width, height } = track.getCapabilities?.() ?? {};
  // A browser that doesn't tell its camera's size takes the nearest to what no camera has.
  const largest = { ...before, width: { ideal: width?.max ?? MOST }, height: { ideal: height?.max ?? MOST } };
  await track.applyConstraints(largest).catch(() => undefined);
  try {
    return await createImageBitmap(await playing(track));
  } finally {
    await track.applyConstraints(before).catch(() => undefined);
  }
}

/** A `<video>` with a picture in it that was taken after the camera's size was changed. */
async function playing(track: MediaStreamTrack): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  await inTime(video.play());
  // Cameras need a moment to find their brightness again.
  await new Promise((resolve) => setTimeout(resolve, SETTLING));
  return video;
}

async function jpegOf(bitmap: ImageBitmap): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  if (!jpeg) throw new DOMException('', 'EncodingError');
  return jpeg;
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  return Promise.race([promise, new Promise<never>((_, reject) => setTimeout(() => reject(new DOMException('', 'TimeoutError')), PATIENCE))]);
}

const QUALITY = 0.92;
const MOST = 8_192;
// Milliseconds.
const SETTLING = 400;
const PATIENCE = 8_000;
