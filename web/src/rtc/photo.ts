// A still picture out of a camera that runs: every pixel that its sensor has, and nothing about the place.

/** A JPEG in the greatest size that this camera gives. Its picture in the call goes on. */
export async function takePhoto(track: MediaStreamTrack): Promise<Blob> {
  const { taken, most } = await shoot(track);
  if (taken && pixels(taken) >= NEARLY * most) return jpegOf(taken);
  const grabbed = await grab(track).catch((error: unknown) => taken ?? Promise.reject(error));
  return jpegOf(taken && pixels(taken) > pixels(grabbed) ? taken : grabbed);
}

/** By the camera itself, where the browser can tell it to (Chromium); and how many pixels it should have. */
async function shoot(track: MediaStreamTrack): Promise<{ readonly taken: ImageBitmap | null; readonly most: number }> {
  if (!('ImageCapture' in globalThis)) return { taken: null, most: Infinity };
  const capture = new ImageCapture(track);
  const { imageWidth, imageHeight } = await capture.getPhotoCapabilities().catch(() => ({}) as Partial<PhotoCapabilities>);
  const size = { ...(imageWidth?.max && { imageWidth: imageWidth.max }), ...(imageHeight?.max && { imageHeight: imageHeight.max }) };
  const photo = await inTime(capture.takePhoto(size)).catch(() => inTime(capture.takePhoto())).catch(() => null);
  // What is painted anew holds no EXIF: no place, no time, no name of the machine. Its turn is in the pixels then.
  const taken = photo && (await createImageBitmap(photo, { imageOrientation: 'from-image' }).catch(() => null));
  return { taken, most: (imageWidth?.max ?? 0) * (imageHeight?.max ?? 0) };
}

/** Out of the running picture, which is made as large as it can be for that moment. */
async function grab(track: MediaStreamTrack): Promise<ImageBitmap> {
  const before = track.getConstraints();
  const { width, height } = track.getCapabilities?.() ?? {};
  // A browser that doesn't tell its camera's size takes the nearest to what no camera has.
  const largest = { ...before, width: { ideal: width?.max ?? MOST }, height: { ideal: height?.max ?? MOST } };
  const video = document.createElement('video');
  await track.applyConstraints(largest).catch(() => undefined);
  try {
    await play(video, track);
    return await createImageBitmap(video);
  } finally {
    video.srcObject = null;
    await track.applyConstraints(before).catch(() => undefined);
  }
}

/** Shows pictures that were taken after the camera's size was changed. */
async function play(video: HTMLVideoElement, track: MediaStreamTrack): Promise<void> {
  video.muted = video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  await inTime(video.play());
  // Cameras need a moment to find their brightness again.
  await new Promise((resolve) => setTimeout(resolve, SETTLING));
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

function pixels({ width, height }: ImageBitmap): number {
  return width * height;
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  return Promise.race([promise, new Promise<never>((_, reject) => setTimeout(() => reject(new DOMException('', 'TimeoutError')), PATIENCE))]);
}

const QUALITY = 0.92;
const MOST = 8_192;
/** Width and height are told each for itself: the largest picture may have a little less than both. */
const NEARLY = 0.7;
// Milliseconds.
const SETTLING = 400;
const PATIENCE = 8_000;
