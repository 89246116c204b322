// People talking: what guest and practice see alike.

import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { InCall, Interrupted } from '../../call/model.ts';
import { LARGEST_FILE } from '../../call/control.ts';
import { allows, itemOf, type Visit } from '../../drive/visit.ts';
import { DeviceChoice } from '../media/devices.tsx';
import type { Ways } from '../media/trouble.tsx';
import { Button, Dialog, Icon } from '../parts.tsx';
import { listOf, sizeOf, t } from '../text.ts';
import { type CallDialog, useActions } from './actions.ts';
import { Bar } from './bar.tsx';
import { Controls, focusControl, More } from './controls.tsx';
import { useDrop } from './drop.ts';
import { unsaved } from './files.tsx';
import { NotesButtons, NotesPanel, useNotesGuard } from './notes.tsx';
import { OwnNotices, SharingBanner } from './notices.tsx';
import { usePanel } from './panel-state.ts';
import { Panel } from './panel.tsx';
import { People } from './people.tsx';
import { PhotoAsk } from './photo.tsx';
import { PhotoQuestion } from './photo-question.tsx';
import { usePictureUp } from './picture-up.ts';
import { markCompared, notesOf, useRecord } from './record.ts';
import { useSceneChoice } from './scene.ts';
import { ShortcutList, useShortcuts } from './shortcuts.tsx';
import { Stage } from './stage.tsx';
import './call.css';
import './texts.ts';
import { useWakeLock } from './wake-lock.ts';

export interface CallViewProps {
  /** Shown while its phase is `in-call` or `interrupted`; nothing otherwise. Give each visit a `key` of its own. */
  readonly visit: Visit;
  /** At the end of the bar above the picture: what only one of the two sides has. */
  readonly actions?: ComponentChildren;
  /** The practice's: its doctor has compared the safety code. */
  readonly isCompared?: boolean;
  /** The guest's, where a camera fails: its link for another browser, and the practice's number. */
  readonly ways?: Pick<Ways, 'link' | 'phone'>;
}

/** The whole window is the call's. */
export function CallView({ visit, ...rest }: CallViewProps) {
  const { phase } = visit.call.value;
  if (phase.name !== 'in-call' && phase.name !== 'interrupted') return null;
  return <Talking visit={visit} phase={phase} {...rest} />;
}

interface TalkingProps extends CallViewProps {
  readonly phase: InCall | Interrupted;
}

function Talking({ visit, phase, actions: more, isCompared, ways }: TalkingProps) {
  const picker = useRef<HTMLInputElement>(null);
  const video = useSignal<HTMLVideoElement | null>(null);
  const dialog = useSignal<CallDialog | null>(null);
  const said = useSignal('');
  const refusal = useSignal<string | null>(null);
  const panel = usePanel(visit);
  const drop = useDrop((files) => send(files));
  const say = (text: string) => (said.value = text);
  const scene = useSceneChoice(visit, say);
  const notes = notesOf(visit);
  const isPictureUp = usePictureUp(video);
  useWakeLock();
  useRecord(visit);
  useNotesGuard(notes);
  useEffect(() => {
    if (isCompared !== undefined) markCompared(visit, isCompared);
  }, [visit, isCompared]);

  const { role } = visit.call.value;
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { name } = talk.link.peer;

  const send = (files: readonly File[]) => {
    refusal.value = null;
    for (const file of files) {
      if (file.size > LARGEST_FILE) refusal.value = t('call-file-too-large', { name: file.name.slice(0, 80), most: sizeOf(LARGEST_FILE) });
      else if (!allows(visit.consent.value, itemOf(file.name))) refusal.value = t('consent-file-not-agreed', { name: file.name.slice(0, 80) });
      else if (!visit.sendFile(file)) refusal.value = t('call-file-not-now', { name: file.name.slice(0, 80) });
    }
    panel.open('file');
  };
  const hangUp = () => {
    if (unsaved(visit.files.value).length > 0 || notes.value.trim() !== '') dialog.value = 'leaving';
    else visit.hangUp();
  };
  const actions = useActions({ visit, video, panel, scene, dialog, onHangUp: hangUp });
  useShortcuts(actions, say);
  const close = () => (dialog.value = null);
  const closePanel = () => {
    const was = panel.isOpen.value;
    panel.close();
    // In a narrow window it is there again once that is drawn.
    queueMicrotask(() => focusControl(was === 'notes' ? 'notes-open' : 'chat-open'));
  };

  const isChatOpen = panel.isOpen.value === 'chat' || panel.isOpen.value === 'file';
  return (
    <section class="call" data-test="call" data-panel={panel.isOpen.value ? 'open' : 'closed'} aria-label={t('call-with', { name })} {...drop.handlers}>
      {isPictureUp && (
        <>
          <Bar visit={visit} phase={phase} actions={more} />
          <SharingBanner visit={visit} />
        </>
      )}
      <Stage visit={visit} phase={phase} scene={scene} video={video} onOpenChat={() => panel.open('chat')} isPanelOpen={isChatOpen} isPictureUp={isPictureUp} />
      {isPictureUp && (
        <>
          <OwnNotices visit={visit} ways={ways} onDevices={() => (dialog.value = 'devices')} />
          <Controls actions={actions} />
          {/* Before what it opens: the keyboard goes back to its button first, and then on. */}
          <More actions={actions} open={dialog.value === 'more'} onClose={close} />
          {panel.isOpen.value === 'notes' && <NotesPanel text={notes} name={name} onClose={closePanel} />}
          {isChatOpen && <Panel visit={visit} focus={panel.isOpen.value === 'chat'} refusal={refusal} onAttach={() => picker.current?.click()} onClose={closePanel} />}
          <input
            ref={picker}
            class="unseen"
            type="file"
            multiple
            tabIndex={-1}
            aria-label={t('call-attach')}
            data-test="file-input"
            onChange={({ currentTarget }) => {
              send([...(currentTarget.files ?? [])]);
              // The same file may be chosen again.
              currentTarget.value = '';
            }}
          />
          {drop.isOver.value && (
            <div class="call-drop">
              <Icon name="attach" size={40} />
              <p>{t('call-drop', { name })}</p>
            </div>
          )}
          <ShortcutList actions={actions} open={dialog.value === 'shortcuts'} onClose={close} />
          <People visit={visit} scene={scene} open={dialog.value === 'people'} onClose={close} />
          {role === 'practice' ? <PhotoAsk visit={visit} name={name} open={dialog.value === 'photo'} onClose={close} /> : <PhotoQuestion visit={visit} name={name} />}
          <Dialog open={dialog.value === 'devices'} title={t('call-devices')} onClose={close}>
            <DeviceChoice local={visit.local} onChoose={(kind, id) => void visit.chooseDevice(kind, id)} />
          </Dialog>
          <Leaving visit={visit} notes={notes} name={name} open={dialog.value === 'leaving'} onClose={close} />
          <Announcer visit={visit} phase={phase} said={said} isPanelOpen={isChatOpen} />
        </>
      )}
    </section>
  );
}

interface LeavingProps {
  readonly visit: Visit;
  readonly notes: Signal<string>;
  readonly name: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Something would be lost. */
function Leaving({ visit, notes, name, open, onClose }: LeavingProps) {
  const count = unsaved(visit.files.value).length;
  const hasNotes = notes.value.trim() !== '';
  const leave = () => {
    notes.value = '';
    visit.hangUp();
  };
  return (
    <Dialog open={open} title={t(hasNotes ? 'call-leaving-notes-title' : 'call-leaving-title')} onClose={onClose}>
      <div class="stack">
        {count > 0 && <p>{t('call-leaving-text', { count })}</p>}
        {hasNotes && (
          <>
            <p>{t('call-leaving-notes-text')}</p>
            <NotesButtons text={notes} name={name} />
          </>
        )}
      </div>
      <div class="dialog-actions">
        <Button kind="secondary" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button kind="danger" icon="hang-up" data-test="hang-up-anyway" onClick={leave}>
          {t(hasNotes ? 'call-hang-up-and-forget' : 'call-hang-up')}
        </Button>
      </div>
    </Dialog>
  );
}

interface AnnouncerProps {
  readonly visit: Visit;
  readonly phase: InCall | Interrupted;
  readonly said: Signal<string>;
  readonly isPanelOpen: boolean;
}

/** For those who hear the page: what changes elsewhere on it. */
function Announcer({ visit, phase, said, isPanelOpen }: AnnouncerProps) {
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { name } = talk.link.peer;
  const last = visit.messages.value.findLast(({ from }) => from === 'peer');
  const people = visit.people.value;
  const showing = people.filter(({ theirs }) => theirs.screen);
  const others = people.slice(1).filter(({ state }) => state === 'here');
  return (
    <>
      <p class="unseen" role="status">
        {phase.name === 'in-call' ? t('call-connected', { name }) : ''}
      </p>
      <p class="unseen" role="status">
        {others.length > 0 ? t('call-also-here', { names: listOf(others.map((one) => one.name)) }) : ''}
      </p>
      <p class="unseen" role="status">
        {showing.map((one) => t('call-their-screen', { name: one.name })).join('. ')}
      </p>
      {/* The open panel's log reads messages out itself. */}
      <p class="unseen" role="status">
        {last && !last.seen && !isPanelOpen ? t('call-new-message', { name: last.name ?? name }) : ''}
      </p>
      <p class="unseen" role="status" data-test="said">
        {said.value}
      </p>
    </>
  );
}
