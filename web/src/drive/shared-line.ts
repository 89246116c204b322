// One connection to the server for all seats of a room: each seat's visit has a handle of its own, and hears what it would hear alone.

import type { LineEvent, LineOptions } from '../signal/line.ts';
import type { Joined, Peer } from '../signal/wire.ts';
import type { LineHandle } from './rendezvous.ts';

export class SharedLine {
  readonly #open: (options: LineOptions) => LineHandle;
  #line: LineHandle | null = null;
  readonly #seats = new Set<Seat>();
  /** The answer to the join, while it holds. */
  #joined: Joined | null = null;
  readonly #peers = new Map<number, Peer>();

  constructor(open: (options: LineOptions) => LineHandle) {
    this.#open = open;
  }

  /** In place of a line of its own. The first one's options are everybody's. */
  handle(options: LineOptions): LineHandle {
    this.#line ??= this.#open({ ...options, onEvent: (event) => this.#heard(event) });
    const line = this.#line;
    const seat: Seat = { tell: options.onEvent, isIn: false, isHurried: false };
    this.#seats.add(seat);
    return {
      prepare: () => line.prepare(),
      join: (takeover) => this.#join(seat, takeover),
      send: (to, data) => line.send(to, data),
      waiting: (to) => line.waiting(to),
      hurry: (on) => {
        seat.isHurried = on;
        line.hurry([...this.#seats].some(({ isHurried }) => isHurried));
      },
      doubt: () => line.doubt(),
      leave: () => this.#leave(seat, () => line.leave()),
      close: () => {
        this.#leave(seat, () => line.close());
        this.#seats.delete(seat);
      },
    };
  }

  #join(seat: Seat, takeover: boolean): void {
    if (seat.isIn) return;
    seat.isIn = true;
    const joined = this.#joined;
    if (!joined) return this.#line?.join(takeover);
    // Others are in the room already. Not in the middle of what this seat's visit is doing.
    queueMicrotask(() => {
      if (seat.isIn && this.#joined === joined) seat.tell({ type: 'joined', joined: { ...joined, peers: [...this.#peers.values()].map((peer) => ({ ...peer, acked: 0 })), sealed: [] } });
    });
  }

  /** The room is left with the last one. */
  #leave(seat: Seat, last: () => void): void {
    if (!seat.isIn) return;
    seat.isIn = false;
    if ([...this.#seats].some(({ isIn }) => isIn)) return;
    this.#joined = null;
    last();
  }

  #heard(event: LineEvent): void {
    if (event.type === 'joined') {
      this.#joined = event.joined;
      this.#peers.clear();
      for (const peer of event.joined.peers) this.#peers.set(peer.seat, { ...peer, type: 'peer' });
    } else if (event.type === 'peer') {
      this.#peers.set(event.peer.seat, event.peer);
    } else if (event.type === 'lost') {
      this.#joined = null;
    }
    const isShut = event.type === 'too-early' || event.type === 'refused';
    if (isShut) this.#joined = null;
    const present = [...this.#seats].filter(({ isIn }) => isIn);
    // The line has closed by itself: whoever wants to join again has to open it.
    if (isShut) for (const seat of present) seat.isIn = false;
    for (const seat of present) seat.tell(event);
  }
}

interface Seat {
  readonly tell: (event: LineEvent) => void;
  isIn: boolean;
  isHurried: boolean;
}
