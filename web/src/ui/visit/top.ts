import { useLayoutEffect } from 'preact/hooks';

/** What is new is read from its top, wherever one was in what stood there before. Without a step the page is left as it is. */
export function useTop(step: string | null): void {
  useLayoutEffect(() => {
    if (step) scrollTo(0, 0);
  }, [step]);
}
