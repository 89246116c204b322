// What the small signs in the bar mean: nothing is said here that the browser has not told.

import type { InCall, Path } from '../../call/model.ts';
import type { Facts, Person, Quality, Visit } from '../../drive/visit.ts';
import { Button, Icon } from '../parts.tsx';
import { t } from '../text.ts';
import { pathOf, suitesOf } from './lines.ts';
import { markCompared, recordOf } from './record.ts';

interface ExplainedProps {
  readonly visit: Visit;
  readonly talk: InCall;
  readonly quality: Quality | null;
}

export function Explained({ visit, talk, quality }: ExplainedProps) {
  const { peer, safetyCode } = talk.link;
  const facts = visit.facts.value;
  const people = visit.people.value;
  const path = pathOf(talk, people);
  return (
    <div class="call-explained stack wide">
      <section class="stack tight">
        <h3>{t('call-safety-code')}</h3>
        <p class="call-code-large numerals" aria-label={[...safetyCode].join(' ')}>
          {grouped(safetyCode)}
        </p>
        <p>{t('call-safety-explained', { name: peer.name })}</p>
        <OtherCodes visit={visit} shown={safetyCode} />
        {visit.call.value.role === 'guest' && <Compared visit={visit} />}
      </section>
      {path && <PathFacts path={path} />}
      {people.length > 1 && <EachLine people={people} />}
      <section class="stack tight">
        <h3 class="row">
          <Icon name="lock" /> {t('call-encrypted')}
        </h3>
        <p>{t('call-encrypted-explained')}</p>
        {facts && <TechnicalFacts facts={facts} />}
      </section>
      <section class="stack tight" data-test="no-recording">
        <h3 class="row">
          <Icon name="eye-off" /> {t('call-no-recording')}
        </h3>
        <p>{t('call-no-recording-explained')}</p>
      </section>
      {quality && (
        <section class="stack tight">
          <h3>{t(`call-quality-${quality.light}`)}</h3>
          <p>{t(`call-quality-cause-${quality.cause}`)}</p>
        </section>
      )}
    </div>
  );
}

/** "123 456": as one reads it out. */
export function grouped(code: string): string {
  return `${code.slice(0, 3)}\u00a0${code.slice(3)}`;
}

function PathFacts({ path }: { readonly path: Path }) {
  return (
    <section class="stack tight">
      <h3 class="row">
        <Icon name={path} /> {t(`call-path-${path}`)}
      </h3>
      <p>{t(`call-path-${path}-explained`)}</p>
    </section>
  );
}

/** Of three or four each has a connection of its own with every other. */
function EachLine({ people }: { readonly people: readonly Person[] }) {
  return (
    <ul class="call-lines plain">
      {people.map(({ key, name, quality, facts }) => (
        <li key={key} data-test={`line-${key}`}>
          <bdi>{name}</bdi>
          <span class="soft small">{[facts?.path && t(`call-path-${facts.path}`), quality && t(`call-quality-${quality.light}`)].filter(Boolean).join(' · ') || t('call-state-connecting')}</span>
        </li>
      ))}
    </ul>
  );
}

/** The practice has one code with each guest. */
function OtherCodes({ visit, shown }: { readonly visit: Visit; readonly shown: string }) {
  const links = visit.seats.value.flatMap((seat) => {
    const { phase } = seat.visit.call.value;
    return phase.name === 'in-call' && phase.link.safetyCode !== shown ? [{ seat: seat.seat, ...phase.link }] : [];
  });
  if (links.length === 0) return null;
  return (
    <ul class="plain">
      {links.map(({ seat, peer, safetyCode }) => (
        <li key={seat} class="row">
          <bdi>{peer.name}</bdi> <strong class="numerals">{grouped(safetyCode)}</strong>
        </li>
      ))}
    </ul>
  );
}

/** The guest's own mark, for its receipt. */
function Compared({ visit }: { readonly visit: Visit }) {
  const isCompared = recordOf(visit)?.isCompared ?? false;
  return (
    <p>
      <Button icon={isCompared ? 'check' : 'shield'} aria-pressed={isCompared} data-test="code-same" onClick={() => markCompared(visit, !isCompared)}>
        {t(isCompared ? 'call-code-was-same' : 'call-code-same')}
      </Button>
    </p>
  );
}

/** One line for who knows these words. */
function TechnicalFacts({ facts }: { readonly facts: Facts }) {
  const { cipher, codecs, roundTripMs } = facts;
  const words = [...suitesOf(facts), cipher, codecs, roundTripMs !== null && t('call-round-trip', { time: roundTripMs })].filter(Boolean);
  if (words.length === 0) return null;
  return (
    <p class="call-technical small" dir="ltr" data-test="facts">
      {words.join(' · ')}
    </p>
  );
}
