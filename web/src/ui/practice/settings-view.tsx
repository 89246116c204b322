// What concerns the practice as a whole.

import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Identity } from '../../drive/visit.ts';
import type { Console } from '../../practice/console.ts';
import { Button } from '../parts.tsx';
import { t } from '../text.ts';
import { ConsentSettings } from './consent-settings.tsx';
import { DevicesCard } from './devices-card.tsx';
import type { ConsolePlace } from './entrance.ts';
import { PhoneCard } from './phone-card.tsx';
import { RecoveryCard } from './recovery.tsx';
import { RelayCard } from './relay-card.tsx';
import { SoftwareCard } from './software-card.tsx';

interface SettingsViewProps {
  readonly place: Pick<ConsolePlace, 'console' | 'vault'>;
  readonly onRenewIdentity: () => Promise<void>;
  readonly onBack: () => void;
}

export function SettingsView({ place: { console, vault }, onRenewIdentity, onBack }: SettingsViewProps) {
  return (
    <div class="settings stack wide" data-test="settings">
      <header class="stack tight">
        <div>
          <Button kind="quiet" icon="back" class="settings-back" data-test="settings-back" onClick={onBack}>
            {t('console-settings-back')}
          </Button>
        </div>
        <h1>{t('console-settings')}</h1>
      </header>
      <DevicesCard console={console} vault={vault} />
      {vault && <RecoveryCard vault={vault} onRenewIdentity={onRenewIdentity} />}
      {console.identity && <PhoneCard settings={console.settings} identity={console.identity} />}
      {console.identity && <RelayCard settings={console.settings} hasRelay={console.hasRelay.value} identity={console.identity} />}
      <SoftwareCard console={console} />
      {console.identity && <Consent console={console} identity={console.identity} />}
    </div>
  );
}

/** What is saved here, guests who have an appointment already are to read, too. */
function Consent({ console, identity }: { readonly console: Console; readonly identity: Identity }) {
  const { settings } = console;
  const known = useRef(settings.document.peek()?.made);
  useSignalEffect(() => {
    const made = settings.document.value?.made;
    if (made === known.current) return;
    known.current = made;
    // While they are still loading, it is what holds already.
    if (settings.state.peek() === 'fresh') void console.renewWelcomes();
  });
  return <ConsentSettings settings={settings} identity={identity} />;
}
