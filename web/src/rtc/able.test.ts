import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { disability } from './able.ts';

class Connection {
  createDataChannel() {}
}

beforeEach(() => {
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('RTCPeerConnection', Connection);
  vi.stubGlobal('WebSocket', class {});
});

afterEach(() => vi.unstubAllGlobals());

it('nothing is in the way of a browser that has everything', () => {
  expect(disability()).toBeNull();
});

it('a page without https can’t, whatever else there is', () => {
  vi.stubGlobal('isSecureContext', false);

  expect(disability()).toBe('insecure');
});

it('a browser from which connections are taken can’t', () => {
  vi.stubGlobal('RTCPeerConnection', undefined);
  expect(disability()).toBe('unsupported');

  vi.stubGlobal('RTCPeerConnection', class {});
  expect(disability()).toBe('unsupported');
});
