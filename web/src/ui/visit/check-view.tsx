// Before the waiting room: who one is, and whether one can be seen and heard.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { LONGEST_NAME } from '../../call/control.ts';
import type { Phone } from '../../consent/document.ts';
import type { Answer } from '../../drive/visit.ts';
import type { LocalDevices } from '../../rtc/media.ts';
import type { RelayUse } from '../../call/relay-use.ts';
import { later } from '../later.tsx';
import { Button, Field, Icon, Notice, Page } from '../parts.tsx';
import { laterTexts, t } from '../text.ts';
import type { Meeting } from './arrival.ts';
import { MeetingHead } from './head.tsx';
import { openMedia, OwnDevices, OwnMedia } from './own-media.tsx';

export const LineCheck = later(() => Promise.all([import('../check/line-check.tsx'), laterTexts()]).then(([module]) => module.LineCheck));

interface CheckViewProps {
  readonly invitation: Meeting;
  readonly isVerified: boolean;
  /** What was answered to the practice's text: whoever has signed has said its name already. */
  readonly answer: Answer | null;
  readonly local: LocalDevices;
  readonly entering: 'no' | 'asking' | 'failed';
  /** To be opened in another browser where this one can't. */
  readonly link: string | null;
  readonly phone: Phone | null;
  /** What the practice allows its visits; `null`: it has signed nothing. */
  readonly relay: RelayUse | null;
  /** The person does something here. */
  readonly onAlive: () => void;
  /** With a name of 1 to 80 characters. */
  readonly onContinue: (name: string) => void;
}

export function CheckView({ invitation, isVerified, answer, local, entering, link, phone, relay, onAlive, onContinue }: CheckViewProps) {
  const signed = answer?.type === 'given' ? answer.decision : null;
  const isForChild = signed?.text.for === 'guardian';
  const name = useSignal(signed?.name ?? '');
  const isMissing = useSignal(false);
  const isChecking = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const isGoing = useRef(false);
  // Who turns away from here without going on leaves no camera behind that is still on.
  useEffect(() => () => void (isGoing.current || local.close()), [local]);
  const goOn = () => {
    const trimmed = name.value.trim().slice(0, LONGEST_NAME);
    isMissing.value = trimmed === '';
    if (isMissing.value) {
      input.current?.focus();
      return;
    }
    isGoing.current = true;
    onContinue(trimmed);
  };
  const { camera, microphone } = local.media.value;
  const isUntouched = camera.state === 'off' && microphone.state === 'off';
  const areLost = camera.state === 'failed' && microphone.state === 'failed';
  return (
    <Page name={invitation.practice}>
      <form
        class="check"
        noValidate
        onPointerDown={onAlive}
        onInput={onAlive}
        // The heading gets the keyboard by itself when this step is new.
        onFocusCapture={({ target }) => target instanceof Element && target.matches('input, select, button') && onAlive()}
        onSubmit={(event) => {
          event.preventDefault();
          goOn();
        }}
      >
        <div class="check-head">
          <MeetingHead meeting={invitation} isVerified={isVerified} />
        </div>
        <div class="check-name">
          {signed ? (
            <Notice tone="good" icon="check" title={<bdi>{t('consent-as', { name: signed.name })}</bdi>}>
              <p>{t(isForChild ? 'consent-as-guardian' : 'consent-as-signed', { practice: invitation.practice })}</p>
            </Notice>
          ) : (
            <Field label={t('check-name')} hint={t('check-name-hint')} error={isMissing.value && t('check-name-missing')}>
              {(ids) => (
                <input
                  ref={input}
                  class="input"
                  autocomplete="name"
                  autocapitalize="words"
                  spellcheck={false}
                  enterkeyhint="go"
                  dir={name.value === '' ? undefined : 'auto'}
                  maxLength={LONGEST_NAME}
                  required
                  value={name.value}
                  data-test="name-input"
                  onInput={(event) => {
                    name.value = event.currentTarget.value;
                    isMissing.value = false;
                  }}
                  {...ids}
                />
              )}
            </Field>
          )}
          {answer?.type === 'refused' && <p class="soft small">{t('consent-as-unsigned')}</p>}
        </div>
        <div class="check-media">
          <OwnMedia local={local} practice={invitation.practice} link={link} phone={phone} />
        </div>
        {/* In sight at the lower edge of a phone. First the picture is looked at, or what is wrong with it; then one goes on. */}
        <div class="check-on stack tight">
          {isUntouched && (
            <Button kind="primary" large icon="camera" data-test="check-media" onClick={() => openMedia(local)}>
              {t('self-open')}
            </Button>
          )}
          <Button kind={isUntouched ? 'quiet' : areLost ? 'secondary' : 'primary'} large={!isUntouched && !areLost} type="submit" busy={entering === 'asking'} data-test="check-continue">
            {t(areLost ? 'help-without' : camera.state === 'failed' ? 'help-without-camera' : 'check-continue')}
            <Icon name="forward" />
          </Button>
          {entering === 'failed' && (
            <Notice code="hour-failed" tone="warn" title={t('drop-in-failed-title')}>
              <p>{t('drop-in-failed-text')}</p>
            </Notice>
          )}
        </div>
        <div class="check-more stack wide">
          <OwnDevices local={local} />
          <ul class="reminders plain">
            <li>
              <Icon name="person" />
              <span>{t(isForChild ? 'check-child' : 'check-alone')}</span>
            </li>
            <li>
              <Icon name="lock" />
              <span>{t('check-private', { practice: invitation.practice })}</span>
            </li>
            {relay !== null && (
              <li data-test="check-way">
                <Icon name={relay === 'only' ? 'relayed' : 'direct'} />
                <span>{t(`check-way-${relay}`)}</span>
              </li>
            )}
            <li>
              <Icon name="camera" />
              <span>{t('check-not-yet')}</span>
            </li>
          </ul>
          {isChecking.value ? (
            <LineCheck local={local} phone={phone} {...(relay && { relay })} />
          ) : (
            <p>
              <Button kind="quiet" icon="swap" data-test="check-line" onClick={() => (isChecking.value = true)}>
                {t('check-line')}
              </Button>
            </p>
          )}
        </div>
      </form>
    </Page>
  );
}
