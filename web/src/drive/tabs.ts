// The same link in two tabs of one browser: the newer one takes the visit over, as the same guest. Nothing of it is stored anywhere.

/** By which the server and the practice know a guest again. */
export interface Identity {
  readonly client: string;
  readonly visit: string;
}

/** Asks whether a tab of this browser is in the visit already. `found` is called with the first answer, or never. Gives what ends the waiting. */
export function askOtherTabs(invite: string, found: (identity: Identity) => void): () => void {
  const channel = open(invite);
  if (!channel) return () => undefined;
  channel.addEventListener('message', ({ data }: MessageEvent) => {
    if (!isIdentity(data)) return;
    channel.close();
    found(data);
  });
  channel.postMessage('who is in?');
  return () => channel.close();
}

/** Answers from now on, until what it gives is called. */
export function answerOtherTabs(invite: string, identity: Identity): () => void {
  const channel = open(invite);
  if (!channel) return () => undefined;
  channel.addEventListener('message', ({ data }: MessageEvent) => {
    if (data === 'who is in?') channel.postMessage(identity);
  });
  return () => channel.close();
}

function open(invite: string): BroadcastChannel | null {
  return 'BroadcastChannel' in globalThis ? new BroadcastChannel(`visite ${invite}`) : null;
}

function isIdentity(value: unknown): value is Identity {
  const { client, visit } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof Identity, unknown>>;
  return [client, visit].every((one) => typeof one === 'string' && /^[\w-]{22}$/.test(one));
}
