// What the browser says about this machine's network, and that the page was asleep.

/** Tells when the network may be another one, or be back. Gives what ends it. */
export function watchNetwork(changed: () => void, leaving: () => void): () => void {
  const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
  const watching = new AbortController();
  const { signal } = watching;
  const { document } = globalThis as Partial<typeof globalThis>;
  const woke = () => document?.visibilityState === 'visible' && changed();
  globalThis.addEventListener('online', changed, { signal });
  connection?.addEventListener('change', changed, { signal });
  document?.addEventListener('visibilitychange', woke, { signal });
  document?.addEventListener('resume', changed, { signal });
  // So that the other side knows at once.
  globalThis.addEventListener('pagehide', leaving, { signal });
  return () => watching.abort();
}
