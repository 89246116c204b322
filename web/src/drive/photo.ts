// A still picture that the practice asks for, and the guest takes.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ControlMessage } from '../call/control.ts';
import type { Role } from '../call/model.ts';
import type { SharedFile } from '../rtc/files.ts';

/** One picture at a time. `refused`, `withdrawn`, `failed` and `came` stand until the next. */
export interface PhotoHandle {
  readonly state: ReadonlySignal<PhotoState>;
  /** The practice's, in the call: asks for a picture. Does nothing while one is asked for or under way. */
  ask(): void;
  /** The practice's, to `asked`: takes the question back. A picture that has just set out is not taken. */
  withdraw(): void;
  /** The guest's, to `asked` and `taken`: takes a picture, in place of the one before, which nobody has seen; or sends none. */
  answer(take: boolean): void;
  /** The guest's, to `taken`: each picture needs its own yes. */
  send(): void;
}

export type PhotoState =
  | { readonly name: 'none' }
  /** The guest's page shows the question. */
  | { readonly name: 'asked' }
  /** The guest's: the camera is at it. */
  | { readonly name: 'taking' }
  /** The guest's: it sees what it would send. */
  | { readonly name: 'taken'; readonly photo: Blob }
  /** `key` of the file in `Visit.files`; the practice's is `null` until it is offered. */
  | { readonly name: 'sending'; readonly key: string | null }
  | { readonly name: 'refused' }
  /** By the practice, before a picture was on its way. */
  | { readonly name: 'withdrawn' }
  | { readonly name: 'failed' }
  /** It is whole at the practice's: a file with `photo: true`. */
  | { readonly name: 'came'; readonly key: string };

export interface PhotoOptions {
  readonly role: Role;
  readonly files: ReadonlySignal<readonly SharedFile[]>;
  /** Both talk, and the guest has agreed to pictures. */
  readonly mayShare: () => boolean;
  readonly say: (message: PhotoMessage) => void;
  readonly takePhoto: () => Promise<Blob>;
  /** No camera is needed any more. */
  readonly release: () => void;
  /** Its key among the files, or `null` when it can't be offered. */
  readonly send: (file: File, id: number) => string | null;
}

export type PhotoMessage = Extract<ControlMessage, { type: `photo-${string}` }>;

/** Either side's part. */
export class Photo implements PhotoHandle {
  readonly #options: PhotoOptions;
  readonly #state = signal<PhotoState>({ name: 'none' });
  /** The newest that was asked for; answers to older ones count for nothing. */
  #id = 0;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #stopFollowing: () => void = () => undefined;

  constructor(options: PhotoOptions) {
    this.#options = options;
  }

  get state(): ReadonlySignal<PhotoState> {
    return this.#state;
  }

  ask(): void {
    const { role, mayShare, say } = this.#options;
    if (role !== 'practice' || this.#isBusy() || !mayShare()) return;
    this.#begin(this.#id + 1, 'failed');
    say({ type: 'photo-ask', id: this.#id });
  }

  withdraw(): void {
    if (this.#options.role !== 'practice' || this.#state.peek().name !== 'asked') return;
    this.#become({ name: 'withdrawn' });
    this.#options.say({ type: 'photo-withdraw', id: this.#id });
  }

  answer(take: boolean): void {
    const { name } = this.#state.peek();
    if (this.#options.role !== 'guest' || (name !== 'asked' && name !== 'taken')) return;
    if (take && this.#options.mayShare()) void this.#take(this.#id);
    else this.#refuse(this.#id);
  }

  send(): void {
    const state = this.#state.peek();
    if (state.name !== 'taken') return;
    const id = this.#id;
    // Consent may have been taken back while the guest looked at it.
    if (!this.#options.mayShare()) return this.#refuse(id);
    this.#options.say({ type: 'photo-answer', id, answer: 'sending' });
    const key = this.#options.send(new File([state.photo], `photo-${stamp(new Date())}.jpg`, { type: 'image/jpeg' }), id);
    if (key === null) return this.#fail(id);
    this.#become({ name: 'sending', key });
    this.#follow();
  }

  /** What the other side says. */
  hear(message: PhotoMessage): void {
    if (this.#options.role === 'guest') {
      if (message.type === 'photo-ask') this.#asked(message.id);
      if (message.type === 'photo-withdraw') this.#withdrawn(message.id);
      return;
    }
    const state = this.#state.peek();
    const isPromised = state.name === 'sending' && state.key === null;
    if (message.type !== 'photo-answer' || message.id !== this.#id || !(state.name === 'asked' || isPromised)) return;
    if (message.answer !== 'sending') return this.#become({ name: message.answer });
    this.#become({ name: 'sending', key: null });
    this.#expireAs('failed');
    this.#follow();
  }

  /** Whether a file that is offered under this number was asked for. */
  expects(id: number): boolean {
    const state = this.#state.peek();
    return this.#options.role === 'practice' && id === this.#id && state.name === 'sending';
  }

  /** The connection is gone. What is being sent goes on with the next one. */
  parted(): void {
    const { name } = this.#state.peek();
    if (AIMING.has(name)) this.#become({ name: this.#options.role === 'guest' && name === 'asked' ? 'none' : 'failed' });
  }

  dispose(): void {
    this.parted();
    this.#stopFollowing();
  }

  // --- The guest's ---

  #asked(id: number): void {
    if (this.#isBusy() || !this.#options.mayShare()) return this.#options.say({ type: 'photo-answer', id, answer: this.#isBusy() ? 'failed' : 'refused' });
    this.#begin(id, 'none');
  }

  /** Also when its yes and this have crossed: the practice does not accept the file any more. */
  #withdrawn(id: number): void {
    if (id === this.#id && this.#isBusy()) this.#become({ name: 'withdrawn' });
  }

  #refuse(id: number): void {
    this.#become({ name: 'refused' });
    this.#options.say({ type: 'photo-answer', id, answer: 'refused' });
  }

  async #take(id: number): Promise<void> {
    this.#become({ name: 'taking' });
    const photo = await this.#options.takePhoto().catch(() => null);
    if (this.#id !== id || this.#state.peek().name !== 'taking') return;
    // Taken back while the camera was at it.
    if (!this.#options.mayShare()) return this.#refuse(id);
    if (!photo) return this.#fail(id);
    this.#become({ name: 'taken', photo });
  }

  #fail(id: number): void {
    this.#become({ name: 'failed' });
    this.#options.say({ type: 'photo-answer', id, answer: 'failed' });
  }

  // --- Both sides' ---

  #begin(id: number, whenNobodyAnswers: 'none' | 'failed'): void {
    this.#id = id;
    this.#become({ name: 'asked' });
    this.#expireAs(whenNobodyAnswers);
  }

  /** Unless something else becomes of it before. */
  #expireAs(name: 'none' | 'failed'): void {
    this.#expiry = setTimeout(() => this.#become({ name }), PATIENCE);
  }

  /** Looks after the picture among the files, until it has come or will not come. */
  #follow(): void {
    const { role, files } = this.#options;
    const before = new Set(role === 'guest' ? [] : files.peek().map(({ key }) => key));
    this.#stopFollowing();
    this.#stopFollowing = effect(() => {
      const all = files.value;
      const state = this.#state.peek();
      if (state.name !== 'sending') return;
      const file = all.find((one) => (state.key === null ? one.photo && one.from === 'peer' && !before.has(one.key) : one.key === state.key));
      if (!file) return state.key === null ? undefined : this.#become({ name: 'failed' });
      if (file.state.name === 'done') return this.#become({ name: 'came', key: file.key });
      if (file.state.name === 'refused' || file.state.name === 'cancelled' || file.state.name === 'failed') return this.#become({ name: 'failed' });
      if (state.key === null) this.#become({ name: 'sending', key: file.key });
    });
  }

  #isBusy(): boolean {
    const { name } = this.#state.peek();
    return AIMING.has(name) || name === 'sending';
  }

  #become(state: PhotoState): void {
    // The whole question has its time, however many pictures are taken for it.
    if (!AIMING.has(state.name)) {
      clearTimeout(this.#expiry);
      this.#options.release();
    }
    this.#state.value = state;
  }
}

/** This machine's time, as it may stand in a file's name. */
function stamp(at: Date): string {
  const [year, ...rest] = [at.getFullYear(), at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0'));
  return `${year}${rest.slice(0, 2).join('')}-${rest.slice(2).join('')}`;
}

/** Nothing is decided yet. */
const AIMING: ReadonlySet<PhotoState['name']> = new Set(['asked', 'taking', 'taken']);
/** Milliseconds: a question that nobody answers is taken back. Long enough to undo a bandage. */
const PATIENCE = 300_000;
