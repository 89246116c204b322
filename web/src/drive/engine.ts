// Runs the rules of one connection: what happens becomes an event, `step` says what follows, and time is kept for it.

import { batch, type Signal, signal } from '@preact/signals';
import type { Call, Effect, Event, Millis, Timer } from '../call/model.ts';
import { step } from '../call/step.ts';
import type { WithoutTime } from './rendezvous.ts';

export interface EngineOptions {
  readonly now: () => Millis;
  /** All but the timers. */
  readonly carryOut: (effect: Exclude<Effect, { type: `${string}-timer` }>) => void;
  /** After each event, when its effects are carried out. */
  readonly stepped: (before: Call, after: Call) => void;
}

export class Engine {
  readonly call: Signal<Call>;
  readonly #options: EngineOptions;
  readonly #events: Event[] = [];
  readonly #timers = new Map<Timer, ReturnType<typeof setTimeout>>();
  #isRunning = false;
  #isStopped = false;

  constructor(call: Call, options: EngineOptions) {
    this.call = signal(call);
    this.#options = options;
  }

  happened(event: WithoutTime): void {
    if (this.#isStopped) return;
    this.#events.push({ ...event, now: this.#options.now() } as Event);
    // What an effect brings about at once comes after the other effects of its event.
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      batch(() => this.#run());
    } finally {
      this.#isRunning = false;
    }
  }

  /** Nothing happens any more. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #run(): void {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      const before = this.call.peek();
      const [after, effects] = step(before, event);
      this.call.value = after;
      for (const effect of effects) this.#carryOut(effect);
      this.#options.stepped(before, after);
    }
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'start-timer': {
        const { timer, after } = effect;
        clearTimeout(this.#timers.get(timer));
        this.#timers.set(timer, setTimeout(() => this.happened({ type: 'timer', timer }), after));
        return;
      }
      case 'stop-timer':
        return clearTimeout(this.#timers.get(effect.timer));
      default:
        return this.#options.carryOut(effect);
    }
  }
}
