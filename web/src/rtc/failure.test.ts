import { describe, expect, it } from 'vitest';
import { type Circumstances, failureOf } from './failure.ts';

describe('why it did not open', () => {
  it.each<{ name: string; message?: string; then?: Partial<Circumstances>; is: string }>([
    { name: 'NotAllowedError', message: 'Permission denied', then: { permission: 'denied' }, is: 'denied' },
    { name: 'NotAllowedError', message: 'Permission dismissed', then: { permission: 'prompt' }, is: 'ignored' },
    { name: 'NotAllowedError', message: 'Permission denied by system', then: { permission: 'granted' }, is: 'denied-by-system' },
    { name: 'NotAllowedError', message: 'The request is not allowed by the user agent or the platform in the current context.', then: { permission: 'prompt', took: 4_000 }, is: 'ignored' },
    { name: 'NotAllowedError', message: 'The request is not allowed by the user agent or the platform in the current context.', then: { permission: 'prompt', took: 20 }, is: 'denied' },
    { name: 'NotAllowedError', message: 'The request is not allowed by the user agent or the platform in the current context.', then: { permission: null, took: 4_000 }, is: 'denied' },
    { name: 'NotSupportedError', is: 'unsupported' },
    { name: 'NotFoundError', is: 'no-device' },
    { name: 'OverconstrainedError', is: 'no-device' },
    { name: 'NotReadableError', message: 'Could not start video source', is: 'in-use' },
    { name: 'AbortError', is: 'in-use' },
    { name: 'SecurityError', then: { isSecure: false }, is: 'insecure' },
    { name: 'SecurityError', is: 'denied' },
    { name: 'WhateverError', is: 'failed' },
  ])('$name „$message“ $then is $is', ({ name, message = '', then = {}, is }) => {
    expect(failureOf(new DOMException(message, name), { permission: 'granted', took: 1_000, isSecure: true, ...then })).toBe(is);
  });

  it('is not known of what is no browser’s error', () => {
    expect(failureOf(new TypeError('x'), { permission: null, took: 0, isSecure: true })).toBe('failed');
  });
});
