// Two documents that say the same must say it in the same words.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const docs = resolve(import.meta.dirname, '../../docs');
const section = (file: string, from: string, to: string) => {
  const text = readFileSync(resolve(docs, file), 'utf8');
  const begin = text.indexOf(`\n${from}\n`);
  return text.slice(begin + from.length + 2, text.indexOf(`\n${to}`, begin + 1)).trim();
};

describe('the sealed handshake', () => {
  it('is the same in docs/signalling.md, from which alone a client can be written, and in docs/sealed-signalling.md', () => {
    const rules = section('signalling.md', '## 4. The sealed handshake', '## 5.');
    const parts = [
      section('sealed-signalling.md', '## 5. The handshake', 'The **transcript**'),
      section('sealed-signalling.md', '## 6. What the envelopes carry', 'The certificate of a description'),
      section('sealed-signalling.md', '## 7. What is refused, and how', '## 8.'),
    ];

    for (const part of parts) {
      expect(part.length).toBeGreaterThan(200);
      expect(rules).toContain(part);
    }
  });
});
