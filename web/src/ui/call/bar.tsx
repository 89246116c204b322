// Above the picture: who it is, how long, and how well it goes.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { InCall, Interrupted, Phase } from '../../call/model.ts';
import type { WelcomeDocument } from '../../consent/document.ts';
import type { Quality, Visit } from '../../drive/visit.ts';
import { useNow } from '../clock.ts';
import { ConsentForm } from '../consent/consent-form.tsx';
import { ConsentSummary, wordsOf } from '../consent/summary.tsx';
import { Dialog, Icon } from '../parts.tsx';
import { clockOf, listParts, t } from '../text.ts';
import { Explained, grouped } from './facts.tsx';
import { pathOf, worst } from './lines.ts';

interface BarProps {
  readonly visit: Visit;
  readonly phase: InCall | Interrupted;
  readonly actions?: ComponentChildren;
}

export function Bar({ visit, phase, actions }: BarProps) {
  const isOpen = useSignal(false);
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { peer, safetyCode } = talk.link;
  const people = visit.people.value;
  const path = pathOf(talk, people);
  const quality = phase.name === 'in-call' ? worst(people) : null;
  return (
    <header class="call-bar">
      <h1 class="call-peer">
        <Names names={people.length > 0 ? people.map(({ name }) => name) : [peer.name]} />
      </h1>
      <Duration since={talk.since} />
      <button type="button" class="call-facts" aria-haspopup="dialog" title={t('call-facts-title')} data-test="call-facts" onClick={() => (isOpen.value = true)}>
        {quality && <QualityLight quality={quality} />}
        {path && (
          <span class="call-path" data-test="path-badge" data-path={path}>
            <Icon name={path} size={18} />
            <span>{t(`call-path-${path}`)}</span>
          </span>
        )}
        <span class="call-code">
          <Icon name="shield" size={18} />
          <span class="unseen">{t('call-safety-code')}: </span>
          <span class="numerals" data-test="safety-code">
            {grouped(safetyCode)}
          </span>
        </span>
      </button>
      <Consent visit={visit} />
      {actions && <div class="call-actions">{actions}</div>}
      <Dialog open={isOpen.value} title={t('call-connection')} data-test="connection" onClose={() => (isOpen.value = false)}>
        <Explained visit={visit} talk={talk} quality={quality} />
      </Dialog>
    </header>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  return listParts(names).map(({ type, value }, at) => (type === 'element' ? <bdi key={at}>{value}</bdi> : value));
}

/** What was agreed to, and for the guest the way to take it back. Nothing where nobody was asked. */
function Consent({ visit }: { readonly visit: Visit }) {
  const isOpen = useSignal(false);
  const consent = visit.consent.value;
  const call = visit.call.value;
  const asked = visit.consentAsked.value;
  if (asked) return <AskedNow visit={visit} document={asked} />;
  if (consent.state === 'none') return null;
  const practice = call.role === 'guest' ? peerNameOf(call.phase) : call.self.name;
  return (
    <>
      <button type="button" class="call-consent" aria-haspopup="dialog" title={t('consent-title')} data-test="call-consent" data-state={consent.state} onClick={() => (isOpen.value = true)}>
        <Icon name={consent.state === 'given' ? 'edit' : 'warning'} size={18} />
        <span>{t(call.role === 'guest' ? 'consent-title' : `consent-state-${wordsOf(consent)}`)}</span>
      </button>
      <Dialog open={isOpen.value} title={t('consent-title')} data-test="consent-dialog" onClose={() => (isOpen.value = false)}>
        <ConsentSummary visit={visit} practice={practice} canRevoke={call.role === 'guest' && call.phase.name === 'in-call'} />
      </Dialog>
    </>
  );
}

/** The practice asks in the middle of the call: the person answers when it likes. */
function AskedNow({ visit, document }: { readonly visit: Visit; readonly document: WelcomeDocument }) {
  const isOpen = useSignal(true);
  return (
    <>
      <button type="button" class="call-consent" aria-haspopup="dialog" data-test="call-consent" data-state="asked" onClick={() => (isOpen.value = true)}>
        <Icon name="edit" size={18} />
        <span>{t('consent-title')}</span>
      </button>
      <Dialog open={isOpen.value} title={t('consent-asked-now')} onClose={() => (isOpen.value = false)}>
        <div class="consent">
          <ConsentForm document={document} name={visit.call.value.self.name} onGive={(decision, text) => visit.giveConsent(decision, text)} onRefuse={() => visit.hangUp()} onSkip={() => visit.refuseConsent()} />
        </div>
      </Dialog>
    </>
  );
}

function peerNameOf(phase: Phase): string {
  if (phase.name === 'in-call') return phase.link.peer.name;
  return phase.name === 'interrupted' ? phase.before.link.peer.name : '';
}

function Duration({ since }: { readonly since: number }) {
  const lasted = clockOf(useNow().value - since);
  return (
    <span class="call-duration numerals" role="timer" aria-label={t('call-duration', { time: lasted })}>
      {lasted}
    </span>
  );
}

function QualityLight({ quality }: { readonly quality: Quality }) {
  return (
    <span class={`call-light ${quality.light}`}>
      <span class="call-bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class={quality.light === 'good' ? 'unseen' : undefined}>{t(`call-quality-${quality.light}`)}</span>
    </span>
  );
}
