import { describe, expect, it } from 'vitest';
import { type Browser, browserOf, type BrowserKind, kindOf, needsSafari } from './browser.ts';

const KIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

/** The user agent, touch points, and what it is: kind, family, version, system, its version, program. */
const AGENTS: readonly (readonly [string, number, BrowserKind, Browser['family'], number | null, Browser['os'], number | null, string | null])[] = [
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KIT} Chrome/141.0.0.0 Safari/537.36`, 0, 'chrome-desktop', 'chrome', 141, 'windows', null, null],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${KIT} Chrome/141.0.0.0 Safari/537.36`, 0, 'chrome-desktop', 'chrome', 141, 'macos', null, null],
  [`Mozilla/5.0 (X11; Linux x86_64) ${KIT} Chrome/156.0.0.0 Safari/537.36`, 0, 'chrome-desktop', 'chrome', 156, 'linux', null, null],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${KIT} Chrome/141.0.0.0 Safari/537.36`, 10, 'chrome-desktop', 'chrome', 141, 'chromeos', null, null],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`, 0, 'edge-desktop', 'edge', 141, 'windows', null, null],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KIT} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0`, 0, 'chrome-desktop', 'opera', 124, 'windows', null, null],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0', 0, 'firefox-desktop', 'firefox', 144, 'windows', null, null],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 0, 'firefox-desktop', 'firefox', 140, 'linux', null, null],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15', 0, 'safari-desktop', 'safari', 26, 'macos', null, null],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15', 5, 'safari-ios', 'safari', 17, 'ios', null, null],
  [`${IPHONE} Version/26.0 Mobile/15E148 Safari/604.1`, 5, 'safari-ios', 'safari', 26, 'ios', 18.7, null],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 14_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/87.0.4280.77 Mobile/15E148 Safari/604.1', 5, 'other-ios', 'chrome', null, 'ios', 14.2, null],
  [`${IPHONE} CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1`, 5, 'other-ios', 'chrome', null, 'ios', 18.7, null],
  [`${IPHONE} FxiOS/144.0 Mobile/15E148 Safari/605.1.15`, 5, 'other-ios', 'firefox', null, 'ios', 18.7, null],
  [`${IPHONE} Version/18.0 EdgiOS/141.0.3537.57 Mobile/15E148 Safari/604.1`, 5, 'other-ios', 'edge', 18, 'ios', 18.7, null],
  [`${IPHONE} GSA/388.0.811331708 Mobile/15E148 Safari/604.1`, 5, 'safari-ios', 'safari', null, 'ios', 18.7, 'Google'],
  [`${IPHONE} Mobile/15E148`, 5, 'safari-ios', 'safari', null, 'ios', 18.7, ''],
  [`${IPHONE} Mobile/22H20 [FBAN/FBIOS;FBAV/532.0.0.47.106;FBBV/793042113;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/18.7;FBSS/3;FBCR/;FBID/phone;FBLC/de_DE;FBOP/5]`, 5, 'safari-ios', 'safari', null, 'ios', 18.7, 'Facebook'],
  [`${IPHONE} Mobile/15E148 Instagram 400.0.0.30.79 (iPhone15,2; iOS 18_7; de_DE; de; scale=3.00; 1179x2556)`, 5, 'safari-ios', 'safari', null, 'ios', 18.7, 'Instagram'],
  [`${IPHONE} Safari Line/15.12.0`, 5, 'safari-ios', 'safari', null, 'ios', 18.7, 'LINE'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${KIT} Chrome/141.0.0.0 Mobile Safari/537.36`, 5, 'chrome-android', 'chrome', 141, 'android', 10, null],
  [`Mozilla/5.0 (Linux; Android 7.1.2; Moto G4) ${KIT} Chrome/119.0.0.0 Mobile Safari/537.36`, 5, 'chrome-android', 'chrome', 119, 'android', 7.1, null],
  [`Mozilla/5.0 (Linux; Android 10; K) ${KIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, 5, 'chrome-android', 'samsung', 28, 'android', 10, null],
  [`Mozilla/5.0 (Linux; Android 10; K) ${KIT} Chrome/141.0.0.0 Mobile Safari/537.36 EdgA/141.0.0.0`, 5, 'chrome-android', 'edge', 141, 'android', 10, null],
  ['Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0', 5, 'firefox-android', 'firefox', 144, 'android', 15, null],
  [`Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) ${KIT} Version/4.0 Chrome/141.0.7390.43 Mobile Safari/537.36`, 5, 'chrome-android', 'chrome', 141, 'android', 14, ''],
  [`Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) ${KIT} Version/4.0 Chrome/141.0.7390.43 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/533.0.0.45.109;]`, 5, 'chrome-android', 'chrome', 141, 'android', 14, 'Facebook'],
  [`Mozilla/5.0 (Linux; Android 13; SM-G991B; wv) ${KIT} Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 WhatsApp/2.25.29.77`, 5, 'chrome-android', 'chrome', 140, 'android', 13, 'WhatsApp'],
  [`Mozilla/5.0 (Linux; Android 13; SM-G991B; wv) ${KIT} Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 de.gmx.mobile.android.mail/7.60`, 5, 'chrome-android', 'chrome', 140, 'android', 13, 'GMX'],
  [`${IPHONE} Mobile/15E148 WEB.DE Mail/9.12`, 5, 'safari-ios', 'safari', null, 'ios', 18.7, 'WEB.DE'],
  ['Something/1.0', 0, 'other', 'other', null, 'other', null, null],
];

describe('the browser', () => {
  it.each(AGENTS)('%s', (userAgent, touchPoints, kind, family, version, os, osVersion, inApp) => {
    const browser = browserOf(userAgent, touchPoints);

    expect(browser).toEqual({ family, version, os, osVersion, inApp });
    expect(kindOf(browser)).toBe(kind);
  });

  it('on an iPhone of before 14.3 has to be Safari', () => {
    const chrome = (os: string) => browserOf(`Mozilla/5.0 (iPhone; CPU iPhone OS ${os} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/87.0.4280.77 Mobile/15E148 Safari/604.1`, 5);

    expect(['13_7', '14_2', '14_2_1', '14_3', '15_0'].map((os) => needsSafari(chrome(os)))).toEqual([true, true, true, false, false]);
    expect(needsSafari(browserOf('Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.2 Mobile/15E148 Safari/604.1', 5))).toBe(false);
  });
});
