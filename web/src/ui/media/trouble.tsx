// What to do when camera or microphone doesn't open.

import type { LocalMedia, MediaFailure } from '../../rtc/media.ts';
import { Icon } from '../parts.tsx';
import { t } from '../text.ts';
import { browserKind } from './browser.ts';
import './texts.ts';

/** What is wrong with camera and microphone, each failure once, with the way out in this browser. Nothing where nothing is. */
export function MediaTrouble({ media }: { readonly media: LocalMedia }) {
  return (
    <>
      {troubles(media).map(({ what, failure }) => (
        <div key={what} class="notice warn" role="alert" data-test="media-trouble" data-what={what} data-failure={failure}>
          <Icon name={what === 'microphone' ? 'microphone-off' : 'camera-off'} size={24} />
          <div class="notice-body">
            <p class="notice-title">{t(`media-trouble-${failure}`, { what })}</p>
            <p>{failure === 'denied' ? t(`media-help-${browserKind(navigator.userAgent, navigator.maxTouchPoints)}`) : t(`media-advice-${failure}`, { what })}</p>
          </div>
        </div>
      ))}
    </>
  );
}

interface Trouble {
  readonly what: 'camera' | 'microphone' | 'both';
  readonly failure: Exclude<MediaFailure, 'dismissed'>;
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

function failureOf(source: LocalMedia['camera']): Trouble['failure'] | null {
  // Only the choice of a screen can be dismissed, and that is no trouble.
  return source.state === 'failed' && source.failure !== 'dismissed' ? source.failure : null;
}
