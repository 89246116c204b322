// How this side's sound and picture go out: the voice first.

/** What the line lets through of this side's picture. */
export interface Sending {
  readonly video: 'full' | 'reduced' | 'paused';
  /** The person wants as little as possible to be sent. */
  readonly saving: boolean;
}
