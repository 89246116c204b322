// What the addresses say that a router gives to one and the same socket, seen by two STUN servers.

/** One ICE candidate, as far as it matters here. */
export interface Seen {
  readonly type: string;
  readonly protocol: string;
  /** Candidates of one kind from one own address by servers of one address have the same (RFC 8445 section 5.1.1.3). */
  readonly foundation: string;
  readonly address: string;
  readonly port: number;
  /** Of the socket itself; 0 where the browser hides it. */
  readonly relatedPort: number;
}

/** What a browser found out about its own addresses. */
export interface Gathered {
  readonly candidates: readonly Seen[];
  /** It was done in time. */
  readonly isComplete: boolean;
  /** A server could not be reached. */
  readonly hasError: boolean;
}

/** Whether a STUN server was reached over UDP. A machine without a router is told only what it knows, and then says nothing. */
export function isReached({ candidates, isComplete, hasError }: Gathered): boolean {
  return candidates.some(isMapped) || (isComplete && !hasError && candidates.length > 0);
}

/** Whether the router gives each destination another port (RFC 4787 section 4.1: not endpoint-independent): then hardly anybody finds a way to this network. */
export function isSymmetric({ candidates }: Gathered): boolean {
  const ports = new Map<string, Set<number>>();
  for (const { address, foundation, relatedPort, port } of candidates.filter(isMapped)) {
    const socket = `${address} ${relatedPort > 0 ? `port ${relatedPort}` : `foundation ${foundation}`}`;
    ports.set(socket, (ports.get(socket) ?? new Set()).add(port));
  }
  return [...ports.values()].some((of) => of.size > 1);
}

function isMapped({ type, protocol }: Seen): boolean {
  return type === 'srflx' && protocol === 'udp';
}
