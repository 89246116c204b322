// Beside the safety code of a call: both read it out, and the doctor marks that it was the same.

import { useSignal } from '@preact/signals';
import type { Visit } from '../../drive/visit.ts';
import { guestLink, guestPage } from '../../practice/guest.ts';
import type { Verified } from '../../practice/verified.ts';
import { Button, Dialog, Notice } from '../parts.tsx';
import { t } from '../text.ts';
import { SpokenNumber } from './number.tsx';

interface CompareProps {
  readonly verified: Verified;
  readonly room: string;
  readonly visit: Visit;
}

/** Among the call's buttons; says whether it is done. */
export function CompareButton({ verified, room, visit, onClick }: CompareProps & { readonly onClick: () => void }) {
  const page = guestPage(visit.call.value);
  if (page === undefined) return null;
  const isCompared = verified.holds(room, page);
  return (
    <Button class="compare" icon={isCompared ? 'check' : 'shield'} aria-haspopup="dialog" data-test="compare-code" data-state={isCompared ? 'compared' : 'open'} onClick={onClick}>
      <span class="compare-word">{t(isCompared ? 'item-verified' : 'compare-code')}</span>
    </Button>
  );
}

interface CompareDialogProps extends CompareProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function CompareDialog({ open, verified, room, visit, onClose }: CompareDialogProps) {
  const link = guestLink(visit.call.value);
  const page = link?.peer.visit;
  return (
    <Dialog open={open && page !== undefined} title={t('compare-code')} onClose={onClose}>
      {link && page !== undefined && (
        <Digits
          name={link.peer.name}
          digits={link.safetyCode}
          onSame={() => {
            void verified.mark(room, page);
            onClose();
          }}
          onDiffers={() => void verified.unmark(room)}
        />
      )}
    </Dialog>
  );
}

interface DigitsProps {
  readonly name: string;
  readonly digits: string;
  readonly onSame: () => void;
  readonly onDiffers: () => void;
}

function Digits({ name, digits, onSame, onDiffers }: DigitsProps) {
  const differs = useSignal(false);
  return (
    <>
      <div class="stack">
        <p>{t('compare-text', { name })}</p>
        <SpokenNumber digits={digits} />
        {differs.value && (
          <Notice tone="danger" title={t('compare-other')}>
            <p>{t('compare-other-text', { name })}</p>
          </Notice>
        )}
        <p class="soft small">{t('compare-hint')}</p>
      </div>
      <div class="dialog-actions">
        <Button
          data-test="compare-differs"
          onClick={() => {
            differs.value = true;
            onDiffers();
          }}
        >
          {t('compare-differs')}
        </Button>
        <Button kind="primary" icon="check" data-test="compare-same" onClick={onSame}>
          {t('compare-same')}
        </Button>
      </div>
    </>
  );
}
