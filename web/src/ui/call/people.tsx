// Everybody else in a call of three or four: who is large, and for the practice who goes.

import { useSignal } from '@preact/signals';
import type { Person, Visit } from '../../drive/visit.ts';
import { Button, Dialog, Icon } from '../parts.tsx';
import { t } from '../text.ts';
import type { SceneChoice } from './scene.ts';

interface PeopleProps {
  readonly visit: Visit;
  readonly scene: SceneChoice;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function People({ visit, scene, open, onClose }: PeopleProps) {
  const isPractice = visit.call.value.role === 'practice';
  return (
    <Dialog open={open} title={t('call-people')} data-test="people" onClose={onClose}>
      <ul class="call-persons plain">
        {visit.people.value.map((person) => (
          <Row key={person.key} person={person} scene={scene} onRemove={isPractice ? () => visit.remove(person.key) : null} />
        ))}
      </ul>
      <p class="soft small">{t('call-people-hint')}</p>
    </Dialog>
  );
}

interface RowProps {
  readonly person: Person;
  readonly scene: SceneChoice;
  readonly onRemove: (() => void) | null;
}

function Row({ person: { key, name, part, state }, scene, onRemove }: RowProps) {
  const isSure = useSignal(false);
  const isPinned = scene.pinned.value.includes(key);
  return (
    <li data-person={key}>
      <Icon name="person" size={24} />
      <span class="call-persons-words">
        <bdi>{name}</bdi>
        <span class="soft small">
          {t(`call-part-${part}`)}
          {state !== 'here' && <> · {t(`call-state-${state}`)}</>}
        </span>
      </span>
      <span class="row">
        <Button icon="pin" aria-pressed={isPinned} aria-label={t('call-pin', { name })} data-test={`people-pin-${key}`} onClick={() => scene.togglePin(key)}>
          {t('call-pin-short')}
        </Button>
        {onRemove &&
          (isSure.value ? (
            <Button kind="danger" data-test="remove-sure" onClick={onRemove}>
              {t('call-remove-sure')}
            </Button>
          ) : (
            <Button kind="quiet" icon="close" label={t('call-remove', { name })} data-test={`remove-${key}`} onClick={() => (isSure.value = true)} />
          ))}
      </span>
    </li>
  );
}
