// What has to be pressed before a state of the gallery stands, and how somebody who looks knows that it does.

let work: Promise<unknown> = Promise.resolve();

/** Presses one part after the other, each as soon as it is there. */
export function press(...parts: readonly string[]): void {
  for (const name of parts) afterwards(() => seen(name).then((part) => part.click()));
}

/** Once all before it is done and the page has been drawn. */
export function afterwards(act: () => unknown): void {
  work = work.then(frame).then(act);
}

export function partOf(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-test="${name}"]`);
}

/** Says on `<html>` that the state stands: everything is pressed, letters and pictures are there. */
export async function drawn(): Promise<void> {
  await work;
  await document.fonts.ready;
  await frame();
  while ([...document.querySelectorAll('video')].some(isEmpty)) await frame();
  // What stands around a call's picture comes after that.
  while (document.querySelector('.call:not(:has(.call-controls))')) await frame();
  await frame();
  document.documentElement.toggleAttribute('data-drawn', true);
}

async function seen(name: string): Promise<HTMLElement> {
  for (;;) {
    const part = partOf(name);
    if (part) return part;
    await frame();
  }
}

function isEmpty(video: HTMLVideoElement): boolean {
  return video.srcObject !== null && video.readyState < video.HAVE_CURRENT_DATA;
}

function frame(): Promise<unknown> {
  return new Promise(requestAnimationFrame);
}
