// That a link really belongs to the practice that it names: said before anything is asked.

import { Icon } from '../parts.tsx';
import { t } from '../text.ts';
import './consent.css';
import '../visit/texts.ts';

export function Verified({ practice }: { readonly practice: string }) {
  return (
    <p class="verified" data-test="verified" title={t('consent-verified-explained')}>
      <Icon name="shield" size={22} />
      <span>{t('consent-verified', { practice })}</span>
      <span class="unseen">{t('consent-verified-explained')}</span>
    </p>
  );
}
