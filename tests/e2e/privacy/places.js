// Where something that the machines were not to know could lie.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** The whole memory of a process that stands still meanwhile, what it has freed as well: a core image that is never written. */
export function* memoryOf({ pid }) {
  process.kill(pid, 'SIGSTOP');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
      const [, from, to, readable, name] = /^([\da-f]+)-([\da-f]+) (.)\S+ \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
      // The kernel's own pages, of which it lends out only some.
      if (readable !== 'r' || /^\[v(var|syscall)/.test(name)) continue;
      yield* region(memory, BigInt(`0x${from}`), BigInt(`0x${to}`));
    }
  } finally {
    closeSync(memory);
    process.kill(pid, 'SIGCONT');
  }
}

function* region(memory, from, to) {
  const chunk = Buffer.alloc(Number(to - from < CHUNK ? to - from : CHUNK));
  for (let at = from; at < to; ) {
    const wanted = Number(to - at < CHUNK ? to - at : CHUNK);
    const got = readSync(memory, chunk, 0, wanted, at);
    if (got === 0) throw new Error(`the memory at ${at.toString(16)} can't be read`);
    yield chunk.subarray(0, got);
    at += BigInt(got);
  }
}

/** Every file below a folder, whole. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath ?? entry.path, entry.name)) }));
}

/** The IP addresses that a text shows. `::`, or `a::`, is nobody's, and stands in every few kilobytes of ciphertext by chance. */
export function addressesIn(text) {
  return (text.match(LIKE_ADDRESS) ?? []).filter((word) => isIP(word) > 0 && word.replace(/[^\da-f]/gi, '').length >= FEWEST_DIGITS);
}

const LIKE_ADDRESS = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7})(?![\w.])/gi;
/** Of the shortest that anybody has: `8.8.8.8`. */
const FEWEST_DIGITS = 4;
const CHUNK = 16n * 1024n * 1024n;
