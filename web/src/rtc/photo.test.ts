import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { takePhoto } from './photo.ts';

/** What was painted into the JPEG. */
let painted: { readonly width: number; readonly height: number } | null;

beforeEach(() => {
  vi.useFakeTimers();
  painted = null;
  vi.stubGlobal('MediaStream', class {});
  vi.stubGlobal('createImageBitmap', async (of: { readonly width: number; readonly height: number }) => ({ width: of.width, height: of.height, close: () => undefined }));
  vi.stubGlobal('document', { createElement: (name: string) => (name === 'canvas' ? canvas() : video()) });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a still picture', () => {
  it('is the camera’s own where it can take one', async () => {
    const camera = new Camera({ photo: [4000, 3000] });

    const jpeg = await shot(camera);

    expect([jpeg.type, painted]).toEqual(['image/jpeg', { width: 4000, height: 3000 }]);
    expect(camera.asked).toEqual([{ imageWidth: 4000, imageHeight: 3000 }]);
    expect(camera.sizes).toEqual([]);
  });

  it('is one of the running picture, as large as it can be, where the camera takes a small one', async () => {
    const camera = new Camera({ photo: [4000, 3000], takes: [1280, 720], most: [1920, 1080] });

    await shot(camera);

    expect(painted).toEqual({ width: 1920, height: 1080 });
  });

  it('or none', async () => {
    const camera = new Camera({ photo: [4000, 3000], takes: null, most: [1920, 1080] });

    await shot(camera);

    expect(painted).toEqual({ width: 1920, height: 1080 });
  });

  it('leaves the picture in the call as it was', async () => {
    const camera = new Camera({ photo: null, most: [1920, 1080] });

    await shot(camera);

    expect(camera.sizes).toEqual([{ width: { ideal: 1920 }, height: { ideal: 1080 } }, { width: 1280 }]);
    expect([camera.width, camera.height]).toEqual([1280, 720]);
  });

  it('of a camera that does not answer is given up', async () => {
    const camera = new Camera({ photo: null, most: [1920, 1080] });
    camera.isDead = true;

    const failing = expect(takePhoto(camera as unknown as MediaStreamTrack)).rejects.toThrow();
    await vi.runAllTimersAsync();

    await failing;
    expect(camera.sizes.at(-1)).toEqual({ width: 1280 });
  });
});

async function shot(camera: Camera): Promise<Blob> {
  const taking = takePhoto(camera as unknown as MediaStreamTrack);
  await vi.runAllTimersAsync();
  return taking;
}

interface Abilities {
  /** What it says that its pictures can have; `null`: a browser without `ImageCapture`. */
  readonly photo: readonly [number, number] | null;
  readonly takes?: readonly [number, number] | null;
  readonly most?: readonly [number, number];
}

let running: Camera;

class Camera {
  readonly asked: unknown[] = [];
  readonly sizes: unknown[] = [];
  width = 1280;
  height = 720;
  isDead = false;
  readonly #most: readonly [number, number];

  constructor({ photo, takes = photo, most = [1280, 720] }: Abilities) {
    running = this;
    this.#most = most;
    const { asked } = this;
    if (!photo) return;
    const [imageWidth, imageHeight] = photo.map((max) => ({ max }));
    vi.stubGlobal(
      'ImageCapture',
      class {
        getPhotoCapabilities = async () => ({ imageWidth, imageHeight });
        takePhoto = async (size?: unknown) => {
          asked.push(size);
          if (!takes) throw new DOMException('', 'UnknownError');
          return { width: takes[0], height: takes[1] };
        };
      },
    );
  }

  getConstraints() {
    return { width: 1280 };
  }

  getCapabilities() {
    return { width: { max: this.#most[0] }, height: { max: this.#most[1] } };
  }

  async applyConstraints(size: unknown): Promise<void> {
    this.sizes.push(size);
    [this.width, this.height] = this.sizes.length % 2 === 1 ? this.#most : [1280, 720];
  }
}

function video() {
  return {
    get width() {
      return running.width;
    },
    get height() {
      return running.height;
    },
    play: () => (running.isDead ? new Promise(() => undefined) : Promise.resolve()),
  };
}

function canvas() {
  return {
    width: 0,
    height: 0,
    getContext: () => ({ drawImage: ({ width, height }: { readonly width: number; readonly height: number }) => void (painted = { width, height }) }),
    toBlob: (done: (blob: Blob) => void, type: string) => done(new Blob(['jpeg'], { type })),
  };
}
