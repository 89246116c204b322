// The practice's page as a whole: which view for which place.

import { Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { ConsoleView } from './console-view.tsx';
import { EnrolView } from './enrol-view.tsx';
import type { Entrance } from './entrance.ts';
import './practice.css';
import './texts.ts';

export function PracticePage({ entrance }: { readonly entrance: Pick<Entrance, 'place' | 'enrol' | 'giveUp'> }) {
  const place = entrance.place.value;
  switch (place.name) {
    case 'opening':
      return (
        <Page narrow>
          <p class="row soft" aria-busy="true">
            <Spinner /> {t('busy')}
          </p>
        </Page>
      );
    case 'no-store':
      return (
        <Page narrow>
          <Notice code="no-store" tone="warn" title={t('practice-no-store-title')}>
            <p>{t('practice-no-store-text')}</p>
          </Notice>
        </Page>
      );
    case 'stranger':
      return <Stranger />;
    case 'enrolling':
      return <EnrolView isAgain={place.former !== null} onEnrol={(name) => entrance.enrol(name)} onGiveUp={() => void entrance.giveUp()} />;
    case 'console':
      return <ConsoleView console={place.console} hasSpareCode={place.hasSpareCode} />;
    case 'revoked':
      return (
        <Page narrow name={place.device.practiceName}>
          <Notice code="signed-out" tone="warn" title={t('practice-revoked-title')}>
            <p>{t('practice-revoked-text', { device: place.device.name, practice: place.device.practiceName })}</p>
            <p>{t('practice-revoked-what')}</p>
          </Notice>
        </Page>
      );
  }
}

function Stranger() {
  return (
    <Page narrow>
      <div class="stack wide">
        <header class="stack tight">
          <h1>{t('practice-stranger-title')}</h1>
          <p class="lead">{t('practice-stranger-lead')}</p>
        </header>
        <section class="card stack" data-test="stranger">
          <h2>{t('practice-stranger-how')}</h2>
          <ol class="steps">
            <li>{t('practice-stranger-ask')}</li>
            <li>{t('practice-stranger-open')}</li>
            <li>{t('practice-stranger-done')}</li>
          </ol>
          <p class="small soft">{t('practice-stranger-operator')}</p>
        </section>
        <p class="soft">{t('practice-stranger-patient')}</p>
      </div>
    </Page>
  );
}
