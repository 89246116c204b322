// What this device and the practice's other ones see of the waiting rooms, kept in step within a second (docs/signalling.md section 3).

import { type ReadonlySignal, signal } from '@preact/signals';
import { PracticeLine, type PracticeLineOptions } from '../signal/practice-line.ts';
import { type Board, openBoard, sealBoard } from './board.ts';

export interface TeamOptions {
  /** From `boardKey`; `null`: this device tells nothing and reads nothing, and still hears of changes. */
  readonly key: CryptoKey | null;
  /** This device's id. */
  readonly device: string;
  readonly url: string;
  readonly token: () => Promise<string>;
  /** Something of the practice's changed: read it again. */
  readonly onChanged: () => void;
  /** By the server's clock. */
  readonly now: () => number;
  /** For tests. */
  readonly openLine?: (options: PracticeLineOptions) => Pick<PracticeLine, 'open' | 'board' | 'close'>;
}

export class Team {
  private readonly line: Pick<PracticeLine, 'open' | 'board' | 'close'>;
  private readonly known = signal<ReadonlyMap<string, Board>>(new Map());
  private readonly up = signal(false);
  private isJoined = false;
  /** What is sealed and opened, one after the other. */
  private turn: Promise<void> = Promise.resolve();
  private next: Omit<Board, 'at'> | null = null;
  private saidAt = 0;

  constructor(private readonly options: TeamOptions) {
    const { url, token, openLine = (line) => new PracticeLine(line) } = options;
    this.line = openLine({
      url,
      token,
      onEvent: (event) => {
        switch (event.type) {
          case 'joined':
            this.isJoined = true;
            this.inTurn(() => this.hearAll(event.boards));
            return options.onChanged();
          case 'changed':
            return options.onChanged();
          case 'board':
            return this.inTurn(() => this.hear(event.device, event.data));
          case 'lost':
          case 'refused':
            this.isJoined = this.up.value = false;
        }
      },
    });
  }

  /** The others' newest words, by device. A device that is there has one, if only an empty one. */
  get boards(): ReadonlySignal<ReadonlyMap<string, Board>> {
    return this.known;
  }

  /** Whether it is known what the others see, and changes are heard of at once. */
  get isUp(): ReadonlySignal<boolean> {
    return this.up;
  }

  open(): void {
    this.line.open();
  }

  close(): void {
    this.isJoined = this.up.value = false;
    this.line.close();
  }

  /** What this device sees and says, for the others. Only the newest counts. */
  say(board: Omit<Board, 'at'>): void {
    const { key, device } = this.options;
    if (!key) return;
    const isUnderWay = this.next !== null;
    this.next = board;
    if (isUnderWay) return;
    this.inTurn(async () => {
      const newest = this.next ?? board;
      this.next = null;
      this.saidAt = Math.max(this.saidAt + 1, this.options.now());
      this.line.board(await sealBoard(key, device, { ...newest, at: this.saidAt }));
    });
  }

  private async hearAll(boards: readonly { readonly device: string; readonly data: string }[]): Promise<void> {
    const there = new Set(boards.map(({ device }) => device));
    this.known.value = new Map([...this.known.value].filter(([device]) => there.has(device)));
    for (const { device, data } of boards) await this.hear(device, data);
    this.up.value = this.isJoined;
  }

  private async hear(device: string, data: string | null): Promise<void> {
    const { key, device: self } = this.options;
    if (!key || device === self) return;
    if (data === null) {
      this.known.value = new Map([...this.known.value].filter(([one]) => one !== device));
      return;
    }
    const board = await openBoard(key, device, data);
    if (board && board.at >= (this.known.value.get(device)?.at ?? 0)) this.known.value = new Map([...this.known.value, [device, board]]);
  }

  private inTurn(act: () => Promise<void>): void {
    this.turn = this.turn.then(act);
  }
}
