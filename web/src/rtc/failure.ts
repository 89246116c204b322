// Why camera or microphone did not open, out of what browsers say about it.

import type { MediaFailure } from './media.ts';

/** What is known beside the error. */
export interface Circumstances {
  /** What the browser would answer now to another question; `null` where it doesn't tell. */
  readonly permission: PermissionState | null;
  /** Milliseconds from the question to the error. */
  readonly took: number;
  readonly isSecure: boolean;
}

/** The reason, as the page explains it. */
export function failureOf(error: unknown, { permission, took, isSecure }: Circumstances): MediaFailure {
  const { name, message } = error instanceof DOMException ? error : { name: '', message: '' };
  switch (name) {
    case 'NotAllowedError':
      // Chromium: "Permission denied by system", "Permission dismissed".
      if (/system/i.test(message)) return 'denied-by-system';
      if (/dismiss/i.test(message)) return 'ignored';
      // The others use the same words for a no and for a question that was closed. Who has been asked, and may be asked again, has closed it.
      return permission === 'prompt' && took > GLANCE ? 'ignored' : 'denied';
    case 'SecurityError':
      return isSecure ? 'denied' : 'insecure';
    case 'NotSupportedError':
      return 'unsupported';
    default:
      return FAILURES[name] ?? 'failed';
  }
}

/** What the browser would answer to another question. */
export async function permissionFor(kind: 'microphone' | 'camera'): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: kind })).state;
  } catch {
    return null;
  }
}

/** Whether fewer wishes could help: a size, a rate or a device that is not to be had. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof DOMException && ['OverconstrainedError', 'NotReadableError', 'AbortError'].includes(error.name);
}

const FAILURES: Readonly<Record<string, MediaFailure>> = {
  NotFoundError: 'no-device',
  OverconstrainedError: 'no-device',
  NotReadableError: 'in-use',
  AbortError: 'in-use',
};
/** Milliseconds: nobody reads and answers a question sooner. */
const GLANCE = 400;
