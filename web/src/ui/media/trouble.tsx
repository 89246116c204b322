// What to do when camera or microphone doesn't open: what is wrong, what to press in this browser, and how to go on all the same.

import { useEffect, useRef } from 'preact/hooks';
import type { Phone } from '../../consent/document.ts';
import { type Browser, browserOf, type Family } from '../../check/browser.ts';
import { type Failure, failureIn, type Guide, guideOf } from '../../check/guide.ts';
import type { LocalMedia, MediaFailure, Source } from '../../rtc/media.ts';
import { Button, CopyButton, Icon, Notice } from '../parts.tsx';
import { t } from '../text.ts';
import { CallPractice } from './call-practice.tsx';
import { HelpPicture } from './help.tsx';
import './media.css';
import './trouble-texts.ts';

/** How a person can go on. What is `null` is not offered. */
export interface Ways {
  readonly onRetry: (() => void) | null;
  /** Tries the microphone alone. */
  readonly onSoundOnly: (() => void) | null;
  /** What has to be opened in another browser. */
  readonly link: string | null;
  readonly phone: Phone | null;
}

export interface MediaTroubleProps {
  readonly media: LocalMedia;
  /** Absent where the view has buttons of its own. */
  readonly ways?: Ways | undefined;
}

/** What is wrong with camera and microphone, each failure once, with the way out in this browser. Nothing where nothing is. */
export function MediaTrouble({ media, ways }: MediaTroubleProps) {
  const browser = browserOf(navigator.userAgent, navigator.maxTouchPoints);
  const found = troubles(media).map(({ what, failure }) => ({ what, failure: failureIn(browser, failure) }));
  if (found.length === 0) return null;
  const guides = found.map(({ failure }) => guideOf(browser, failure));
  return (
    <div class="troubles">
      {found.map(({ what, failure }, at) => (
        <div key={what} class="notice warn trouble" role="alert" data-test="media-trouble" data-what={what} data-failure={failure}>
          <Icon name={what === 'microphone' ? 'microphone-off' : 'camera-off'} size={24} />
          <div class="notice-body">
            <p class="notice-title">{t(`media-trouble-${failure}`, { what, program: browser.inApp || 'none' })}</p>
            <Steps guide={guides[at]} what={what} browser={browser} />
          </div>
        </div>
      ))}
      {ways && <WaysOn ways={ways} guides={guides} media={media} />}
      {ways?.onRetry && <Mending failures={found.map(({ failure }) => failure)} onMended={ways.onRetry} />}
    </div>
  );
}

export interface OtherBrowserProps {
  readonly failure: 'insecure' | 'unsupported';
  readonly link: string | null;
  readonly phone: Phone | null;
}

/** Not the camera, but nothing at all goes in this browser: where it does. The whole of a page. */
export function OtherBrowser({ failure: of, link, phone }: OtherBrowserProps) {
  const browser = browserOf(navigator.userAgent, navigator.maxTouchPoints);
  const failure = failureIn(browser, of);
  const guide = guideOf(browser, failure);
  return (
    <Notice code={`incapable-${failure}`} tone="warn" heading="h1" title={failure === 'in-app' ? t('media-trouble-in-app', { program: browser.inApp || 'none' }) : t(`incapable-${of}`)}>
      <p>{t('incapable-text')}</p>
      <Steps guide={guide} what="both" browser={browser} />
      <div class="ways row">
        {guide.needsLink && link !== null && <CopyButton kind="primary" text={link} label={t('help-copy-link')} data-test="copy-link" />}
        {phone && <CallPractice phone={phone} />}
      </div>
    </Notice>
  );
}

interface MendingProps {
  readonly failures: readonly Failure[];
  readonly onMended: () => void;
}

/** Goes on by itself as soon as it may: somebody has followed the steps in the browser's settings, or plugged something in. */
function Mending({ failures, onMended }: MendingProps) {
  const latest = useRef({ failures, onMended });
  latest.current = { failures, onMended };
  useEffect(() => {
    const end = new AbortController();
    const plugged = () => latest.current.failures.includes('no-device') && latest.current.onMended();
    navigator.mediaDevices?.addEventListener?.('devicechange', plugged, { signal: end.signal });
    for (const name of ['camera', 'microphone'] as const)
      navigator.permissions?.query({ name }).then(
        (status) => status.addEventListener('change', () => status.state === 'granted' && latest.current.onMended(), { signal: end.signal }),
        // A browser that does not tell: then there is the button.
        () => undefined,
      );
    return () => end.abort();
  }, []);
  return null;
}

interface StepsProps {
  readonly guide: Guide | undefined;
  readonly what: Trouble['what'];
  readonly browser: Browser;
}

function Steps({ guide, what, browser }: StepsProps) {
  if (!guide) return null;
  return (
    <ol class="help-steps plain">
      {guide.pictures.map((picture, at) => (
        <li key={at}>
          <span class="help-number" aria-hidden="true">
            {at + 1}
          </span>
          <span>{t(`help-${guide.name}-${at + 1}`, { what, browser: BROWSER_NAMES[browser.family] })}</span>
          {picture && <HelpPicture picture={picture} />}
        </li>
      ))}
    </ol>
  );
}

interface WaysOnProps {
  readonly ways: Ways;
  readonly guides: readonly Guide[];
  readonly media: LocalMedia;
}

function WaysOn({ ways: { onRetry, onSoundOnly, link, phone }, guides, media }: WaysOnProps) {
  const isOpening = media.camera.state === 'opening' || media.microphone.state === 'opening';
  return (
    <div class="ways row">
      {link !== null && guides.some(({ needsLink }) => needsLink) && <CopyButton kind="primary" text={link} label={t('help-copy-link')} data-test="copy-link" />}
      {onRetry && guides.some(({ canRetry }) => canRetry) && (
        <Button kind="primary" icon="reload" busy={isOpening} data-test="check-media" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
      {onSoundOnly && mayHear(media) && (
        <Button kind="secondary" icon="microphone" data-test="sound-only" onClick={onSoundOnly}>
          {t('help-sound-only')}
        </Button>
      )}
      {phone && <CallPractice phone={phone} />}
    </div>
  );
}

/** Both have failed, and the microphone alone could still open. */
function mayHear({ camera, microphone }: LocalMedia): boolean {
  return camera.state === 'failed' && microphone.state === 'failed' && !HOPELESS.includes(microphone.failure);
}

interface Trouble {
  readonly what: 'camera' | 'microphone' | 'both';
  readonly failure: Failure;
}

/** One for both where both fail for the same reason. */
export function troubles({ camera, microphone }: LocalMedia): readonly Trouble[] {
  const [ofCamera, ofMicrophone] = [failureOf(camera), failureOf(microphone)];
  if (ofCamera && ofCamera === ofMicrophone) return [{ what: 'both', failure: ofCamera }];
  return [
    ...(ofCamera ? [{ what: 'camera', failure: ofCamera } as const] : []),
    ...(ofMicrophone ? [{ what: 'microphone', failure: ofMicrophone } as const] : []),
  ];
}

function failureOf(source: Source): Failure | null {
  // Only the choice of a screen can be dismissed, and that is no trouble.
  return source.state === 'failed' && source.failure !== 'dismissed' ? source.failure : null;
}

const HOPELESS: readonly MediaFailure[] = ['insecure', 'unsupported', 'no-device'];
/** As their owners call them, and as they stand in a device's settings. */
const BROWSER_NAMES: Readonly<Record<Family, string>> = { chrome: 'Chrome', edge: 'Edge', firefox: 'Firefox', safari: 'Safari', samsung: 'Samsung Internet', opera: 'Opera', other: 'Browser' };
