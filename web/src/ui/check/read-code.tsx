// The practice's: what a patient's code from the check says.

import { useSignal } from '@preact/signals';
import { decodeCheck, type Report } from '../../check/code.ts';
import { verdictOf } from '../../check/steps.ts';
import { Field } from '../parts.tsx';
import { t } from '../text.ts';
import './check.css';
import { StepList } from './step-list.tsx';
import './texts.ts';

/** A field for the six characters, and beneath it what was found out. */
export function ReadCode() {
  const text = useSignal('');
  const report = decodeCheck(text.value);
  const isWhole = text.value.replaceAll(/[\s.-]/g, '').length >= LENGTH;
  return (
    <div class="read-code stack">
      <Field label={t('trial-read')} hint={t('trial-read-hint')} error={isWhole && !report && t('trial-read-wrong')}>
        {(ids) => (
          <input class="input numerals" autocomplete="off" autocapitalize="characters" spellcheck={false} dir="ltr" maxLength={LONGEST} value={text.value} data-test="trial-read" onInput={({ currentTarget }) => (text.value = currentTarget.value)} {...ids} />
        )}
      </Field>
      <div role="status">{report && <Found report={report} />}</div>
    </div>
  );
}

function Found({ report }: { readonly report: Report }) {
  const { outcomes, family, os, isInApp } = report;
  return (
    <div class="stack tight" data-test="trial-read-found">
      <p>
        <strong>{t(`trial-result-${verdictOf(outcomes).reason}`)}</strong>
      </p>
      <p class="soft">
        {t('trial-read-browser', { browser: NAMES[family], system: NAMES[os] })} {isInApp && t('trial-read-in-app')}
      </p>
      <StepList progress={outcomes} />
    </div>
  );
}

const LENGTH = 6;
const LONGEST = 12;
const NAMES: Readonly<Record<Report['family'] | Report['os'], string>> = {
  chrome: 'Chrome',
  edge: 'Edge',
  firefox: 'Firefox',
  safari: 'Safari',
  samsung: 'Samsung Internet',
  opera: 'Opera',
  windows: 'Windows',
  macos: 'macOS',
  linux: 'Linux',
  chromeos: 'ChromeOS',
  android: 'Android',
  ios: 'iOS',
  other: '?',
};
