// Which browser shows this page, as far as its settings and its gaps go.

/** What the user agent tells. Good enough to choose words and pictures by, and used for nothing else. */
export interface Browser {
  readonly family: Family;
  /** The major version of the browser, on iOS of Safari's engine; `null` where it does not say. */
  readonly version: number | null;
  readonly os: System;
  /** iOS and Android: the system's version as a number, 14.3 for "14_3_1". On newer iPhones the engine's version (`version`) is the truer one. */
  readonly osVersion: number | null;
  /** The program that shows the page inside itself (mail, chat, news), by its name; an empty string where it is one that does not say; `null`: an ordinary browser. */
  readonly inApp: string | null;
}

export type Family = 'chrome' | 'edge' | 'firefox' | 'safari' | 'samsung' | 'opera' | 'other';
export type System = 'windows' | 'macos' | 'linux' | 'chromeos' | 'android' | 'ios' | 'other';

/** Where a page's permissions are found, which is much the same over browsers of one kind. */
export type BrowserKind = 'chrome-desktop' | 'chrome-android' | 'edge-desktop' | 'firefox-desktop' | 'firefox-android' | 'safari-desktop' | 'safari-ios' | 'other-ios' | 'other';

/** `touchPoints`: `navigator.maxTouchPoints`. An iPad says that it is a Mac; Macs have no touch screen. */
export function browserOf(userAgent: string, touchPoints: number): Browser {
  const os = systemOf(userAgent, touchPoints);
  const family = familyOf(userAgent);
  const inApp = inAppOf(userAgent, os);
  return { family, version: versionOf(userAgent, family, os), os, osVersion: osVersionOf(userAgent, os), inApp };
}

export function kindOf({ family, os }: Browser): BrowserKind {
  if (os === 'ios') return family === 'safari' ? 'safari-ios' : 'other-ios';
  if (family === 'firefox') return os === 'android' ? 'firefox-android' : 'firefox-desktop';
  if (os === 'android') return family === 'other' ? 'other' : 'chrome-android';
  if (family === 'edge') return 'edge-desktop';
  if (family === 'safari') return 'safari-desktop';
  return family === 'other' ? 'other' : 'chrome-desktop';
}

/** iOS let nobody but Safari have camera and microphone before 14.3. */
export function needsSafari({ family, os, osVersion }: Browser): boolean {
  return os === 'ios' && family !== 'safari' && osVersion !== null && osVersion < 14.3;
}

function systemOf(userAgent: string, touchPoints: number): System {
  if (/iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && touchPoints > 1)) return 'ios';
  return SYSTEMS.find(([sign]) => userAgent.includes(sign))?.[1] ?? 'other';
}

function familyOf(userAgent: string): Family {
  return FAMILIES.find(([sign]) => sign.test(userAgent))?.[1] ?? 'other';
}

function versionOf(userAgent: string, family: Family, os: System): number | null {
  // Every browser on iOS is Safari's engine under another name, and most say which.
  const sign = os === 'ios' && family !== 'safari' ? /Version\/(\d+)/ : VERSIONS[family];
  const found = sign.exec(userAgent)?.[1];
  return found === undefined ? null : Number(found);
}

function osVersionOf(userAgent: string, os: System): number | null {
  const [, major, minor = '0'] = (os === 'ios' ? /OS (\d+)_(\d+)/ : os === 'android' ? /Android (\d+)(?:\.(\d+))?/ : /$^/).exec(userAgent) ?? [];
  return major === undefined ? null : Number(`${major}.${minor}`);
}

function inAppOf(userAgent: string, os: System): string | null {
  const named = PROGRAMS.find(([sign]) => sign.test(userAgent));
  if (named) return named[1];
  // A WebView on Android says so; on iOS it leaves out the word that Safari and every browser there has.
  const isWebView = (os === 'android' && /; wv\)/.test(userAgent)) || (os === 'ios' && userAgent.includes('AppleWebKit') && !/Safari\b|CriOS|FxiOS|EdgiOS|OPiOS|OPT\//.test(userAgent));
  return isWebView ? '' : null;
}

// In this order: nearly every browser also claims to be the ones further down.
const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/Edg(?:A|iOS)?\//, 'edge'],
  [/OPR\/|OPiOS\/|OPT\/|OPX\//, 'opera'],
  [/SamsungBrowser\//, 'samsung'],
  [/Firefox\/|FxiOS\//, 'firefox'],
  [/Chrom(?:e|ium)\/|CriOS\//, 'chrome'],
  [/Safari\b|AppleWebKit\/.*Mobile\//, 'safari'],
];
const VERSIONS: Readonly<Record<Family, RegExp>> = {
  edge: /Edg(?:A|iOS)?\/(\d+)/,
  opera: /(?:OPR|OPiOS|OPT|OPX)\/(\d+)/,
  samsung: /SamsungBrowser\/(\d+)/,
  firefox: /(?:Firefox|FxiOS)\/(\d+)/,
  chrome: /(?:Chrom(?:e|ium)|CriOS)\/(\d+)/,
  safari: /Version\/(\d+)/,
  other: /$^/,
};
const SYSTEMS: readonly (readonly [string, System])[] = [
  ['Android', 'android'],
  ['Windows', 'windows'],
  ['Macintosh', 'macos'],
  ['CrOS', 'chromeos'],
  ['Linux', 'linux'],
];
/** Programs that show a link inside themselves and say who they are. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bGSA\//, 'Google'],
  [/\bGmail\b/i, 'Gmail'],
  [/Messenger|Orca-Android|FBAN\/Messenger/, 'Messenger'],
  [/FBAN|FBAV|FB_IAB/, 'Facebook'],
  [/Instagram/, 'Instagram'],
  [/WhatsApp/i, 'WhatsApp'],
  [/\bLine\//, 'LINE'],
  [/LinkedInApp/, 'LinkedIn'],
  [/Snapchat/, 'Snapchat'],
  [/MicroMessenger/, 'WeChat'],
  [/Telegram/, 'Telegram'],
  [/WEB\.DE|de\.web\.mobile/i, 'WEB.DE'],
  [/\bGMX\b|de\.gmx\.mobile/i, 'GMX'],
  [/\bTwitter\b/, 'X'],
  [/Outlook-(?:iOS|Android)|\bOutlook\//, 'Outlook'],
  [/TelekomMail|de\.telekom\.mail/i, 'Telekom Mail'],
];
