import { describe, expect, it } from 'vitest';
import type { Browser } from './browser.ts';
import { type Failure, failureIn, guideOf } from './guide.ts';

const CHROME: Browser = { family: 'chrome', version: 141, os: 'windows', osVersion: null, inApp: null };
const SAFARI: Browser = { family: 'safari', version: 26, os: 'ios', osVersion: 18.7, inApp: null };
const FAILURES: readonly Failure[] = ['denied', 'ignored', 'denied-by-system', 'no-device', 'in-use', 'insecure', 'unsupported', 'in-app', 'failed'];

describe('the way out', () => {
  it.each([
    [CHROME, 'chrome-desktop'],
    [{ ...CHROME, family: 'edge' }, 'edge-desktop'],
    [{ ...CHROME, family: 'firefox' }, 'firefox-desktop'],
    [{ ...CHROME, family: 'safari', os: 'macos' }, 'safari-desktop'],
    [{ ...CHROME, os: 'android' }, 'chrome-android'],
    [{ ...CHROME, family: 'firefox', os: 'android' }, 'firefox-android'],
    [SAFARI, 'safari-ios'],
    [{ ...SAFARI, version: 17 }, 'safari-ios-aa'],
    [{ ...SAFARI, family: 'chrome', version: null }, 'other-ios'],
  ] satisfies [Browser, string][])('after a no is this browser’s own', (browser, name) => {
    expect(guideOf(browser, 'denied').name).toBe(name);
  });

  it('through the system’s settings is the system’s own', () => {
    const names = (['windows', 'macos', 'android', 'ios', 'linux'] as const).map((os) => guideOf({ ...CHROME, os }, 'denied-by-system').name);

    expect(names).toEqual(['system-windows', 'system-macos', 'system-android', 'system-ios', 'system-other']);
  });

  it('out of a mail or chat program is another browser, whatever went wrong', () => {
    const inMail: Browser = { ...SAFARI, inApp: 'GMX' };

    expect((['denied', 'unsupported', 'failed'] as const).map((failure) => failureIn(inMail, failure))).toEqual(['in-app', 'in-app', 'in-app']);
    expect(failureIn(inMail, 'in-use')).toBe('in-use');
    expect(failureIn(SAFARI, 'denied')).toBe('denied');
    expect(guideOf(inMail, 'in-app')).toMatchObject({ name: 'in-app-ios', needsLink: true, canRetry: false });
  });

  it('on an old iPhone is Safari', () => {
    expect(guideOf({ ...SAFARI, family: 'chrome', version: null, osVersion: 13.7 }, 'unsupported').name).toBe('needs-safari');
    expect(guideOf({ ...SAFARI, osVersion: 10.3 }, 'unsupported').name).toBe('outdated');
  });

  it('on an iPhone that could is its lockdown mode, or another device', () => {
    expect(guideOf(SAFARI, 'unsupported')).toMatchObject({ name: 'lockdown-ios', needsLink: true, canRetry: false });
  });

  it.each(FAILURES)('there is one, and it begins with something to do: %s', (failure) => {
    for (const os of ['windows', 'macos', 'linux', 'chromeos', 'android', 'ios', 'other'] as const) expect(guideOf({ ...CHROME, os }, failure).pictures.length).toBeGreaterThan(0);
  });
});
