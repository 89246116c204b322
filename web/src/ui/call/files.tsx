// Files on their way and files that came.

import { useEffect, useMemo } from 'preact/hooks';
import type { FileState, SharedFile, Visit } from '../../drive/visit.ts';
import { Button, Icon } from '../parts.tsx';
import { sizeOf, t } from '../text.ts';
import './files.css';
import './texts.ts';

/** What came whole and was not saved yet: it goes with the page. */
export function unsaved(files: readonly SharedFile[]): readonly SharedFile[] {
  return files.filter(({ from, state }) => from === 'peer' && state.name === 'done' && !state.saved);
}

interface FileListProps {
  readonly visit: Visit;
  readonly files: readonly SharedFile[];
}

/** In the call's panel, and after the call for `unsaved` ones. */
export function FileList({ visit, files }: FileListProps) {
  return (
    <ul class="files plain">
      {files.map((file) => (
        <FileRow key={file.key} visit={visit} file={file} />
      ))}
    </ul>
  );
}

function FileRow({ visit, file }: { readonly visit: Visit; readonly file: SharedFile }) {
  const { key, from, name, size, state } = file;
  const isMoving = state.name === 'offered' || state.name === 'sending' || state.name === 'receiving';
  const bytes = 'bytes' in state ? state.bytes : 0;
  return (
    <li class={`file ${state.name}`} data-test="file" data-from={from} data-state={state.name}>
      <Icon name="file" size={24} />
      <div class="file-words">
        <p class="file-name" title={name}>
          <bdi dir="auto">{name}</bdi>
        </p>
        <p class="file-note" role={isMoving ? undefined : 'status'}>
          {sizeOf(size)} · {wordsFor(state, from, size)}
        </p>
      </div>
      {isMoving && <Button kind="quiet" icon="close" label={t('call-file-cancel', { name })} data-test="file-cancel" onClick={() => visit.cancelFile(key)} />}
      {state.name === 'done' && state.file && <SaveLink name={name} file={state.file} saved={state.saved} onSave={() => visit.markSaved(key)} />}
      {isMoving && <progress class="file-progress" value={size === 0 ? 1 : bytes / size} aria-label={t('call-file-progress', { name })} />}
    </li>
  );
}

interface SaveLinkProps {
  readonly name: string;
  readonly file: Blob;
  readonly saved: boolean;
  readonly onSave: () => void;
}

function SaveLink({ name, file, saved, onSave }: SaveLinkProps) {
  const url = useObjectUrl(file);
  return (
    <a class={`button ${saved ? 'quiet' : 'primary'}`} href={url} download={name} aria-label={t('call-file-save', { name })} data-test="file-save" onClick={onSave}>
      <Icon name={saved ? 'check' : 'download'} />
      {t(saved ? 'call-file-saved' : 'call-file-save-short')}
    </a>
  );
}

/** An address for the file as long as the component is mounted, and a while longer: saving may have just begun. */
function useObjectUrl(file: Blob): string {
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => void setTimeout(() => URL.revokeObjectURL(url), SAVING), [url]);
  return url;
}

function wordsFor(state: FileState, from: SharedFile['from'], size: number): string {
  switch (state.name) {
    case 'offered':
      return t(`call-file-offered-${from}`);
    case 'sending':
    case 'receiving':
      return t(`call-file-${state.name}`, { share: size === 0 ? 100 : Math.floor((100 * state.bytes) / size) });
    case 'done':
      return t(`call-file-done-${from}`);
    case 'refused':
      return t(`call-file-refused-${state.reason}`);
    case 'cancelled':
      return t(`call-file-cancelled-${state.by}`);
    case 'failed':
      return t(`call-file-failed-${state.reason}`);
  }
}

/** Milliseconds. */
const SAVING = 60_000;
