// What of a visit touches the world: a test hands others in.

import { type Certificate, makeCertificate } from '../rtc/certificate.ts';
import { Connection, type ConnectionOptions } from '../rtc/connection.ts';
import { Foresight } from '../rtc/foresight.ts';
import { encodeBase64url } from '../sealed/bytes.ts';
import { iceServers, lookUpInvite } from '../signal/http.ts';
import { Line, type LineOptions } from '../signal/line.ts';
import type { LineHandle } from './rendezvous.ts';

export interface Tools {
  openLine(options: LineOptions): LineHandle;
  connect(options: ConnectionOptions): Connection;
  makeCertificate(): Promise<Certificate>;
  readonly foresight: Pick<Foresight, 'look' | 'forget' | 'isClear' | 'complete'>;
  iceServers: typeof iceServers;
  lookUpInvite: typeof lookUpInvite;
}

export const BROWSER: Tools = {
  openLine: (options) => new Line(options),
  connect: (options) => new Connection(options),
  makeCertificate,
  foresight: new Foresight(),
  iceServers,
  lookUpInvite,
};

/** A line of this life of the page. */
export function lineOptions({ client, pass }: Pick<LineOptions, 'client' | 'pass'>, onEvent: LineOptions['onEvent']): LineOptions {
  const stream = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
  return { url: `${location.origin.replace(/^http/, 'ws')}/signal`, client, stream, pass, onEvent };
}
