// Looks for many things at once in what may be hundreds of megabytes.
import { spellings } from './spellings.js';

export class Search {
  constructor() {
    this.byStart = new Map();
    this.mayStart = new Uint8Array(1 << 16);
    this.longest = 0;
  }

  /** `name` is what a hit is reported as. */
  add(name, what) {
    for (const { as, bytes } of spellings(what)) {
      const start = bytes.readUInt32BE(0);
      this.mayStart[mixed(start)] = 1;
      this.byStart.set(start, [...(this.byStart.get(start) ?? []), { name, as, bytes }]);
      this.longest = Math.max(this.longest, bytes.length);
    }
    return this;
  }

  /** What is found, each `name` once for each spelling. `chunks`: buffers, one continuing the other. */
  in(chunks) {
    const found = new Map();
    let rest = Buffer.alloc(0);
    for (const chunk of chunks) {
      const bytes = Buffer.concat([rest, chunk]);
      this.look(bytes, found);
      rest = bytes.subarray(Math.max(0, bytes.length - this.longest + 1));
    }
    return [...found.values()];
  }

  look(bytes, found) {
    let window = 0;
    for (let at = 0; at < bytes.length; at++) {
      window = (window << 8) | bytes[at];
      if (this.mayStart[mixed(window)] === 0) continue;
      for (const { name, as, bytes: wanted } of this.byStart.get(window >>> 0) ?? []) {
        const from = at - 3;
        const key = `${name} as ${as}`;
        if (from < 0 || from + wanted.length > bytes.length || found.has(key) || bytes.compare(wanted, 0, wanted.length, from, from + wanted.length) !== 0) continue;
        found.set(key, { name, as, around: printable(bytes.subarray(Math.max(0, from - 60), from + wanted.length + 20)) });
      }
    }
  }
}

/** Four bytes mixed into sixteen bits. */
function mixed(window) {
  return Math.imul(window, 0x9e3779b1) >>> 16;
}

function printable(bytes) {
  return bytes.toString('latin1').replaceAll(/[^ -~]+/g, '·');
}
