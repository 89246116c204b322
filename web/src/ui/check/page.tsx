// The check on a page of its own, days before a visit.

import { useSignal } from '@preact/signals';
import type { LocalDevices } from '../../rtc/media.ts';
import { LevelBar } from '../media/devices.tsx';
import { MediaTrouble } from '../media/trouble.tsx';
import { Preview } from '../media/video.tsx';
import { Button, Icon, Page } from '../parts.tsx';
import { t } from '../text.ts';
import './check.css';
import { LineCheck, type LineCheckProps } from './line-check.tsx';
import './texts.ts';

interface CheckPageProps {
  readonly local: LocalDevices;
  /** Absent: it begins when it is told to. */
  readonly check?: LineCheckProps['check'];
}

export function CheckPage({ local, check }: CheckPageProps) {
  const hasBegun = useSignal(check !== undefined);
  return (
    <Page narrow>
      <div class="trial-page stack wide">
        <header class="stack tight">
          <h1>{t('trial-title')}</h1>
          {!hasBegun.value && <p class="lead">{t('trial-lead')}</p>}
        </header>
        {hasBegun.value ? (
          <>
            <OwnPicture local={local} />
            <LineCheck local={local} phone={null} releases {...(check && { check })} />
          </>
        ) : (
          <>
            <p>
              <Button kind="primary" large data-test="trial-begin" onClick={() => (hasBegun.value = true)}>
                {t('trial-begin')}
                <Icon name="forward" />
              </Button>
            </p>
            <ul class="trial-promises plain stack tight soft">
              <li>
                <Icon name="camera" />
                <span>{t('trial-allow')}</span>
              </li>
              <li>
                <Icon name="lock" />
                <span>{t('trial-private')}</span>
              </li>
            </ul>
          </>
        )}
      </div>
    </Page>
  );
}

function OwnPicture({ local }: { readonly local: LocalDevices }) {
  const media = local.media.value;
  const { camera, microphone } = media;
  const isOpening = camera.state === 'opening' || microphone.state === 'opening';
  return (
    <>
      {isOpening && <p role="status">{t('trial-answer')}</p>}
      {(camera.state === 'on' || microphone.state === 'on') && (
        <div class="trial-picture">
          {camera.state === 'on' && <Preview stream={camera.stream} data-test="trial-picture" />}
          {microphone.state === 'on' && (
            <div class="stack tight">
              <p>{t('trial-speak')}</p>
              <LevelBar local={local} />
            </div>
          )}
        </div>
      )}
      <MediaTrouble media={media} ways={{ onRetry: () => void local.open(), onSoundOnly: null, link: `${location.origin}/check`, phone: null }} />
    </>
  );
}
