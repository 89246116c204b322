import { type Signal, useSignal, useSignalEffect } from '@preact/signals';

/**
 * Whether the other's first picture is on the screen. What stands around it is drawn then: nothing keeps the moment waiting in which two people see
 * each other. A picture that does not come holds nothing up for longer than `LONGEST`; where the browser cannot tell, all is drawn at once.
 */
export function usePictureUp(video: Signal<HTMLVideoElement | null>): boolean {
  const isUp = useSignal(!('requestVideoFrameCallback' in HTMLVideoElement.prototype));
  useSignalEffect(() => {
    const element = video.value;
    if (isUp.value) return;
    const frame = element?.requestVideoFrameCallback(() => (isUp.value = true));
    const timer = setTimeout(() => (isUp.value = true), LONGEST);
    return () => {
      if (frame !== undefined) element?.cancelVideoFrameCallback(frame);
      clearTimeout(timer);
    };
  });
  return isUp.value;
}

/** Milliseconds. */
const LONGEST = 250;
