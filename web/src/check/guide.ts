// What to press, in this browser, when camera or microphone don't open.

import { type Browser, kindOf, needsSafari } from './browser.ts';

/** Why something does not open, where it is not the choice of a screen. */
export type Failure = 'denied' | 'ignored' | 'denied-by-system' | 'no-device' | 'in-use' | 'insecure' | 'unsupported' | 'in-app' | 'failed';

/** The way out, step by step. */
export interface Guide {
  /** `help-<name>-1`, `-2`, … are its sentences. */
  readonly name: GuideName;
  /** One for each step: where to press, or nothing. */
  readonly pictures: readonly (Picture | null)[];
  /** Whether pressing "try again" on this page can help. */
  readonly canRetry: boolean;
  /** The way leads into another browser: the link is needed there. */
  readonly needsLink: boolean;
}

export type GuideName = keyof typeof PICTURES;

/** A drawing of the place to press; `ui/media/help.tsx` has them. */
export type Picture = 'address-tune' | 'address-lock' | 'address-blocked' | 'address-page' | 'address-aa' | 'menu' | 'prompt' | 'switches' | 'settings' | 'copy' | 'paste' | 'plug' | 'calls';

/** What a failure is in this browser: inside another program nearly everything that goes wrong does so because of that program. */
export function failureIn(browser: Browser, failure: Failure): Failure {
  const isOfTheProgram = failure === 'denied' || failure === 'unsupported' || failure === 'failed';
  return browser.inApp !== null && isOfTheProgram ? 'in-app' : failure;
}

/** `failure`: as `failureIn` gives it. */
export function guideOf(browser: Browser, failure: Failure): Guide {
  const name = nameOf(browser, failure);
  const needsLink = name === 'in-app-ios' || name === 'in-app-other' || name === 'needs-safari' || name === 'outdated' || name === 'lockdown-ios';
  return { name, pictures: PICTURES[name], canRetry: !needsLink && name !== 'insecure', needsLink };
}

function nameOf(browser: Browser, failure: Failure): GuideName {
  const { os } = browser;
  const isPhone = os === 'ios' || os === 'android';
  switch (failure) {
    case 'denied':
      return deniedIn(browser);
    case 'denied-by-system':
      return os === 'windows' || os === 'macos' || os === 'android' || os === 'ios' ? `system-${os}` : 'system-other';
    case 'no-device':
    case 'in-use':
    case 'failed':
      return isPhone ? `${failure}-phone` : `${failure}-desktop`;
    case 'unsupported':
      if (needsSafari(browser)) return 'needs-safari';
      return os === 'ios' && (browser.osVersion ?? 0) >= LOCKDOWN ? 'lockdown-ios' : 'outdated';
    case 'in-app':
      return os === 'ios' ? 'in-app-ios' : 'in-app-other';
    case 'ignored':
    case 'insecure':
      return failure;
  }
}

function deniedIn(browser: Browser): GuideName {
  const kind = kindOf(browser);
  // The engine's version tells the page's menu: from 18 on a small page stands where "aA" was.
  if (kind === 'safari-ios') return browser.version !== null && browser.version < 18 ? 'safari-ios-aa' : 'safari-ios';
  return kind;
}

/** Since this iOS its owner can take WebRTC from all pages, and give it back to one. */
const LOCKDOWN = 16;
const PICTURES = {
  'chrome-desktop': ['address-tune', 'switches'],
  'edge-desktop': ['address-lock', 'switches'],
  'firefox-desktop': ['address-blocked', null],
  'safari-desktop': ['menu', null],
  'chrome-android': ['address-tune', 'switches'],
  'firefox-android': ['address-lock', 'switches'],
  'safari-ios': ['address-page', null],
  'safari-ios-aa': ['address-aa', null],
  'other-ios': ['settings', 'switches'],
  other: ['switches'],
  'system-windows': ['settings', 'switches'],
  'system-macos': ['settings', 'switches'],
  'system-android': ['settings', 'switches'],
  'system-ios': ['settings', 'switches'],
  'system-other': ['settings'],
  ignored: ['prompt'],
  'no-device-desktop': ['plug', null],
  'no-device-phone': [null],
  'in-use-desktop': ['calls', null],
  'in-use-phone': ['calls', null],
  'failed-desktop': ['plug', null],
  'failed-phone': [null, null],
  insecure: [null],
  'needs-safari': ['copy', 'paste'],
  'lockdown-ios': ['address-page', null],
  outdated: ['copy', 'paste'],
  'in-app-ios': ['copy', 'paste'],
  'in-app-other': ['copy', 'paste'],
} as const satisfies Readonly<Record<string, readonly (Picture | null)[]>>;
