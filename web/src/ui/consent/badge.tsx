// On the practice's list: whether who waits has signed.

import type { ConsentState } from '../../drive/visit.ts';
import { Icon } from '../parts.tsx';
import { t } from '../text.ts';
import { wordsOf } from './summary.tsx';
import './texts.ts';

interface ConsentBadgeProps {
  readonly consent: ConsentState;
  /** Nobody is let in without: then its absence is said, too. */
  readonly isRequired: boolean;
}

export function ConsentBadge({ consent, isRequired }: ConsentBadgeProps) {
  if (consent.state === 'none' && !isRequired) return null;
  const isGiven = consent.state === 'given';
  return (
    <span class={`badge ${isGiven ? 'good' : 'warn'}`} data-test="guest-consent" data-state={consent.state}>
      <Icon name={isGiven ? 'check' : 'warning'} size={16} /> {t(`consent-state-${wordsOf(consent)}`)}
    </span>
  );
}
