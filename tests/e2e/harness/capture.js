// Packets of the loopback interface, by tcpdump or dumpcap (needs root), as they were sent.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { until } from './until.js';

export class Capture {
  /** Into the file, what the filter (of pcap-filter(7)) lets through. */
  static async start(file, filter) {
    const capture = new Capture();
    Object.assign(capture, { file });
    const [program, ...how] = isHere('tcpdump') ? ['tcpdump', '--immediate-mode', '-U', '-Z', 'root'] : ['dumpcap', '-q', '-P'];
    capture.program = spawn(program, [...how, '-i', 'lo', '-s', '0', '-w', file, ...(program === 'tcpdump' ? [filter] : ['-f', filter])], { stdio: 'ignore' });
    process.on('exit', () => capture.program.kill('SIGKILL'));
    return capture;
  }

  /** Until a packet that is sent to this port has been written: from then on nothing is missed. */
  async isListening(port) {
    const socket = createSocket('udp4');
    try {
      await until('packets are captured', () => {
        socket.send('is anybody listening?', port, '127.0.0.1');
        return (statSync(this.file, { throwIfNoEntry: false })?.size ?? 0) > EMPTY;
      });
    } finally {
      socket.close();
    }
  }

  read() {
    return readFileSync(this.file);
  }

  async stop() {
    this.program.kill('SIGINT');
    await once(this.program, 'exit');
  }
}

function isHere(program) {
  try {
    execFileSync('which', [program], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** A file's head without a packet. */
const EMPTY = 24;
