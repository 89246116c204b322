// The practice's page as a whole: which view for which place.

import { Notice, Page, Spinner } from '../parts.tsx';
import { t } from '../text.ts';
import { ConsoleView } from './console-view.tsx';
import { EnrolView } from './enrol-view.tsx';
import type { Entrance } from './entrance.ts';
import { KeylessView, WaitingView } from './newcomer-view.tsx';
import './practice.css';
import './agenda.css';
import './appointment.css';
import './settings.css';
import './texts.ts';

interface PracticePageProps {
  readonly entrance: Pick<Entrance, 'place' | 'enrol' | 'giveUp' | 'startAfresh' | 'recover' | 'renewIdentity'>;
}

export function PracticePage({ entrance }: PracticePageProps) {
  const giveUp = () => void entrance.giveUp();
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
          <Notice code="no-store" tone="warn" heading="h1" title={t('practice-no-store-title')}>
            <p>{t('practice-no-store-text')}</p>
          </Notice>
        </Page>
      );
    case 'stranger':
      return <Stranger />;
    case 'enrolling':
      return <EnrolView kind={place.pending.transfer ? 'added' : place.former ? 'again' : 'first'} onEnrol={(name, bringsRecovery) => entrance.enrol(name, bringsRecovery)} onGiveUp={giveUp} />;
    case 'waiting':
      return <WaitingView newcomer={place.newcomer} number={place.number} onGiveUp={giveUp} />;
    case 'keyless':
      return (
        <KeylessView
          newcomer={place.newcomer}
          onRecover={(file, passphrase) => entrance.recover(file, passphrase)}
          onStartAfresh={() => entrance.startAfresh()}
          onGiveUp={giveUp}
        />
      );
    case 'console':
      return <ConsoleView key={place.console} place={place} onRenewIdentity={() => entrance.renewIdentity()} />;
    case 'revoked':
      return (
        <Page narrow name={place.device.practiceName}>
          <Notice code="signed-out" tone="warn" heading="h1" title={t('practice-revoked-title')}>
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
