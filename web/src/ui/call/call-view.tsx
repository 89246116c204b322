// Two people talking: what guest and practice see alike.

import { batch, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { InCall, Interrupted } from '../../call/model.ts';
import { LARGEST_FILE } from '../../call/control.ts';
import { allows, itemOf, type Visit } from '../../drive/visit.ts';
import { DeviceChoice } from '../media/devices.tsx';
import { MediaTrouble } from '../media/trouble.tsx';
import { Button, Dialog, Icon } from '../parts.tsx';
import { sizeOf, t } from '../text.ts';
import { Bar } from './bar.tsx';
import { Controls } from './controls.tsx';
import { unsaved } from './files.tsx';
import { Panel } from './panel.tsx';
import { Stage } from './stage.tsx';
import './call.css';
import './texts.ts';
import { useWakeLock } from './wake-lock.ts';

interface CallViewProps {
  /** Shown while its phase is `in-call` or `interrupted`; nothing otherwise. Give each visit a `key` of its own. */
  readonly visit: Visit;
  /** At the end of the bar above the picture: what only one of the two sides has. */
  readonly actions?: ComponentChildren;
}

/** The whole window is the call's. */
export function CallView({ visit, actions }: CallViewProps) {
  const { phase } = visit.call.value;
  if (phase.name !== 'in-call' && phase.name !== 'interrupted') return null;
  return <Talking visit={visit} phase={phase} actions={actions} />;
}

interface TalkingProps extends CallViewProps {
  readonly phase: InCall | Interrupted;
}

function Talking({ visit, phase, actions }: TalkingProps) {
  const root = useRef<HTMLElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const chatButton = useRef<HTMLButtonElement>(null);
  const remoteVideo = useSignal<HTMLVideoElement | null>(null);
  const panel = usePanel(visit);
  const dialog = useSignal<'devices' | 'leaving' | null>(null);
  const refusal = useSignal<string | null>(null);
  const drop = useDrop((files) => send(files));
  useWakeLock();

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
    if (unsaved(visit.files.value).length > 0) dialog.value = 'leaving';
    else visit.hangUp();
  };
  const closePanel = () => {
    panel.close();
    chatButton.current?.focus();
  };

  return (
    <section ref={root} class="call" data-test="call" data-panel={panel.isOpen.value ? 'open' : 'closed'} aria-label={t('call-with', { name })} {...drop.handlers}>
      <Bar visit={visit} phase={phase} actions={actions} />
      <Stage visit={visit} phase={phase} onVideo={(video) => (remoteVideo.value = video)} onOpenChat={() => panel.open('chat')} isPanelOpen={panel.isOpen.value} />
      <OwnTrouble visit={visit} />
      <Controls visit={visit} root={root} chatButton={chatButton} remoteVideo={remoteVideo.value} panel={panel} onDevices={() => (dialog.value = 'devices')} onHangUp={hangUp} />
      {panel.isOpen.value && <Panel visit={visit} focus={panel.isOpen.value === 'chat'} refusal={refusal} onAttach={() => picker.current?.click()} onClose={closePanel} />}
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
      <Dialog open={dialog.value === 'devices'} title={t('call-devices')} onClose={() => (dialog.value = null)}>
        <DeviceChoice local={visit.local} onChoose={(kind, id) => void visit.chooseDevice(kind, id)} />
      </Dialog>
      <Dialog open={dialog.value === 'leaving'} title={t('call-leaving-title')} onClose={() => (dialog.value = null)}>
        <p>{t('call-leaving-text', { count: unsaved(visit.files.value).length })}</p>
        <div class="dialog-actions">
          <Button kind="secondary" onClick={() => (dialog.value = null)}>
            {t('cancel')}
          </Button>
          <Button kind="danger" icon="hang-up" data-test="hang-up-anyway" onClick={() => visit.hangUp()}>
            {t('call-hang-up')}
          </Button>
        </div>
      </Dialog>
      <Announcer visit={visit} phase={phase} isPanelOpen={panel.isOpen.value !== null} />
    </section>
  );
}

/** Whether chat and files are open, and for which of them. */
export interface PanelState {
  readonly isOpen: { readonly value: 'chat' | 'file' | null };
  readonly unread: { readonly value: number };
  /** `chat` takes the keyboard, `file` does not: it may come while the person writes. */
  open(why: 'chat' | 'file'): void;
  close(): void;
}

/** Opens by itself for a file that comes. What is read in an open panel of a visible page is marked as seen. */
function usePanel(visit: Visit): PanelState {
  const isOpen = useSignal<'chat' | 'file' | null>(null);
  const isVisible = usePageVisibility();
  const unread = useComputed(() => visit.messages.value.filter(({ from, seen }) => from === 'peer' && !seen).length);
  const known = useRef(visit.files.peek().length);
  useSignalEffect(() => {
    const came = visit.files.value.slice(known.current).some(({ from }) => from === 'peer');
    known.current = visit.files.value.length;
    if (came && isOpen.peek() === null) isOpen.value = 'file';
  });
  useSignalEffect(() => {
    if (isOpen.value === null || !isVisible.value) return;
    const unseen = visit.messages.value.filter(({ from, seen }) => from === 'peer' && !seen);
    batch(() => unseen.forEach(({ id }) => visit.markSeen(id)));
  });
  return useMemo(
    () => ({
      isOpen,
      unread,
      open: (why: 'chat' | 'file') => {
        isOpen.value = why === 'file' ? (isOpen.value ?? 'file') : 'chat';
      },
      close: () => (isOpen.value = null),
    }),
    [],
  );
}

function usePageVisibility() {
  const isVisible = useSignal(document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => (isVisible.value = document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isVisible;
}

/** Files that are dragged over the call from outside the page. */
function useDrop(onFiles: (files: readonly File[]) => void) {
  const isOver = useSignal(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const over = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    // Else the browser would leave the call to show the file.
    event.preventDefault();
    isOver.value = true;
  };
  const handlers = {
    onDragEnter: over,
    onDragOver: over,
    onDragLeave: (event: DragEvent & { currentTarget: HTMLElement }) => {
      if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) isOver.value = false;
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      isOver.value = false;
      onFiles([...(event.dataTransfer?.files ?? [])]);
    },
  };
  return { isOver, handlers };
}

/** One's own camera or microphone has failed in the call. May be put away; the next failure comes again. */
function OwnTrouble({ visit }: { readonly visit: Visit }) {
  const media = visit.local.media.value;
  const putAway = useSignal<unknown>(null);
  const failing = [media.camera, media.microphone].filter(({ state }) => state === 'failed');
  const key = failing.map((source) => (source.state === 'failed' ? source.failure : '')).join();
  if (failing.length === 0 || putAway.value === key) return null;
  return (
    <div class="call-trouble">
      <MediaTrouble media={media} />
      <Button kind="quiet" icon="close" label={t('close')} onClick={() => (putAway.value = key)} />
    </div>
  );
}

interface AnnouncerProps {
  readonly visit: Visit;
  readonly phase: InCall | Interrupted;
  readonly isPanelOpen: boolean;
}

/** For those who hear the page: what changes elsewhere on it. */
function Announcer({ visit, phase, isPanelOpen }: AnnouncerProps) {
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { name } = talk.link.peer;
  const last = visit.messages.value.findLast(({ from }) => from === 'peer');
  return (
    <>
      <p class="unseen" role="status">
        {phase.name === 'in-call' ? t('call-connected', { name }) : ''}
      </p>
      <p class="unseen" role="status">
        {talk.theirs.screen ? t('call-their-screen', { name }) : ''}
      </p>
      {/* The open panel's log reads messages out itself. */}
      <p class="unseen" role="status">
        {last && !last.seen && !isPanelOpen ? t('call-new-message', { name }) : ''}
      </p>
    </>
  );
}
