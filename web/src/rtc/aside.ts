// Which of the other's candidates are tried first. A browser tries them by priority, twenty a second: addresses of the other's own network come first, and where the two are
// in different networks each of them costs 50 ms before the one that works.

export interface Late {
  readonly candidate: string;
  readonly mLine: number;
}

/** Takes out of a description what hardly leads to the other: its inner addresses, where it is behind another router than this side (`own`: its own description). */
export function setAside(sdp: string, own: string): { readonly sdp: string; readonly late: readonly Late[] } {
  const [theirs, ours] = [publicAddresses(sdp), publicAddresses(own)];
  const isElsewhere = theirs.length > 0 && ours.length > 0 && !theirs.some((address) => ours.includes(address));
  // Once it is said that no more come, nothing may come later.
  if (!isElsewhere || sdp.includes('a=end-of-candidates')) return { sdp, late: [] };
  const late: Late[] = [];
  let mLine = -1;
  const kept = sdp.split('\r\n').filter((line) => {
    if (line.startsWith('m=')) mLine += 1;
    if (!isInner(line)) return true;
    late.push({ candidate: line.slice('a='.length), mLine });
    return false;
  });
  return { sdp: kept.join('\r\n'), late };
}

/** What routers have made of somebody's addresses: IPv4. */
function publicAddresses(sdp: string): readonly string[] {
  return [...sdp.matchAll(/^a=candidate:\S+ \d+ udp \d+ (\d+\.\d+\.\d+\.\d+) \d+ typ srflx/gim)].flatMap(([, address]) => address ?? []);
}

function isInner(line: string): boolean {
  const [, address = ''] = /^a=candidate:\S+ \d+ udp \d+ (\S+) \d+ typ host/i.exec(line) ?? [];
  return /^10\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(address);
}
