import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * What is new is read from its top, wherever one was in what stood there before: by the eyes, and by the keyboard where what had it is gone. Without a
 * step the page is left as it is.
 */
export function useTop(step: string | null): void {
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (step) scrollTo(0, 0);
    if (step && !isFirst.current && isLost(document.activeElement)) focusHeading();
    isFirst.current = false;
  }, [step]);
}

function isLost(element: Element | null): boolean {
  return element === null || element === document.body;
}

function focusHeading(): void {
  const heading = document.querySelector('h1');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
