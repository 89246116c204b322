// The camera for its owner's eyes only: to aim a still picture with while it is off in the call.

import { type ReadonlySignal, signal } from '@preact/signals';
import type { MediaFailure, Source } from './media.ts';
import { askFor, failed, isOpen } from './source.ts';
import { watchTrack } from './track.ts';

export interface ViewfinderOptions {
  readonly constraints: () => MediaTrackConstraints;
  /** What a question that was asked then failed for. */
  readonly failure: (error: unknown, asked: number) => Promise<MediaFailure>;
  /** Browsers tell the devices' names from then on. */
  readonly opened: () => void;
}

export class Viewfinder {
  readonly #options: ViewfinderOptions;
  readonly #source = signal<Source>({ state: 'off' });
  /** Counts what was wished: an answer to an older wish is let go. */
  #wish = 0;
  #stopWatching: () => void = () => undefined;

  constructor(options: ViewfinderOptions) {
    this.#options = options;
  }

  get source(): ReadonlySignal<Source> {
    return this.#source;
  }

  /** Once more with other constraints, too: phones open only one camera at a time. */
  async open(): Promise<void> {
    this.#become({ state: 'opening' });
    const wish = this.#wish;
    const asked = performance.now();
    try {
      const stream = await askFor('camera', this.#options.constraints());
      const [track] = stream.getVideoTracks();
      if (!track || wish !== this.#wish) return stream.getTracks().forEach((track) => track.stop());
      this.#become({ state: 'on', track, stream });
      this.#stopWatching = watchTrack(track, () => this.#become(failed('in-use')));
      this.#options.opened();
    } catch (error) {
      const failure = await this.#options.failure(error, asked);
      if (wish === this.#wish) this.#become(failed(failure));
    }
  }

  close(): void {
    if (this.#source.peek().state !== 'off') this.#become({ state: 'off' });
  }

  #become(source: Source): void {
    this.#wish += 1;
    this.#stopWatching();
    this.#stopWatching = () => undefined;
    const before = this.#source.peek();
    if (isOpen(before)) before.track.stop();
    this.#source.value = source;
  }
}
