// Which ways a visit may take: straight from one network to the other, or by the operator's relay (TURN).

import type { RelayUse } from '../call/relay-use.ts';

import { lines } from './sdp.ts';

/** What one connection does of that. */
export type Route =
  /** Whatever leads to the other. */
  | 'any'
  /** By no relay, not by the other's either. */
  | 'direct'
  /** By the relay alone: no other address of this side is used, or said. */
  | 'relayed';

/** A STUN server; or a TURN server, with what opens it. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** The practice's own side keeps to what it allows. A guest may take whatever the practice offers. */
export function routeOf(role: 'practice' | 'guest', use: RelayUse): Route {
  if (role === 'guest' || use === 'if-needed') return 'any';
  return use === 'only' ? 'relayed' : 'direct';
}

/** Those that a connection may know. Under `never` the browser hears of no relay, and can't ask one for anything. */
export function serversFor(use: RelayUse, servers: readonly IceServer[]): readonly IceServer[] {
  return use === 'never' ? stunOnly(servers) : servers;
}

/** For a look at one's own network. */
export function stunOnly(servers: readonly IceServer[]): readonly IceServer[] {
  return servers.flatMap(({ urls }) => {
    const stun = urls.filter((url) => !isTurn(url));
    return stun.length > 0 ? [{ urls: stun }] : [];
  });
}

export function hasRelay(servers: readonly IceServer[]): boolean {
  return servers.some(({ urls, username, credential }) => urls.some(isTurn) && username !== undefined && credential !== undefined);
}

/** As RTCPeerConnection takes them. */
export function configured(servers: readonly IceServer[]): RTCIceServer[] {
  return servers.map(({ urls, username, credential }) => ({ urls: [...urls], ...(username !== undefined && { username }), ...(credential !== undefined && { credential }) }));
}

/** A description without a way by a relay. */
export function withoutRelay(sdp: string): string {
  return lines(sdp)
    .filter((line) => !isRelayed(line))
    .join('\r\n');
}

/** A description that says no address of this side but the relay's: also not where media would go without ICE, which nobody does. */
export function relayOnly(sdp: string): string {
  return lines(sdp)
    .flatMap((line) => (line.startsWith('a=candidate:') ? (relayedOnly(line) ?? []) : [line]))
    .map((line) => line.replace(/^(o=.* IN) IP[46] \S+$/, `$1 ${NOWHERE}`).replace(/^c=IN .*$/, `c=IN ${NOWHERE}`))
    .map((line) => line.replace(/^a=rtcp:\d+ .*$/, `a=rtcp:${DISCARD} IN ${NOWHERE}`).replace(/^(m=\S+) [1-9]\d* /, `$1 ${DISCARD} `))
    .join('\r\n');
}

/** A relayed candidate without the address that it stands for (RFC 8839 section 5.1: `raddr`, `rport`); `null` for any other. */
export function relayedOnly(candidate: string): string | null {
  return isRelayed(candidate) ? candidate.replace(/ raddr \S+ rport \d+/, ' raddr 0.0.0.0 rport 0') : null;
}

export function isRelayed(candidate: string): boolean {
  return /\styp\s+relay\b/i.test(candidate);
}

function isTurn(url: string): boolean {
  return /^turns?:/i.test(url);
}

const NOWHERE = 'IP4 0.0.0.0';
/** The port that stands where there is none (RFC 8840 section 4.1.1). */
const DISCARD = 9;
