// Which browser this is, as far as its words for permissions go.

/** The family whose settings look alike: `media-help-…` has the way through each. */
export type BrowserKind = 'chrome-desktop' | 'chrome-android' | 'edge-desktop' | 'firefox-desktop' | 'firefox-android' | 'safari-desktop' | 'ios-safari' | 'ios-other' | 'other';

/** Told by the user agent: good enough to choose a help text by, and used for nothing else. */
export function browserKind(userAgent: string, touchPoints: number): BrowserKind {
  // An iPad says that it is a Mac; Macs have no touch screen.
  const isIos = /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && touchPoints > 1);
  if (isIos) return /CriOS|FxiOS|EdgiOS/.test(userAgent) ? 'ios-other' : 'ios-safari';
  const isAndroid = userAgent.includes('Android');
  if (userAgent.includes('Firefox/')) return isAndroid ? 'firefox-android' : 'firefox-desktop';
  if (/Edg(A)?\//.test(userAgent)) return isAndroid ? 'chrome-android' : 'edge-desktop';
  if (userAgent.includes('Chrome/')) return isAndroid ? 'chrome-android' : 'chrome-desktop';
  return userAgent.includes('Safari/') ? 'safari-desktop' : 'other';
}
