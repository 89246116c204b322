import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/**
 * What is new is read from its top, wherever one was in what stood there before: by the eyes, and by the keyboard where what had it is gone. Without a
 * step the page is left as it is.
 */
export function useTop(step: string | null): void {
  const hadKeyboard = useRef(false);
  useEffect(() => {
    const note = () => void (hadKeyboard.current = true);
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  useLayoutEffect(() => {
    if (!step) return;
    scrollTo(0, 0);
    if (hadKeyboard.current && isLost(document.activeElement)) focusHeading();
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
