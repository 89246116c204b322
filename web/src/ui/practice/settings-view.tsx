// What concerns the practice as a whole.

import { Button } from '../parts.tsx';
import { t } from '../text.ts';
import { ConsentSettings } from './consent-settings.tsx';
import { DevicesCard } from './devices-card.tsx';
import type { ConsolePlace } from './entrance.ts';
import { RecoveryCard } from './recovery.tsx';

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
      {console.identity && <ConsentSettings settings={console.settings} identity={console.identity} />}
    </div>
  );
}
