// Why a door stays closed, or that a visit is over: its own title, sentence and advice for each.

import type { ComponentChildren } from 'preact';
import type { OverReason } from '../../call/model.ts';
import { Notice } from '../parts.tsx';
import { t } from '../text.ts';

interface ReasonProps {
  readonly reason: OverReason;
  readonly practice: string | null;
  readonly children?: ComponentChildren;
}

export function Reason({ reason, practice, children }: ReasonProps) {
  return (
    <Notice code={reason} tone={toneOf(reason)} heading="h1" title={t(`over-${reason}-title`)}>
      <p>{t(`over-${reason}-text`, { practice: practice ?? t('self-the-practice') })}</p>
      {children}
    </Notice>
  );
}

function toneOf(reason: OverReason): 'good' | 'info' | 'warn' | 'danger' {
  switch (reason) {
    case 'hung-up':
    case 'peer-left':
      return 'good';
    case 'untrusted':
      return 'danger';
    case 'link-damaged':
    case 'failed':
    case 'invite-used':
    case 'occupied':
      return 'warn';
    default:
      return 'info';
  }
}
