import { type Signal, useSignal } from '@preact/signals';
import { RecoveryError, type RecoveryProblem } from '../../practice/recovery.ts';
import { HttpRefusal } from '../../signal/http.ts';

/** Something that takes a moment and may be refused, one at a time. */
export interface Action {
  readonly isBusy: Signal<boolean>;
  /** By the server. */
  readonly refusal: Signal<HttpRefusal | null>;
  /** With a recovery file or its passphrase. */
  readonly problem: Signal<RecoveryProblem | null>;
  run(what: () => Promise<void>): void;
}

export function useAction(): Action {
  const isBusy = useSignal(false);
  const refusal = useSignal<HttpRefusal | null>(null);
  const problem = useSignal<RecoveryProblem | null>(null);
  const run = async (what: () => Promise<void>) => {
    isBusy.value = true;
    refusal.value = null;
    problem.value = null;
    await what().catch((cause: unknown) => {
      if (cause instanceof HttpRefusal) refusal.value = cause;
      else if (cause instanceof RecoveryError) problem.value = cause.problem;
      else throw cause;
    }).finally(() => (isBusy.value = false));
  };
  return { isBusy, refusal, problem, run: (what) => void run(what) };
}
