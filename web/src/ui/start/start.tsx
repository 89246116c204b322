// The start page: what this is, and where everybody goes.

import { Icon, Page } from '../parts.tsx';
import { t } from '../text.ts';
import './start.css';

export function Start() {
  return (
    <Page>
      <div class="start">
        <header class="start-head stack">
          <h1>{t('start-title')}</h1>
          <p class="lead">{t('start-lead')}</p>
        </header>
        <div class="start-ways">
          <section class="card stack">
            <h2>{t('start-patient-title')}</h2>
            <p>{t('start-patient-text')}</p>
            <p class="soft">{t('start-patient-lost')}</p>
            <p>
              <a class="button secondary" href="/check" data-test="start-check">
                <Icon name="camera" />
                {t('start-check')}
              </a>
            </p>
          </section>
          <section class="card stack">
            <h2>{t('start-practice-title')}</h2>
            <p>{t('start-practice-text')}</p>
            <p>
              <a class="button secondary" href="/practice">
                {t('start-practice-link')}
                <Icon name="forward" />
              </a>
            </p>
          </section>
        </div>
        <p class="start-privacy soft">
          <Icon name="lock" />
          <span>{t('start-privacy')}</span>
        </p>
      </div>
    </Page>
  );
}

