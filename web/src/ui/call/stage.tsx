// The pictures: the others' cameras and screens, and one's own.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Call, InCall, Interrupted } from '../../call/model.ts';
import { allows, type Person, type Visit } from '../../drive/visit.ts';
import { useNow } from '../clock.ts';
import { useSpeaking } from '../media/speaking.ts';
import { Button, Spinner } from '../parts.tsx';
import { clockOf, t } from '../text.ts';
import { useFloating } from './floating.ts';
import { arrange, ME, place, type Rect } from './layout.ts';
import type { SceneChoice } from './scene.ts';
import './stage.css';
import { Frame, OwnPicture, PersonPicture, ScreenPicture, type Spot, TileButton } from './tile.tsx';

interface StageProps {
  readonly visit: Visit;
  readonly phase: InCall | Interrupted;
  readonly scene: SceneChoice;
  readonly isPanelOpen: boolean;
  /** The other's picture is there, or long overdue: one's own may follow. */
  readonly isPictureUp: boolean;
  /** The picture that goes into the small window of its own: the pinned one, else the first. */
  readonly video: Signal<HTMLVideoElement | null>;
  readonly onOpenChat: () => void;
}

export function Stage({ visit, phase, scene, isPanelOpen, isPictureUp, video, onOpenChat }: StageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const size = useSize(stage);
  const floating = useFloating();
  const silenced = useSignal<readonly (() => void)[]>([]);
  const people = visit.people.value;
  const speaking = useSpeaking(people);
  const videos = useVideos(people, scene, video);
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { name } = talk.link.peer;
  // Where the guest has taken its consent back, not even the last picture stays.
  const isAllowed = allows(visit.consent.value, 'video');
  const sharing = people.filter(({ theirs, remote }) => theirs.screen && remote.screen !== null);
  const isAmongMany = people.length > 1;
  const arrangement = arrange({
    others: people.map(({ key }) => key),
    screens: sharing.map(({ key }) => screenKey(key)),
    pinned: scene.pinned.value,
    view: scene.view.value,
    speaking: speaking.value,
    isOwnHidden: scene.isOwnHidden.value,
  });
  const rects = place(arrangement, size.value.width, size.value.height, GAP);
  const spotOf = (key: string): Spot => ({ place: arrangement.floating === key ? 'floating' : arrangement.screens.includes(key) ? 'screen' : arrangement.large.includes(key) ? 'large' : 'small', rect: rects.get(key) ?? null });
  const isCrowded = isAmongMany || sharing.length > 0;
  const isInterrupted = phase.name === 'interrupted' && !isAmongMany;

  return (
    <div class={`call-stage ${phase.name}`} data-screens={sharing.length} data-people={people.length}>
      {/* What lies below the explanation is not to have the keyboard. */}
      <div ref={stage} class="call-tiles" inert={isInterrupted}>
        {sharing.map((person) => (
          <Frame key={screenKey(person.key)} spot={spotOf(screenKey(person.key))} floating={floating} moveLabel="">
            <ScreenPicture person={person} hasName />
          </Frame>
        ))}
        {people.map((person) => (
          <Frame
            key={person.key}
            spot={spotOf(person.key)}
            floating={floating}
            isSpeaking={isAmongMany && speaking.value === person.key}
            moveLabel={t('call-move-picture', { name: person.name })}
            onDoubleTap={isCrowded ? () => scene.togglePin(person.key) : undefined}
            buttons={isCrowded && <PinButton scene={scene} of={person.key} name={person.name} />}
            data-test="person"
            data-person={person.key}
          >
            <PersonPicture
              person={person}
              visit={visit}
              isAllowed={isAllowed}
              hasName={isCrowded}
              onVideo={(element) => videos.set(person.key, element)}
              onSilenced={(unmute) => (silenced.value = [...silenced.value, unmute])}
            />
          </Frame>
        ))}
        {isPictureUp && !scene.isOwnHidden.value && (
          <Frame
            key={ME}
            spot={spotOf(ME)}
            floating={floating}
            moveLabel={t('call-own-picture')}
            onDoubleTap={isCrowded || scene.pinned.value.includes(ME) ? () => scene.togglePin(ME) : undefined}
            buttons={
              <>
                {people.length === 1 && sharing.length === 0 ? (
                  <TileButton icon="swap" label={t('call-swap')} pressed={scene.pinned.value.includes(ME)} data-test="swap" onClick={() => scene.swap()} />
                ) : (
                  <PinButton scene={scene} of={ME} name={t('call-you')} />
                )}
                <TileButton icon="eye-off" label={t('call-own-hide')} data-test="own-hide" onClick={() => scene.toggleOwn()} />
              </>
            }
            data-test="own-picture"
          >
            <OwnPicture visit={visit} hasName={isCrowded} />
          </Frame>
        )}
      </div>
      {scene.isOwnHidden.value && (
        <div class="call-own-back">
          <TileButton icon="eye" label={t('call-own-show')} data-test="own-show" onClick={() => scene.toggleOwn()} />
        </div>
      )}
      {silenced.value.length > 0 && (
        <div class="call-silenced">
          <Button
            kind="primary"
            large
            icon="speaker"
            data-test="unmute-remote"
            onClick={() => {
              silenced.value.forEach((unmute) => unmute());
              silenced.value = [];
            }}
          >
            {t('call-hear')}
          </Button>
        </div>
      )}
      {isInterrupted && <Interruption phase={phase} name={name} isOtherAway={isOtherAway(visit.call.value)} />}
      {!isPanelOpen && <Bubbles visit={visit} name={name} onOpen={onOpenChat} />}
    </div>
  );
}

function PinButton({ scene, of, name }: { readonly scene: SceneChoice; readonly of: string; readonly name: string }) {
  const isPinned = scene.pinned.value.includes(of);
  return <TileButton icon="pin" label={t('call-pin', { name })} pressed={isPinned} data-test={`pin-${of}`} onClick={() => scene.togglePin(of)} />;
}

/** Whether the other's line to the server is gone as well, as far as ours tells. */
function isOtherAway({ line, peer }: Call): boolean {
  return line === 'up' && peer.state !== 'here';
}

function Interruption({ phase, name, isOtherAway }: { readonly phase: Interrupted; readonly name: string; readonly isOtherAway: boolean }) {
  const now = useNow();
  // Anything but a path that broke on its way means that a page was loaded anew, and its person is coming back.
  const isComingBack = phase.progress.step !== 'path-lost' || phase.progress.ended;
  return (
    <div class="call-interruption" role="alert" data-test="interrupted">
      <Spinner />
      <div class="stack tight">
        <h2>{isComingBack ? t('call-coming-back', { name }) : t('call-interrupted')}</h2>
        <p>{t(!navigator.onLine ? 'call-own-network' : isOtherAway ? 'call-other-away' : 'call-mending')}</p>
        <p class="numerals small">{t('call-interrupted-since', { time: clockOf(now.value - phase.since) })}</p>
      </div>
    </div>
  );
}

/** What the others wrote while the chat is closed: the newest two, until it is opened. */
function Bubbles({ visit, name, onOpen }: { readonly visit: Visit; readonly name: string; readonly onOpen: () => void }) {
  const unread = visit.messages.value.filter(({ from, seen }) => from === 'peer' && !seen).slice(-2);
  const isAmongMany = visit.people.value.length > 1;
  if (unread.length === 0) return null;
  return (
    <div class="call-bubbles">
      {unread.map(({ id, text, name: from }) => (
        <button key={id} type="button" class="call-bubble" title={t('call-read', { name: from ?? name })} onClick={onOpen} data-test="chat-message" data-from="peer">
          {isAmongMany && from && (
            <span class="chat-name">
              <bdi>{from}</bdi>
            </span>
          )}
          <span class="chat-text" dir="auto">
            {text}
          </span>
        </button>
      ))}
    </div>
  );
}

/** Each person's element; `chosen` follows the pins. */
function useVideos(people: readonly Person[], scene: SceneChoice, chosen: Signal<HTMLVideoElement | null>) {
  const elements = useSignal<ReadonlyMap<string, HTMLVideoElement>>(new Map());
  const wanted = people.find(({ key }) => scene.pinned.value.includes(key)) ?? people[0];
  const element = elements.value.get(wanted?.key ?? '') ?? null;
  useEffect(() => {
    chosen.value = element;
  }, [element]);
  return {
    set: (key: string, video: HTMLVideoElement | null) => {
      const next = new Map(elements.peek());
      if (video) next.set(key, video);
      else next.delete(key);
      elements.value = next;
    },
  };
}

function useSize(stage: { readonly current: HTMLElement | null }) {
  const size = useSignal<Pick<Rect, 'width' | 'height'>>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    // It tells at once, too, after the frame's own layout: none is forced in the moment in which the picture is waited for.
    const observer = new ResizeObserver(() => (size.value = { width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return size;
}

function screenKey(key: string): string {
  return `screen-${key}`;
}

/** CSS pixels between two pictures. */
const GAP = 8;
