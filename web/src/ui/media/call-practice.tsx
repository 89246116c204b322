// The practice's number: to be dialled by a touch, or read.

import type { Phone } from '../../consent/document.ts';
import { Icon } from '../parts.tsx';
import { t } from '../text.ts';
import './texts.ts';

export function CallPractice({ phone }: { readonly phone: Phone }) {
  return (
    <a class="button secondary" href={phone.href} data-test="call-practice">
      <Icon name="phone" />
      <span>
        {t('help-phone')} <bdi class="numerals" dir="ltr">{phone.text}</bdi>
      </span>
    </a>
  );
}
