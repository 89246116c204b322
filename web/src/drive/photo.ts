// A still picture that the practice asks for, and the guest takes.

import type { ReadonlySignal } from '@preact/signals';

/** One picture at a time. `refused`, `failed` and `came` stand until the next. */
export interface PhotoHandle {
  readonly state: ReadonlySignal<PhotoState>;
  /** The practice's, in the call: asks for a picture. Does nothing while one is asked for or under way. */
  ask(): void;
  /** The guest's, to `asked`: each picture needs its own yes. */
  answer(take: boolean): void;
}

export type PhotoState =
  | { readonly name: 'none' }
  /** The guest's page shows the question. */
  | { readonly name: 'asked' }
  /** The guest's: the camera is at it. */
  | { readonly name: 'taking' }
  /** `key` of the file in `Visit.files`; the practice's is `null` until it is offered. */
  | { readonly name: 'sending'; readonly key: string | null }
  | { readonly name: 'refused' }
  | { readonly name: 'failed' }
  /** It is whole at the practice's: a file with `photo: true`. */
  | { readonly name: 'came'; readonly key: string };
