// Where a passphrase is typed: to be read by who types it, and left alone by the browser.

import type { Signal } from '@preact/signals';
import { Field } from '../parts.tsx';

interface PassphraseFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error: string | false;
  readonly value: Signal<string>;
  readonly 'data-test': string;
}

export function PassphraseField({ value, 'data-test': test, ...field }: PassphraseFieldProps) {
  return (
    <Field {...field}>
      {(ids) => (
        <input
          class="input passphrase"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          data-test={test}
          value={value.value}
          onInput={({ currentTarget }) => (value.value = currentTarget.value)}
          {...ids}
        />
      )}
    </Field>
  );
}
