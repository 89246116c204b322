// How every test here waits: for a condition, with a deadline, never for a while.
import { setInterval } from 'node:timers/promises';

/** Asks until the answer is truthy and gives it back; after the deadline it fails with what was waited for and what was seen last. */
export async function until(what, ask, seconds = 20) {
  const deadline = performance.now() + seconds * 1000;
  let seen = await ask();
  if (seen) return seen;
  for await (const _ of setInterval(PACE)) {
    seen = await ask();
    if (seen) return seen;
    if (performance.now() > deadline) break;
  }
  throw new Error(`not within ${seconds} s: ${what} (last seen: ${JSON.stringify(seen)})`);
}

const PACE = 100;
